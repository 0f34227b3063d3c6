"""Lets somebody who left the screen go on with the kept place, at any page, by the number of the receipt."""

from matcher import LiveTicket
from protocol.commands import ComeBack, Frame
from protocol.errors import BadInput, NotFound
from protocol.states import TicketState
from records.sessions import papers_of_ticket
from records.sessions.receipts import by_receipt
from runtime import throttle
from runtime.security import Stub
from signaling.handlers import places
from signaling.node import Node
from signaling.session import papers
from signaling.socket.connections import Connection

KEPT = frozenset({TicketState.WAITING, TicketState.HELD, TicketState.SCHEDULED})
"""The states in which a receipt takes a place up again; never a conversation, for others may have read the receipt."""


async def come_back(node: Node, page: Connection, frame: ComeBack) -> Frame:
    """Tie this page to the ticket of a receipt.

    Raises:
        TicketNotWaiting: the page has a ticket already.
        TooManyTries: this booth or address tried too many receipts that were wrong.
        NotFound: no place is kept under it, whether or not there is such a receipt.
    """
    await places.must_be_free(node, page)
    # A booth has a count of its own: those of a county share an address.
    limit, who = (throttle.COME_BACK, f"booth:{page.booth}") if page.booth else (throttle.RECEIPT, page.address)
    async with node.services.throttle.guessing(limit, who):
        row = await _kept(node, frame.receipt)
    consents = await places.settle(node, page, row.ticket)
    return places.taken(node, frame.id, row, page, await node.tickets.see(row.ticket, consents))


async def _kept(node: Node, receipt: str) -> LiveTicket:
    try:
        async with node.services.database.read() as db:
            ticket, _ = await by_receipt(db, receipt)
    except BadInput:
        raise NotFound(what="receipt") from None
    row = await node.services.queue.tickets.find(ticket) or await _forgotten(node, ticket)
    if row is None or row.state not in KEPT:
        raise NotFound(what="receipt")
    return row


async def _forgotten(node: Node, ticket: str) -> LiveTicket | None:
    """Bring back a place that the queue forgot and the ledger knows, as its stub would and for as long."""
    if await papers.is_over(node, ticket):
        return None
    found = await papers_of_ticket.forgotten(node.services.database, ticket)
    if found is None or node.services.clock.now_ms() - found.arrived_ms > node.services.settings.stub_s * 1000:
        return None
    return await places.stand_again(node, Stub(ticket, found.arrived_ms, found.priority, found.about))
