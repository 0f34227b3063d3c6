"""A naive scan: one atomic Lua script walks the line of waiting tickets, or the idle seats, until one fits."""

from contextlib import AsyncExitStack
from typing import Self

from bench.engines.base import Handed, Where, connect, wall
from bench.engines.floor import Seat
from bench.engines.mailbox import Mailbox

STAMP = """
local function now()
  local t = redis.call('TIME')
  return string.format('%d.%06d', t[1], t[2])
end
local function serves(seat, kind)
  return string.find(redis.call('HGET', 'classes', seat), ',' .. kind .. ',', 1, true)
end
"""

TAKE = (
    STAMP
    + """
for _, seat in ipairs(redis.call('ZRANGE', 'idle', 0, -1)) do
  if serves(seat, ARGV[2]) then
    redis.call('ZREM', 'idle', seat)
    redis.call('PUBLISH', redis.call('HGET', 'nodes', seat), seat .. '|' .. ARGV[1] .. '|' .. now())
    return 1
  end
end
redis.call('HSET', 'kinds', ARGV[1], ARGV[2])
redis.call('ZADD', 'waiting', redis.call('INCR', 'number'), ARGV[1])
return 0
"""
)

FREE = (
    STAMP
    + """
redis.call('HSET', 'classes', ARGV[1], ARGV[2])
redis.call('HSET', 'nodes', ARGV[1], ARGV[3])
for _, ticket in ipairs(redis.call('ZRANGE', 'waiting', 0, -1)) do
  local kind = redis.call('HGET', 'kinds', ticket)
  if serves(ARGV[1], kind) then
    redis.call('ZREM', 'waiting', ticket)
    redis.call('HDEL', 'kinds', ticket)
    redis.call('PUBLISH', ARGV[3], ARGV[1] .. '|' .. ticket .. '|' .. now())
    return 1
  end
end
redis.call('ZADD', 'idle', redis.call('INCR', 'number'), ARGV[1])
return 0
"""
)


class Naive:
    """Atomic and in order, but its cost grows with the line, and the tickets held by a dead process are lost."""

    slack_s = 0.0

    def __init__(self, where: Where) -> None:
        """Use `where.redis_url`."""
        self._redis = connect(where.redis_url)
        self._mail = Mailbox(self._redis, where.node)
        self._take = self._redis.register_script(TAKE)
        self._free = self._redis.register_script(FREE)
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        """Connect."""
        self._stack.push_async_callback(self._redis.aclose)
        await self._stack.enter_async_context(self._mail)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Disconnect."""
        await self._stack.aclose()

    async def take(self, ticket: str, kind: int) -> None:
        """Look for an idle seat, else join the line."""
        await self._take(args=[ticket, kind])

    async def next(self, seat: Seat) -> Handed:
        """Look for a waiting ticket, else stand idle until one comes."""
        letter = self._mail.expect(seat.name)
        freed = wall()
        classes = "," + ",".join(map(str, seat.classes)) + ","
        await self._free(args=[seat.name, classes, self._mail.channel])
        return await self._mail.handed(seat.name, letter, freed, wall())

    async def accept(self, handed: Handed) -> bool:
        """Know no refusal."""
        return bool(handed.ticket)

    async def done(self, handed: Handed) -> None:
        """Keep no record of work."""
