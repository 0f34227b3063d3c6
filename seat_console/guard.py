"""Lets the right people in: sign-in first, then the role; refusals become a page, not JSON."""

from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import quote, urlsplit

from aiohttp import web

from protocol.errors import ServiceError, SignInRequired
from protocol.identity_errors import CodeRequired, FactorRequired, PasswordChangeRequired
from protocol.rights import Right, Role, may
from runtime.login import STEP_ERRORS, Login, SignInStep
from seat_console.page import catalogue, home
from seat_console.services import services_of
from webui.sentences import tell

Page = Callable[[web.Request, Login], Awaitable[web.StreamResponse]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
SAME_SITE = frozenset({"same-origin", "none"})
PATH_MAX = 512


STEP_PAGES: Final = {
    SignInStep.CODE: "/sign-in/code",
    SignInStep.PASSWORD: "/password",
    SignInStep.FACTOR: "/second-factor",
}
"""Page of each step of a sign-in."""


def page(handler: Page, right: Right, *during: SignInStep) -> Handler:
    """Make a handler that only those with the right reach; others are sent to sign in, or told that they may not.

    `during` names the steps of a sign-in that may still be missing; who misses another one is sent to make it.
    """

    async def guarded(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request, await services_of(request).request_logins.demand(request, right, *during))
        except SignInRequired:
            raise web.HTTPSeeOther(f"/sign-in?next={quote(request.path_qs, safe='/')}") from None
        except (CodeRequired, PasswordChangeRequired, FactorRequired) as missing:
            step = next(step for step, error in STEP_ERRORS.items() if type(missing) is error)
            raise web.HTTPSeeOther(STEP_PAGES[step]) from None
        except ServiceError as problem:
            return await refusal(request, problem)

    return guarded


def open_page(handler: Handler) -> Handler:
    """Make a handler that everybody reaches; refusals become a page."""

    async def told(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except ServiceError as problem:
            return await refusal(request, problem)

    return told


async def refusal(request: web.Request, problem: ServiceError) -> web.Response:
    """Answer with a page that names the fault and a way on."""
    sentence = tell(catalogue(request), problem.code, **problem.params)
    response = services_of(request).pages.render(
        request,
        "seat_console/refusal.html",
        {"sentence": sentence, "home": "/sign-in", "code": problem.code},
        status=problem.http_status,
    )
    if "retry_after_s" in problem.params:
        response.headers["Retry-After"] = str(problem.params["retry_after_s"])
    return response


def safe_next(path: str) -> str:
    """Return a path of our own to go on to, or nothing: a link must not send a clerk to another site."""
    if len(path) > PATH_MAX or not path.isprintable() or "\\" in path or not path.startswith("/"):
        return ""
    there = urlsplit(path)
    if there.scheme or there.netloc or path.startswith("//") or there.path in {"/sign-in", "/sign-out"}:
        return ""
    return path


def destination(role: Role, asked: str) -> str:
    """Return where to go after sign-in: where one wanted to go, unless that is another role's page."""
    asked = safe_next(asked)
    is_desk = urlsplit(asked).path == "/console"
    return asked if asked and is_desk == may(role, Right.SERVE_CALLS) else home(role)


def after(login: Login, asked: str) -> str:
    """Return where a sign-in goes on: to the step that is missing, or to work."""
    return STEP_PAGES[login.step] if login.step else destination(login.role, asked)


def check_same_site(request: web.Request) -> None:
    """Refuse a form that another site sent: before sign-in there is no CSRF token to go by.

    Raises:
        BadOrigin: it came from elsewhere.
    """
    if request.headers.get("Sec-Fetch-Site") not in SAME_SITE:
        services_of(request).visitors.check_origin(request)
