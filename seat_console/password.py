"""Changes one's own password, as a plain form that works without a script; every other sign-in ends with it."""

import logging

from aiohttp import web

from protocol.errors import BadCredentials, BadInput, Busy, ServiceError, TooManyTries
from records.staff import passwords
from runtime.login import Login, SignInStep
from seat_console.page import catalogue, render
from seat_console.services import services_of
from seat_console.sign_in import went_on
from webui.sentences import tell
from webui.translations import Translations

log = logging.getLogger(__name__)
DONE = "done"


async def show(request: web.Request, login: Login) -> web.StreamResponse:
    """Show the form, or that it is done."""
    return form(request, login)


def form(request: web.Request, login: Login, *, fault: str = "", status: int = 200) -> web.Response:
    """Render the form with its fault."""
    done = not fault and DONE in request.query
    facts = {
        "account": login.account,
        "fault": fault,
        "done": done,
        "first": login.step is SignInStep.PASSWORD,
        "shortest": passwords.PASSWORD_MIN,
        "longest": passwords.PASSWORD_MAX,
    }
    return render(request, "password.html", login, facts, status=status)


async def change(request: web.Request, login: Login) -> web.StreamResponse:
    """Give the account a new password; pages that are open with its other sign-ins go."""
    services = services_of(request)
    fields = await request.post()
    old, new, again = (str(fields.get(key, "")) for key in ("old", "new", "again"))
    words = catalogue(request)
    if new != again:
        return form(request, login, fault=words.gettext("The two new passwords are not the same."), status=422)
    tries = services.tries.of(request, login.account)
    try:
        next_login = await services.sign_ins.change_password(tries, login, old, new)
    except (BadCredentials, BadInput, Busy, TooManyTries) as problem:
        return form(request, login, fault=_sentence(words, problem), status=problem.http_status)
    log.info("password_changed", extra={"account": login.account})
    response = went_on(request, *next_login) if next_login is not None else web.HTTPSeeOther(f"/password?{DONE}")
    await tries.succeeded(response)
    raise response


def _sentence(words: Translations, problem: ServiceError) -> str:
    match problem:
        case BadCredentials():
            return words.gettext("The current password is not right.")
        case BadInput(params={"why": "same"}):
            return words.gettext("That is the password you have already.")
        case BadInput(params={"why": "length"}):
            places = {"min": passwords.PASSWORD_MIN, "max": passwords.PASSWORD_MAX}
            return words.gettext("A password has {min} to {max} characters.", **places)
        case _:
            return tell(words, problem.code, **problem.params)
