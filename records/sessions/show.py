"""Gathers everything on record about one session from the tables it is spread over."""

from collections.abc import Collection
from typing import Final

import msgspec
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.errors import SessionNotFound
from protocol.participants import two_of
from protocol.scopes import Scope
from protocol.views import About
from records.scopes import within
from records.sessions.lines import Joined, joined, line
from records.sessions.views import (
    CaseRecord,
    ChatRecord,
    ConsentRecord,
    CustodyRecord,
    DocumentRecord,
    EventRecord,
    OutcomeRecord,
    ParticipantRecord,
    RatingRecord,
    ReservationRecord,
    SessionRecord,
)
from records.tables.journal import JournalEntryRow
from records.tables.ledger import ReservationRow, TicketRow
from records.tables.sessions import (
    CaseRow,
    ChatLineRow,
    ClosingRow,
    ConsentRow,
    CustodyRow,
    DocumentRow,
    OutcomeRow,
    ParticipantRow,
    RatingRow,
    SessionRow,
)

FIRST_ROLES: Final = {one.id: one.role.value for one in two_of(0)}
"""The roles of those in whose rows none is kept yet."""


async def show(db: AsyncSession, name: str, scope: Scope) -> SessionRecord:
    """Return everything about a session; given a ticket's id, about its latest session or its waiting.

    Raises:
        SessionNotFound: there is neither within the scope.
    """
    wanted = joined().where(or_(SessionRow.id == name, TicketRow.id == name), within(scope))
    row = (await db.execute(wanted.order_by(SessionRow.began_ms.desc()).limit(1))).one_or_none()
    if row is None:
        raise SessionNotFound(session=name[:64])
    found = Joined(*row)
    ticket, session = found.ticket, found.session
    this = session.id if session else ""
    others = tuple(await db.scalars(select(SessionRow.id).where(SessionRow.ticket == ticket.id, SessionRow.id != this)))
    return SessionRecord(
        line=line(found),
        about=msgspec.json.decode(ticket.about, type=About),
        needs=ticket.needs,
        relaxed=ticket.relaxed,
        returns=ticket.returns,
        why_ended=ticket.why_ended,
        helper_present=ticket.helper_present,
        priority=ticket.priority.value,
        active_ms=session.active_ms if session else None,
        hung_up_ms=session.hung_up_ms if session else None,
        notes=session.notes if session else "",
        reservations=await _reservations(db, ticket.id),
        participants=await _participants(db, this),
        documents=await _documents(db, ticket.id),
        chat=await _chat(db, (*others, this)),
        outcome=_outcome(found.outcome),
        closings=await _closings(db, this),
        ratings=await _ratings(db, this),
        consents=await _consents(db, ticket.id),
        case=await _case(db, found.case),
        events=await _events(db, ticket.id, this),
        other_sessions=others,
    )


async def _reservations(db: AsyncSession, ticket: str) -> tuple[ReservationRecord, ...]:
    wanted = select(ReservationRow).where(ReservationRow.ticket == ticket).order_by(ReservationRow.made_ms)
    return tuple(
        ReservationRecord(
            row.id,
            row.seat,
            row.state.value,
            row.made_ms,
            row.deadline_ms,
            row.ended_ms,
            row.waited_ms,
            row.reason,
            row.explain,
        )
        for row in await db.scalars(wanted)
    )


async def _participants(db: AsyncSession, session: str) -> tuple[ParticipantRecord, ...]:
    wanted = select(ParticipantRow).where(ParticipantRow.session == session)
    return tuple(
        ParticipantRecord(
            row.participant,
            row.who,
            row.place,
            row.joined_ms,
            row.left_ms,
            row.absences,
            row.account,
            row.name,
            row.role or FIRST_ROLES.get(row.participant, ""),
        )
        for row in await db.scalars(wanted.order_by(ParticipantRow.joined_ms, ParticipantRow.participant))
    )


async def _documents(db: AsyncSession, ticket: str) -> tuple[DocumentRecord, ...]:
    wanted = select(DocumentRow).where(DocumentRow.ticket == ticket).order_by(DocumentRow.stored_ms, DocumentRow.id)
    return tuple(
        DocumentRecord(
            row.id,
            row.session,
            row.name,
            row.media_type,
            row.bytes,
            row.sha256,
            row.purpose.value,
            row.material,
            row.verdict.value if row.verdict else "",
            row.note,
            row.stored_ms,
            row.judged_ms,
            row.wiped_ms,
            row.uploaded_by,
            row.request,
        )
        for row in await db.scalars(wanted)
    )


async def _chat(db: AsyncSession, sessions: Collection[str]) -> tuple[ChatRecord, ...]:
    """Return what was said in all of a ticket's sessions: each line stands in the one in which it was said."""
    wanted = select(ChatLineRow).where(ChatLineRow.session.in_(sessions)).order_by(ChatLineRow.at_ms, ChatLineRow.seq)
    guests = select(ParticipantRow.participant, ParticipantRow.role).where(ParticipantRow.session.in_(sessions))
    roles = {row.participant: row.role for row in await db.execute(guests)} | FIRST_ROLES
    return tuple(
        ChatRecord(row.seq, row.at_ms, row.participant, row.text, row.session, roles.get(row.participant, ""))
        for row in await db.scalars(wanted)
    )


def _outcome(row: OutcomeRow | None) -> OutcomeRecord | None:
    if row is None:
        return None
    told_ms = row.amended_ms or row.at_ms
    return OutcomeRecord(row.outcome.value, row.summary, row.notice, row.by, told_ms, row.account, row.amended + 1)


async def _closings(db: AsyncSession, session: str) -> tuple[OutcomeRecord, ...]:
    wanted = select(ClosingRow).where(ClosingRow.session == session).order_by(ClosingRow.version)
    return tuple(
        OutcomeRecord(row.outcome.value, row.summary, row.notice, row.by, row.at_ms, row.account, row.version)
        for row in await db.scalars(wanted)
    )


async def _ratings(db: AsyncSession, session: str) -> tuple[RatingRecord, ...]:
    wanted = select(RatingRow).where(RatingRow.session == session).order_by(RatingRow.stage)
    return tuple(
        RatingRecord(row.stage, row.level, row.reasons, row.comment, row.at_ms) for row in await db.scalars(wanted)
    )


async def _consents(db: AsyncSession, ticket: str) -> tuple[ConsentRecord, ...]:
    wanted = select(ConsentRow).where(ConsentRow.ticket == ticket).order_by(ConsentRow.at_ms, ConsentRow.entry)
    return tuple(
        ConsentRecord(row.kind.value, row.given, row.version, row.locale, row.how.value, row.at_ms)
        for row in await db.scalars(wanted)
    )


async def _case(db: AsyncSession, row: CaseRow | None) -> CaseRecord | None:
    if row is None:
        return None
    wanted = select(CustodyRow).where(CustodyRow.ticket == row.ticket).order_by(CustodyRow.position)
    custody = tuple(
        CustodyRecord(held.holder, held.since_ms, held.by, held.courier_number) for held in await db.scalars(wanted)
    )
    return CaseRecord(
        row.state.value,
        row.collecting_site,
        row.collecting_district,
        row.handling_district,
        row.opened_ms,
        row.changed_ms,
        custody,
    )


async def _events(db: AsyncSession, ticket: str, session: str) -> tuple[EventRecord, ...]:
    about = [JournalEntryRow.ticket == ticket]
    if session:
        about.append(JournalEntryRow.session == session)
    wanted = select(JournalEntryRow).where(or_(*about)).order_by(JournalEntryRow.position)
    return tuple(EventRecord(row.at_ms, row.kind, row.seat, row.facts) for row in await db.scalars(wanted))
