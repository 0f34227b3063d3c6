"""Takes a citizen's rating (好差评): after the end, of the own session, once, and never shown to the seat."""

from matcher import LiveTicket
from protocol.commands import Rate
from protocol.errors import AlreadyRated, BadInput, ReasonRequired, SessionNotFound
from protocol.limits import COMMENT_MAX
from protocol.session_events import Rated
from protocol.states import TicketState
from signaling.handlers.bounds import bounded
from signaling.handlers.places import own
from signaling.node import Node
from signaling.session import ended
from signaling.socket.connections import Connection

LEVELS = range(1, 6)
BAD = 2
ENDS = frozenset({"hung_up", "session_closed"})
"""The citizen may say goodbye first; and hears that the agent closed a moment before the queue does."""


async def rate(node: Node, page: Connection, frame: Rate) -> None:
    """Write the rating down."""
    row = await node.services.queue.tickets.find(own(page))
    if row is None:
        await _rate_forgotten(node, page.ticket, frame)
        return
    if not row.session or not await _has_ended(node, row):
        raise SessionNotFound
    said = _checked(node, frame)
    mark = await node.services.redis.set(
        node.services.keys.rated(row.session), frame.id, nx=True, get=True, ex=ended.MARK_KEPT_S
    )
    # Its own mark: the same command once more, because Redis went away before the rating was written.
    if isinstance(mark, bytes) and mark.decode() != frame.id:
        raise AlreadyRated
    _ = await node.sessions.note(row, said, by="citizen", dedupe="rated")


async def _rate_forgotten(node: Node, ticket: str, frame: Rate) -> None:
    """Write down the rating of a call that is closed and that the queue has forgotten (a wiped Redis)."""
    found = await ended.ended(node.services, ticket)
    if found is None:
        raise SessionNotFound
    await ended.rate(node.services, found, frame, _checked(node, frame))


async def _has_ended(node: Node, row: LiveTicket) -> bool:
    """Tell whether the conversation is over for the citizen: the agent closed it, or the citizen said goodbye."""
    if row.state is not TicketState.SERVING:
        return row.state is TicketState.DONE
    return any(noted.kind in ENDS for noted in await node.sessions.marks(row.session))


def _checked(node: Node, frame: Rate) -> Rated:
    if frame.level not in LEVELS:
        raise BadInput(field="level", why="out_of_range", min=1, max=5)
    if any(reason not in node.services.directory.bad_reasons for reason in frame.reasons):
        raise BadInput(field="reasons", why="unknown")
    if frame.level <= BAD and not frame.reasons:
        raise ReasonRequired
    reasons = tuple(dict.fromkeys(frame.reasons))
    comment = bounded("comment", frame.comment, COMMENT_MAX)
    return Rated(seq=0, at_ms=0, level=frame.level, reasons=reasons, comment=comment)
