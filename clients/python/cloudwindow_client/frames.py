"""Reads and writes frames of the session socket as the generated types."""

import json

from cloudwindow_client.api.frames import SERVER_FRAMES, ClientFrame, ServerFrame
from cloudwindow_client.reading import plain, read
from cloudwindow_client.refused import Unreadable


def read_frame(text: str | bytes) -> ServerFrame | None:
    """Return a frame of the server; None for one of a newer server, which a client passes over.

    Raises:
        Unreadable: it is no frame.
    """
    try:
        data = json.loads(text)
    except ValueError:
        raise Unreadable("no JSON") from None
    if not isinstance(data, dict) or not isinstance(data.get("type"), str):
        raise Unreadable("a frame has a type")
    kind = SERVER_FRAMES.get(data["type"])
    frame: ServerFrame | None = read(kind, data, "$") if kind is not None else None
    return frame


def frame_text(frame: ClientFrame) -> str:
    """Return a frame as it is sent."""
    return json.dumps(plain(frame), ensure_ascii=False, separators=(",", ":"))
