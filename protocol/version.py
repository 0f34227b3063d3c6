"""What this release speaks on the wire."""

PROTOCOL_VERSION = 1
"""The only version a `hello` may name; raised when an old client could misread a frame."""

FEATURES: tuple[str, ...] = ("resume", "session-replay", "stills", "tus", "widening", "claims", "callbacks")
"""Optional abilities a client may look for in `welcome` before it relies on them."""
