"""Serves records of sessions to supervisors, and earlier lines of a chat to its parties."""

import datetime as dt
from typing import Annotated

import msgspec
from aiohttp import web
from msgspec import Meta

from protocol import typed
from protocol.errors import BadInput, NotAllowed, SessionNotFound, SignInRequired, TooManyTries
from protocol.rights import Right
from protocol.views import ChatPage
from records.sessions import find as sessions
from records.sessions.find import SessionPage, SessionRecord, SessionSearch
from runtime import throttle
from runtime.edge import reply
from runtime.pieces import send_csv
from signaling.api.table import Paging, Route, read_query
from signaling.node import Node
from signaling.session import ended, papers


def _says(text: str) -> Meta:
    return Meta(max_length=64, description=text)


class Matching(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """Filter of a search; empty fields do not filter."""

    number: Annotated[str, _says("The ticket's number as it was called, such as MZ001.")] = ""
    receipt: Annotated[str, _says("The receipt's number, with or without dashes.")] = ""
    day: Annotated[str, _says("The day of arrival in the realm's time zone: YYYYMMDD or YYYY-MM-DD.")] = ""
    from_: Annotated[
        str,
        _says(
            "Arrived at this moment or later: a day in the realm's time zone, YYYY-MM-DD, from its begin on; or an "
            "instant, ISO 8601 with an offset, such as 2026-11-28T09:00:00+08:00 (the plus sign as %2B)."
        ),
    ] = ""
    to: Annotated[
        str, _says("Arrived before this moment: an instant as in `from`; or a day, which is in the answer to its end.")
    ] = ""
    seat: Annotated[str, _says("The seat that answered.")] = ""
    item: Annotated[str, _says("The item's id.")] = ""
    district: Annotated[str, _says("The district where it was collected, or that handles it.")] = ""
    ticket: Annotated[str, _says("The ticket's id.")] = ""
    outcome: Annotated[str, _says("How it ended: one of the outcomes of docs/protocol.md, section 3.")] = ""
    unanswered: Annotated[bool, Meta(description="Adds tickets that nobody answered to the sessions found.")] = False

    def search(self, zone: dt.tzinfo) -> SessionSearch:
        """Return it as the ledger takes it; days are those of `zone`."""
        search = msgspec.convert(self, SessionSearch, from_attributes=True)
        begin, end = typed.moment(self.from_, "from", zone), typed.moment(self.to, "to", zone, is_end=True)
        return msgspec.structs.replace(search, from_ms=begin, to_ms=end)


class Earlier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Range of chat lines: those before line `before`, from 0 in the whole chat (`chat_before` of a snapshot)."""

    before: Annotated[int, Meta(ge=0, le=1_000_000, description="The number of the first line that is known.")]
    limit: Annotated[int, Meta(ge=1, le=200, description="Most lines to return.")] = 100


class SessionQuery(Matching, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Filter of a search, and the page of its results."""

    cursor: Annotated[str, Meta(max_length=400, description="The `cursor` of the page before; empty: the first.")] = ""
    limit: Annotated[int, Meta(ge=1, le=200, description="Sessions a page.")] = 50


async def find(node: Node, request: web.Request) -> web.StreamResponse:
    """Find sessions."""
    login = await node.services.request_logins.demand(request, Right.READ_RECORDS)
    asked = sessions.understood(read_query(request, SessionQuery).search(node.services.directory.zone))
    async with node.services.database.read() as db:
        found = await sessions.find(db, asked, login.scope)
    await node.trail.note(login, "sessions.searched", "", sessions.filter_of(asked))
    return reply(found)


async def show(node: Node, request: web.Request) -> web.StreamResponse:
    """Show everything about one session; the look goes on record."""
    login = await node.services.request_logins.demand(request, Right.READ_RECORDS)
    return reply(await node.reader.view(login, request.match_info["session"]))


async def export(node: Node, request: web.Request) -> web.StreamResponse:
    """Send all that matches as CSV; the export goes on record."""
    login = await node.services.request_logins.demand(request, Right.EXPORT_RECORDS)
    search = read_query(request, Matching).search(node.services.directory.zone)
    return await send_csv(request, "sessions.csv", await node.reader.export(login, search))


async def earlier(node: Node, request: web.Request) -> web.StreamResponse:
    """Return lines of the caller's own conversation that its snapshot left out."""
    ticket = papers.bearer(node, request) or await papers.at_desk(
        node, await node.services.request_logins.demand(request, Right.SERVE_CALLS)
    )
    asked = read_query(request, Earlier)
    await node.services.throttle.spend(throttle.EARLIER, ticket)
    row = await node.services.queue.tickets.find(ticket)
    if row is None and (over := await ended.ended(node.services, ticket)) is not None:
        return reply(await ended.chat(node.services, over, asked.before, asked.limit))
    if row is None or not row.session:
        raise SessionNotFound
    return reply(await node.sessions.chat(row.session, asked.before, asked.limit))


ROUTES = (
    Route(
        method="GET",
        path="/api/sessions",
        act=find,
        for_machines=True,
        says="Find sessions by number, receipt, time, seat, item, district, outcome; newest first, in pages.",
        who="staff",
        right=Right.READ_RECORDS,
        query=SessionQuery,
        answer=SessionPage,
        paging=Paging(items="sessions", next="cursor", parameter="cursor"),
        more="Finds nothing beyond the scope of the account. Records are written from the journal, about 0.1 s behind "
        "the socket. `case_state` is the state of the "
        "matter the session opened; empty when it opened none.",
        errors=(SignInRequired, NotAllowed, BadInput),
    ),
    Route(
        method="GET",
        path="/api/sessions.csv",
        act=export,
        for_machines=True,
        says="All sessions that match, as CSV for spreadsheets.",
        who="staff",
        right=Right.EXPORT_RECORDS,
        query=Matching,
        answer=str,
        media=("text/csv",),
        gives=("Content-Disposition",),
        more="At least one parameter other than `unanswered` must be given and not empty (else `bad_input`, `why` "
        "`filter`); `from` with an early day takes everything. One line a session, with a heading; no paging. Columns "
        "ending in `_ms` are milliseconds, the other times the realm's, with offset. The export goes on record.",
        errors=(SignInRequired, NotAllowed, BadInput),
    ),
    Route(
        method="GET",
        path="/api/sessions/{session}",
        act=show,
        for_machines=True,
        says="Everything on record about one session, by its id or its ticket's.",
        who="staff",
        right=Right.READ_RECORDS,
        answer=SessionRecord,
        errors=(SignInRequired, NotAllowed, SessionNotFound),
    ),
    Route(
        method="GET",
        path="/api/conversation",
        act=earlier,
        says="Lines of the caller's own chat that the `session` snapshot left out, oldest first: a citizen by its "
        "ticket's token, an agent by the session being served.",
        who="party",
        right=Right.SERVE_CALLS,
        query=Earlier,
        answer=ChatPage,
        errors=(SignInRequired, NotAllowed, SessionNotFound, TooManyTries, BadInput),
    ),
)
