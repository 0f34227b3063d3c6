"""Reads the feed of events: pages after a cursor, by long poll."""

from dataclasses import dataclass

from cloudwindow_client.api.types import CloudEvent
from cloudwindow_client.asking import Call
from cloudwindow_client.conversation import Reply
from cloudwindow_client.reading import read_json
from cloudwindow_client.refused import Refused, Unreadable

CURSOR = "events-cursor"
GONE = "cursor_gone"


@dataclass(frozen=True)
class FeedPage:
    """Events in the order of their commits, and the cursor behind them: keep it in the same commit as the work."""

    events: tuple[CloudEvent, ...]
    cursor: str


def page_call(after: str, limit: int, wait_s: float) -> Call:
    """Return the call for the page after a cursor; it is answered within `wait_s` seconds."""
    query = {"after": after, "limit": limit, "wait_s": wait_s}
    return Call("get_events", "GET", "/api/events", query=query, is_repeatable=True, waits_s=wait_s)


def read_page(reply: Reply) -> FeedPage:
    """Return a page of the feed."""
    if CURSOR not in reply.headers:
        raise Unreadable(f"{CURSOR}: missing")
    return FeedPage(read_json(reply.body, tuple[CloudEvent, ...]), reply.headers[CURSOR])


def begin_after(gap: Refused) -> str:
    """Return the cursor at which the feed goes on after events were removed; raise a refusal that is another one."""
    begin = gap.params.get("begin")
    if gap.code != GONE or not isinstance(begin, str):
        raise gap
    return begin
