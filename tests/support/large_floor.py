"""A floor of the real district's size: 701 seats that sit in the queue without a page, and citizens who wait."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

import msgspec
import yaml
from redis.asyncio import Redis

from cloudwindow.commands.ledger import SAMPLE
from cloudwindow.compose import roster, rules
from matcher import NewTicket, Queue, SeatCard, Step
from protocol import ids
from protocol.priorities import Priority
from protocol.states import PauseReason
from protocol.views import About, Mode
from records.catalogue.directory import Directory
from records.catalogue.directory_rows import CatalogueSeat
from records.catalogue.holder import CatalogueHolder
from records.database import Database
from runtime.clock import SystemClock
from runtime.settings import Settings

SEATS = 701
REASONS = (PauseReason.MEAL, PauseReason.WINDOW, PauseReason.TRAINING)
LEASE_S = 3600


def large_catalogue(folder: Path) -> Path:
    """Write the sample district with as many seats as the real one has."""
    catalogue = yaml.safe_load(SAMPLE.read_text("utf-8"))
    sample = catalogue["seats"]
    catalogue["seats"] += [
        {**sample[n % len(sample)], "id": f"S{n:03d}", "name": f"坐席{n:03d}"}
        for n in range(len(sample) + 1, SEATS + 1)
    ]
    path = folder / "large.yaml"
    path.write_text(yaml.safe_dump(catalogue, allow_unicode=True), "utf-8")
    return path


class LargeFloor:
    """Moves seats and citizens in the queue as their pages would."""

    def __init__(self, queue: Queue, directory: Directory) -> None:
        self.queue = queue
        self.directory = directory

    async def fill(self) -> None:
        """Sign nine of ten seats in; a third is ready, others are at lunch, at their window, or in training."""
        for n, seat in enumerate(self.directory.seats.all()):
            if n % 10:
                await self.sign_in(seat)
                if n % 3 == 0:
                    await self.queue.seats.ready(seat.id)
                else:
                    await self.queue.seats.pause(seat.id, REASONS[n % len(REASONS)])

    async def sign_in(self, seat: CatalogueSeat) -> None:
        """Put a seat on the floor."""
        duty: Literal["full", "part"] = "part" if seat.duty == "part" else "full"
        card = SeatCard(seat.id, self.directory.seats.announced(seat.id), duty, lease_s=LEASE_S)
        await self.queue.seats.sign_in(msgspec.structs.replace(card, window=seat.id, home=seat.district))

    async def wait(self, citizens: int) -> None:
        """Let so many citizens wait, all over the items of the district."""
        items = self.directory.items.all()
        for n in range(citizens):
            item = items[n % len(items)]
            steps = tuple(Step(*step) for step in self.directory.steps(item.id, Mode(item.modes[0]), "cmn"))
            about = About(number=f"{item.skill}{n:03d}", item=item.id, item_name=item.name, skill=item.skill)
            text = msgspec.json.encode(about).decode()
            ticket = ids.new_id(SystemClock().now_ms() + n)
            await self.queue.tickets.take(NewTicket(ticket, steps, Priority.NORMAL, text, page_lease_s=LEASE_S))


@asynccontextmanager
async def large_floor(redis_url: str, ledger: str, settings: Settings) -> AsyncIterator[LargeFloor]:
    """Reach the queue of a running window with the district's own rules."""
    database = Database(ledger)
    redis = Redis.from_url(redis_url)
    try:
        catalogue = await CatalogueHolder.load(database)
        queue = Queue(redis, settings.realm, SystemClock(), rules(settings, catalogue), roster(catalogue))
        yield LargeFloor(queue, catalogue.current)
    finally:
        await redis.aclose()
        await database.close()
