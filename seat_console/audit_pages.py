"""The audit trail for auditors: acts by account, newest first, and alarms to be answered by name."""

from typing import Final

from aiohttp import web

from protocol.errors import NotFound
from records import audit
from records.audit import alarms, who_of
from records.audit.acts import ACTS
from runtime.doors import check_query
from runtime.login import Login
from seat_console.page import catalogue, render
from seat_console.record_words import RecordWords
from seat_console.services import services_of

FIELDS: Final = ("actor", "subject", "action")
FIELD_MAX: Final = 100
PAGE: Final = 100


async def show(request: web.Request, login: Login) -> web.StreamResponse:
    """Show a page of the trail with the alarms; that it was read is on the trail.

    Raises:
        BadInput: the query has a parameter that is none of the form's, or one twice.
    """
    check_query(request, {*FIELDS, "before", "lang"})
    services = services_of(request)
    asked = {name: request.query.get(name, "").strip()[:FIELD_MAX] for name in FIELDS}
    text = request.query.get("before", "")
    before = int(text) if text.isascii() and text.isdigit() and len(text) < FIELD_MAX // 6 else 0
    async with services.database.read() as db:
        entries = await audit.trail(db, **asked, limit=PAGE, before=before)
        found = await alarms.listed(db)
    await services.note(login, "trail.read", "", {name: value for name, value in asked.items() if value})
    words = RecordWords(catalogue(request), services.directory)
    last = entries[-1].seq if len(entries) == PAGE else 0
    facts = {"acts": sorted(ACTS), "entries": entries, "alarms": found, "asked": asked, "words": words, "last": last}
    return render(request, "audit.html", login, facts)


async def answer(request: web.Request, login: Login) -> web.StreamResponse:
    """Answer an alarm and show the page again; one that was answered meanwhile stays as it is."""
    services, fields = services_of(request), await request.post()
    said = str(fields.get("answer", "")).strip()
    try:
        if said:
            async with services.database.begin() as db:
                await alarms.answer(db, str(fields.get("alarm", ""))[:160], who_of(login), said, services.clock)
    except NotFound:
        pass
    raise web.HTTPSeeOther("/audit")
