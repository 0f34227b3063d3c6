"""Makes commands idempotent: the answer of each id is kept, so that a repeat gets it and does nothing."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

from protocol.commands import Command, Frame
from protocol.errors import BadFrame, QueueUnavailable, ServiceError, Unavailable
from protocol.frames import Done, Error, ServerFrame
from protocol.limits import ID_MAX
from runtime.kept import read
from signaling.keys import Keys
from signaling.socket import wire

log = logging.getLogger(__name__)

KEPT_S = 600
COMMAND_LIMIT_S = 20.0
"""A command that is not done by then is given up."""
RUNNING_S = 25
"""A node that dies while it carries a command out blocks the repeat no longer than this; longer than any command runs,
or a repeat would be carried out beside it."""
POLL_S = 0.05
_RUNNING = b"running"

_read = msgspec.json.Decoder(ServerFrame)


class Answers:
    """The recorded answers of a realm, shared by its nodes."""

    def __init__(self, redis: Redis, keys: Keys) -> None:
        """Keep them under the realm's keys."""
        self._redis = redis
        self._keys = keys

    async def once(self, scope: str, command: Command, run: Callable[[], Awaitable[Frame | None]]) -> Frame:
        """Carry a command out unless it was before; return its answer.

        Raises:
            QueueUnavailable: Redis does not answer, so that nothing can be promised.
        """
        if not 0 < len(command.id) <= ID_MAX:
            return Error(id=command.id[:ID_MAX], code=BadFrame.code, params={"why": "id: 1 to 64 characters"})
        key = self._keys.answer(scope, command.id)
        try:
            kept = await self._redis.set(key, _RUNNING, nx=True, get=True, ex=RUNNING_S)
            if isinstance(kept, bytes):
                return await self._recorded(key, kept, command.id)
            answer, lasts = await self._run(command.id, run)
            if lasts:
                await self._redis.set(key, wire.encode(answer), ex=KEPT_S)
            else:
                await self._redis.delete(key)
        except (RedisError, OSError, TimeoutError):
            raise QueueUnavailable from None
        return answer

    async def _recorded(self, key: str, kept: bytes, command: str) -> Frame:
        for _ in range(round(RUNNING_S / POLL_S)):
            if kept != _RUNNING:
                answer: Frame | None = read("answer", kept, _read.decode)
                return answer or Error(id=command, code=QueueUnavailable.code, params={})
            await asyncio.sleep(POLL_S)
            again = await self._redis.get(key)
            if not isinstance(again, bytes):
                break
            kept = again
        return Error(id=command, code=QueueUnavailable.code, params={})

    async def _run(self, command: str, run: Callable[[], Awaitable[Frame | None]]) -> tuple[Frame, bool]:
        try:
            return await run() or Done(id=command), True
        except (RedisError, OSError, TimeoutError):
            # Redis may be back in a moment: a mark that is left behind would hold the repeat up.
            return Error(id=command, code=QueueUnavailable.code, params={}), False
        except ServiceError as problem:
            log.info("command_refused", extra={"code": problem.code, "command": command})
            # What was merely out of reach is worth another try under the same id.
            return Error(id=command, code=problem.code, params=problem.params), not isinstance(problem, Unavailable)
