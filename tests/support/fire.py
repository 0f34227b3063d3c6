"""Sets nodes on fire: starts them, kills them, freezes them, kills the server under them, and brings all back."""

import asyncio
import multiprocessing
import os
import random
import signal
from collections import Counter
from contextlib import suppress
from multiprocessing.process import BaseProcess
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import RedisError

from matcher import Queue
from protocol.events import Event, TicketDone, TicketLeft, TicketTaken, journal_key
from runtime.clock import SystemClock
from runtime.engines import EmbeddedValkey
from tests.support.fire_worker import LEASE_S, REALM, RULES, Life, run
from tests.support.patience import until

NODES = 3
DRAIN_LIMIT_S = 60.0


class Fire:
    """Nodes, a server, and chance."""

    def __init__(self, server: EmbeddedValkey, folder: Path, seed: int) -> None:
        """Play with this server; the ledgers lie in the folder."""
        self._server = server
        self._folder = folder
        self._random = random.Random(seed)
        # Forked from a process that has read the modules already: a life begins in milliseconds.
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["tests.support.fire_worker"])
        self._nodes: dict[int, BaseProcess] = {}
        self._lives: Counter[int] = Counter()
        self.redis: Redis = server.client()
        self.queue = Queue(self.redis, REALM, SystemClock(), RULES)
        self.done: Counter[str] = Counter()

    @property
    def ledgers(self) -> list[Path]:
        """What each node was told."""
        return [self._folder / f"node-{node}" for node in range(NODES)]

    async def burn(self, kills: int) -> None:
        """Start the nodes, kill `kills` times among other accidents, and let them finish in peace."""
        try:
            for node in range(NODES):
                self._start(node)
            while self.done["killed"] + self.done["server killed"] < kills:
                await self._until_something_happened(self._random.randint(1, 60))
                await self._accident()
            (self._folder / "drain").touch()
            await self._until_all_are_through()
        finally:
            for process in self._nodes.values():
                process.kill()
                await asyncio.to_thread(process.join)
            await self.redis.aclose()

    async def journal(self) -> list[Event]:
        """Return all that happened."""
        found: list[Event] = []
        after = "0-0"
        async with self._server.client() as redis:
            queue = Queue(redis, REALM, SystemClock(), RULES)
            while some := await queue.journal.entries(after):
                found += [event for _, event in some]
                after = some[-1][0]
        return found

    def _start(self, node: int) -> None:
        self._lives[node] += 1
        life = Life(node, self._lives[node], self._server.url, self.ledgers[node], self._folder / "drain")
        process = self._context.Process(target=run, args=(life,), daemon=True)
        process.start()
        self._nodes[node] = process

    async def _accident(self) -> None:
        node = self._random.randrange(NODES)
        dice = self._random.random()
        if dice < 0.04:
            await self._freeze(node)
        elif dice < 0.08:
            self.done["connections cut"] += 1
            await self.redis.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        elif dice < 0.12:
            self.done["network paused"] += 1
            await self.redis.execute_command("CLIENT", "PAUSE", str(self._random.randint(50, 400)))
        elif dice < 0.17:
            self.done["server killed"] += 1
            await self._server.kill()
            await self._server.start()
        else:
            await self._kill(node)

    async def _kill(self, node: int) -> None:
        self.done["killed"] += 1
        self._nodes[node].kill()
        await asyncio.to_thread(self._nodes[node].join)
        self._start(node)

    async def _freeze(self, node: int) -> None:
        """Stop a node for longer than its leases, start another in its place, and let the first wake up as a zombie."""
        self.done["frozen"] += 1
        zombie = self._nodes[node]
        assert zombie.pid is not None
        os.kill(zombie.pid, signal.SIGSTOP)
        self._start(node)
        await asyncio.sleep(LEASE_S * 1.5)
        os.kill(zombie.pid, signal.SIGCONT)
        await self._until_something_happened(100)
        self.done["killed"] += 1
        zombie.kill()
        await asyncio.to_thread(zombie.join)

    async def _until_something_happened(self, entries: int) -> None:
        """Wait until the journal has grown: a fire in an empty house proves nothing."""
        goal = await self._length() + entries

        async def has_grown() -> bool:
            return await self._length() >= goal

        _ = await until(has_grown)

    async def _length(self) -> int:
        try:
            return int(await self.redis.xlen(journal_key(REALM)))
        except (RedisError, OSError):
            return 0

    async def _until_all_are_through(self) -> None:
        """Wait until every ticket has ended."""

        async def are_through() -> bool:
            return not open_tickets(await self.journal())

        with suppress(AssertionError):  # the test names those that are stuck
            _ = await until(are_through, DRAIN_LIMIT_S)


def open_tickets(events: list[Event]) -> set[str]:
    """Return the tickets that were taken and have not ended."""
    taken = {event.ticket for event in events if isinstance(event, TicketTaken)}
    ended = {event.ticket for event in events if isinstance(event, TicketDone | TicketLeft)}
    return taken - ended
