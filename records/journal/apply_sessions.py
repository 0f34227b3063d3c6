"""Applies a session's durable events to the ledger: chat, documents, verdicts, outcome, case, rating."""

from typing import Final

import msgspec

from protocol.events import SERVER, ConsentNoted, DocumentNoted, SessionNoted
from protocol.limits import storable
from protocol.outbox import ConsentedData, JudgedData, RatedData, StoredData, WithdrawnData
from protocol.session_events import (
    KINDS,
    AgentIntroduced,
    Chatted,
    ClosingAmended,
    DocumentStored,
    HungUp,
    NotesKept,
    ParticipantJoined,
    ParticipantLeft,
    PriorityConfirmed,
    Rated,
    RecordedEvent,
    SessionClosed,
    SessionMoved,
    StillAnswered,
    StillRequested,
    VerdictGiven,
)
from protocol.states import SESSION_MOVES, SessionState
from protocol.views import DocumentView
from records.journal import attendance, closings
from records.journal.unit_of_work import SetAside, UnitOfWork
from records.tables.ledger import TicketRow
from records.tables.sessions import ChatLineRow, ConsentRow, DocumentRow, RatingRow, SessionRow

LEVELS: Final = range(1, 6)


class Kind(msgspec.Struct, frozen=True):
    """Body of which only the kind is read."""

    type: str = ""


async def noted(work: UnitOfWork, entry: str, event: SessionNoted) -> dict[str, str]:
    """Apply a session's event; return the facts of it that are not what people wrote."""
    session = await work.need(SessionRow, event.session)
    facts = {"kind": event.kind, "seq": str(event.seq), "by": event.by}
    frame = _frame(event)
    if isinstance(frame, Rated):
        await _rated(work, session, frame)
    facts |= await _conversation(work, entry, session, frame)
    facts |= await _papers(work, session, frame, event.by)
    if isinstance(frame, SessionClosed | ClosingAmended):
        facts["outcome"] = await closings.told(work, session, frame, event.by)
    session.last_seq = max(session.last_seq, event.seq)
    return {name: value for name, value in facts.items() if value}


async def _conversation(work: UnitOfWork, entry: str, session: SessionRow, frame: RecordedEvent) -> dict[str, str]:
    match frame:
        case Chatted():
            text = storable(frame.text)
            row = ChatLineRow(
                entry=entry, session=session.id, seq=frame.seq, at_ms=frame.at_ms, participant=frame.by, text=text
            )
            work.add(row, entry)
        case SessionMoved():
            await _moved(work, session, frame)
            return {"state": frame.state, "here": ",".join(frame.here)}
        case ParticipantJoined():
            await attendance.join_guest(work, session, frame)
            return {"participant": frame.participant.id, "role": frame.participant.role.value}
        case ParticipantLeft():
            await attendance.leave_guest(work, session, frame)
            return {"participant": frame.participant, "role": frame.role.value, "why": frame.why}
        case AgentIntroduced():
            session.agent_name = storable(frame.name)
            session.staff_number, session.department = storable(frame.staff_number), storable(frame.department)
        case NotesKept():
            session.notes = storable(frame.text)
        case PriorityConfirmed():
            ticket = await work.need(TicketRow, session.ticket)
            ticket.priority_claim = frame.claim
            return {"claim": frame.claim.value}
        case HungUp():
            session.hung_up_ms = session.hung_up_ms or frame.at_ms
            await attendance.goodbye(work, session, frame.at_ms)
        case _:
            pass
    return {}


async def _papers(work: UnitOfWork, session: SessionRow, frame: RecordedEvent, by: str) -> dict[str, str]:
    match frame:
        case DocumentStored():
            # One that its ticket had before is laid out in the session by the server.
            await _document(work, frame.document, session.ticket, session.id, "" if by == SERVER else by)
            return {"document": frame.document.document}
        case VerdictGiven():
            await _verdict(work, session, frame)
            return {"document": frame.document, "verdict": frame.verdict.value}
        case StillRequested():
            return {"request": frame.request, "material": frame.material}
        case StillAnswered():
            if frame.document:
                document = await work.need(DocumentRow, frame.document)
                document.request = frame.request
            return {"request": frame.request, "document": frame.document, "why": frame.why}
        case _:
            return {}


async def document_noted(work: UnitOfWork, event: DocumentNoted) -> None:
    """A document of a ticket was stored while it was in no call."""
    try:
        view = msgspec.json.decode(event.body, type=DocumentView)
    except msgspec.DecodeError as error:
        raise SetAside("malformed", str(error)) from error
    await _document(work, view, event.ticket, "", event.uploaded_by)


async def noted_of_ticket(work: UnitOfWork, entry: str, event: DocumentNoted | ConsentNoted) -> None:
    """Something of a ticket was noted, before or during a session."""
    if isinstance(event, ConsentNoted):
        await consent_noted(work, entry, event)
    else:
        await document_noted(work, event)


async def consent_noted(work: UnitOfWork, entry: str, event: ConsentNoted) -> None:
    """A citizen agreed to something or took it back, before or during a session."""
    _ = await work.need(TicketRow, event.ticket)
    row = ConsentRow(
        entry=entry,
        ticket=event.ticket,
        session=event.session,
        kind=event.consent,
        given=event.given,
        version=storable(event.version),
        locale=event.locale,
        how=event.how,
        at_ms=event.at_ms,
    )
    work.add(row, entry)
    kind = ConsentedData if event.given else WithdrawnData
    told = kind(ticket=event.ticket, session=event.session, consent=event.consent.value, notice=row.version)
    await work.tell(told)


def _frame(event: SessionNoted) -> RecordedEvent:
    try:
        frame: RecordedEvent = _decode(event.body)
    except msgspec.ValidationError as error:
        if msgspec.json.decode(event.body, type=Kind).type not in KINDS:
            raise SetAside("unknown_type", event.kind) from error
        raise SetAside("malformed", str(error)) from error
    except msgspec.DecodeError as error:
        raise SetAside("malformed", str(error)) from error
    return frame


# Once, not at each entry: what it takes to decode into a union of all kinds takes longer than the decoding.
_decode: Final = msgspec.json.Decoder(RecordedEvent).decode


async def _document(work: UnitOfWork, view: DocumentView, ticket: str, session: str, uploaded_by: str = "") -> None:
    row = await work.find(DocumentRow, view.document)
    if row is not None:
        row.session = session or row.session
        row.uploaded_by = row.uploaded_by or uploaded_by
        return
    new = DocumentRow(
        id=view.document,
        ticket=ticket,
        session=session,
        name=storable(view.name),
        media_type=view.media_type,
        bytes=view.bytes,
        sha256=view.sha256,
        purpose=view.purpose,
        material=storable(view.material),
        verdict=view.verdict,
        note=storable(view.note),
        stored_ms=view.stored_ms,
        uploaded_by=uploaded_by,
    )
    work.add(new, view.document)
    await work.tell(StoredData(ticket=ticket, session=session, document=view.document))


async def _verdict(work: UnitOfWork, session: SessionRow, frame: VerdictGiven) -> None:
    document = await work.need(DocumentRow, frame.document)
    document.verdict, document.note, document.judged_ms = frame.verdict, storable(frame.note), frame.at_ms
    told = JudgedData(ticket=session.ticket, session=session.id, document=document.id, verdict=frame.verdict.value)
    await work.tell(told)


async def _moved(work: UnitOfWork, session: SessionRow, frame: SessionMoved) -> None:
    try:
        state = SessionState(frame.state)
    except ValueError as error:
        raise SetAside("malformed", f"state {frame.state}") from error
    await attendance.move(work, session, frame)
    if state in SESSION_MOVES[session.state]:  # a move that comes late reopens nothing
        session.state = state
    if state is SessionState.ACTIVE and session.active_ms is None:
        session.active_ms = frame.at_ms


async def _rated(work: UnitOfWork, session: SessionRow, rated: Rated) -> None:
    if rated.level not in LEVELS:
        raise SetAside("malformed", f"level {rated.level}")
    if await work.find(RatingRow, session.id, rated.stage) is not None:
        raise SetAside("repeated", "rating")
    row = RatingRow(
        session=session.id,
        stage=rated.stage,
        level=rated.level,
        reasons=rated.reasons,
        comment=storable(rated.comment),
        at_ms=rated.at_ms,
    )
    work.add(row, session.id, rated.stage)
    await work.tell(RatedData(ticket=session.ticket, session=session.id, stage=rated.stage))
