"""Handles a supervisor's acts on the wallboard."""

from protocol.commands import PauseSeat
from protocol.errors import BadInput, NotAllowed
from protocol.rights import Right
from protocol.states import PauseReason
from records.scopes import check_seat
from signaling.node import Node
from signaling.socket.connections import Connection


async def pause_seat(node: Node, page: Connection, frame: PauseSeat) -> None:
    """Set a seat on break."""
    if page.login is None:
        raise NotAllowed(frame="pause_seat")
    _ = page.login.demand(Right.PAUSE_SEATS)
    if frame.reason is PauseReason.MISSED:
        raise BadInput(field="reason", why="not_chosen")
    check_seat(node.services.directory, page.login.scope, frame.seat)
    _ = await node.services.queue.seats.pause(frame.seat, frame.reason)
    await node.trail.note(page.login, "seat.paused", frame.seat, reason=frame.reason.value)
