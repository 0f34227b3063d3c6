"""One line of a list of sessions: how it is fetched in one query, and how its row reads."""

from typing import Any, NamedTuple

from sqlalchemy import Select, and_, func, select

from protocol.priorities import Priority, PriorityClaim
from records.sessions.views import SessionLine
from records.tables.ledger import TicketRow
from records.tables.sessions import CaseRow, DocumentRow, OutcomeRow, RatingRow, SessionRow


class Joined(NamedTuple):
    """A row of `joined`; all but the ticket may be missing."""

    ticket: TicketRow
    session: SessionRow | None
    outcome: OutcomeRow | None
    case: CaseRow | None
    rating: int | None
    documents: int | None


def joined() -> Select[Any]:
    """Return the query of a line: a ticket with its sessions, outcomes, ratings and case."""
    documents = select(func.count()).where(DocumentRow.ticket == TicketRow.id).correlate(TicketRow).scalar_subquery()
    rating = (
        select(func.max(RatingRow.level))
        .where(and_(RatingRow.session == SessionRow.id, RatingRow.stage == 1))
        .correlate(SessionRow)
        .scalar_subquery()
    )
    return (
        select(TicketRow, SessionRow, OutcomeRow, CaseRow, rating, documents)
        .join(SessionRow, SessionRow.ticket == TicketRow.id, isouter=True)
        .join(OutcomeRow, OutcomeRow.session == SessionRow.id, isouter=True)
        .join(CaseRow, CaseRow.ticket == TicketRow.id, isouter=True)
    )


def claim_of(ticket: TicketRow) -> PriorityClaim:
    """Return how a ticket's claim to priority stands: claimed by its class, answered by an agent."""
    if ticket.priority_claim is PriorityClaim.NONE and ticket.priority is Priority.PRIORITY:
        return PriorityClaim.CLAIMED
    return ticket.priority_claim


def line(row: Joined) -> SessionLine:
    """Return one row of `joined` as a line."""
    ticket, session, outcome, case, rating, documents = row
    return SessionLine(
        session=session.id if session else "",
        ticket=ticket.id,
        number=ticket.number,
        receipt=ticket.receipt,
        day=ticket.day,
        arrived_ms=ticket.arrived_ms,
        began_ms=session.began_ms if session else None,
        closed_ms=session.closed_ms if session else ticket.ended_ms,
        waited_ms=ticket.waited_ms,
        served_ms=session.served_ms if session else None,
        seat=session.seat if session else "",
        account=session.account if session else "",
        agent=session.agent_name if session else "",
        staff_number=session.staff_number if session else "",
        department=session.department if session else "",
        item=ticket.item,
        item_name=ticket.item_name,
        mode=ticket.mode,
        language=ticket.language,
        channel=ticket.channel,
        site=ticket.site,
        booth=ticket.booth,
        collecting_district=ticket.collecting_district,
        handling_district=ticket.handling_district,
        ticket_state=ticket.state.value,
        state=session.state.value if session else "",
        case_state=case.state.value if case else "",
        outcome=outcome.outcome.value if outcome else "",
        rating=rating or 0,
        documents=documents or 0,
        priority_claim=claim_of(ticket).value,
    )
