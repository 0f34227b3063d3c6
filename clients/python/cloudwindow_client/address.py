"""Reads the address of an installation, to which a key may be sent."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True)
class Address:
    """An installation's scheme, host and port."""

    scheme: str
    host: str
    port: int

    @property
    def url(self) -> str:
        """The address as a URL without a path."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


def read_address(url: str, *, plain_http: bool = False) -> Address:
    """Return the address of a URL such as `https://window.example.org`.

    Without `plain_http` a key goes over HTTP to this machine alone.

    Raises:
        ValueError: it is no such URL, or HTTP to another machine.
    """
    parts = urlsplit(url)
    extra = parts.path.strip("/") or parts.query or parts.fragment or parts.username
    if parts.scheme not in PORTS or not parts.hostname or extra:
        raise ValueError(f"an address is https://HOST[:PORT], not {parts.scheme}://{parts.hostname}{parts.path}")
    if parts.scheme == "http" and not plain_http and not _is_here(parts.hostname):
        raise ValueError("a key goes over HTTPS; say plain_http=True where the network itself is protected")
    return Address(parts.scheme, parts.hostname, parts.port or PORTS[parts.scheme])


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
