"""Tells where a request came from, whether by HTTPS, and whether it asks for one of our names."""

import ipaddress
import re
import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

from aiohttp import web

from protocol.errors import BadOrigin
from runtime.ip import read_ip
from runtime.settings import Settings

FORWARDED = "X-Forwarded-For"
FORWARDED_SCHEME = "X-Forwarded-Proto"
ADDRESS_MAX = 45
"""Characters of the longest address."""
_is_plain = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z_.-]+)(?::\d{1,5})?").fullmatch
"""A name or number with or without a port: what else may stand before or behind them, browsers read otherwise."""
NETWORK_6 = 56
"""Bits of an IPv6 address that limits count by: one household or one server has as many addresses as it likes below."""


class Networks:
    """A set of addresses, written as CIDR blocks."""

    def __init__(self, blocks: Iterable[str]) -> None:
        """Parse the blocks.

        Raises:
            ValueError: one is none.
        """
        self._blocks = [ipaddress.ip_network(block, strict=False) for block in blocks]

    def __contains__(self, address: str) -> bool:
        """Tell whether an address lies in one of the blocks."""
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(found in block for block in self._blocks)


class Visitors:
    """Reads from a request who sent it and which of our names it asks for, by one installation's settings."""

    def __init__(self, settings: Settings) -> None:
        """Read the settings `proxies`, `proxy_addresses`, `operators`, `hosts` and `origins`."""
        self._proxies = settings.proxies
        self._trusted = Networks(settings.proxy_addresses)
        self._operators = Networks(settings.operators)
        self._origins = frozenset(settings.origins)
        named = {_name(host) for host in settings.hosts} | {urlsplit(one).hostname or "" for one in settings.origins}
        self._names = named or _own_names()
        self._by_number = not named

    def address(self, request: web.BaseRequest) -> str:
        """Return the visitor's address; `X-Forwarded-For` counts only when one of our proxies sent it."""
        sender = plain_address(request.remote or "")
        if not self._is_proxy(request):
            return sender
        hops = [hop.strip() for line in request.headers.getall(FORWARDED, []) for hop in line.split(",") if hop.strip()]
        return plain_address(hops[max(0, len(hops) - self._proxies)]) if hops else sender

    def counted_as(self, request: web.BaseRequest) -> str:
        """Return what limits count the visitor by: the address, or with IPv6 its network of `NETWORK_6` bits."""
        return network_of(self.address(request))

    def _is_proxy(self, request: web.BaseRequest) -> bool:
        """Tell whether the connection is one of our proxies': only those may say who asked, and how."""
        return bool(self._proxies) and plain_address(request.remote or "") in self._trusted

    def came_by_https(self, request: web.BaseRequest) -> bool:
        """Tell whether the browser spoke HTTPS: to us, or to a proxy of ours, which says so in `X-Forwarded-Proto`.

        Of several values the last one counts: the proxy that speaks to us wrote it.
        """
        if request.secure:
            return True
        said = request.headers.getall(FORWARDED_SCHEME, []) if self._is_proxy(request) else []
        return bool(said) and said[-1].rpartition(",")[2].strip().lower() == "https"

    def home(self, request: web.BaseRequest) -> str:
        """Return scheme and host as the asker itself reached us by: `https://window.example`."""
        return f"{'https' if self.came_by_https(request) else 'http'}://{request.host}"

    def is_operator(self, request: web.BaseRequest) -> bool:
        """Tell whether the request comes from where metrics and readiness may be asked."""
        return self.address(request) in self._operators

    def knows_host(self, request: web.BaseRequest) -> bool:
        """Tell whether `Host` is a name of this installation: another site's name may lead here (DNS rebinding).

        Without configured names every address by number, `localhost` and the machine's own names are ours.
        """
        host = request.headers.get("Host", "")
        name = _name(host) if _is_plain(host) else ""
        if name in self._names or name == "localhost" or name.endswith(".localhost"):
            return True
        try:
            number = ipaddress.ip_address(name)
        except ValueError:
            return False
        return self._by_number or number.is_loopback

    def check_origin(self, request: web.BaseRequest) -> None:
        """Refuse a request of another site's page; programs send no `Origin`.

        Raises:
            BadOrigin: it is one.
        """
        if not self.knows_origin(request):
            raise BadOrigin

    def knows_origin(self, request: web.BaseRequest) -> bool:
        """Tell whether a page of ours sent the request; programs send no `Origin`.

        It is compared with `Host`, by which the request came here, and not with a name in the request line. What came
        by HTTPS came from a page of HTTPS: one that was read in the clear may be anybody's.
        """
        origin, host = request.headers.get("Origin", ""), request.headers.get("Host", "")
        if not origin or origin in self._origins:
            return True
        try:
            page = urlsplit(origin)
            return bool(host) and page.netloc == host and (page.scheme == "https" or not self.came_by_https(request))
        except ValueError:
            return False


def plain_address(text: str) -> str:
    """Return an address in one spelling: without port, brackets and zone, IPv4 as such also where IPv6 wraps it.

    What is no address is returned as it is, cut to the length of one.
    """
    bare = text.partition("]")[0].removeprefix("[") if text.startswith("[") else text
    bare = bare.partition(":")[0] if bare.count(":") == 1 else bare
    try:
        return str(read_ip(bare))
    except ValueError:
        return text[:ADDRESS_MAX]


def network_of(address: str) -> str:
    """Return an IPv4 address as it is, and of an IPv6 address the network that one visitor has to itself."""
    try:
        return str(ipaddress.ip_network((address, NETWORK_6), strict=False)) if ":" in address else address
    except ValueError:
        return address


def _name(host: str) -> str:
    """Return the name in a `Host` header, without its port; empty when it is malformed."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _own_names() -> set[str]:
    own = socket.gethostname().lower()
    return {own, f"{own}.local"}
