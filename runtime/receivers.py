"""Says where web-hooks may go: receivers by the operator's list, and the addresses that their names may have.

A receiver in a government's network has a private address, so "no private address" is no rule here: an address is
allowed where it is public, or where the operator wrote down its network beside the name.
"""

import re
from collections.abc import Iterable
from ipaddress import ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit

import msgspec
from yarl import URL

from runtime.ip import is_ip, is_number, is_public, read_ip

URL_MAX: Final = 500
PORTS: Final = {"https": 443, "http": 80}
ENTRY: Final = re.compile(
    r"(?:(?P<realm>[a-z0-9_-]{1,32})@)?(?:(?P<scheme>https?)://)?(?P<host>\[[0-9a-fA-F:.]+\]|[a-zA-Z0-9.-]+)"
    r"(?::(?P<port>\d{1,5}))?(?:=(?P<networks>[0-9a-fA-F:./+]+))?"
)


class ReceiverRefused(ValueError):
    """The receiver is not one of the operator's list; `why` is url, scheme or unlisted."""

    def __init__(self, why: str) -> None:
        """Say why."""
        super().__init__(why)
        self.why = why


class Receiver(msgspec.Struct, frozen=True):
    """A receiver that the operator allows. Without `networks` its name may have public addresses alone."""

    scheme: str
    host: str
    port: int
    networks: tuple[str, ...] = ()

    @property
    def is_address(self) -> bool:
        """Whether the receiver is named by its address."""
        return is_ip(self.host)

    def allows(self, address: str) -> bool:
        """Return whether the receiver's name may have this address."""
        found = read_ip(address)
        if not self.networks:
            return is_public(found)
        return any(found in ip_network(one) for one in self.networks)


def parse(entry: str) -> tuple[str, Receiver]:
    """Read an entry, `[REALM@][http://]HOST[:PORT][=NETWORK[+NETWORK…]]`; return its realm (empty: the first) and it.

    Raises:
        ValueError: it is none.
    """
    found = ENTRY.fullmatch(entry)
    if found is None:
        raise ValueError(f"{entry}: write [REALM@][http://]HOST[:PORT][=NETWORK[+NETWORK…]]")
    scheme = found["scheme"] or "https"
    host = found["host"].strip("[]").lower()
    if is_number(host):
        raise ValueError(f"{entry}: {host} is neither a name nor an address")
    networks = tuple(str(ip_network(one)) for one in (found["networks"] or "").split("+") if one)
    if is_ip(host):
        host, networks = str(ip_address(host)), networks or (str(ip_network(read_ip(host))),)
    port = int(found["port"] or PORTS[scheme])
    if not 0 < port < 2**16:
        raise ValueError(f"{entry}: {port} is no port")
    return found["realm"] or "", Receiver(scheme, host, port, networks)


class AllowList:
    """The receivers of one realm."""

    def __init__(self, entries: Iterable[str]) -> None:
        """Take the entries of a realm's settings; those that name another realm are not for it."""
        self._known: dict[tuple[str, int], Receiver] = {}
        for realm, receiver in map(parse, entries):
            if not realm:
                self._known[(receiver.host, receiver.port)] = receiver

    def check(self, url: str) -> Receiver:
        """Return the receiver that a web-hook's address names.

        Raises:
            ReceiverRefused: it is no address, or not on the list.
        """
        try:
            read, names = URL(url), urlsplit(url).netloc
        except ValueError:
            raise ReceiverRefused("url") from None
        is_plain = len(url) <= URL_MAX and url.isprintable() and " " not in url
        if not is_plain or read.raw_host is None or "@" in names or read.raw_fragment:
            raise ReceiverRefused("url")
        found = self.find(read.raw_host, read.port or 0)
        if found is None:
            raise ReceiverRefused("unlisted")
        if found.scheme != read.scheme:
            raise ReceiverRefused("scheme")
        return found

    def find(self, host: str, port: int) -> Receiver | None:
        """Return the receiver at a host and port, if it is on the list."""
        return self._known.get((host.lower(), port))

    def admits(self, host: str, port: int, address: str) -> bool:
        """Return whether the receiver at a host and port may have an address."""
        found = self.find(host, port)
        return found is not None and found.allows(address)


def host_of(url: str) -> str:
    """Return host and port of an address as they may be shown: what else it holds may be a secret."""
    return URL(url).host_port_subcomponent or ""


def of_realm(entries: Iterable[str], realm: str) -> tuple[str, ...]:
    """Return the entries that name a further realm, as that realm's own."""
    return tuple(one.removeprefix(f"{realm}@") for one in entries if one.startswith(f"{realm}@"))
