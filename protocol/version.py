"""Version of this release and of its wire protocol."""

from typing import Final

PRODUCT_VERSION: Final = "0.1.0"
"""The release (semantic versioning), and so the version of the HTTP interface; see docs/changelog-api.md."""

PROTOCOL_VERSION: Final = 2
"""The only version a `hello` may name; raised when an old client could misread a frame."""

FEATURES: Final[dict[str, str]] = {
    "resume": "`hello` takes `resume` and `last_seq`, and `welcome` says `resumed`.",
    "session-replay": "With a known `resume` of the same session the missing events come instead of the snapshot.",
    "stills": "`request_still`, `still_taken`, `still_failed`, `still_answered`.",
    "tus": "Papers go up by tus 1.0 at `/api/uploads`.",
    "widening": "A ticket that waits is offered to more seats, and `widened` says how far.",
    "claims": "Part-time seats get `alerts` and `claim`.",
    "callbacks": "`call_back`, `callback_times_ms`, the state `scheduled`.",
    "method-override": "Uploads take `X-HTTP-Method-Override`.",
    "long-poll": "Where a network stops WebSockets the same frames go by `/api/channel/…`.",
    "schema": "`/api/messages.schema.json` and `/api/messages.d.ts` describe every frame.",
}
"""Optional abilities a client may look for in `welcome` before it relies on them, and what each one means."""
