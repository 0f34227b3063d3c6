"""Brings signed-in seats and waiting tickets to a changed catalogue."""

import asyncio
import logging
from collections.abc import Iterable
from contextlib import suppress

import msgspec

from matcher import Step
from protocol.errors import Refused, SeatNotFound, ServiceError, SignedOut, UnknownItem, UnknownSite
from protocol.states import SeatState
from protocol.views import About
from records.catalogue.directory import Directory
from signaling.floor.wallboard import Floor
from signaling.queue.seats import Seats
from signaling.queue.tickets import Tickets, steps_of
from signaling.services import RealmServices
from signaling.session.about import about_of
from signaling.socket.connections import Connection

log = logging.getLogger(__name__)

AT_ONCE = 32
LEADER_S = 120
"""For so long one node has the tickets without a page here; if it dies, the next change finds them."""


class Following:
    """Follows the catalogue on one node."""

    def __init__(self, services: RealmServices, seats: Seats, tickets: Tickets, floor: Floor) -> None:
        """Follow with the pages of this node."""
        self._services = services
        self._seats = seats
        self._tickets = tickets
        self._floor = floor

    async def follow(self, directory: Directory) -> None:
        """Announce this node's seats anew and give waiting tickets their new steps and names.

        Every node does it for its own pages; one of them also for the tickets that have no page just now.
        """
        for page in list(self._services.connections.seats.values()):
            await self._seat(page)
        await self._change(list(self._services.connections.tickets))
        if await self._leads():
            async for some in self._services.queue.open_tickets():
                await self._change(some)
        self._floor.changed()
        self._tickets.all_changed()
        log.info("catalogue_followed", extra={"items": len(directory.items.all())})

    async def _leads(self) -> bool:
        key = self._services.keys.catalogue(self._services.catalogue.version)
        return bool(await self._services.redis.set(key, self._services.node, nx=True, ex=LEADER_S))

    async def _seat(self, page: Connection) -> None:
        """Announce a seat as the catalogue has it now; one that it no longer has finishes its call and is let go."""
        try:
            _ = await self._services.queue.sign_in(self._seats.card(page))
            _ = await self._seats.show(page)
        except SeatNotFound:
            row = await self._services.queue.seat(page.seat)
            if row is None or row.state not in {SeatState.SERVING, SeatState.WRAP_UP}:
                self._services.connections.depart(page, SignedOut())
        except ServiceError as problem:
            log.warning("seat_not_announced", extra={"seat": page.seat, "code": problem.code})

    async def _change(self, tickets: Iterable[str]) -> None:
        waiting = list(tickets)
        for start in range(0, len(waiting), AT_ONCE):
            _ = await asyncio.gather(*(self._ticket(one) for one in waiting[start : start + AT_ONCE]))

    async def _ticket(self, ticket: str) -> None:
        row = await self._services.queue.ticket(ticket)
        if row is None:
            return
        about = self._renamed(about_of(row))
        try:
            steps: tuple[Step, ...] = steps_of(self._services, about)
        except Refused:
            return  # the item is offered no more: who took a number for it is still served by the old steps
        _ = await self._services.queue.change(ticket, steps, msgspec.json.encode(about).decode())

    def _renamed(self, about: About) -> About:
        """Return what a ticket is about under the names of now."""
        directory = self._services.directory
        item_name, site_name = about.item_name, about.site_name
        with suppress(UnknownItem):
            item_name = directory.items.find(about.item).name if about.item else ""
        with suppress(UnknownSite):
            site_name = directory.places.site(about.site).name if about.site else ""
        return msgspec.structs.replace(about, item_name=item_name, site_name=site_name)
