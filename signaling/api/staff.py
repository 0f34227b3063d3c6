"""Signs staff in and out, names the signed-in account, and lets supervisors set seats on break."""

from typing import Annotated, Final, Literal

import msgspec
from aiohttp import web
from msgspec import Meta

from protocol.errors import (
    BadCredentials,
    BadCsrf,
    BadInput,
    BadOrigin,
    Busy,
    NotAllowed,
    SeatNotFound,
    SignInRequired,
    TooManyTries,
)
from protocol.identity_errors import BadCode
from protocol.rights import Right
from protocol.states import PauseReason
from protocol.views import SeatView, WallboardView
from records.scopes import check_seat
from runtime import throttle
from runtime.edge import reply
from runtime.login import Login, SignInStep
from runtime.request_logins import COOKIE
from signaling.api.table import Nothing, Route, read_body, read_query
from signaling.node import Node

OPENING_S: Final = 3600
"""Seconds for which a machine's looks at the wallboard are one opening of it."""


class SignInRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A name with its password."""

    name: Annotated[str, Meta(min_length=1, max_length=64)]
    password: Annotated[str, Meta(min_length=1, max_length=256)]


class OneTimeCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A one-time code of six digits, or a recovery code."""

    code: Annotated[str, Meta(min_length=1, max_length=32)]


class NewPassword(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The current password as proof, and the new one."""

    old: Annotated[str, Meta(min_length=1, max_length=256)]
    new: Annotated[str, Meta(min_length=1, max_length=256)]


class Leave(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Sign-ins to end."""

    everywhere: Annotated[
        Literal["", "1", "true", "0", "false"],
        Meta(description="Present (also without a value), `1` or `true`: end all sign-ins of the account."),
    ] = "0"


class Me(msgspec.Struct, frozen=True):
    """The signed-in account; `csrf` goes into `X-CSRF-Token` of every unsafe request."""

    account: str
    role: str
    seat: str
    display_name: str
    csrf: str
    scope: str = "realm"
    """Scope of the rights: `realm`, or `district:`, `department:` or `site:` with its id."""
    step: str = ""
    """Step that is missing before anything else is allowed: `code`, `password`, `factor`; empty: nothing."""


class Break(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Reason for which a seat is set on break."""

    reason: PauseReason = PauseReason.SUPERVISOR


def _me(login: Login) -> Me:
    return Me(login.account, login.role, login.seat, login.display_name, login.csrf, str(login.scope), login.step.value)


async def login(node: Node, request: web.Request) -> web.StreamResponse:
    """Sign in."""
    services = node.services
    services.visitors.check_origin(request)
    said = await read_body(request, SignInRequest)
    tries = services.tries.of(request, said.name)
    begun = await node.sign_ins.begin(tries, said.name, said.password, instead_of=request.cookies.get(COOKIE, ""))
    response = _went_on(node, *begun)
    await tries.succeeded(response)
    return response


async def login_code(node: Node, request: web.Request) -> web.StreamResponse:
    """Go on with a sign-in by a one-time code or a recovery code."""
    found = await node.services.request_logins.demand(request, Right.OWN_LOGIN, SignInStep.CODE)
    said = await read_body(request, OneTimeCode)
    if found.step is not SignInStep.CODE:
        raise NotAllowed(why="no_code_expected")
    return _went_on(node, *await node.services.factors.go_on(node.services.logins, found, said.code))


def _went_on(node: Node, cookie: str, made: Login) -> web.StreamResponse:
    """Answer with a login that begins, or that follows on the one whose step is done."""
    response = reply(_me(made))
    node.services.request_logins.set_cookie(response, cookie)
    return response


async def logout(node: Node, request: web.Request) -> web.StreamResponse:
    """Sign out; with `?everywhere=1` from all windows and machines."""
    found = await node.services.request_logins.demand(request, Right.OWN_LOGIN, *SignInStep)
    everywhere = read_query(request, Leave).everywhere
    await node.sign_ins.end(found, everywhere=everywhere not in {"0", "false"}, leaves=True)
    response = reply(Nothing())
    node.services.request_logins.clear_cookie(response)
    return response


async def password(node: Node, request: web.Request) -> web.StreamResponse:
    """Change one's own password; every other sign-in of the account ends."""
    found = await node.services.request_logins.demand(request, Right.OWN_LOGIN, SignInStep.PASSWORD)
    said = await read_body(request, NewPassword)
    tries = node.services.tries.of(request, found.account)
    next_login = await node.sign_ins.change_password(tries, found, said.old, said.new)
    response = _went_on(node, *next_login) if next_login is not None else reply(_me(found))
    await tries.succeeded(response)
    return response


async def me(node: Node, request: web.Request) -> web.StreamResponse:
    """Return the signed-in account."""
    found = await node.services.logins.find(request.cookies.get(COOKIE, ""))
    if found is None:
        raise SignInRequired
    return reply(_me(found))


async def wallboard(node: Node, request: web.Request) -> web.StreamResponse:
    """Return the floor as it is."""
    watcher = await node.services.request_logins.demand(request, Right.WATCH_FLOOR)
    if watcher.is_machine:
        # It asks every few seconds.
        mark = node.services.keys.opening(watcher.key, "wallboard")
        _ = await node.trail.note_once(mark, OPENING_S, watcher, "wallboard.opened", "")
    else:
        await node.trail.note(watcher, "wallboard.opened", "")
    return reply(await node.floor.now(watcher.scope))


async def pause_seat(node: Node, request: web.Request) -> web.StreamResponse:
    """Set a seat on break."""
    login = await node.services.request_logins.demand(request, Right.PAUSE_SEATS)
    said = await read_body(request, Break)
    seat = request.match_info["seat"]
    check_seat(node.services.directory, login.scope, seat)
    if said.reason is PauseReason.MISSED:
        raise NotAllowed(reason=said.reason.value)
    row = await node.services.queue.seats.pause(seat, said.reason)
    await node.trail.note(login, "seat.paused", seat, reason=said.reason.value)
    return reply(node.seats.view(row))


ROUTES = (
    Route(
        method="POST",
        path="/api/login",
        act=login,
        says="Sign in; sets the login cookie.",
        body=SignInRequest,
        answer=Me,
        gives=("Set-Cookie",),
        limits=(throttle.SIGN_IN,),
        more="Counted by account and address; the right password forgets the wrong ones before it. The login ends "
        "after an hour without use and after 12 hours in any case.",
        errors=(BadCredentials, TooManyTries, Busy, BadOrigin),
    ),
    Route(
        method="POST",
        path="/api/login/code",
        act=login_code,
        says="Go on with a sign-in whose `step` is `code`: a one-time code, or a recovery code, which is used up. The "
        "cookie and the CSRF token are new.",
        who="staff",
        right=Right.OWN_LOGIN,
        body=OneTimeCode,
        answer=Me,
        gives=("Set-Cookie",),
        errors=(SignInRequired, BadCsrf, BadCode, NotAllowed, TooManyTries),
    ),
    Route(
        method="POST",
        path="/api/logout",
        act=logout,
        says="Sign out; with `everywhere` from all windows and machines.",
        who="staff",
        right=Right.OWN_LOGIN,
        query=Leave,
        gives=("Set-Cookie",),
        answer=Nothing,
        errors=(SignInRequired, BadCsrf),
    ),
    Route(
        method="POST",
        path="/api/password",
        act=password,
        says="Change one's own password; every other sign-in of the account ends at once, this one goes on.",
        who="staff",
        right=Right.OWN_LOGIN,
        body=NewPassword,
        limits=(throttle.SIGN_IN,),
        more="Counted by account.",
        gives=("Set-Cookie",),
        answer=Me,
        errors=(SignInRequired, BadCsrf, BadCredentials, TooManyTries, Busy, BadInput),
    ),
    Route(
        method="GET",
        path="/api/me",
        act=me,
        says="Return the account that is signed in, and its CSRF token.",
        who="staff",
        right=Right.OWN_LOGIN,
        answer=Me,
        errors=(SignInRequired,),
    ),
    Route(
        method="GET",
        path="/api/wallboard",
        act=wallboard,
        for_machines=True,
        says="The floor as it is, within the scope of the account: seats, lanes, counts.",
        who="staff",
        right=Right.WATCH_FLOOR,
        answer=WallboardView,
        errors=(SignInRequired, NotAllowed),
    ),
    Route(
        method="POST",
        path="/api/seats/{seat}/pause",
        act=pause_seat,
        for_machines=True,
        says="Set a seat on break; during a call it counts from its end.",
        who="staff",
        right=Right.PAUSE_SEATS,
        body=Break,
        answer=SeatView,
        errors=(SignInRequired, NotAllowed, BadCsrf, SeatNotFound),
    ),
)
