"""Look a receipt up by its number; its random end keeps neighbouring numbers from being guessed."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from protocol import typed
from protocol.errors import NotFound
from records.sessions.lines import Joined
from records.sessions.views import ReceiptView
from records.tables.ledger import TicketRow
from records.tables.sessions import CaseRow, OutcomeRow, SessionRow


async def by_receipt(db: AsyncSession, receipt: str) -> tuple[str, ReceiptView]:
    """Return the ticket of a receipt (copied by hand or not) and how its matter stands; its latest session counts.

    Raises:
        BadInput: this cannot be a receipt's number.
        NotFound: no such receipt.
    """
    readings = typed.receipts(receipt)
    wanted = (
        select(TicketRow, SessionRow, OutcomeRow, CaseRow)
        .join(SessionRow, SessionRow.ticket == TicketRow.id, isouter=True)
        .join(OutcomeRow, OutcomeRow.session == SessionRow.id, isouter=True)
        .join(CaseRow, CaseRow.ticket == TicketRow.id, isouter=True)
        .where(TicketRow.receipt.in_(readings))
        .order_by(SessionRow.began_ms.desc())
    )
    rows = (await db.execute(wanted.limit(len(readings)))).all()
    if not rows:
        raise NotFound(what="receipt")
    # Two of the readings can be receipts of neighbours: the likelier reading is meant.
    row = min(rows, key=lambda each: readings.index(each[0].receipt))
    found = Joined(*row, rating=None, documents=None)
    ticket, session, outcome, case = found[:4]
    return ticket.id, ReceiptView(
        receipt=ticket.receipt,
        number=ticket.number,
        day=ticket.day,
        item=ticket.item,
        item_name=ticket.item_name,
        handling_district=ticket.handling_district,
        ticket_state=ticket.state.value,
        case_state=case.state.value if case else "",
        outcome=outcome.outcome.value if outcome else "",
        notice=outcome.notice if outcome else (),
        closed_ms=session.closed_ms if session else ticket.ended_ms,
        version=outcome.amended + 1 if outcome else 0,
    )
