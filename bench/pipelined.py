"""A Redis connection that sends what gathered meanwhile in one batch: for measuring the server, not the client."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import TypeVar

from redis.asyncio import Redis

BATCH_MAX = 256
Argument = str | bytes | int | float
T = TypeVar("T")


class Pipelined:
    """A client with the methods that `matcher.Queue` needs, on one connection."""

    def __init__(self, redis: Redis) -> None:
        """Send through this client."""
        self._redis = redis
        self._waiting: list[tuple[tuple[Argument, ...], asyncio.Future[object]]] = []
        self._sender: asyncio.Task[None] | None = None

    async def execute_command(self, *args: Argument) -> object:
        """Send with the next batch and return the answer."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[object] = loop.create_future()
        self._waiting.append((args, future))
        if self._sender is None or self._sender.done():
            self._sender = loop.create_task(self._send())
        return await future

    async def _send(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:BATCH_MAX], self._waiting[BATCH_MAX:]
            pipeline = self._redis.pipeline(transaction=False)
            for args, _ in batch:
                pipeline.execute_command(*args)
            answers = await pipeline.execute(raise_on_error=False)
            for (_, future), answer in zip(batch, answers, strict=True):
                if isinstance(answer, Exception):
                    future.set_exception(answer)
                else:
                    future.set_result(answer)


async def all_of(work: Sequence[Coroutine[object, object, T]], at_once: int = 2000) -> list[T]:
    """Await many calls side by side, `at_once` at a time, and return their answers."""
    answers: list[T] = []
    for start in range(0, len(work), at_once):
        answers += await asyncio.gather(*work[start : start + at_once])
    return answers
