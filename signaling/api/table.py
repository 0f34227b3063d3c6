"""Routes with their handlers and documentation, and the reading of requests."""

import dataclasses
import re
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager
from typing import Literal, NamedTuple, TypeVar

import msgspec
from aiohttp import web

from protocol.errors import BadInput, ServiceError, TooManyTries
from protocol.rights import Right
from runtime import throttle
from runtime.doors import check_query
from signaling.machine_access import Operation
from signaling.node import NODE, Node
from signaling.socket.wire import UNREADABLE

Act = Callable[[Node, web.Request], Awaitable[web.StreamResponse]]
Handle = Callable[[web.Request], Awaitable[web.StreamResponse]]
Who = Literal["anybody", "staff", "citizen", "party"]
OVERRIDE = "X-HTTP-Method-Override"
T = TypeVar("T", bound=msgspec.Struct)


class Paging(NamedTuple):
    """The way through a list: field of the items, field of the next page (empty at the end), and its parameter."""

    items: str
    next: str
    parameter: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One operation of the interface."""

    method: Literal["GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS"]
    path: str
    act: Act
    says: str
    who: Who = "anybody"
    """`party`: the citizen of the ticket, or staff with the right."""
    right: Right | None = None
    """Right that a staff account needs; a machine that is granted the operation has it, too."""
    for_machines: bool = False
    """A machine may be granted the operation: what it does is not bound to a person."""
    query: type[msgspec.Struct] | None = None
    body: type[msgspec.Struct] | None = None
    form: type[msgspec.Struct] | None = None
    """Fields of a form, where the body is one in place of JSON."""
    answer: object = None
    media: tuple[str, ...] = ("application/json",)
    status: int = 200
    errors: tuple[type[ServiceError], ...] = ()
    refusal: type[msgspec.Struct] | None = None
    """Body of the route's own 400 and 401, where another standard than ours says what they are."""
    takes: tuple[str, ...] = ()
    """Request headers, described in `headers.py`."""
    gives: tuple[str, ...] = ()
    """Headers of the answer, described in `headers.py`."""
    limits: tuple[throttle.Limit, ...] = ()
    """Limits that are spent before the route does anything."""
    paging: Paging | None = None
    more: str = ""
    """Facts beyond `says`: lifetimes, order, paging."""
    overridable: bool = False
    """`X-HTTP-Method-Override` chooses among the path's methods, as tus asks for."""
    tag: str = ""
    """Chapter of the document; empty: by the first word of the path."""

    @property
    def operation(self) -> str:
        """The operation's name: its `operationId`, and the scope (RFC 6749) by which machines are granted it."""
        words = re.findall(r"[a-z]+", self.path.removeprefix("/api"))
        return "_".join((self.method.lower(), *words))


def grantable(routes: Iterable[Route]) -> dict[str, Right | None]:
    """Return the operations that machines may be granted, each with the right that staff need for it."""
    return {route.operation: route.right for route in routes if route.for_machines}


class Nothing(msgspec.Struct, frozen=True):
    """An empty object."""


def count_look(node: Node, request: web.Request) -> None:
    """Count a look into the catalogue, or a check, by its address: each takes the loop up to some milliseconds.

    Raises:
        TooManyTries: more than a town asks for.
    """
    wait_s = node.searches.spend(address(node, request))
    if wait_s:
        raise TooManyTries(retry_after_s=wait_s)


def mount(app: web.Application, routes: tuple[Route, ...]) -> None:
    """Serve the routes."""
    paths: dict[str, dict[str, Route]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method] = route
    for path, methods in paths.items():
        if any(route.overridable for route in methods.values()):
            _ = app.router.add_route("*", path, _overridable(methods))
        else:
            for method, route in methods.items():
                _ = app.router.add_route(method, path, _bound(route))


def _bound(route: Route) -> Handle:
    known = frozenset(route.query.__struct_encode_fields__) if route.query is not None else frozenset[str]()
    operation = Operation(route.operation, route.right, route.for_machines, route.who == "staff")

    async def handle(request: web.Request) -> web.StreamResponse:
        node = request.app[NODE]
        await node.machines.admit(request, operation)
        check_query(request, known)
        return await route.act(node, request)

    return handle


def _overridable(methods: dict[str, Route]) -> Handle:
    """Choose by the method the request stands for: where a proxy lets only GET and POST through, a header says it."""
    handles = {method: _bound(route) for method, route in methods.items()}

    async def handle(request: web.Request) -> web.StreamResponse:
        method = request.headers.get(OVERRIDE, request.method).strip().upper()
        if method not in handles:
            raise web.HTTPMethodNotAllowed(method, sorted(handles))
        # The copy says the method it stands for, so that it must carry what that one must (the CSRF token).
        return await handles[method](request if method == request.method else request.clone(method=method))

    return handle


def read_query(request: web.Request, kind: type[T]) -> T:
    """Read the query as a typed value.

    Raises:
        BadInput: a parameter is malformed.
    """
    try:
        return msgspec.convert(dict(request.query), kind, strict=False)
    except msgspec.ValidationError as problem:
        what, _, where = str(problem).partition(" - at `$.")
        raise BadInput(field=f"query.{where.rstrip('`')}" if where else "query", why=what) from None


async def read_body(request: web.Request, kind: type[T]) -> T:
    """Read a JSON body as a typed value.

    Raises:
        BadInput: it is not JSON, or not of that shape.
    """
    return decode_body(request, await request.read(), kind)  # bounded by `runtime.gate`


def decode_body(request: web.Request, text: bytes, kind: type[T]) -> T:
    """Decode a JSON body that was read.

    Raises:
        BadInput: it is not JSON, or not of that shape.
    """
    if request.content_type != "application/json":
        raise BadInput(field="Content-Type", why="application/json")
    try:
        return msgspec.json.decode(text, type=kind)
    except UNREADABLE as problem:
        raise _bad(problem) from None


def _bad(problem: Exception) -> BadInput:
    what, _, where = str(problem).partition(" - at `$.")
    return BadInput(field=where.rstrip("`") or "body", why=what)


def address(node: Node, request: web.Request) -> str:
    """Return the address that a request is counted by; for IPv6 its network."""
    return node.services.visitors.counted_as(request)


async def slow_down(node: Node, request: web.Request, limit: throttle.Limit) -> None:
    """Count a try by where it came from.

    Raises:
        TooManyTries: there were too many.
    """
    await node.services.throttle.spend(limit, address(node, request))


def guessing(node: Node, request: web.Request, limit: throttle.Limit) -> AbstractAsyncContextManager[None]:
    """Count a try by where it came from; one that is right in the context, or that an outage ends, costs nothing."""
    return node.services.throttle.guessing(limit, address(node, request))
