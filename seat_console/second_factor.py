"""The second factor at plain forms: asked for after the password, and set up by scanning a code with a phone."""

import logging
import re
from urllib.parse import parse_qs, urlsplit

import segno
from aiohttp import web

from protocol.errors import BadInput, ServiceError, TooManyTries
from protocol.identity_errors import BadCode
from runtime.login import Login, SignInStep
from seat_console import guard
from seat_console.page import catalogue, render
from seat_console.services import services_of
from seat_console.sign_in import went_on
from webui.sentences import tell

log = logging.getLogger(__name__)


async def ask(request: web.Request, login: Login) -> web.StreamResponse:
    """Ask for a one-time code; an account without a second factor goes on to work."""
    if login.step is not SignInStep.CODE:
        raise web.HTTPSeeOther(guard.after(login, ""))
    return _asked(request, login)


def _asked(request: web.Request, login: Login, problem: ServiceError | None = None) -> web.Response:
    return render(request, "code.html", login, _facts(request, problem), status=problem.http_status if problem else 200)


async def prove(request: web.Request, login: Login) -> web.StreamResponse:
    """Check the code and go on to the next step or to work."""
    if login.step is not SignInStep.CODE:
        raise web.HTTPSeeOther(guard.after(login, ""))
    services = services_of(request)
    try:
        begun = await services.factors.go_on(services.logins, login, await _code(request))
    except (BadCode, TooManyTries) as problem:
        log.info("code_refused", extra={"account": login.account, "code": problem.code})
        return _asked(request, login, problem)
    raise went_on(request, *begun)


async def show(request: web.Request, login: Login) -> web.StreamResponse:
    """Show the code to scan, or that there is a second factor already."""
    return await _shown(request, login)


async def _shown(request: web.Request, login: Login, problem: ServiceError | None = None) -> web.Response:
    try:
        address = await services_of(request).factors.begin(login.account)
    except BadInput:
        return render(request, "second_factor.html", login, {**_facts(request, None), "is_set": True})
    key = parse_qs(urlsplit(address).query)["secret"][0]
    facts = {
        **_facts(request, problem),
        "picture": segno.make(address, error="m").svg_data_uri(scale=5, border=4),
        "key": " ".join(re.findall(".{1,4}", key)),
    }
    return render(request, "second_factor.html", login, facts, status=problem.http_status if problem else 200)


async def confirm(request: web.Request, login: Login) -> web.StreamResponse:
    """Prove that the phone gives the right codes; show the recovery codes, this once."""
    services = services_of(request)
    try:
        codes, cookie, login = await services.factors.confirm(services.logins, login, await _code(request))
    except (BadCode, BadInput, TooManyTries) as problem:
        return await _shown(request, login, problem)
    log.info("factor_confirmed", extra={"account": login.account})
    facts = {**_facts(request, None), "codes": codes, "onward": guard.after(login, "")}
    response = render(request, "second_factor.html", login, facts)
    if cookie:
        services.request_logins.set_cookie(response, cookie)
    return response


async def _code(request: web.Request) -> str:
    return str((await request.post()).get("code", ""))[:64]


def _facts(request: web.Request, problem: ServiceError | None) -> dict[str, object]:
    fault = tell(catalogue(request), problem.code, **problem.params) if problem else ""
    return {"fault": fault, "codes": (), "onward": "", "is_set": False, "picture": "", "key": ""}
