"""Read a ticket from the ledger for a queue that forgot it: whether it is over, its documents, its chat."""

import msgspec
from msgspec.structs import replace
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.events import FORGOTTEN
from protocol.participants import CITIZEN, SEAT, ParticipantRole, ParticipantView
from protocol.priorities import Priority, PriorityClaim
from protocol.session_events import Chatted
from protocol.states import TICKET_ENDS
from protocol.views import DocumentView
from records.database import Database
from records.tables.ledger import TicketRow
from records.tables.sessions import ChatLineRow, DocumentRow, ParticipantRow, SessionRow


class Papers(msgspec.Struct, frozen=True):
    """The conversation of a ticket: documents, the latest notes, and the chat of its sessions in the order it was said.

    `last` is the latest of those sessions, `earlier` counts the lines of the chat that the ones before it had; `guests`
    are those of its invited participants who had not left it.
    """

    documents: tuple[DocumentView, ...] = ()
    notes: str = ""
    chat: tuple[Chatted, ...] = ()
    priority_claim: PriorityClaim = PriorityClaim.NONE
    last: str = ""
    earlier: int = 0
    guests: tuple[ParticipantView, ...] = ()

    def numbered(self) -> tuple[Chatted, ...]:
        """Return the chat as the latest session numbered it: the lines it was given at its beginning come first."""
        given = (replace(line, seq=place) for place, line in enumerate(self.chat[: self.earlier], start=1))
        own = self.chat[self.earlier :]
        first = min((line.seq for line in own), default=self.earlier + 1)
        return (*(line for line in given if line.seq < first), *own)


async def is_over(database: Database, ticket: str, *, or_forgotten: bool = False) -> bool:
    """Tell whether a ticket has ended, as far as the journal was read.

    One that was ended because the queue forgot it counts with `or_forgotten` alone: its stub brings it back.

    Raises:
        LedgerUnavailable: the database does not answer.
    """
    async with database.read() as db:
        row = await db.get(TicketRow, ticket)
    return row is not None and row.state in TICKET_ENDS and (or_forgotten or row.why_ended != FORGOTTEN)


class ForgottenTicket(msgspec.Struct, frozen=True):
    """The facts by which a ticket stands again where it stood; `about` is the JSON of `protocol.views.About`."""

    arrived_ms: int
    priority: Priority
    about: str


async def forgotten(database: Database, ticket: str) -> ForgottenTicket | None:
    """Return a ticket that waited when the queue forgot it; None for one that was served, or that nobody knows.

    Raises:
        LedgerUnavailable: the database does not answer.
    """
    async with database.read() as db:
        row = await db.get(TicketRow, ticket)
    if row is None or row.session:
        return None
    return ForgottenTicket(row.arrived_ms, row.priority, row.about)


async def papers(database: Database, ticket: str, session: str = "") -> Papers:
    """Return a ticket's papers, oldest first, and what its sessions up to `session` (all, where that is empty) had.

    Raises:
        LedgerUnavailable: the database does not answer.
    """
    wanted = select(DocumentRow).where(DocumentRow.ticket == ticket, DocumentRow.wiped_ms.is_(None))
    async with database.read() as db:
        rows = await db.scalars(wanted.order_by(DocumentRow.stored_ms, DocumentRow.id))
        held = await _held(db, ticket, session)
        told = await db.get(TicketRow, ticket)
        chat = [await _chat(db, one.id) for one in held]
        return Papers(
            documents=tuple(map(_view, rows)),
            notes=held[-1].notes if held else "",
            chat=tuple(line for lines in chat for line in lines),
            priority_claim=told.priority_claim if told is not None else PriorityClaim.NONE,
            last=held[-1].id if held else "",
            earlier=sum(
                len(lines) for one, lines in zip(held, chat, strict=True) if one.id != (session or held[-1].id)
            ),
            guests=await _guests(db, held[-1].id) if held else (),
        )


async def _held(db: AsyncSession, ticket: str, last: str) -> list[SessionRow]:
    """Return a ticket's sessions in their order, up to `last` where that is one of them."""
    wanted = select(SessionRow).where(SessionRow.ticket == ticket).order_by(SessionRow.began_ms, SessionRow.id)
    held = list(await db.scalars(wanted))
    names = [one.id for one in held]
    return held[: names.index(last) + 1] if last in names else held


async def _guests(db: AsyncSession, session: str) -> tuple[ParticipantView, ...]:
    wanted = select(ParticipantRow).where(
        ParticipantRow.session == session,
        ParticipantRow.participant.not_in((CITIZEN, SEAT)),
        ParticipantRow.left_ms.is_(None),
    )
    return tuple(
        ParticipantView(row.participant, ParticipantRole(row.role), row.name, since_ms=row.joined_ms)
        for row in await db.scalars(wanted.order_by(ParticipantRow.joined_ms, ParticipantRow.participant))
    )


async def _chat(db: AsyncSession, session: str) -> tuple[Chatted, ...]:
    wanted = select(ChatLineRow).where(ChatLineRow.session == session)
    return tuple(map(_line, await db.scalars(wanted.order_by(ChatLineRow.seq, ChatLineRow.entry))))


def _line(row: ChatLineRow) -> Chatted:
    return Chatted(seq=row.seq, at_ms=row.at_ms, by=row.participant, text=row.text)


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
        by=SEAT if row.uploaded_by.startswith("agent:") else CITIZEN,
    )
