"""Read a ticket from the ledger for a queue that forgot it: whether it is over, its documents, its chat."""

import msgspec
from sqlalchemy import select

from protocol.priorities import PriorityClaim
from protocol.session_events import Chatted
from protocol.states import TICKET_ENDS
from protocol.views import DocumentView, Party
from records.database import Database
from records.tables.ledger import TicketRow
from records.tables.sessions import ChatLineRow, DocumentRow, SessionRow


class Papers(msgspec.Struct, frozen=True):
    """Documents and chat of a ticket."""

    documents: tuple[DocumentView, ...] = ()
    notes: str = ""
    chat: tuple[Chatted, ...] = ()
    priority_claim: PriorityClaim = PriorityClaim.NONE


async def is_over(database: Database, ticket: str) -> bool:
    """Tell whether a ticket has ended, as far as the journal was read.

    Raises:
        LedgerUnavailable: the database does not answer.
    """
    async with database.read() as db:
        row = await db.get(TicketRow, ticket)
    return row is not None and row.state in TICKET_ENDS


async def papers(database: Database, ticket: str, session: str) -> Papers:
    """Return a ticket's papers, oldest first, and the notes and the chat of its session, by their numbers.

    Raises:
        LedgerUnavailable: the database does not answer.
    """
    wanted = select(DocumentRow).where(DocumentRow.ticket == ticket, DocumentRow.wiped_ms.is_(None))
    async with database.read() as db:
        rows = await db.scalars(wanted.order_by(DocumentRow.stored_ms, DocumentRow.id))
        kept = await db.get(SessionRow, session)
        lines = await db.scalars(
            select(ChatLineRow).where(ChatLineRow.session == session).order_by(ChatLineRow.seq, ChatLineRow.entry)
        )
        told = await db.get(TicketRow, ticket)
        return Papers(
            documents=tuple(map(_view, rows)),
            notes=kept.notes if kept is not None else "",
            chat=tuple(map(_line, lines)),
            priority_claim=told.priority_claim if told is not None else PriorityClaim.NONE,
        )


def _line(row: ChatLineRow) -> Chatted:
    return Chatted(seq=row.seq, at_ms=row.at_ms, by=row.party, text=row.text)


def _view(row: DocumentRow) -> DocumentView:
    return DocumentView(
        document=row.id,
        name=row.name,
        media_type=row.media_type,
        bytes=row.bytes,
        sha256=row.sha256,
        purpose=row.purpose,
        material=row.material,
        verdict=row.verdict,
        note=row.note,
        stored_ms=row.stored_ms,
        by=Party.SEAT if row.uploaded_by.startswith("agent:") else Party.CITIZEN,
    )
