"""Brings signed-in seats and waiting tickets to a changed catalogue."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress

import msgspec
from redis.exceptions import ResponseError

from matcher import Step
from protocol.errors import Refused, SeatNotFound, ServiceError, SignedOut, Unavailable, UnknownItem, UnknownSite
from protocol.states import SeatState
from protocol.views import About
from records.catalogue.directory import Directory
from runtime import kept
from signaling.floor.wallboard import Floor
from signaling.queue.seats import Seats
from signaling.queue.tickets import Tickets, steps_of
from signaling.services import RealmServices
from signaling.session.about import readable_about

log = logging.getLogger(__name__)

AT_ONCE = 32
LEADER_S = 30
"""For so long one node goes through the open tickets; if it dies meanwhile, another one does."""
PASSES_MS = (0, 5000)
"""After a change the open tickets are gone through at once, and once more for those that a node took by the catalogue
before, having followed a moment later."""
PASSED_S = 7 * 86400
PASSED = b"passed"


class Following:
    """Follows the catalogue on one node."""

    def __init__(self, services: RealmServices, seats: Seats, tickets: Tickets, floor: Floor) -> None:
        """Follow with the pages of this node."""
        self._services = services
        self._seats = seats
        self._tickets = tickets
        self._floor = floor
        self._since_ms = services.clock.now_ms()
        self._passes: set[tuple[int, int]] = set()

    async def follow(self, directory: Directory) -> None:
        """Announce this node's seats anew and give its waiting tickets their new steps and names.

        Raises:
            QueueUnavailable: the queue does not answer; to follow again does no harm.
        """
        self._since_ms = self._services.clock.now_ms()
        await _each(self._seat, self._services.connections.seats)
        await _each(self._ticket, self._services.connections.tickets)
        self._floor.changed()
        self._tickets.all_changed()
        log.info("catalogue_followed", extra={"items": len(directory.items.all())})

    async def bring_the_rest(self) -> None:
        """Bring the open tickets that have no page here to this catalogue, unless another node does or did.

        Call it again and again: it remembers what is done.
        """
        version = self._services.catalogue.version
        waits_ms = self._services.clock.now_ms() - self._since_ms
        for number, after_ms in enumerate(PASSES_MS):
            if waits_ms < after_ms or (version, number) in self._passes:
                continue
            key, redis = self._services.keys.catalogue(version, number), self._services.redis
            if await redis.set(key, self._services.node, nx=True, ex=LEADER_S):
                async for some in self._services.queue.tickets.open_tickets():
                    await _each(self._ticket, some)
                _ = await redis.set(key, PASSED, ex=PASSED_S)
            elif await redis.get(key) != PASSED:
                return
            self._passes = {one for one in self._passes if one[0] == version} | {(version, number)}

    async def _seat(self, seat: str) -> None:
        """Announce a seat as the catalogue has it now; one that it no longer has finishes its call and is let go."""
        page = self._services.connections.seats.get(seat)
        if page is None:
            return
        try:
            row = await self._services.queue.seats.sign_in(self._seats.card(page))
            self._seats.tell(page, row, await self._seats.held(row))
        except SeatNotFound:
            known = await self._services.queue.seats.find(page.seat)
            if known is None or known.state not in {SeatState.SERVING, SeatState.WRAP_UP}:
                self._services.connections.depart(page, SignedOut())
        except Unavailable:
            raise
        except ServiceError as problem:
            log.warning("seat_not_announced", extra={"seat": page.seat, "code": problem.code})

    async def _ticket(self, ticket: str) -> None:
        """Give a ticket its new steps and names."""
        row = await self._services.queue.tickets.find(ticket)
        about = readable_about(row) if row is not None else None
        if about is None:
            return
        renamed = self._renamed(about)
        try:
            steps: tuple[Step, ...] = steps_of(self._services, renamed)
        except Refused:
            return  # the item is offered no more: who took a number for it is still served by the old steps
        _ = await self._services.queue.tickets.change(ticket, steps, msgspec.json.encode(renamed).decode())

    def _renamed(self, about: About) -> About:
        """Return what a ticket is about under the names of now."""
        directory = self._services.directory
        item_name, site_name = about.item_name, about.site_name
        with suppress(UnknownItem):
            item_name = directory.items.find(about.item).name if about.item else ""
        with suppress(UnknownSite):
            site_name = directory.places.site(about.site).name if about.site else ""
        return msgspec.structs.replace(about, item_name=item_name, site_name=site_name, returning=False)


async def _each(act: Callable[[str], Awaitable[None]], names: Iterable[str]) -> None:
    """Act on each, some at a time; one that the scripts cannot read keeps no other from its turn."""

    async def one(name: str) -> None:
        try:
            await act(name)
        except ResponseError as error:
            kept.count("followed", error)

    waiting = list(names)
    for start in range(0, len(waiting), AT_ONCE):
        _ = await asyncio.gather(*map(one, waiting[start : start + AT_ONCE]))
