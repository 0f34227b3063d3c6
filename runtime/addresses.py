"""Tells where a request came from, whether by HTTPS, and whether it asks for one of our names."""

import ipaddress
import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

from aiohttp import web

from runtime.settings import Settings

FORWARDED = "X-Forwarded-For"
FORWARDED_SCHEME = "X-Forwarded-Proto"


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
        sender = request.remote or ""
        if not self._is_proxy(request):
            return sender
        hops = [hop.strip() for line in request.headers.getall(FORWARDED, []) for hop in line.split(",") if hop.strip()]
        return hops[max(0, len(hops) - self._proxies)] if hops else sender

    def _is_proxy(self, request: web.BaseRequest) -> bool:
        """Tell whether the connection is one of our proxies': only those may say who asked, and how."""
        return bool(self._proxies) and (request.remote or "") in self._trusted

    def came_by_https(self, request: web.BaseRequest) -> bool:
        """Tell whether the browser spoke HTTPS: to us, or to a proxy of ours, which says so in `X-Forwarded-Proto`.

        Of several values the last one counts: the proxy that speaks to us wrote it.
        """
        if request.secure:
            return True
        said = request.headers.getall(FORWARDED_SCHEME, []) if self._is_proxy(request) else []
        return bool(said) and said[-1].rpartition(",")[2].strip().lower() == "https"

    def is_operator(self, request: web.BaseRequest) -> bool:
        """Tell whether the request comes from where metrics and readiness may be asked."""
        return self.address(request) in self._operators

    def knows_host(self, request: web.BaseRequest) -> bool:
        """Tell whether `Host` is a name of this installation: another site's name may lead here (DNS rebinding).

        Without configured names every address by number, `localhost` and the machine's own names are ours.
        """
        name = _name(request.headers.get("Host", ""))
        if name in self._names or name == "localhost" or name.endswith(".localhost"):
            return True
        try:
            number = ipaddress.ip_address(name)
        except ValueError:
            return False
        return self._by_number or number.is_loopback

    def knows_origin(self, request: web.BaseRequest) -> bool:
        """Tell whether a page of ours sent the request; programs send no `Origin`."""
        origin = request.headers.get("Origin", "")
        if not origin or origin in self._origins:
            return True
        try:
            return bool(request.host) and urlsplit(origin).netloc == request.host
        except ValueError:
            return False


def _name(host: str) -> str:
    """Return the name in a `Host` header, without its port; empty when it is malformed."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _own_names() -> set[str]:
    own = socket.gethostname().lower()
    return {own, f"{own}.local"}
