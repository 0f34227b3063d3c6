"""Rows in which nodes, the queue or the ledger go away, amid calls."""

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable, Coroutine

import asyncpg
from sqlalchemy.engine import make_url

from bench.faults.crowd import Crowd
from bench.faults.pairs import Pair
from bench.faults.town import Stage

AWAY_S = 3.0
FROZEN_S = 15.0
LEDGER_AWAY_S = 20.0
LOCKED_S = 2.0
RECORDED_S = 60.0
POISON: tuple[dict[str, bytes], ...] = (
    {"type": b"\xff\xfe", "at_ms": b"1"},
    {"type": b"chatted", "at_ms": b"99999999999999999999999"},
    {"type": b"ticket_taken", "at_ms": b"-1", "ticket": b"\x00"},
    {"type": b"session_closed", "session": b"\xed\xa0\x80", "at_ms": b"1"},
    {"nothing": b""},
    {"type": b"ticket_done", "at_ms": b"1e400", "ticket": b"x" * 10_000},
)


async def _during(at: Stage, people: Crowd, fault: Callable[[], Coroutine[object, object, float]]) -> float:
    """Have a call, do `fault`, which returns from when on one may hope again; return when lines go both ways."""
    pair = await Pair.come(people, at.pairs[0])
    await pair.call()
    _ = await pair.through()
    broken = asyncio.create_task(fault())
    await asyncio.sleep(0)
    through = asyncio.create_task(pair.through())
    since = await broken
    _ = await through
    taken = max(0.0, time.monotonic() - since)
    _ = await pair.through()
    await pair.close()
    await pair.go()
    return taken


def node(signal_name: str) -> Callable[[Stage, Crowd], Awaitable[float]]:
    """Make a row that ends the node of the citizen's page and starts it again."""

    async def row(at: Stage, people: Crowd) -> float:
        port = at.town.ports[0]

        async def fault() -> float:
            began = time.monotonic()
            await (at.town.kill(port) if signal_name == "SIGKILL" else at.town.stop(port))
            return began

        taken = await _during(at, people, fault)
        await at.town.start(port)
        return taken

    return row


async def node_frozen(at: Stage, people: Crowd) -> float:
    """Stop the node of the citizen's page for 15 s; seconds count from its return."""

    async def fault() -> float:
        process = at.town.nodes[at.town.ports[0]].process
        process.send_signal(signal.SIGSTOP)
        try:
            await asyncio.sleep(FROZEN_S)
        finally:
            process.send_signal(signal.SIGCONT)
        return time.monotonic()

    return await _during(at, people, fault)


async def both_nodes(at: Stage, people: Crowd) -> float:
    """Kill both nodes; seconds count from when they serve again."""

    async def fault() -> float:
        await asyncio.gather(*(at.town.kill(port) for port in at.town.ports))
        await asyncio.gather(*(at.town.start(port) for port in at.town.ports))
        return time.monotonic()

    return await _during(at, people, fault)


async def valkey_killed(at: Stage, people: Crowd) -> float:
    """Kill Valkey; seconds count from its return 3 s later."""

    async def fault() -> float:
        await at.valkey.kill()
        await asyncio.sleep(AWAY_S)
        await at.valkey.start()
        return time.monotonic()

    return await _during(at, people, fault)


async def valkey_restarted(at: Stage, people: Crowd) -> float:
    """Restart Valkey in order."""

    async def fault() -> float:
        began = time.monotonic()
        await at.valkey.restart()
        return began

    return await _during(at, people, fault)


async def valkey_wiped(at: Stage, people: Crowd) -> float:
    """Wipe Valkey once the ledger has everything: unread entries of the journal are wiped with it."""

    async def fault() -> float:
        async with people.held(), at.valkey.client() as redis:
            balance, _ = await people.books.settled(at.ledger, RECORDED_S)
            assert not balance.unrecorded, balance.unrecorded
            _ = await redis.flushall()
        return time.monotonic()

    return await _during(at, people, fault)


async def valkey_frozen(at: Stage, people: Crowd) -> float:
    """Stop Valkey for 15 s; seconds count from its return."""

    async def fault() -> float:
        async with at.valkey.client() as redis:
            pid = int((await redis.info("server"))["process_id"])
        os.kill(pid, signal.SIGSTOP)
        try:
            await asyncio.sleep(FROZEN_S)
        finally:
            os.kill(pid, signal.SIGCONT)
        return time.monotonic()

    return await _during(at, people, fault)


async def ledger_away(at: Stage, people: Crowd) -> float:
    """End PostgreSQL for 20 s amid calls; seconds are those of a line said just after it went."""
    postgres = at.postgres
    assert postgres is not None

    async def away() -> None:
        await asyncio.to_thread(postgres.halt)
        await asyncio.sleep(LEDGER_AWAY_S)
        await postgres.resume()

    pair = await Pair.come(people, at.pairs[0])
    await pair.call()
    gone = asyncio.create_task(away())
    await asyncio.sleep(1)
    taken = await pair.through()
    await pair.close()
    await gone
    await pair.go()
    return taken


async def recorder_killed(at: Stage, people: Crowd) -> float:
    """Kill both nodes, one after the other, while a recorder stands in its transaction, held by a lock on a table."""
    assert at.postgres is not None
    database = make_url(at.ledger).database or ""
    connection = await asyncpg.connect(at.postgres.url(database))

    async def fault() -> float:
        transaction = connection.transaction()
        await transaction.start()
        _ = await connection.execute("LOCK TABLE chat_lines IN ACCESS EXCLUSIVE MODE")
        await asyncio.sleep(LOCKED_S)
        began = time.monotonic()
        for port in at.town.ports:
            await at.town.kill(port)
            await at.town.start(port)
        await transaction.rollback()
        return began

    try:
        return await _during(at, people, fault)
    finally:
        await connection.close()


async def poison(at: Stage, people: Crowd) -> float:
    """Put entries that nobody can read into the journal."""

    async def fault() -> float:
        async with at.valkey.client() as redis:
            for entry in POISON:
                _ = await redis.xadd("cw:{window}:journal", dict(entry.items()))
        return time.monotonic()

    return await _during(at, people, fault)


ROWS: dict[str, Callable[[Stage, Crowd], Awaitable[float]]] = {
    "node SIGTERM amid calls": node("SIGTERM"),
    "node SIGKILL amid calls": node("SIGKILL"),
    "node stopped for 15 s (SIGSTOP) amid calls, from its return": node_frozen,
    "both nodes SIGKILL amid calls, from when they serve": both_nodes,
    "Valkey SIGKILL, away 3 s, from its return": valkey_killed,
    "Valkey restarted": valkey_restarted,
    "Valkey stopped for 15 s (SIGSTOP), from its return": valkey_frozen,
    "PostgreSQL away 20 s": ledger_away,
    "recorder killed in its transaction, both nodes": recorder_killed,
    "6 poisoned journal entries": poison,
    "Valkey FLUSHALL": valkey_wiped,
}
"""The wipe comes last: tickets whose pages do not come back are ended in the ledger a quarter of an hour later."""
