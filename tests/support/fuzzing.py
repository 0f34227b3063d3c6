"""Teaches schemathesis the bytes of an upload's piece, and not to wait in polls. Loaded by `SCHEMATHESIS_HOOKS`."""

from typing import Any

import schemathesis

from signaling.api.events import WAIT_MAX_S
from signaling.api.tus import MEDIA


@schemathesis.serializer(MEDIA)
def raw(_context: Any, value: Any) -> bytes:
    """Send bytes as they are."""
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")


@schemathesis.hook
def map_query(_context: Any, query: Any) -> Any:
    """Have no poll wait; a wait that is none stays what it is."""
    wait_s = query.get("wait_s") if isinstance(query, dict) else None
    is_wait = isinstance(wait_s, int | float) and not isinstance(wait_s, bool) and 0 <= wait_s <= WAIT_MAX_S
    return {**query, "wait_s": 0} if is_wait else query
