"""The records for supervisors: find a session, read all of it, take the list away as CSV."""

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

import msgspec
from aiohttp import web

from protocol import typed
from protocol.errors import BadInput, UnknownItem
from records.catalogue.directory import Directory
from records.scopes import seats_within
from records.sessions import find as sessions
from records.sessions.export import COLUMNS, WordColumn
from records.sessions.find import ClaimFigures, SessionPage, SessionSearch
from records.sessions.views import SessionLine
from runtime.doors import check_query
from runtime.login import Login
from runtime.pieces import send_csv
from seat_console.page import catalogue, names, render
from seat_console.record_timeline import tell
from seat_console.record_words import WORDS, RecordWords
from seat_console.services import services_of
from webui.sentences import gettext_noop
from webui.sentences import tell as tell_error
from webui.translations import Translations

FIELDS = ("number", "receipt", "day", "seat", "item", "district", "outcome")
SPAN = ("from", "to")
KNOWN = frozenset({*FIELDS, *SPAN, "unanswered", "cursor", "lang"})
FIELD_MAX = 80
PAGE = 50
HEADINGS: dict[str, str] = {
    "number": gettext_noop("Number"),
    "receipt": gettext_noop("Receipt"),
    "day": gettext_noop("Day"),
    "from": gettext_noop("From day"),
    "to": gettext_noop("To day"),
    "arrived_ms": gettext_noop("Arrived"),
    "began_ms": gettext_noop("Began"),
    "closed_ms": gettext_noop("Closed at"),
    "waited_ms": gettext_noop("Waited (seconds)"),
    "served_ms": gettext_noop("Served (seconds)"),
    "seat": gettext_noop("Seat"),
    "account": gettext_noop("Account"),
    "agent": gettext_noop("Served by"),
    "staff_number": gettext_noop("Staff number"),
    "department": gettext_noop("Department"),
    "item": gettext_noop("Item code"),
    "item_name": gettext_noop("Item"),
    "mode": gettext_noop("Mode"),
    "language": gettext_noop("Language"),
    "channel": gettext_noop("Channel"),
    "site": gettext_noop("Site"),
    "booth": gettext_noop("Booth"),
    "collecting_district": gettext_noop("Collecting district"),
    "handling_district": gettext_noop("Handling district"),
    "ticket_state": gettext_noop("State of the ticket"),
    "state": gettext_noop("Call"),
    "case_state": gettext_noop("Case"),
    "outcome": gettext_noop("Outcome"),
    "rating": gettext_noop("Rating"),
    "documents": gettext_noop("Documents"),
    "priority_claim": gettext_noop("Claim to priority"),
    "session": gettext_noop("Call id"),
    "ticket": gettext_noop("Ticket id"),
}


def words(request: web.Request) -> RecordWords:
    """Return the reader's words and the district's names."""
    return RecordWords(catalogue(request), services_of(request).directory)


def asked(query: Mapping[str, str]) -> dict[str, str]:
    """Return the fields of the search form as they were sent."""
    return {field: query.get(field, "").strip()[:FIELD_MAX] for field in (*FIELDS, *SPAN)}


def wanted(request: web.Request) -> SessionSearch:
    """Turn the form into a search; an item may be named by code, by its own name or by a word of it.

    Raises:
        BadInput: a field cannot be read, is none of the form's, or comes twice.
    """
    check_query(request, KNOWN)
    directory, query = services_of(request).directory, request.query
    given = asked(query)
    begin = typed.moment(given.pop("from"), "from", directory.zone)
    end = typed.moment(given.pop("to"), "to", directory.zone, is_end=True)
    return sessions.understood(
        SessionSearch(
            **{**given, "item": find_item(directory, given["item"])},
            from_ms=begin,
            to_ms=end,
            unanswered=query.get("unanswered", "") == "1",
            cursor=query.get("cursor", ""),
            limit=PAGE,
        )
    )


def find_item(directory: Directory, text: str) -> str:
    """Return an item's id.

    Raises:
        BadInput: no item is called so.
    """
    if not text:
        return ""
    try:
        return directory.items.find(typed.plain(text).upper()).id
    except UnknownItem:
        hits = directory.items.search(text, 1)
    if not hits:
        raise BadInput(field="item", why="item")
    return hits[0].item


async def search(request: web.Request, login: Login) -> web.StreamResponse:
    """Show the form with a page of results."""
    services = services_of(request)
    looked_for, fault = SessionSearch(limit=PAGE), ""
    found, total, claims = SessionPage(()), 0, tuple[ClaimFigures, ...]()
    try:
        looked_for = wanted(request)
        async with services.database.read() as db:
            found = await sessions.find(db, looked_for, login.scope)
            total = await sessions.count(db, looked_for, login.scope)
            claims = await sessions.claims_by_site(db, looked_for, login.scope)
        await services.note(login, "sessions.searched", "", sessions.filter_of(looked_for))
    except BadInput as problem:
        fault = said_of(catalogue(request), problem)
    given = {key: value for key, value in request.query.items() if key not in {"cursor", "lang"} and value}
    narrowed = sessions.filter_of(msgspec.structs.replace(looked_for, unanswered=False))
    context = {
        "asked": {**asked(request.query), "day": _dashed(looked_for.day)},
        "fault": fault,
        "unanswered": looked_for.unanswered,
        "found": found,
        "total": total,
        "claims": claims,
        "words": words(request),
        "seats": seats_within(services.directory, login.scope),
        "districts": [one for one in services.directory.places.districts() if one.active],
        "outcomes": list(outcomes(catalogue(request))),
        "today": _dashed(services.business.now().day(services.directory.zone)),
        "next": urlencode({**given, "cursor": found.cursor}) if found.cursor else "",
        "first": urlencode(given) if request.query.get("cursor") else "",
        "export": urlencode({name: text for name, text in given.items() if name in KNOWN}) if narrowed else "",
    }
    return render(request, "records.html", login, context, status=BadInput.http_status if fault else 200)


def outcomes(said: Translations) -> list[tuple[str, str]]:
    """Return the eleven outcomes as key and word."""
    return [(key, said.gettext(sentence)) for key, sentence in WORDS["outcome"].items()]


def said_of(said: Translations, problem: BadInput) -> str:
    """Return the fault of a search, with the field's heading."""
    field = HEADINGS.get(str(problem.params.get("field")), "")
    return tell_error(said, problem.code, **{**problem.params, "field": said.gettext(field) if field else ""})


def _dashed(text: str) -> str:
    return f"{text[:4]}-{text[4:6]}-{text[6:]}" if text else ""


async def show(request: web.Request, login: Login) -> web.StreamResponse:
    """Show everything about one session; the look itself goes on record."""
    record = await services_of(request).reader.view(login, request.match_info["session"])
    speaking = words(request)
    context = {
        "record": record,
        "line": record.line,
        "words": speaking,
        "steps": tell(record.events, record.participants, speaking, catalogue(request)),
        "documents": msgspec.json.encode(record.documents).decode(),
        "names": names(request),
    }
    return render(request, "record.html", login, context, wasm=True)


def readable(speaking: RecordWords, headings: Mapping[str, str], said: Translations) -> dict[str, WordColumn]:
    """Return the columns that give the meaning of the codes beside them."""

    def names(column: str, say: Callable[[SessionLine], str]) -> WordColumn:
        return WordColumn(said.gettext("{column} (in words)", column=headings[column]), say)

    def table(column: str, kind: str) -> WordColumn:
        return names(column, lambda line: speaking.word(kind, getattr(line, column) or ""))

    return {
        "department": names("department", lambda line: speaking.department(line.department)),
        "seat": names("seat", lambda line: speaking.seat(line.seat)),
        "mode": table("mode", "mode"),
        "language": names("language", lambda line: speaking.language(line.language)),
        "channel": table("channel", "channel"),
        "site": names("site", lambda line: speaking.site(line.site)),
        "collecting_district": names("collecting_district", lambda line: speaking.district(line.collecting_district)),
        "handling_district": names("handling_district", lambda line: speaking.district(line.handling_district)),
        "ticket_state": table("ticket_state", "ticket"),
        "state": table("state", "session"),
        "case_state": table("case_state", "case"),
        "outcome": table("outcome", "outcome"),
        "rating": table("rating", "rating"),
        "priority_claim": table("priority_claim", "priority_claim"),
    }


async def export(request: web.Request, login: Login) -> web.StreamResponse:
    """Send all results of the search as CSV; the export goes on record."""
    services = services_of(request)
    said, search = catalogue(request), wanted(request)
    headings = {column: said.gettext(HEADINGS[column]) for column in COLUMNS if column in HEADINGS}
    said_in_words = readable(words(request), headings, said)
    pieces = await services.reader.export(login, search, headings, said_in_words)
    name = f"sessions-{services.business.now().day(services.directory.zone)}.csv"
    return await send_csv(request, name, pieces)
