"""Handles a citizen's acts in the queue: take a place, keep it, leave it."""

import asyncio
import contextlib

from matcher import LiveTicket, NewTicket
from protocol.commands import CallBack, Frame, HoldPlace, LeaveQueue, ResumePlace, TakeTicket
from protocol.errors import BadInput, Superseded, TicketNotFound, TicketNotWaiting, TooManyTries
from protocol.exhausted import TooManyMoves
from protocol.frames import TicketIssued
from protocol.states import TICKET_ENDS, TicketState
from protocol.views import ConsentView, TicketView
from runtime import throttle
from runtime.business_clock import BusinessTime
from runtime.security import Stub, TicketToken
from signaling.node import Node
from signaling.queue.new_tickets import new_ticket, wish_of
from signaling.queue.tickets import HELD, callback_refusal, steps_of
from signaling.session import papers
from signaling.session.about import about_of, decode_about
from signaling.session.consents import consents_of
from signaling.session.inheritance import know_again
from signaling.socket.connections import Connection
from signaling.socket.who import CitizenPage

HOLD_MAX_S = 1800
MOVES_KEPT_S = 48 * 3600
NEVER = BusinessTime(0)


async def take_ticket(node: Node, page: Connection, frame: TakeTicket) -> Frame:
    """Give a citizen a place in the queue, or the one that its stub remembers."""
    if page.asked != (frame.id, page.ticket):
        await must_be_free(node, page)
    # First what the catalogue does not have: a slip of one page must not use up what a town may take.
    wish = None if frame.stub else wish_of(node, page, frame)
    await _spend_take(node, page, is_new=wish is not None)
    if wish is None:
        row = await _returned(node, frame)
    else:
        row = await node.services.queue.tickets.take(await new_ticket(node, page, frame.id, wish))
    consents = await settle(node, page, row.ticket)
    return taken(node, frame.id, row, page, await node.tickets.see(row.ticket, consents))


async def _spend_take(node: Node, page: Connection, *, is_new: bool) -> None:
    """Count a ticket before any work is done for it: by connection, then by booth or, generously, by address.

    A stub is signed and brings one ticket, however often: it costs its connection alone.

    Raises:
        TooManyTries: that is more than it may take.
    """
    own = page.limits.takes
    if own.spend(asyncio.get_running_loop().time()) != "taken":
        raise TooManyTries(retry_after_s=-int(-1 // own.per_s))
    if page.booth:
        await node.services.throttle.spend(throttle.TAKE, f"booth:{page.booth}")
    elif is_new:
        most = node.services.settings
        limit = throttle.Limit("take_address", most.tickets_per_address_burst, most.tickets_per_address_per_min)
        await node.services.throttle.spend(limit, page.address)


async def must_be_free(node: Node, page: Connection) -> None:
    """Refuse a second ticket for a page.

    Raises:
        TicketNotWaiting: the first has not ended.
    """
    row = await node.services.queue.tickets.find(page.ticket) if page.ticket else None
    if row is not None and row.state not in TICKET_ENDS:
        raise TicketNotWaiting(state=row.state.value)


async def _returned(node: Node, frame: TakeTicket) -> LiveTicket:
    """Read a stub: the ticket stands where it stood.

    Raises:
        BadStub: it is not ours, or too old.
        TicketNotFound: the ticket has ended.
    """
    stub = node.services.signatures.read_stub(frame.stub)
    row = await node.services.queue.tickets.find(stub.ticket)
    if row is not None and row.state not in TICKET_ENDS:
        return row
    if row is not None or await papers.is_over(node, stub.ticket):
        raise TicketNotFound
    return await stand_again(node, stub, BusinessTime(frame.callback_at_ms))


async def stand_again(node: Node, stub: Stub, callback: BusinessTime = NEVER) -> LiveTicket:
    """Bring a ticket back that the queue forgot: where it stood, with the needs that today's catalogue gives it.

    One that was to be called back, at a time that is still good, does not ring before.
    """
    services = node.services
    _ = await know_again(services, stub.ticket)
    about = decode_about(stub.about)
    return await services.queue.tickets.take(
        NewTicket(
            ticket=stub.ticket,
            steps=steps_of(services, about),
            priority=stub.priority,
            about=stub.about,
            arrived_ms=stub.arrived_ms,
            page_lease_s=services.settings.page_lease_s,
        ),
        0 if callback_refusal(services, about, callback) else services.business.real_ms(callback),
    )


async def settle(node: Node, page: Connection, ticket: str) -> tuple[ConsentView, ...]:
    """Tie a page to its ticket and return what its citizen agreed to; an older window of it is sent away.

    A page that is gone by now gets it when it comes back and asks again: until then the ticket has no page.
    """
    consents = await consents_of(node.services, ticket)
    if not page.is_gone:
        page.who = CitizenPage(ticket, page.booth, page.site)
        page.shown = HELD
        page.consents = consents
        with contextlib.suppress(Superseded):
            await node.presence.claim(page, asked=True)
            return consents
    await node.presence.begin_absence(ticket)
    return consents


def taken(node: Node, command: str, row: LiveTicket, page: Connection, view: TicketView) -> TicketIssued:
    """Answer a command with the page's ticket, its token and its stub."""
    signatures = node.services.signatures
    return TicketIssued(
        id=command,
        ticket=view,
        token=signatures.token(TicketToken(row.ticket, page.booth)),
        stub=signatures.stub(Stub(row.ticket, row.arrived_ms, row.priority, row.about)),
    )


async def leave_queue(node: Node, page: Connection, _frame: LeaveQueue) -> None:
    """Give the place up."""
    _ = await node.services.queue.tickets.leave(own(page), "left")


async def hold_place(node: Node, page: Connection, frame: HoldPlace) -> None:
    """Keep the place while the citizen is away from the screen."""
    if not 0 < frame.for_s <= HOLD_MAX_S:
        raise BadInput(field="for_s", why="out_of_range", min=1, max=HOLD_MAX_S)
    await _spend_move(node, own(page))
    _ = await node.services.queue.tickets.hold(own(page), frame.for_s)


async def _spend_move(node: Node, ticket: str) -> None:
    """Count that a place is held, or exchanged for a call later: not for ever.

    Raises:
        TooManyMoves: as often as one may.
    """
    services = node.services
    count = await services.redis.incr(services.keys.moves(ticket))
    _ = await services.redis.expire(services.keys.moves(ticket), MOVES_KEPT_S)
    if count > services.settings.moves_per_ticket:
        raise TooManyMoves(max=services.settings.moves_per_ticket)


async def call_back(node: Node, page: Connection, frame: CallBack) -> Frame:
    """Let the citizen be called at a chosen time instead of waiting; the answer's stub is as fresh as the wish."""
    row = await node.services.queue.tickets.find(own(page))
    if row is None:
        raise TicketNotFound
    at = BusinessTime(frame.at_ms)
    if why := callback_refusal(node.services, about_of(row), at):
        raise BadInput(field="at_ms", why=why)
    await _spend_move(node, row.ticket)
    row = await node.services.queue.tickets.callback(row.ticket, node.services.business.real_ms(at))
    return taken(node, frame.id, row, page, node.tickets.view(row, None, page.consents))


async def resume_place(node: Node, page: Connection, _frame: ResumePlace) -> None:
    """Be called again, at the old place."""
    queue, ticket = node.services.queue, own(page)
    row = await queue.tickets.find(ticket)
    is_scheduled = row is not None and row.state is TicketState.SCHEDULED
    _ = await (queue.tickets.arrive(ticket) if is_scheduled else queue.tickets.resume(ticket))


def own(page: Connection) -> str:
    """Return the page's ticket.

    Raises:
        TicketNotFound: it has none.
    """
    if not page.ticket:
        raise TicketNotFound
    return page.ticket
