"""Keeps staff within the scope of their account: the policy of `protocol.scopes`, asked of the ledger and catalogue."""

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.errors import BadInput, SeatNotFound
from protocol.scopes import Place, Scope, ScopeKind
from records.catalogue.directory import Directory
from records.catalogue.directory_rows import CatalogueSeat
from records.tables.base import Base
from records.tables.items import ItemRow
from records.tables.ledger import TicketRow
from records.tables.outbox import OutboxRow
from records.tables.places import DepartmentRow, DistrictRow, SiteRow

TABLES: dict[ScopeKind, type[Base]] = {
    ScopeKind.DISTRICT: DistrictRow,
    ScopeKind.DEPARTMENT: DepartmentRow,
    ScopeKind.SITE: SiteRow,
}


def within(scope: Scope) -> ColumnElement[bool]:
    """Return the condition on `TicketRow` that holds for the tickets within a scope."""
    of_department = TicketRow.item.in_(select(ItemRow.id).where(ItemRow.department == scope.id))
    return _within(scope, TicketRow, of_department)


def events_within(scope: Scope) -> ColumnElement[bool]:
    """Return the condition on `OutboxRow` that holds for the events within a scope."""
    return _within(scope, OutboxRow, OutboxRow.department == scope.id)


def _within(scope: Scope, kind: type[TicketRow | OutboxRow], of_department: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition for rows that tell their districts and site; `of_department` is that of a department's."""
    if scope.kind is not ScopeKind.REALM and not scope.id:
        return false()
    match scope.kind:
        case ScopeKind.REALM:
            return true()
        case ScopeKind.DISTRICT:
            return or_(kind.collecting_district == scope.id, kind.handling_district == scope.id)
        case ScopeKind.DEPARTMENT:
            return of_department
        case ScopeKind.SITE:
            return kind.site == scope.id


async def has_ticket(db: AsyncSession, scope: Scope, ticket: str) -> bool:
    """Return whether a ticket on record is within a scope."""
    wanted = select(TicketRow.id).where(TicketRow.id == ticket, within(scope))
    return (await db.scalar(wanted)) is not None


async def check_place(db: AsyncSession, scope: Scope) -> None:
    """Check that a scope's place is in the catalogue.

    Raises:
        BadInput: it is not.
    """
    table = TABLES.get(scope.kind)
    if table is not None and await db.get(table, scope.id) is None:
        raise BadInput(field="scope", why="unknown")


def place_of(seat: CatalogueSeat) -> Place:
    """Return the places of a seat."""
    return Place(districts=(seat.district,), sites=(seat.site,))


def seats_within(directory: Directory, scope: Scope) -> tuple[CatalogueSeat, ...]:
    """Return the seats of the catalogue within a scope."""
    return tuple(seat for seat in directory.seats.all() if scope.covers(place_of(seat)))


def booths_within(directory: Directory, scope: Scope) -> frozenset[str]:
    """Return the ids of the booths within a scope."""
    districts = {site.id: site.district for site in directory.places.sites()}
    return frozenset(
        booth.id
        for booth in directory.places.booths()
        if scope.covers(Place(districts=(districts.get(booth.site, ""),), sites=(booth.site,)))
    )


def check_seat(directory: Directory, scope: Scope, seat: str) -> None:
    """Check that a seat is within a scope.

    Raises:
        SeatNotFound: it is not, or there is no such seat: which of these is not told.
    """
    if not scope.covers(place_of(directory.seats.find(seat))):
        raise SeatNotFound(seat=seat[:64])
