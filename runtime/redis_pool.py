"""Opens the connection pool to Redis or Valkey, or says in one line why it cannot."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ReadOnlyError, RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

CONNECT_LIMIT_S = 3.0
ANSWER_LIMIT_S = 10.0
CONNECTIONS_MAX = 64


AWAY = (RedisConnectionError, RedisTimeoutError, ReadOnlyError, ConnectionError, TimeoutError)
"""The server does not answer, loads its data, or is a replica just now: everyday faults, not bugs of ours."""


class RedisUnreachable(Exception):
    """The address has no usable Redis; the message is one line for the operator."""


def shown(url: str) -> str:
    """Return the address without its password."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"unix://{parts.path}"
    return f"{parts.scheme}://{parts.hostname or 'localhost'}:{parts.port or 6379}"


def connect(url: str) -> Redis:
    """Return a client with deadlines and one quick retry; nothing is sent yet.

    Raises:
        RedisUnreachable: the address makes no sense.
    """
    try:
        pool = BlockingConnectionPool.from_url(
            url,
            socket_connect_timeout=CONNECT_LIMIT_S,
            socket_timeout=ANSWER_LIMIT_S,
            health_check_interval=15,
            max_connections=CONNECTIONS_MAX,
            timeout=ANSWER_LIMIT_S,  # a rush waits for a connection; only a server that is gone is an error
            retry=Retry(ExponentialBackoff(cap=0.2, base=0.02), 2),
        )
    except ValueError as problem:
        raise RedisUnreachable(f"WINDOW_REDIS_URL: {problem}") from None
    return Redis.from_pool(pool)


def queued(*_commands: object) -> None:
    """Mark a command as queued in a pipeline: its answer comes with `execute`, nothing is to await."""


@contextlib.asynccontextmanager
async def open_redis(url: str) -> AsyncIterator[Redis]:
    """Connect, make sure that it answers, and close at the end.

    Raises:
        RedisUnreachable: it does not.
    """
    redis = connect(url)
    try:
        await _greet(redis, url)
        yield redis
    finally:
        await redis.aclose()


async def _greet(redis: Redis, url: str) -> None:
    try:
        async with asyncio.timeout(CONNECT_LIMIT_S):
            await redis.ping()
    except (RedisError, OSError, TimeoutError) as problem:
        why = str(problem).splitlines()[0] if str(problem) else "no answer"
        raise RedisUnreachable(f"Redis does not answer at {shown(url)}: {why}") from None
