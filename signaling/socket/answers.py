"""Makes commands idempotent: the answer of each id is kept, so that a repeat gets it and does nothing."""

import asyncio
import hashlib
import logging
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

from protocol.commands import Command, Frame
from protocol.errors import BadFrame, Departure, QueueUnavailable, ServiceError, Unavailable
from protocol.frames import Done, Error, ServerFrame
from protocol.limits import ID_MAX
from protocol.repeats import IdReused, retry_of
from runtime.kept import read
from runtime.log import chosen
from runtime.refusals import Failure
from runtime.spoilt import count_spoilt
from signaling.keys import Keys
from signaling.socket import wire

log = logging.getLogger(__name__)

KEPT_S = 600
COMMAND_LIMIT_S = 20.0
"""A command that is not done by then is given up."""
RUNNING_S = 25
"""A mark that nobody takes off ends by itself; later than any command runs, or a repeat would run beside it."""
ALIVE_S = 3
"""A node that has not said for so long that it lives carries nothing out any more: another one may."""
ALIVE_EVERY_S = 1.0
POLL_S = 0.05
_TAKE_OVER = (Path(__file__).parent / "lua" / "take_over.lua").read_text(encoding="utf-8")


class Mark(msgspec.Struct, frozen=True, tag="running"):
    """A command under way: its content (`digest`), the node that carries it out, and the try."""

    digest: str
    node: str
    attempt: str


class KeptAnswer(msgspec.Struct, frozen=True, tag="answered"):
    """The answer of a command, and the command's digest."""

    digest: str
    answer: msgspec.Raw


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Mark | KeptAnswer).decode
_answer = msgspec.json.Decoder(ServerFrame).decode
_canonical = msgspec.json.Encoder(order="deterministic").encode


def digest_of(command: Command) -> str:
    """Return a digest of a command's content: the same frame under the same id gives the same."""
    return hashlib.blake2b(_canonical(command), digest_size=10).hexdigest()


def refusal(command: str, problem: ServiceError) -> Error:
    """Return the error frame of a refused command."""
    return Error(id=command, code=problem.code, params=problem.params, retry=retry_of(type(problem)))


class Answers:
    """The recorded answers of a realm, shared by its nodes."""

    def __init__(self, redis: Redis, keys: Keys, node: str) -> None:
        """Keep them under the realm's keys; `node` is this node's name."""
        self._redis = redis
        self._keys = keys
        self._node = node
        self._take_over = redis.register_script(_TAKE_OVER)

    async def live(self) -> None:
        """Say that this node lives: call every `ALIVE_EVERY_S` seconds."""
        await self._redis.set(self._keys.alive(self._node), b"1", ex=ALIVE_S)

    async def once(self, scope: str, command: Command, run: Callable[[], Awaitable[Frame | None]]) -> Frame:
        """Carry a command out unless it was before; return its answer.

        The same id with other content within 10 minutes is refused (`id_reused`). A command whose node died is
        carried out here.

        Raises:
            Departure: the connection is over; the command may be asked again on another one.
            QueueUnavailable: Redis does not answer, so that nothing can be promised.
            Failure: what Redis keeps is spoilt.
        """
        if not 0 < len(command.id) <= ID_MAX:
            return refusal(command.id[:ID_MAX], BadFrame(why="id: 1 to 64 characters"))
        key = self._keys.answer(scope, command.id)
        mark = Mark(digest_of(command), self._node, secrets.token_hex(8))
        try:
            kept = await self._redis.set(key, _encode(mark), nx=True, get=True, ex=RUNNING_S)
            # Our own mark: the client library sent the command again because Redis was slow to answer.
            if isinstance(kept, bytes) and kept != _encode(mark):
                answer = await self._recorded(key, kept, command, mark)
                if answer is not None:
                    return answer
            try:
                answer, lasts = await self._run(command.id, run)
            except Departure:
                await self._redis.delete(key)
                raise
            if lasts:
                await self._redis.set(
                    key, _encode(KeptAnswer(mark.digest, msgspec.Raw(wire.encode(answer)))), ex=KEPT_S
                )
            else:
                await self._redis.delete(key)
        except (RedisError, OSError, TimeoutError) as problem:
            if isinstance(problem, RedisError) and count_spoilt(problem):
                raise Failure from None
            raise QueueUnavailable from None
        return answer

    async def _recorded(self, key: str, kept: bytes, command: Command, mark: Mark) -> Frame | None:
        """Return the answer of an earlier try, waiting for it; None when nobody works on it: then we do."""
        for _ in range(round(RUNNING_S / POLL_S)):
            found = read("answer", kept, _decode)
            if found is None:
                break
            if found.digest != mark.digest:
                return refusal(command.id, IdReused())
            if isinstance(found, KeptAnswer):
                answer: Frame | None = read("answer", bytes(found.answer), _answer)
                return answer or refusal(command.id, QueueUnavailable())
            if not await self._redis.exists(self._keys.alive(found.node)):
                taken = await self._take_over(keys=[key], args=[kept, _encode(mark), RUNNING_S])
                if taken:
                    return None
            await asyncio.sleep(POLL_S)
            again = await self._redis.get(key)
            if not isinstance(again, bytes):
                break
            kept = again
        return refusal(command.id, QueueUnavailable())

    async def _run(self, command: str, run: Callable[[], Awaitable[Frame | None]]) -> tuple[Frame, bool]:
        try:
            return await run() or Done(id=command), True
        except (RedisError, OSError, TimeoutError) as problem:
            if isinstance(problem, RedisError) and count_spoilt(problem):
                return refusal(command, Failure()), False
            # Redis may be back in a moment: a mark that is left behind would hold the repeat up.
            return refusal(command, QueueUnavailable()), False
        except Departure:
            raise  # about this connection: a repeat is not answered so
        except ServiceError as problem:
            log.info("command_refused", extra={"code": problem.code, "command": chosen(command)})
            # What was merely out of reach is worth another try under the same id.
            return refusal(command, problem), not isinstance(problem, Unavailable)
