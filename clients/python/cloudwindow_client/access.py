"""Two ways for a program to say who it is: its key alone, or a short-lived token that it gets for name and key."""

import base64
from dataclasses import dataclass, field
from urllib.parse import quote_plus, urlencode


@dataclass(frozen=True)
class Key:
    """A machine's key, `cwm_…`, sent with every request."""

    key: str = field(repr=False)


@dataclass(frozen=True)
class Program:
    """A machine's name and key, exchanged for tokens (OAuth 2.0 client credentials).

    `operations` narrows the tokens to these; empty means all that the machine may do.
    """

    name: str
    key: str = field(repr=False)
    operations: tuple[str, ...] = ()

    @property
    def authorization(self) -> str:
        """The header by which the program asks for a token (RFC 6749, 2.3.1)."""
        pair = f"{quote_plus(self.name)}:{quote_plus(self.key)}"
        return f"Basic {base64.b64encode(pair.encode()).decode()}"

    @property
    def form(self) -> bytes:
        """The body of the request for a token."""
        return urlencode({"grant_type": "client_credentials", "scope": " ".join(self.operations)}).encode()
