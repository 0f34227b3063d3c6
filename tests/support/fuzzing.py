"""Teaches schemathesis what it does not know: the bytes of an upload's piece. Loaded by `SCHEMATHESIS_HOOKS`."""

from typing import Any

import schemathesis

from signaling.api.tus import MEDIA


@schemathesis.serializer(MEDIA)
def raw(_context: Any, value: Any) -> bytes:
    """Send bytes as they are."""
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")
