"""A node's ear on Redis: messages `seat|ticket|decided` on the node's channel, given to the waiting seat."""

import asyncio
from typing import Self

from redis.asyncio import Redis

from bench.engines.base import Handed, wall


class Mailbox:
    """Subscribes to one channel and hands its messages to seats; each seat waits for at most one."""

    def __init__(self, redis: Redis, node: str) -> None:
        """Listen as `node`."""
        self.channel = f"node:{node}"
        self._ear = redis.pubsub(ignore_subscribe_messages=True)
        self._waiting: dict[str, asyncio.Future[tuple[str, float]]] = {}
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Subscribe."""
        await self._ear.subscribe(self.channel)
        self._task = asyncio.get_running_loop().create_task(self._listen())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop listening."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._ear.aclose()

    def expect(self, seat: str) -> "asyncio.Future[tuple[str, float]]":
        """Return the future of the seat's next message; call it before the seat says that it is free."""
        future = self._waiting[seat] = asyncio.get_running_loop().create_future()
        return future

    async def handed(self, seat: str, future: "asyncio.Future[tuple[str, float]]", freed: float, idle: float) -> Handed:
        """Wait for the message and note the hand-over."""
        ticket, decided = await future
        return Handed(seat, ticket, freed=freed, idle=idle, decided=decided, got=wall())

    async def _listen(self) -> None:
        async for message in self._ear.listen():
            seat, ticket, decided = message["data"].decode().split("|")
            future = self._waiting.pop(seat, None)
            if future is not None and not future.done():
                future.set_result((ticket, float(decided)))
