"""Runs citizens and agents while a part is broken, and records the acknowledged acts."""

import asyncio
import random
import re
import ssl
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp

from bench.faults.books import Books
from booth_client.address import Address
from booth_client.channel import EndedError, RefusedError, ServerAwayError
from booth_client.citizen import Citizen
from booth_client.http_api import Credentials, sign_in
from booth_client.simulated_seat import SeatClient
from cloudwindow.commands.ledger import SAMPLE
from protocol.states import SeatState, TicketState
from records.database import Database
from records.signing import read_keys
from records.staff.accounts import Account, Role, create_account
from runtime.lifecycle import Tasks
from tests.support.installed import PASSWORD, SECRETS
from tests.support.ledgers import prepare
from tests.support.samples import png

LONG_S = 120.0
"""More than any fault lasts: a client of ours repeats a command so long."""
TROUBLE = (RefusedError, ServerAwayError, TimeoutError, aiohttp.ClientError, OSError)
WORK = "MZ01"
PAPER_WIDTHS = 1000

if TYPE_CHECKING:
    from bench.faults.pairs import Pair

_numbers, _papers = count(1), count(1)


def next_number() -> int:
    """Return a number that no line has had yet."""
    return next(_numbers)


def floor(folder: Path, seats: int, pairs: int = 0) -> Path:
    """Write the sample catalogue with full-time seats: some for the crowd's item, then some for the pairs'."""
    names = {f"S{number:03}": "MZ" if number <= seats else "SJ" for number in range(1, seats + pairs + 1)}
    lines = []
    for line in SAMPLE.read_text(encoding="utf-8").splitlines():
        found = re.match(r"  - \{id: (S\d{3}),", line)
        if found and found[1] in names:
            changed = re.sub(r"skills: \[.*?\]", f'skills: ["{names[found[1]]}:3"]', line)
            changed = changed.replace("duty: part", "duty: full")
            lines.append(re.sub(r"langs: \[.*?\]", "langs: [cmn]", changed))
        else:
            lines.append(line)
    path = folder / "catalog.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


async def furnish(database_url: str, folder: Path, seats: int, pairs: int = 0) -> list[str]:
    """Make a ledger with staff for so many seats; return their account names, the crowd's first."""
    await prepare(database_url, floor(folder, seats, pairs))
    names = [f"s{number:03}" for number in range(1, seats + pairs + 1)]
    database = Database(database_url, read_keys(SECRETS["audit_key"]))
    try:
        for name in set(names) - {"s001", "s003", "s004", "s005"}:
            await create_account(database, Account(name, Role.AGENT, name.upper(), name), PASSWORD)
    finally:
        await database.close()
    return names


def paper() -> bytes:
    """Return a picture that nobody has sent before."""
    more, width = divmod(next(_papers), PAPER_WIDTHS)
    return png(100 + width, 100 + more)


@dataclass
class Pace:
    """Durations of people's acts, in seconds."""

    talk_s: tuple[float, float] = (1.0, 2.5)
    between_s: tuple[float, float] = (0.2, 1.0)
    lines: int = 3
    papers: float = 0.3

    def wait(self, span: tuple[float, float]) -> Awaitable[None]:
        """Return a pause."""
        return asyncio.sleep(random.uniform(*span))


@dataclass
class Crowd:
    """Citizens and agents at work."""

    address: Address
    context: ssl.SSLContext | None
    pace: Pace
    books: Books = field(default_factory=Books)
    calls: int = 0
    tasks: Tasks = field(default_factory=Tasks)
    ending: bool = False
    at_work: set[str] = field(default_factory=set)
    open_pairs: "list[Pair]" = field(default_factory=list)
    _may_act: asyncio.Event = field(default_factory=asyncio.Event)
    _acting: int = 0

    def __post_init__(self) -> None:
        """Let people act."""
        self._may_act.set()

    @asynccontextmanager
    async def acting(self) -> AsyncIterator[None]:
        """Do something that is acknowledged, unless people are held: then afterwards."""
        await self._may_act.wait()
        self._acting += 1
        try:
            yield
        finally:
            self._acting -= 1

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Stop all acknowledged acts, once those under way are done."""
        self._may_act.clear()
        try:
            async with asyncio.timeout(LONG_S):
                while self._acting:  # noqa: ASYNC110  (many people, one at a time)
                    await asyncio.sleep(0.01)
            yield
        finally:
            self._may_act.set()

    def http(self) -> aiohttp.ClientSession:
        """Return a browser that trusts the certificate of the installation."""
        connector = aiohttp.TCPConnector(limit=0, ssl=self.context if self.context is not None else True)
        return aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True), connector=connector)

    def start(self, citizens: int, seats: list[str]) -> None:
        """Let everybody come."""
        for name in seats:
            _ = self.tasks.start(f"seat-{name}", self._agent(name))
        for number in range(citizens):
            _ = self.tasks.start(f"citizen-{number}", self._citizen(f"citizen-{number}"))

    async def finish(self, within_s: float = LONG_S) -> None:
        """Let calls and visits that are under way end; nobody begins another."""
        self.ending = True
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                while self.at_work:  # noqa: ASYNC110  (many people, one at a time)
                    await asyncio.sleep(0.1)
        if self.at_work:
            self.books.refused["did not come to an end"] += len(self.at_work)
        await self.tasks.close()

    async def timed(self, act: Awaitable[None]) -> None:
        """Do something that is acknowledged, and keep how long it took."""
        async with self.acting():
            before = time.monotonic()
            await act
            self.books.seconds.append(time.monotonic() - before)

    async def say(self, speaker: Citizen | SeatClient, session: str) -> None:
        """Say a line that nobody has said before; acknowledged or not."""
        text = f"line {next(_numbers)}"
        try:
            await self.timed(speaker.say(text))
        except TROUBLE as problem:
            self.trouble("say", problem)
        else:
            self.books.lines[text] = session

    def trouble(self, act: str, problem: BaseException) -> None:
        """Count a refusal or a deadline that passed."""
        code = problem.code if isinstance(problem, RefusedError) else type(problem).__name__
        self.books.refused[f"{act}: {code}"] += 1

    async def _citizen(self, name: str) -> None:
        while not self.ending:
            self.at_work.add(name)
            try:
                async with self.http() as http, Citizen(http, self.address) as citizen:
                    await self._visit(citizen)
            except TROUBLE as problem:
                self.trouble("visit", problem)
                await asyncio.sleep(1)
            finally:
                self.at_work.discard(name)
            await self.pace.wait(self.pace.between_s)

    async def _visit(self, citizen: Citizen) -> None:
        async with self.acting():
            self.books.tickets.add((await citizen.take(WORK)).ticket)
        while not await self._called(citizen):
            if not citizen.is_forgotten:
                self.books.refused[f"ticket ended without a call: {citizen.state}"] += 1
                return
            async with self.acting():
                _ = await citizen.take_again()
        view = citizen.conversation.view
        assert view is not None
        for _ in range(self.pace.lines):
            await self.pace.wait((0.0, self.pace.talk_s[0] / self.pace.lines))
            if citizen.conversation.closed is None:
                await self.say(citizen, view.session)
        if random.random() < self.pace.papers and not citizen.is_over:
            await self.hand_in(citizen)
        await citizen.until(lambda: citizen.conversation.closed, LONG_S)
        self.books.screen(citizen.conversation.view, citizen.conversation.closed)
        level = random.randint(3, 5)
        await self.timed(citizen.rate(level))
        self.books.ratings[view.session] = level

    async def _called(self, citizen: Citizen) -> bool:
        """Wait for the call; False when the ticket ended without one, or the queue has forgotten it."""
        view = citizen.conversation
        _ = await citizen.until(lambda: view.view or citizen.is_over or citizen.is_forgotten, LONG_S * 2)
        if citizen.state is TicketState.DONE:
            # A node that is behind may tell that the ticket is done before it reads that its call began.
            with suppress(TimeoutError):
                _ = await citizen.until(lambda: view.view)
        return view.view is not None

    async def hand_in(self, citizen: Citizen) -> None:
        """Upload a paper."""
        content = paper()
        try:
            async with self.acting():
                self.books.paper(content, await citizen.upload("paper.png", content))
        except TROUBLE as problem:
            self.trouble("upload", problem)

    async def _agent(self, name: str) -> None:
        while True:
            try:
                async with self.http() as http:
                    await sign_in(http, self.address, Credentials(name, PASSWORD))
                    async with SeatClient(http, self.address) as seat:
                        await seat.until(lambda: seat.seat)
                        while True:
                            await self._serve(seat, name)
            except (*TROUBLE, EndedError) as problem:
                self.trouble("seat", problem)
                await asyncio.sleep(1)
            finally:
                self.at_work.discard(name)

    async def _serve(self, seat: SeatClient, name: str) -> None:
        if seat.session is None:
            self.at_work.discard(name)
            if seat.state not in {SeatState.IDLE, SeatState.RESERVED}:
                await seat.ready()
            with suppress(TimeoutError):
                await seat.until(lambda: seat.ringing or seat.session, 5.0)
                self.at_work.add(name)
            if name not in self.at_work:
                return
        if seat.session is None and seat.ringing is not None:
            try:
                await seat.accept(seat.ringing)
            except RefusedError as problem:
                self.trouble("accept", problem)
                seat.ringing = None
                return
        await self._talk(seat)

    async def _talk(self, seat: SeatClient) -> None:
        view = seat.session
        if view is None:
            return
        await self.say(seat, view.session)
        await self.pace.wait(self.pace.talk_s)
        await self.say(seat, view.session)
        try:
            await self.timed(seat.close("answered", f"summary {next(_numbers)}"))
        except TROUBLE as problem:
            self.trouble("close", problem)
        else:
            self.calls += 1
            self.books.outcomes[view.session] = "answered"
            self.books.screen(seat.conversation.view, seat.conversation.closed)


@asynccontextmanager
async def crowd(
    address: Address, context: ssl.SSLContext | None, citizens: int, seats: list[str], pace: Pace | None = None
) -> AsyncIterator[Crowd]:
    """Yield a crowd at work; its visits end before this returns."""
    found = Crowd(address, context, pace or Pace())
    async with AsyncExitStack() as stack:
        stack.push_async_callback(found.tasks.close)
        found.start(citizens, seats)
        yield found
