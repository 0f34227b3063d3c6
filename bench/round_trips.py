"""Count the commands to Redis, the SQL statements and the opened envelopes of a page's usual acts.

A node serves pages on real sockets over a Valkey and a ledger of its own. Each act is done several times; the counts
are the median. The commands are those that the node sent, as `MONITOR` lists them; what a verb of the queue does inside
the server is not counted, nor is what the node does all the time (leases, sweeps, the journal that it follows).
"""

import argparse
import asyncio
import io
import os
import statistics
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Final

from PIL import Image
from redis.asyncio import Redis
from sqlalchemy import Engine, event

from bench.tables import table
from records.papers import vault
from runtime.engines import EmbeddedValkey
from tests.integration.signaling.test_papers import begin, send, upload
from tests.support.ledgers import District, found_district
from tests.support.nodes import cluster
from tests.support.people import People
from tests.support.samples import PDF
from tests.support.wire_page import WirePage

PIECE_BYTES: Final = 512 * 1024
SIDE: Final = 2048
"""Pixels of the side of a picture of noise: with a byte each, a file of 4 MB."""
SETTLED_S: Final = 0.4
"""Longer than what follows an act takes."""
ALWAYS: Final = frozenset(
    (
        *("XREAD:COUNT", "PING", "ECHO", "sweep", "heartbeat", "seen", "SET:alive", "EXPIRE:scope", "SCRIPT:LOAD"),
        *("ZRANGEBYSCORE:graces", "ZRANGEBYSCORE:booths", "LINDEX:trail", "SMEMBERS:logins_left"),
    )
)
"""Commands and verbs that a node sends whether or not anybody does anything, and what it sends once."""
KINDS: Final = ("verbs of the queue", "other commands", "SQL statements", "envelopes opened")
Act = Callable[[], Awaitable[object]]


class Counts:
    """Counts the requests of a node to its stores while an act lasts."""

    def __init__(self, redis: Redis, *, tells: bool) -> None:
        """Mark begin and end of acts through `redis`; `tells` prints each command's name and count."""
        self._redis, self._tells = redis, tells
        self._sent: list[str] = []
        self._marks = count(1)
        self.rows: list[list[str]] = []
        self.statements: list[str] = []
        self.envelopes = 0

    async def watch(self) -> None:
        """Read `MONITOR` for ever; inner commands of verbs and scripts are left out."""
        async with self._redis.monitor() as monitor:
            async for said in monitor.listen():
                if said["client_type"] != "lua":
                    self._sent.append(named(said["command"]))

    async def _marked(self) -> int:
        """Return how many commands had been sent by now."""
        mark = f"mark-{next(self._marks)}"
        await self._redis.execute_command("ECHO", mark)
        while f"ECHO:{mark}" not in self._sent:  # noqa: ASYNC110 - what MONITOR lists comes by itself
            await asyncio.sleep(0.01)
        return self._sent.index(f"ECHO:{mark}")

    async def of(self, name: str, times: int, prepare: Callable[[], Awaitable[Act]]) -> None:
        """Do an act so many times, each with a preparation that is not counted, and keep the medians.

        The median is that of each kind of command or statement: what a node does now and then by itself falls out.
        """
        commands, statements, envelopes = list[Counter[str]](), list[Counter[str]](), list[int]()
        for _ in range(times):
            act = await prepare()
            await asyncio.sleep(SETTLED_S)
            begin_at, self.statements, self.envelopes = await self._marked(), [], 0
            await act()
            await asyncio.sleep(SETTLED_S)
            statements.append(Counter(self.statements))
            envelopes.append(self.envelopes)
            sent = self._sent[begin_at : await self._marked()]
            commands.append(Counter(one for one in sent if one not in ALWAYS and not one.startswith("ECHO")))
        usual, stated = medians(commands), medians(statements)
        verbs = sum(number for kind, number in usual.items() if kind.islower())
        self.rows.append(
            [
                name,
                f"{verbs:g}",
                f"{sum(usual.values()) - verbs:g}",
                f"{sum(stated.values()):g}",
                f"{statistics.median(envelopes):g}",
            ]
        )
        if self._tells:
            print(name, usual, stated, sep="\n  ", flush=True)


def medians(counts: Sequence[Counter[str]]) -> dict[str, float]:
    """Return the median of each kind that most of the counts have."""
    kinds = sorted(set().union(*counts))
    found = {kind: statistics.median(one[kind] for one in counts) for kind in kinds}
    return {kind: number for kind, number in found.items() if number}


def named(command: str) -> str:
    """Return a verb by its name (`take`), any other command as `GET:page`, by the kind of its first key."""
    words = command.split()
    if words[0] == "FCALL":
        return words[1].split("_", 2)[2]
    first = words[3] if words[0].startswith("EVAL") and len(words) > 3 else words[1] if len(words) > 1 else ""
    parts = first.split(":")
    return ":".join([words[0].upper(), parts[2] if first.startswith("cw:") else first]).rstrip(":")


@asynccontextmanager
async def counting(redis: Redis, *, tells: bool) -> AsyncIterator[Counts]:
    """Count within the context."""
    counts = Counts(redis, tells=tells)

    def stated(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if (
            not statement.startswith("BEGIN") and "catalogue_versions" not in statement
        ):  # which a node looks for by itself
            counts.statements.append(statement)

    def opened(master: bytes, name: str, packed: bytes) -> tuple[bytes, bytes]:
        counts.envelopes += 1
        return unpack(master, name, packed)

    unpack = vault.unpack
    event.listen(Engine, "before_cursor_execute", stated)
    vars(__import__("records.papers.files", fromlist=["unpack"]))["unpack"] = opened
    watching = asyncio.create_task(counts.watch())
    try:
        yield counts
    finally:
        watching.cancel()
        event.remove(Engine, "before_cursor_execute", stated)


def picture() -> bytes:
    """Return a PNG of 4 MB."""
    file = io.BytesIO()
    Image.frombytes("L", (SIDE, SIDE), os.urandom(SIDE * SIDE)).save(file, "PNG")
    return file.getvalue()


class Acts:
    """The acts that are counted, each with its preparation."""

    def __init__(self, people: People) -> None:
        """Act at a node where one agent works."""
        self._people = people
        self.picture = picture()

    async def take(self) -> Act:
        """Take a number."""
        citizen = await self._people.citizen()
        return lambda: citizen.done("take_ticket", item="MZ01")

    async def take_again(self) -> Act:
        """Take up the place of a window that was closed, by its stub."""
        citizen = await self._people.waiting(item="MZ01")
        await citizen.leave()
        self._people.pages.remove(citizen)
        newer = await self._people.citizen()
        return lambda: newer.done("take_ticket", item="MZ01", stub=citizen.stub)

    def returns(self, page: WirePage, *, anew: bool) -> Callable[[], Awaitable[Act]]:
        """The page loses its socket, which is not counted, and comes back; loaded `anew` it knows its ticket alone."""

        async def dropped() -> Act:
            await page.drop()
            return (lambda: page.reopen(resume="", last_seq=0)) if anew else page.reopen

        return dropped

    async def look(self) -> Act:
        """Look at the places of all who wait, as a node does every two seconds."""
        tickets = self._people.at.node.tickets

        async def at_once() -> None:
            tickets.all_changed()

        return at_once

    def sends(self, page: WirePage, first: int, last: int) -> Callable[[], Awaitable[Act]]:
        """PATCHes of a new upload, by their number from 0; those before `first` are not counted."""
        pieces = [self.picture[at : at + PIECE_BYTES] for at in range(0, len(self.picture), PIECE_BYTES)]

        async def begun() -> Act:
            place = await begin(page, len(self.picture), filename="a.png", purpose="material")

            async def patch(numbers: range) -> None:
                for number in numbers:
                    status, told = await send(page, place, pieces[number], number * PIECE_BYTES)
                    assert status == 204, told

            every = range(len(pieces))
            await patch(every[:first])
            return lambda: patch(every[first:last] if last else every[first:])

        return begun

    async def accept(self, agent: WirePage) -> tuple[WirePage, Act]:
        """A citizen with three papers and two consents rings; the agent accepts."""
        citizen = await self._people.waiting(item="MZ01")
        for _ in range(3):
            await upload(citizen, PDF)
        version = self._people.at.node.services.directory.face.notices.version
        for kind in ("service", "sound"):
            await citizen.done("consent", kind=kind, given=True, version=version)
        await agent.done("ready")
        rings = (await agent.until("ringing"))["reservation"]

        async def accepted() -> None:
            await agent.done("accept", reservation=rings["reservation"], fence=rings["fence"])
            await agent.until("session")
            await citizen.until("session")

        return citizen, accepted


async def measure(counts: Counts, people: People, times: int) -> None:
    """Count act after act."""
    acts = Acts(people)
    await counts.of("`take_ticket`", times, acts.take)
    await counts.of("`take_ticket` with a stub that is known", times, acts.take_again)
    for _ in range(20):
        _ = await people.waiting(item="MZ01")
    await counts.of(
        f"look at the places of {len(people.at.node.services.connections.tickets)} who wait", times, acts.look
    )
    for page in [one for one in people.pages if one.ticket]:
        _ = await page.do("leave_queue")
    agent = await people.agent(ready=False)
    citizens: list[WirePage] = []

    async def rings() -> Act:
        if citizens:
            await agent.done("close_session", outcome="answered")
            await agent.until("session_closed")
        citizen, accepted = await acts.accept(agent)
        citizens.append(citizen)
        return accepted

    await counts.of("`accept`, the ticket has 3 papers and 2 consents", times, rings)
    citizen = citizens[-1]
    for number in range(20):
        await citizen.done("chat", text=f"第 {number} 句")
    for whose, page in (("citizen's", citizen), ("agent's", agent)):
        await counts.of(f"{whose} `hello` in a call, resumed", times, acts.returns(page, anew=False))
        await counts.of(f"{whose} `hello` in a call, page loaded anew", times, acts.returns(page, anew=True))
    await counts.of("`PATCH` of 512 kB", times, acts.sends(citizen, 2, 3))
    await counts.of("the last `PATCH` of 4 MB: a document, in a call", times, acts.sends(citizen, 8, 0))
    await counts.of("all 9 `PATCH`es of 4 MB", times, acts.sends(citizen, 0, 0))


async def run(*, times: int, tells: bool) -> list[list[str]]:
    """Serve a node and count."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "district").mkdir()
        path = folder / "district" / "ledger.sqlite3"
        await found_district(f"sqlite:///{path}")
        district = await District.of(path)
        async with EmbeddedValkey(folder / "valkey") as valkey, cluster(valkey.url, district, folder) as town:
            _ = await town.start()
            people = People(town)
            async with counting(Redis.from_url(valkey.url), tells=tells) as counts:
                await measure(counts, people, times)
            await people.close()
    return counts.rows


def main() -> None:
    """Count and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="three times each")
    parser.add_argument("--tell", action="store_true", help="print the commands by name, too")
    asked = parser.parse_args()
    table(["act", *KINDS], asyncio.run(run(times=3 if asked.quick else 9, tells=asked.tell)))


if __name__ == "__main__":
    main()
