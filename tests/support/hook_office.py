"""One web-hook, the events that happen, and the nodes that send; time passes as a test says."""

import asyncio
import json
from itertools import count

from aiohttp.abc import AbstractResolver

from hooks.client import HookClient
from hooks.sender import HookSender
from protocol.outbox import ResumedData
from records import audit
from records.database import Database
from records.outbox.hooks import HookMade, Hooks, HookSpec
from records.outbox.tell import Telling, tell
from runtime.clock import ManualClock
from runtime.metrics import Metrics
from runtime.receivers import AllowList
from runtime.sealing import Sealing
from runtime.settings import Settings
from tests.support.receiver import Receiver

HOUR_S = 3600
DAY_S = 24 * HOUR_S
RETRY_S = 3 * DAY_S
MASTER = b"m" * 32
STEPS = 12
_numbers = count(1)


class Office:
    """The events of a realm, one web-hook, and those who send."""

    def __init__(self, database: Database, clock: ManualClock, receiver: Receiver) -> None:
        self.database, self.clock, self.receiver = database, clock, receiver
        self.listed: tuple[str, ...] = (
            f"http://127.0.0.1:{receiver.port}",
            f"http://moving.test:{receiver.port}=127.0.0.1/32",
        )
        self.allowed = AllowList(self.listed)
        self.hooks = Hooks(database, clock, Sealing("web-hook", MASTER), self.allowed)
        self.clients: list[HookClient] = []
        self.made: HookMade | None = None
        self.sender = self.another()

    def another(self, resolver: AbstractResolver | None = None, **settings: float) -> HookSender:
        found = Settings(hook_receivers=self.listed, hook_retry_s=RETRY_S, **settings)  # type: ignore[arg-type]
        client = HookClient(AllowList(found.hook_receivers), found.hook_answer_s, resolver)
        self.clients.append(client)
        sealing = Sealing("web-hook", MASTER)
        return HookSender(self.database, self.clock, sealing, client, retry_s=found.hook_retry_s, metrics=Metrics())

    async def sends(self, sender: HookSender | None = None) -> None:
        """Have a node send all that is due, and wait until it is settled."""
        found = sender or self.sender
        await found._start_due()
        await asyncio.gather(*found._running.values())

    async def hook(self, url: str = "", kinds: tuple[str, ...] = (), scope: str = "realm") -> HookMade:
        spec = HookSpec(name="BI", url=url or self.receiver.url, kinds=kinds, scope=scope)
        self.made = await self.hooks.make(spec)
        return self.made

    @property
    def id(self) -> str:
        assert self.made is not None
        return self.made.hook.id

    async def happens(self, *subjects: str, **places: str) -> None:
        async with self.database.begin() as db:
            await tell(
                db,
                [
                    Telling(
                        cause=f"cause-{next(_numbers)}",
                        subject=one,
                        data=ResumedData(ticket=one),
                        at_ms=self.clock.now_ms(),
                        **places,
                    )
                    for one in subjects
                ],
            )

    async def passes(self, seconds: float) -> None:
        """Let time pass, in which the sender looks whenever something may have become due."""
        end_ms, step_s = self.clock.now_ms() + seconds * 1000, max(seconds / STEPS, 1)
        while self.clock.now_ms() < end_ms:
            self.clock.advance(step_s)
            await self.sends()

    async def view(self) -> object:
        [found] = await self.hooks.listed()
        return found

    async def acts(self) -> list[str]:
        async with self.database.read() as db:
            return [entry.action for entry in reversed(await audit.trail(db, subject=self.id))]


def in_order(receiver: Receiver) -> bool:
    """Tell whether the accepted events of each matter came in the order of their numbers, each once."""
    last: dict[str, str] = {}
    for one in receiver.accepted:
        number = str(json.loads(one.body)["sequence"])
        if number <= last.get(one.subject, ""):
            return False
        last[one.subject] = number
    return True
