"""Carries verbs to the server: verbs called while a batch is in flight are pipelined together on one connection.

A verb is one atomic function on any connection, so sharing one changes no promise: each is done or not done on its own,
and those called at the same time were never in any order. Sharing saves the time of the node and the server for
sending, reading and syncing each one by itself.
"""

import asyncio
import math
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, cast

from hiredis import pack_command
from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from matcher.scripts import Argument, Reply
from runtime.lifecycle import Tasks

TOGETHER_MAX = 16
"""So many verbs go together at most: the server does not turn to others before it has done them all."""
CARRIERS_MAX = 4
"""So many batches are on their way at once: while the server works on one, the next one is packed."""
WAITING_MAX = 20_000
"""More than this is a rush that a node cannot mean; the next one is refused as if the server did not answer."""

Command = tuple[tuple[Argument, ...], bytes]
"""The arguments, and the same packed for the server."""
Ask = Callable[[Redis, Sequence[Command]], Awaitable[list[Reply]]]
Letter = tuple[Command, "asyncio.Future[Reply]"]
_written = cast("Callable[[tuple[Argument, ...]], bytes]", pack_command)


def pack(args: tuple[Argument, ...]) -> bytes:
    """Write a command for the server; a name may be of two words (`FUNCTION LOAD`)."""
    name = args[0]
    return _written((*name.split(), *args[1:]) if isinstance(name, str) else args)


class Courier:
    """Interface of the Redis client that verbs run on."""

    def __init__(self, redis: Redis, ask: Ask | None = None) -> None:
        """Use this client's connections, and its retries and deadlines; `ask` takes a batch there and back."""
        self._redis = redis
        self._ask: Ask = ask or BEST
        self._waiting: deque[Letter] = deque()
        self._carriers = Tasks()
        self._under_way: set[asyncio.Task[None]] = set()
        self._callers = 0

    async def execute_command(self, *args: Argument) -> Reply:
        """Send one command with the next batch and return its answer.

        Raises:
            RedisError: what the server answered, or that it did not; the same for all of a batch.
        """
        if len(self._waiting) >= WAITING_MAX:
            raise RedisConnectionError("too many verbs wait for an answer")
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting.append(((args, pack(args)), answer))
        if len(self._under_way) < CARRIERS_MAX:
            self._under_way.add(self._carriers.start("courier", self._carry()))
        self._callers += 1
        try:
            return await answer
        finally:
            self._callers -= 1
            if not self._callers:
                self._call_back()

    def _call_back(self) -> None:
        """Cancel the batches on their way once every caller was cancelled: a command must not outlive its caller."""
        for carrier in self._under_way:
            carrier.cancel()
        self._under_way.clear()
        self._waiting.clear()

    async def _carry(self) -> None:
        """Send batch after batch until no command is left."""
        try:
            while self._waiting:
                await self._carry_one()
        finally:
            self._under_way.discard(cast("asyncio.Task[None]", asyncio.current_task()))

    async def _carry_one(self) -> None:
        """Take one batch there and its answers back."""
        batch = [self._waiting.popleft() for _ in range(min(TOGETHER_MAX, len(self._waiting)))]
        answers: list[Reply]
        try:
            answers = await self._ask(self._redis, [command for command, _ in batch])
        except Exception as problem:  # noqa: BLE001  (each caller of the batch gets it)
            answers = [problem] * len(batch)
        except BaseException:
            for _, answer in batch:
                answer.cancel()
            raise
        for (_, answer), found in zip(batch, answers, strict=True):
            if answer.done():
                continue  # its caller was cancelled
            if isinstance(found, Exception):
                answer.set_exception(found)
            else:
                answer.set_result(found)


async def by_connection(redis: Redis, batch: Sequence[Command]) -> list[Reply]:
    """Take a batch there and back on a connection of the client's own: twice as fast as its pipeline.

    The methods of a connection are no part of redis-py's documented interface, see `by_pipeline`.
    """
    packed = [ready for _, ready in batch]
    pool = redis.connection_pool
    connection: AbstractConnection = await pool.get_connection()  # type: ignore[no-untyped-call]
    try:
        answers: list[Reply] = await connection.retry.call_with_retry(
            lambda: exchange(connection, packed), lambda _: connection.disconnect()
        )
        return answers
    finally:
        await pool.release(connection)


async def by_pipeline(redis: Redis, batch: Sequence[Command]) -> list[Reply]:
    """Take a batch there and back by the documented interface, for a redis-py whose connections are others."""
    async with redis.pipeline(transaction=False) as pipe:
        for args, _ in batch:
            pipe.execute_command(*args)
        return cast("list[Reply]", await pipe.execute(raise_on_error=False))


_NEEDED = ("send_packed_command", "read_response", "disconnect")
BEST: Final[Ask] = by_connection if all(hasattr(AbstractConnection, name) for name in _NEEDED) else by_pipeline


async def exchange(connection: AbstractConnection, packed: list[bytes]) -> list[Reply]:
    """Send all and read as many answers, an error of the server being one; one deadline for the batch."""
    try:
        async with asyncio.timeout(connection.socket_timeout):
            await connection.send_packed_command(packed)
            return [await answer_of(connection) for _ in packed]
    except TimeoutError as error:
        await connection.disconnect()
        raise RedisTimeoutError("no answer in time") from error


async def answer_of(connection: AbstractConnection) -> Reply:
    """Read one answer."""
    try:
        return cast("Reply", await connection.read_response(timeout=math.inf))
    except ResponseError as error:
        return error
