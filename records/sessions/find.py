"""Finds sessions and shows all that is on record about one."""

import base64
import binascii
from typing import Any, Final

import msgspec
from sqlalchemy import Select, case, func, literal, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from protocol import typed
from protocol.errors import BadInput, Param
from protocol.priorities import Priority, PriorityClaim
from protocol.scopes import Scope
from protocol.states import SessionState
from records.scopes import within
from records.sessions.lines import Joined, joined, line
from records.sessions.receipts import by_receipt
from records.sessions.show import show
from records.sessions.views import ClaimFigures, ReceiptView, SessionLine, SessionRecord
from records.tables.ledger import TicketRow
from records.tables.sessions import OutcomeRow, SessionRow

__all__ = [
    "ClaimFigures",
    "ReceiptView",
    "SessionLine",
    "SessionPage",
    "SessionRecord",
    "SessionSearch",
    "by_receipt",
    "claims_by_site",
    "count",
    "count_closed",
    "exportable",
    "filter_of",
    "find",
    "show",
]

LIMIT_MAX: Final = 200


class SessionSearch(msgspec.Struct, frozen=True, kw_only=True):
    """The filter of a search; empty fields match everything. `district` is the collecting or the handling one."""

    number: str = ""
    receipt: str = ""
    day: str = ""
    seat: str = ""
    item: str = ""
    district: str = ""
    ticket: str = ""
    outcome: str = ""
    from_ms: int | None = None
    """Arrived at this moment or later; `to_ms`: before that one. Milliseconds since the epoch, UTC."""
    to_ms: int | None = None
    unanswered: bool = False
    """Tickets that never came to a session, too."""
    cursor: str = ""
    limit: int = 50


def filter_of(search: SessionSearch) -> dict[str, Param]:
    """Return a search's filter as the audit trail records it: numbers and codes, never free text."""
    return {
        name: value
        for name in search.__struct_fields__
        if name not in {"cursor", "limit"} and (value := getattr(search, name))
    }


class SessionPage(msgspec.Struct, frozen=True):
    """A page of sessions, newest first; `cursor` asks for the next one and is empty at the end."""

    sessions: tuple[SessionLine, ...]
    cursor: str = ""


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """The cursor: the position at which a page of results ended."""

    arrived_ms: int
    ticket: str
    session: str


ANSWERS: Final = (PriorityClaim.CONFIRMED, PriorityClaim.REFUSED)
SESSION_ID: Final = func.coalesce(SessionRow.id, literal(""))


def understood(search: SessionSearch) -> SessionSearch:
    """Return the search with all that was typed by hand in the form in which it is kept.

    Raises:
        BadInput: a day, number or receipt cannot be read, `to` is before `from`, or nothing is left of a field in which
            something was typed: not the same as finding nothing, and never the same as not having asked.
    """
    if search.from_ms is not None and search.to_ms is not None and search.to_ms <= search.from_ms:
        raise BadInput(field="to", why="before_from")
    receipt = typed.plain(search.receipt)
    read = msgspec.structs.replace(
        search,
        number=typed.number(search.number),
        receipt=typed.receipts(receipt)[0] if receipt else "",
        day=typed.day(search.day),
        seat=typed.plain(search.seat).upper(),
        item=typed.plain(search.item),
        district=typed.plain(search.district),
        ticket=typed.code(search.ticket),
        outcome=typed.plain(search.outcome),
    )
    for field in ("seat", "item", "district", "ticket", "outcome", "receipt"):
        if getattr(search, field).strip() and not getattr(read, field):
            raise BadInput(field=field, why="format")
    return read


def exportable(search: SessionSearch) -> SessionSearch:
    """Return the search as `understood` does, if it may be taken away as a file.

    Raises:
        BadInput: as `understood`; or no field narrows it: a script's empty variable must not export everything.
    """
    read = msgspec.structs.replace(understood(search), cursor="")
    if not filter_of(msgspec.structs.replace(read, unanswered=False)):
        raise BadInput(field="query", why="filter")
    return read


def _where(query: Select[Any], search: SessionSearch, scope: Scope) -> Select[Any]:
    search = understood(search)
    query = query.where(within(scope))
    exact = {
        TicketRow.number: search.number,
        TicketRow.day: search.day,
        SessionRow.seat: search.seat,
        TicketRow.item: search.item,
        TicketRow.id: search.ticket,
        OutcomeRow.outcome: search.outcome,
    }
    query = query.where(*(column == value for column, value in exact.items() if value))
    if search.from_ms is not None:
        query = query.where(TicketRow.arrived_ms >= search.from_ms)
    if search.to_ms is not None:
        query = query.where(TicketRow.arrived_ms < search.to_ms)
    if search.receipt:
        query = query.where(TicketRow.receipt.in_(typed.receipts(search.receipt)))
    if search.district:
        sides = (TicketRow.collecting_district, TicketRow.handling_district)
        query = query.where(or_(*(side == search.district for side in sides)))
    return query if search.unanswered else query.where(SessionRow.id.is_not(None))


async def find(db: AsyncSession, search: SessionSearch, scope: Scope) -> SessionPage:
    """Return a page of the sessions within a scope that match, newest first.

    Raises:
        BadInput: a day, number or receipt cannot be read, the cursor is not one of ours, or the limit is out of range.
    """
    if not 1 <= search.limit <= LIMIT_MAX:
        raise BadInput(field="limit", why="out_of_range", max=LIMIT_MAX)
    query = _where(joined(), search, scope)
    if search.cursor:
        after = read_cursor(search.cursor)
        place = tuple_(TicketRow.arrived_ms, TicketRow.id, SESSION_ID)
        query = query.where(place < tuple_(literal(after.arrived_ms), literal(after.ticket), literal(after.session)))
    query = query.order_by(TicketRow.arrived_ms.desc(), TicketRow.id.desc(), SESSION_ID.desc())
    rows = (await db.execute(query.limit(search.limit + 1))).all()
    lines = tuple(line(Joined(*row)) for row in rows[: search.limit])
    return SessionPage(lines, write_cursor(lines[-1]) if len(rows) > search.limit else "")


async def count(db: AsyncSession, search: SessionSearch, scope: Scope) -> int:
    """Return how many sessions within a scope match.

    Raises:
        BadInput: a day, number or receipt cannot be read.
    """
    inner = _where(joined(), search, scope).with_only_columns(TicketRow.id).subquery()
    return (await db.scalar(select(func.count()).select_from(inner))) or 0


async def claims_by_site(db: AsyncSession, search: SessionSearch, scope: Scope) -> tuple[ClaimFigures, ...]:
    """Return for each site the claims to priority among the tickets of a scope that match, most first; one query.

    A ticket with several sessions counts once. Tickets taken at a PC have no site (an empty name).

    Raises:
        BadInput: a day, number or receipt cannot be read.
    """
    columns = (TicketRow.id, TicketRow.site, TicketRow.priority_claim)
    claims = _where(joined(), search, scope).where(TicketRow.priority == Priority.PRIORITY)
    each = claims.with_only_columns(*columns).distinct().subquery()
    answers = (func.sum(case((each.c.priority_claim == one, 1), else_=0)) for one in ANSWERS)
    wanted = select(each.c.site, func.count(), *answers).group_by(each.c.site)
    rows = await db.execute(wanted.order_by(func.count().desc(), each.c.site))
    return tuple(ClaimFigures(site, int(claimed), int(yes), int(no)) for site, claimed, yes, no in rows)


async def count_closed(db: AsyncSession, seat: str, day: str) -> int:
    """Return how many sessions a seat has closed that began on a day (`yyyymmdd`)."""
    closed = SessionRow.state == SessionState.CLOSED
    wanted = select(func.count()).where(SessionRow.seat == seat, SessionRow.day == day, closed)
    return (await db.scalar(wanted)) or 0


def write_cursor(last: SessionLine) -> str:
    """Return where a page ended, as text for an address."""
    raw = msgspec.json.encode(Cursor(last.arrived_ms, last.ticket, last.session))
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def read_cursor(text: str) -> Cursor:
    """Read where a page ended.

    Raises:
        BadInput: this is not one of ours.
    """
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), type=Cursor)
    except (binascii.Error, ValueError, msgspec.DecodeError):
        raise BadInput(field="cursor", why="format") from None
