"""A client of Cloud Window for other systems: its operations, its feed of events, its web-hooks, its frames."""

from cloudwindow_client.access import Key, Program
from cloudwindow_client.client import Client
from cloudwindow_client.feed import FeedPage
from cloudwindow_client.frames import frame_text, read_frame
from cloudwindow_client.hooks import BadSignature, verify
from cloudwindow_client.refused import Away, CloudWindowError, Refused, TokenRefused, Unreadable

__all__ = [
    "Away",
    "BadSignature",
    "Client",
    "CloudWindowError",
    "FeedPage",
    "Key",
    "Program",
    "Refused",
    "TokenRefused",
    "Unreadable",
    "frame_text",
    "read_frame",
    "verify",
]
