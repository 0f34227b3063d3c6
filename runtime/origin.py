"""Carry a request's id and kind of address to everything that is done for it."""

import ipaddress
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

import msgspec


class RequestOrigin(msgspec.Struct, frozen=True):
    """`place` is `loopback`, `internal`, `external`, or `command` where no request was; `address` is mostly empty."""

    request: str = ""
    place: str = "command"
    address: str = ""


COMMAND: Final = RequestOrigin()
_current: Final[ContextVar[RequestOrigin]] = ContextVar("origin", default=COMMAND)


def current() -> RequestOrigin:
    """Return the origin of the act in progress."""
    return _current.get()


def new_request() -> str:
    """Make a request's id."""
    return secrets.token_hex(8)


def origin_of(request: str, address: str, *, keeps_address: bool = False) -> RequestOrigin:
    """Return the origin of a request; its address itself only where the installation decided to keep it."""
    return RequestOrigin(request, place_of(address), address if keeps_address else "")


def place_of(address: str) -> str:
    """Return the kind of an address; an empty one is a Unix socket's."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0]) if address else None
    except ValueError:
        return "external"
    if parsed is None or parsed.is_loopback:
        return "loopback"
    return "internal" if parsed.is_private or parsed.is_link_local else "external"


@contextmanager
def during(origin: RequestOrigin) -> Iterator[None]:
    """Do something for a request."""
    token = _current.set(origin)
    try:
        yield
    finally:
        _current.reset(token)
