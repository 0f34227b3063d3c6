"""Lending tickets between realms: marked here, claimed there, in two steps of which either may be repeated."""

from typing import cast

import msgspec

from matcher.queue import Queue
from matcher.rows import pairs, ticket_row
from matcher.tickets import LiveTicket, NewTicket, Step, StoredStep
from protocol.errors import ReservationStale, TicketNotFound
from protocol.skills import Needs

LEASE_S = 10.0


class Lending:
    """The tickets that one realm lends to others and borrows from them; a lent one changes hands exactly once."""

    def __init__(self, queue: Queue) -> None:
        """Lend and borrow for this realm."""
        self.queue = queue

    async def lend(self, ticket: str, realm: str, lease_s: float = LEASE_S) -> LiveTicket:
        """Keep a waiting ticket for another realm; unclaimed, it waits here again after the lease."""
        until_ms = self.queue.clock.now_ms() + round(lease_s * 1000)
        return ticket_row(await self.queue.run("lend", ticket, realm, until_ms))

    async def lent(self, ticket: str, realm: str, fence: int) -> LiveTicket:
        """Give a lent ticket to the realm that claims it.

        Raises:
            ReservationStale: it was not claimed in time, and is waiting (or was served) here.
        """
        return ticket_row(await self.queue.run("lent", ticket, realm, fence))

    async def borrow(self, origin: "Lending", ticket: str, lease_s: float = LEASE_S) -> LiveTicket:
        """Get a ticket that waits in another realm; it stands here where it stood there.

        Between the two steps it can be called nowhere; after a crash there, `settle` goes on.

        Raises:
            TicketNotWaiting: somebody there was faster.
        """
        row = await origin.lend(ticket, self.queue.realm, lease_s)
        steps = await origin.steps(ticket)
        new = NewTicket(ticket, steps, row.priority, row.about, row.arrived_ms, page_lease_s=0)
        until_ms = self.queue.clock.now_ms() + round(lease_s * 1000)
        await self.queue.tickets.take_lent(new, until_ms, f"{origin.queue.realm}|{row.fence}")
        return await self._claim(origin, ticket, row.fence)

    async def settle(self, origin: "Lending") -> int:
        """Finish what borrowing from a realm left half done; return how many tickets that were."""
        borrowed = pairs(await self.queue.command("HGETALL", self.queue.key("borrowed")))
        done = 0
        for name, owner in borrowed.items():
            realm, _, fence = owner.decode().rpartition("|")
            if realm == origin.queue.realm:
                done += 1
                try:
                    await self._claim(origin, name.decode(), int(fence))
                except (ReservationStale, TicketNotFound):
                    continue
        return done

    async def steps(self, ticket: str) -> tuple[Step, ...]:
        """Return the whole policy of a ticket."""
        reply = await self.queue.run("ticket", ticket)
        if not reply:
            raise TicketNotFound(ticket=ticket)
        stored = msgspec.json.decode(cast("list[bytes]", reply)[3], type=list[StoredStep])
        return tuple(
            Step(
                step.after_ms / 1000,
                msgspec.json.decode(step.needs, type=Needs),
                tuple(name for name in step.relaxed.split(",") if name),
            )
            for step in stored
        )

    async def _claim(self, origin: "Lending", ticket: str, fence: int) -> LiveTicket:
        try:
            await origin.lent(ticket, self.queue.realm, fence)
        except (ReservationStale, TicketNotFound):
            await self.queue.tickets.expire(ticket, "lease_over")
            raise
        return ticket_row(await self.queue.run("borrow", ticket))
