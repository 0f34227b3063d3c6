"""Handles an agent's acts at the seat: ready, pause, accept or decline a ringing ticket, claim an alerted one."""

from matcher import LiveTicket
from protocol.commands import Accept, Claim, Decline, ExtendWrapUp, Pause, Ready
from protocol.errors import BadInput
from protocol.limits import REASON_MAX
from protocol.states import PauseReason
from signaling.handlers.bounds import bounded
from signaling.node import Node
from signaling.session.identity import served_by
from signaling.session.inheritance import inherit
from signaling.socket.connections import Connection

NOT_CHOSEN = frozenset({PauseReason.MISSED, PauseReason.SUPERVISOR})
"""Reasons that the queue and supervisors give, not the agent."""


async def ready(node: Node, page: Connection, _frame: Ready) -> None:
    """Take tickets from now on."""
    _ = await node.services.queue.seats.ready(page.seat)


async def pause(node: Node, page: Connection, frame: Pause) -> None:
    """Take no tickets for a while."""
    if frame.reason in NOT_CHOSEN:
        raise BadInput(field="reason", why="not_chosen")
    _ = await node.services.queue.seats.pause(page.seat, frame.reason)


async def extend_wrap_up(node: Node, page: Connection, frame: ExtendWrapUp) -> None:
    """Let the own wrap-up last longer."""
    _ = await node.services.queue.seats.extend_wrap_up(page.seat, frame.for_s)


async def accept(node: Node, page: Connection, frame: Accept) -> None:
    """Take the ringing ticket: the session begins."""
    session = node.sessions.new_id()
    row = await node.services.queue.seats.accept(page.seat, frame.reservation, frame.fence, session, *served_by(page))
    await _on_trail(node, page, "call.accepted", row)
    await _begin(node, page, row)


async def decline(node: Node, page: Connection, frame: Decline) -> None:
    """Refuse the ringing ticket."""
    reason = bounded("reason", frame.reason, REASON_MAX)
    _ = await node.services.queue.seats.decline(page.seat, frame.reservation, frame.fence, reason)


async def claim(node: Node, page: Connection, frame: Claim) -> None:
    """Take an alerted ticket: the first claim wins."""
    row = await node.services.queue.seats.claim(page.seat, frame.ticket, node.sessions.new_id(), *served_by(page))
    await _on_trail(node, page, "ticket.claimed", row)
    await _begin(node, page, row)


async def _on_trail(node: Node, page: Connection, action: str, row: LiveTicket) -> None:
    """Note who begins to serve, and with that to read what was said and handed in."""
    if page.login is not None:
        await node.trail.note(page.login, action, row.ticket, session=row.session)


async def _begin(node: Node, page: Connection, row: LiveTicket) -> None:
    """The pages are told by the journal; here only who speaks, and what a session inherits."""
    _ = await node.services.redis.delete(node.services.keys.closed(row.seat))  # the wrap-up to come is of this call
    await inherit(node.services, node.sessions, row)
    # After what was said before: this entry of the journal sends the pages to the log, where the lines stand.
    await node.sessions.introduce(row, page.login)
    await node.sessions.presence(row)
