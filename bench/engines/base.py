"""Define the interface of a measured queue engine and the record of one hand-over."""

import time
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from redis.asyncio import BlockingConnectionPool, Redis

from bench.engines.floor import Seat

CONNECTIONS = 96

LEASE_S = 2.0
"""After this long a dead process's tickets go to others, in every engine that can do that."""


def connect(url: str) -> Redis:
    """Return a client with a pool that waits for a free connection.

    Without `socket_timeout`, which on Python 3.11 costs a task a command and loses cancellations.
    """
    return Redis.from_pool(
        BlockingConnectionPool.from_url(url, max_connections=CONNECTIONS, timeout=None, socket_timeout=None)
    )


def wall() -> float:
    """Return the machine's time in seconds: the same in every process and in the servers."""
    return time.time()


@dataclass(slots=True)
class Taken:
    """A ticket and when its taking was called and confirmed."""

    ticket: str
    kind: int
    called: float
    acked: float


@dataclass(slots=True)
class Handed:
    """A ticket in the hands of a seat.

    `freed` is when the seat's last call that made it free began, `idle` when the engine knew of it, `decided` the
    engine's own time of the decision (where it has none: `got`), `got` when the seat's listener had it.
    """

    seat: str
    ticket: str
    freed: float
    idle: float
    decided: float
    got: float
    mark: str = ""
    fence: int = 0
    was_held: bool = False


@dataclass(frozen=True, slots=True)
class Where:
    """The servers and the seats an engine works with; `node` names the process.

    One that `dispatches` also does what must be done by somebody: hand over, sweep, mend.
    """

    redis_url: str
    postgres_url: str
    seats: tuple[Seat, ...]
    node: str = "node"
    dispatches: bool = True


class Engine(Protocol):
    """A queue with seats. A seat's life: `next`, `accept`, (service), `done`, `next` ..."""

    slack_s: float
    """Largest error of the times of its decisions; 0 where its own server stamps them atomically."""

    async def __aenter__(self) -> Self:
        """Connect and start what listens."""
        ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop and disconnect."""
        ...

    async def take(self, ticket: str, kind: int) -> None:
        """Put a ticket of a class into the queue; return when the engine has it."""
        ...

    async def next(self, seat: Seat) -> Handed:
        """Say that the seat is free, unless `done` did, and wait for its ticket."""
        ...

    async def accept(self, handed: Handed) -> bool:
        """Confirm; False when the ticket is no longer the seat's."""
        ...

    async def done(self, handed: Handed) -> None:
        """Finish with the ticket; return when the engine has it."""
        ...
