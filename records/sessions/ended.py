"""Reads a ticket whose call was closed, and what its citizen was told at the close, for a queue that forgot it."""

import msgspec
from sqlalchemy import select

from protocol.states import SessionState, TicketState
from records.database import Database
from records.tables.ledger import TicketRow
from records.tables.sessions import OutcomeRow, RatingRow, SessionRow


class Ended(msgspec.Struct, frozen=True):
    """A ticket that is done, and its last call. `about` is the JSON of `protocol.views.About`.

    Moments are milliseconds since the epoch, UTC. `outcome` is empty where the call ended without one. `version` counts
    the corrections of the closing from 1; `seq` is the number of the call's last event.
    """

    ticket: str
    about: str
    arrived_ms: int
    taken_ms: int
    ended_ms: int
    session: str
    seat: str
    began_ms: int
    seq: int
    hung_up: bool
    agent_name: str
    staff_number: str
    department: str
    outcome: str
    summary: str
    notice: tuple[str, ...]
    version: int
    is_rated: bool


async def ended(database: Database, ticket: str) -> Ended | None:
    """Return a ticket whose call was closed, as far as the journal was read; None for another one.

    Raises:
        LedgerUnavailable: the database does not answer.
    """
    wanted = (
        select(TicketRow, SessionRow, OutcomeRow, RatingRow)
        .join(SessionRow, SessionRow.id == TicketRow.session)
        .join(OutcomeRow, OutcomeRow.session == SessionRow.id, isouter=True)
        .join(RatingRow, RatingRow.session == SessionRow.id, isouter=True)
        .where(TicketRow.id == ticket, TicketRow.state == TicketState.DONE, SessionRow.state == SessionState.CLOSED)
    )
    async with database.read() as db:
        found = (await db.execute(wanted)).first()
    if found is None:
        return None
    row, session = found[0], found[1]
    outcome: OutcomeRow | None = found[2]
    return Ended(
        ticket=row.id,
        about=row.about,
        arrived_ms=row.arrived_ms,
        taken_ms=row.taken_ms,
        ended_ms=row.ended_ms or session.closed_ms or 0,
        session=session.id,
        seat=session.seat,
        began_ms=session.began_ms,
        seq=session.last_seq,
        hung_up=session.hung_up_ms is not None,
        agent_name=session.agent_name,
        staff_number=session.staff_number,
        department=session.department,
        outcome=outcome.outcome.value if outcome is not None else "",
        summary=outcome.summary if outcome is not None else "",
        notice=outcome.notice if outcome is not None else (),
        version=outcome.amended + 1 if outcome is not None else 0,
        is_rated=found[3] is not None,
    )
