"""Apply entries about tickets, reservations and seats to the ledger, without clock or chance: replays agree."""

import msgspec

from protocol.events import (
    FORGOTTEN,
    ReservationAccepted,
    ReservationDeclined,
    ReservationExpired,
    ReservationMade,
    ReservationRescinded,
    SeatChanged,
    TicketChanged,
    TicketDone,
    TicketHeld,
    TicketLeft,
    TicketResumed,
    TicketReturned,
    TicketTaken,
    TicketWidened,
)
from protocol.outbox import BeganData, DoneData, HeldData, LeftData, ResumedData, ReturnedData, TakenData
from protocol.priorities import PriorityClaim
from protocol.states import TICKET_ENDS, CaseState, ReservationState, SeatState, SessionState, TicketState
from protocol.views import About
from records.journal import attendance, closings
from records.journal.unit_of_work import SetAside, UnitOfWork
from records.tables.ledger import ReservationRow, SeatChangeRow, TicketRow
from records.tables.sessions import CaseRow, SessionRow
from runtime.clock import day

TicketMove = TicketWidened | TicketChanged | TicketHeld | TicketResumed | TicketReturned | TicketLeft | TicketDone
ReservationEnd = ReservationDeclined | ReservationExpired | ReservationRescinded


def _about(text: str) -> About:
    try:
        return msgspec.json.decode(text, type=About)
    except msgspec.DecodeError as error:
        raise SetAside("malformed", f"about: {error}") from error


async def taken(work: UnitOfWork, event: TicketTaken) -> None:
    """A citizen took a place, or came back with a stub after the queue's memory was lost."""
    about = _about(event.about)
    row = await work.find(TicketRow, event.ticket)
    if row is not None:
        if row.state not in TICKET_ENDS or row.why_ended == FORGOTTEN:
            row.ended_ms, row.why_ended = None, ""
            if row.state is TicketState.SERVING:
                # The queue forgot a call; if it is mended, the same session begins again with the next entries.
                await _session_over(work, row.session, event.at_ms)
            if row.state is not event.state:
                await work.tell(ReturnedData(ticket=row.id, why="restored"))
            row.state = event.state
            row.arrived_ms = min(row.arrived_ms, event.arrived_ms)
        return
    new = TicketRow(
        id=event.ticket,
        number=about.number,
        receipt=about.receipt,
        day=day(event.arrived_ms + event.shift_ms, work.zone),
        state=event.state,
        priority=event.priority,
        priority_claim=PriorityClaim.NONE,
        about=event.about,
        needs=event.needs,
        item=about.item,
        item_name=about.item_name,
        mode=about.mode.value,
        language=about.language,
        channel=about.channel.value,
        site=about.site,
        booth=about.booth,
        collecting_district=about.collecting_district,
        handling_district=about.handling_district,
        helper_present=about.helper_present,
        arrived_ms=event.arrived_ms,
        taken_ms=event.at_ms,
        relaxed="",
        step=0,
        returns=0,
        why_ended="",
        session="",
    )
    work.add(new, event.ticket)
    told = TakenData(
        ticket=new.id,
        number=new.number,
        item=new.item,
        mode=new.mode,
        channel=new.channel,
        state=new.state.value,
    )
    await work.tell(told)


async def moved(work: UnitOfWork, event: TicketMove) -> None:
    """A ticket moved."""
    ticket = await work.need(TicketRow, event.ticket)
    match event:
        case TicketWidened() | TicketChanged():
            ticket.step, ticket.relaxed = event.step, event.relaxed
        case TicketHeld():
            ticket.state = event.state
            await work.tell(HeldData(ticket=ticket.id, state=event.state.value, until_ms=event.until_ms))
        case TicketResumed():
            ticket.state = TicketState.WAITING
            await work.tell(ResumedData(ticket=ticket.id))
        case TicketReturned():
            await _returned(work, ticket, event)
        case TicketLeft(why=why) if why == FORGOTTEN:
            await _forgotten(work, ticket, event.at_ms)
        case TicketLeft():
            ticket.state, ticket.ended_ms, ticket.why_ended = event.state, event.at_ms, event.why
            if ticket.waited_ms is None:
                ticket.waited_ms = event.waited_ms
            await _session_over(work, ticket.session, event.at_ms)
            await work.tell(LeftData(ticket=ticket.id, state=event.state.value, why=event.why))
        case TicketDone():
            ticket.state, ticket.ended_ms = TicketState.DONE, event.at_ms
            await _served(work, event)
            told = DoneData(ticket=ticket.id, session=event.session, served_ms=event.served_ms)
            await work.tell(told)


async def _forgotten(work: UnitOfWork, ticket: TicketRow, at_ms: int) -> None:
    """End a ticket that the queue forgot; a session without an outcome was interrupted."""
    if ticket.state in TICKET_ENDS:
        return  # it had ended before, and that entry came late
    ticket.state, ticket.ended_ms, ticket.why_ended = TicketState.EXPIRED, at_ms, FORGOTTEN
    session = await work.find(SessionRow, ticket.session) if ticket.session else None
    if session is not None:
        await _end_session(work, session, at_ms)
        await closings.forgotten(work, session, ticket.receipt, at_ms)
    await work.tell(LeftData(ticket=ticket.id, state=ticket.state.value, why=FORGOTTEN))


async def _returned(work: UnitOfWork, ticket: TicketRow, event: TicketReturned) -> None:
    was_served = ticket.state is TicketState.SERVING
    ticket.state, ticket.ended_ms, ticket.why_ended = TicketState.WAITING, None, ""
    ticket.returns += 1
    if was_served:
        await _session_over(work, ticket.session, event.at_ms)
    await work.tell(ReturnedData(ticket=ticket.id, why=event.why))


async def _served(work: UnitOfWork, event: TicketDone) -> None:
    session = await work.find(SessionRow, event.session)
    if session is not None:
        session.served_ms = event.served_ms
        if session.state is not SessionState.CLOSED:
            session.state = SessionState.WRAP_UP
            await attendance.end(work, session, event.at_ms)


async def _session_over(work: UnitOfWork, name: str, at_ms: int) -> None:
    """End a session that no agent will close any more, without an outcome: no agent chose one."""
    session = await work.find(SessionRow, name) if name else None
    if session is not None and await _end_session(work, session, at_ms):
        await closings.tell(work, session, "")


async def _end_session(work: UnitOfWork, session: SessionRow, at_ms: int) -> bool:
    """End a session unless it is closed; return whether it was not."""
    if session.state is SessionState.CLOSED:
        return False
    session.state, session.closed_ms = SessionState.CLOSED, at_ms
    await attendance.end(work, session, at_ms)
    return True


async def reserved(work: UnitOfWork, event: ReservationMade) -> None:
    """A seat holds a ticket."""
    ticket = await work.need(TicketRow, event.ticket)
    ticket.state = TicketState.RESERVED
    row = ReservationRow(
        id=event.reservation,
        ticket=event.ticket,
        seat=event.seat,
        state=ReservationState.PENDING,
        fence=event.fence,
        made_ms=event.at_ms,
        deadline_ms=event.deadline_ms,
        waited_ms=event.waited_ms,
        reason="",
        explain=event.explain,
    )
    work.add(row, event.reservation)


async def refused(work: UnitOfWork, event: ReservationEnd) -> None:
    """A reservation ended without service; what becomes of the ticket is told by an entry of its own."""
    row = await work.need(ReservationRow, event.reservation)
    row.ended_ms = event.at_ms
    match event:
        case ReservationDeclined():
            row.state, row.reason = ReservationState.DECLINED, event.reason
        case ReservationExpired():
            row.state = ReservationState.EXPIRED
        case ReservationRescinded():
            row.state, row.reason = ReservationState.RESCINDED, event.why


async def accepted(work: UnitOfWork, event: ReservationAccepted) -> None:
    """A seat took a ticket: the session begins, and with it the case."""
    ticket = await work.need(TicketRow, event.ticket)
    reservation = await work.find(ReservationRow, event.reservation)
    if reservation is None:  # a claim: nobody was asked before
        reservation = ReservationRow(
            id=event.reservation,
            ticket=event.ticket,
            seat=event.seat,
            fence=event.fence,
            made_ms=event.at_ms,
            waited_ms=event.waited_ms,
            reason="claimed",
            explain=event.explain,
        )
        work.add(reservation, event.reservation)
    reservation.state, reservation.ended_ms = ReservationState.ACCEPTED, event.at_ms
    ticket.state, ticket.session = TicketState.SERVING, event.session
    if ticket.waited_ms is None:
        ticket.waited_ms = event.waited_ms
    await _session(work, ticket, event)
    await _case(work, ticket, event.at_ms)
    told = BeganData(ticket=ticket.id, session=event.session, waited_ms=event.waited_ms)
    await work.tell(told)


async def _session(work: UnitOfWork, ticket: TicketRow, event: ReservationAccepted) -> None:
    session = await work.find(SessionRow, event.session)
    if session is None:
        session = SessionRow(
            id=event.session,
            ticket=event.ticket,
            day=day(event.business_ms, work.zone),
            began_ms=event.at_ms,
            notes="",
            last_seq=0,
        )
        work.add(session, event.session)
    session.seat, session.reservation = event.seat, event.reservation
    session.account, session.agent_name = event.account or session.account, event.agent_name or session.agent_name
    session.state, session.closed_ms = SessionState.CONNECTING, None
    await attendance.join(work, session, event.at_ms, ticket.booth or ticket.site or ticket.channel)


async def _case(work: UnitOfWork, ticket: TicketRow, at_ms: int) -> None:
    if await work.find(CaseRow, ticket.id) is not None:
        return
    row = CaseRow(
        ticket=ticket.id,
        item=ticket.item,
        state=CaseState.DRAFT,
        collecting_site=ticket.site,
        collecting_district=ticket.collecting_district,
        handling_district=ticket.handling_district,
        opened_ms=at_ms,
        changed_ms=at_ms,
    )
    work.add(row, ticket.id)


async def seat_changed(work: UnitOfWork, entry: str, event: SeatChanged) -> None:
    """A seat moved."""
    if event.was is SeatState.OFFLINE:
        # Nobody talks at a seat that was closed: the queue forgot that call. If its page mends it, it begins again.
        for session in await work.open_sessions(event.seat, event.at_ms):
            await _session_over(work, session.id, event.at_ms)
    row = SeatChangeRow(
        entry=entry,
        seat=event.seat,
        at_ms=event.at_ms,
        was=event.was,
        state=event.state,
        reason=event.reason,
        until_ms=event.until_ms,
        ticket=event.ticket,
    )
    work.add(row, entry)
