"""Shows a citizen the end of their visit from the ledger, where the queue has forgotten it (a wiped Redis).

Papers, receipt, notice and rating stay theirs as long as if the queue still knew the ticket.
"""

import contextlib

import msgspec

from protocol.commands import Rate
from protocol.errors import AlreadyRated, LedgerUnavailable, SeatNotFound, UnknownItem
from protocol.events import SessionNoted
from protocol.participants import CITIZEN, ParticipantRole, two_of
from protocol.session_events import Rated
from protocol.states import SessionState, TicketState
from protocol.views import About, ChatLine, ChatPage, GuideView, SessionView, TicketView
from records.sessions import ended as ledger
from records.sessions.ended import Ended
from records.sessions.papers_of_ticket import papers
from runtime import kept
from signaling.services import RealmServices
from signaling.session import view as sessionview

MARK_KEPT_S = 48 * 3600
_about = msgspec.json.Decoder(About).decode


async def ended(services: RealmServices, ticket: str) -> Ended | None:
    """Return a ticket whose call was closed not too long ago, as the ledger knows it; None for another one.

    Raises:
        LedgerUnavailable: the database does not answer.
    """
    found = await ledger.ended(services.database, ticket)
    if found is None or services.clock.now_ms() - found.ended_ms > services.settings.papers_grace_s * 1000:
        return None
    return found if kept.read("about", found.about, _about) is not None else None


async def ended_if_told(services: RealmServices, ticket: str) -> Ended | None:
    """Return what `ended` does; None, too, while the ledger is away."""
    with contextlib.suppress(LedgerUnavailable):
        return await ended(services, ticket)
    return None


def ticket_view(services: RealmServices, found: Ended) -> TicketView:
    """Return the ticket as its citizen sees it."""
    return TicketView(
        ticket=found.ticket,
        state=TicketState.DONE,
        about=_about(found.about),
        taken_ms=found.taken_ms,
        seat_name=_seat_name(services, found.seat),
        session=found.session,
        waiting_since_ms=found.arrived_ms,
    )


async def session_view(services: RealmServices, found: Ended, locale: str) -> SessionView:
    """Return the closed session as its citizen sees it, names of the catalogue in the language `locale`.

    Raises:
        LedgerUnavailable: the database does not answer.
    """
    said = await papers(services.database, found.ticket, found.session)
    about = _about(found.about)
    view = SessionView(
        session=found.session,
        ticket=found.ticket,
        state=SessionState.CLOSED,
        you=CITIZEN,
        role=ParticipantRole.CITIZEN,
        about=about,
        seat=found.seat,
        seat_name=_seat_name(services, found.seat),
        seq=found.seq,
        began_ms=found.began_ms,
        participants=two_of(found.began_ms),
        guide=_guide(services, about.item, locale),
        documents=said.documents,
        chat=tuple(ChatLine(line.by, line.text, line.at_ms) for line in said.chat),
        hung_up=found.hung_up,
        outcome=found.outcome,
        summary=found.summary,
        notice=services.directory.items.in_words(about.item, found.notice, locale),
        version=found.version,
        agent_name=found.agent_name,
        staff_number=found.staff_number,
        department=_department(services, found, locale),
    )
    return sessionview.fitted(view, services.settings.outgoing_max_bytes // 2)


async def chat(services: RealmServices, found: Ended, before: int, limit: int) -> ChatPage:
    """Return up to `limit` lines of the chat that stand before line `before`, counted from 0.

    Raises:
        LedgerUnavailable: the database does not answer.
    """
    lines = (await papers(services.database, found.ticket)).chat
    first = max(0, min(before, len(lines)) - limit)
    return ChatPage(tuple(ChatLine(line.by, line.text, line.at_ms) for line in lines[first:before]), first)


async def rate(services: RealmServices, found: Ended, frame: Rate, said: Rated) -> None:
    """Write a rating into the journal, once.

    Raises:
        AlreadyRated: there is one.
        QueueUnavailable: Redis does not answer.
    """
    mark = await services.redis.set(services.keys.rated(found.session), frame.id, nx=True, get=True, ex=MARK_KEPT_S)
    if found.is_rated or (isinstance(mark, bytes) and mark.decode() != frame.id):
        raise AlreadyRated
    now_ms, seq = services.clock.now_ms(), found.seq + 1
    noted = msgspec.structs.replace(said, seq=seq, at_ms=now_ms)
    _ = await services.queue.journal.announce(
        SessionNoted(
            at_ms=now_ms,
            session=found.session,
            ticket=found.ticket,
            seq=seq,
            kind=str(Rated.__struct_config__.tag),
            body=msgspec.json.encode(noted).decode(),
            by=CITIZEN,
        )
    )


def _seat_name(services: RealmServices, seat: str) -> str:
    with contextlib.suppress(SeatNotFound):
        return services.directory.seats.find(seat).name
    return ""


def _department(services: RealmServices, found: Ended, locale: str) -> str:
    return services.directory.places.department_of(found.seat, found.department, locale) if found.agent_name else ""


def _guide(services: RealmServices, item: str, locale: str) -> GuideView | None:
    with contextlib.suppress(UnknownItem):
        return services.directory.items.guide(item, locale=locale) if item else None
    return None
