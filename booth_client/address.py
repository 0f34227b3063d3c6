"""The server's base URL, and the addresses below it."""

from urllib.parse import urlsplit, urlunsplit

import msgspec


class BadAddressError(ValueError):
    """The text is no http(s) address of a server."""


class Address(msgspec.Struct, frozen=True):
    """The server's base URL, without a slash at its end."""

    base: str

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Accept `http(s)://host[:port][/path]`.

        Raises:
            BadAddressError: it is something else.
        """
        try:
            parts = urlsplit(text)
            usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        except ValueError:  # a port that is no number
            raise BadAddressError(text) from None
        if not usable:
            raise BadAddressError(text)
        return cls(urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", "")))

    @property
    def origin(self) -> str:
        """The origin that a browser would name for the page."""
        parts = urlsplit(self.base)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def socket(self) -> str:
        """The WebSocket."""
        return f"ws{self.base.removeprefix('http')}/ws"

    def to(self, path: str) -> str:
        """Return the address of `path`; one that is absolute already stays."""
        return path if "://" in path else f"{self.base}{path}"
