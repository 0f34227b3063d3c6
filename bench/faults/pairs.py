"""Gives a row the citizen and agent of its fault, beside the crowd and in a line of their own."""

import asyncio
import time
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field

import aiohttp

from bench.faults.crowd import LONG_S, TROUBLE, Crowd, next_number
from booth_client.address import Address
from booth_client.channel import EndedError
from booth_client.citizen import Citizen
from booth_client.client import Client
from booth_client.http_api import Credentials, sign_in
from booth_client.simulated_seat import SeatClient
from protocol.commands import Chat
from protocol.states import SeatState
from tests.support.installed import PASSWORD

ITEM = "SJ01"
"""The crowd's seats serve another one."""


@dataclass
class Pair:
    """One citizen and one agent; `session` while they are in a call."""

    people: Crowd
    name: str
    citizen: Citizen
    seat: SeatClient
    citizen_http: aiohttp.ClientSession
    seat_http: aiohttp.ClientSession
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    session: str = ""

    @classmethod
    async def come(cls, people: Crowd, name: str, address: Address | None = None) -> "Pair":
        """Let both open their pages; the citizen at another address, if one is given."""
        stack = AsyncExitStack()
        citizen_http = await stack.enter_async_context(people.http())
        seat_http = await stack.enter_async_context(people.http())
        await sign_in(seat_http, people.address, Credentials(name, PASSWORD))
        seat = await SeatClient(seat_http, people.address).__aenter__()
        citizen = await Citizen(citizen_http, address or people.address).__aenter__()
        pair = cls(people, name, citizen, seat, citizen_http, seat_http, stack)
        people.open_pairs.append(pair)
        return pair

    async def clear(self) -> None:
        """End the visits of a run that broke off, so that the next one finds an empty line and free seats."""
        with suppress(*TROUBLE, EndedError):
            if self.seat.session is not None:
                await self.seat.close("interrupted", "the row broke off")
            else:
                await self.citizen.leave()
        await self.go()

    async def go(self) -> None:
        """Close both pages."""
        self.people.open_pairs.remove(self)
        await self.citizen.channel.close()
        await self.seat.channel.close()
        await self.stack.aclose()

    async def wait(self) -> None:
        """Take a ticket while no seat of this line is ready."""
        ticket = await self.citizen.take(ITEM)
        self.people.books.tickets.add(ticket.ticket)

    async def seen(self) -> None:
        """Wait until the agent's page shows its seat."""
        _ = await self.seat.until(lambda: self.seat.seat)

    async def ring(self) -> None:
        """Let the ticket ring at the seat."""
        await self.seen()
        if self.seat.state is not SeatState.IDLE:
            await self.seat.ready()
        await self.seat.until(lambda: self.seat.ringing)

    async def answer(self) -> None:
        """Begin the call."""
        assert self.seat.ringing is not None
        self.session = (await self.seat.accept(self.seat.ringing)).session
        assert await self.citizen.in_session(LONG_S)

    async def call(self) -> None:
        """Do all that leads to a call."""
        await self.wait()
        await self.ring()
        await self.answer()

    async def close(self) -> None:
        """End the call with an outcome."""
        await self.seat.close("answered", "")
        await self.citizen.until(lambda: self.citizen.conversation.closed, LONG_S)
        books = self.people.books
        books.outcomes[self.session] = "answered"
        for page in (self.citizen, self.seat):
            books.screen(page.conversation.view, page.conversation.closed)

    async def through(self, *, both: bool = True) -> float:
        """Say a line each way; return after how many seconds the other side had it on its screen."""
        began = time.monotonic()
        ways: list[tuple[Client, Client]] = [(self.citizen, self.seat), (self.seat, self.citizen)]
        await asyncio.gather(*(self._line(*way) for way in ways[: 2 if both else 1]))
        return time.monotonic() - began

    async def _line(self, speaker: Client, listener: Client) -> None:
        text = f"pair {next_number()}"
        async with self.people.acting():
            _ = await speaker.channel.ask(Chat(id=speaker.channel.new_id(), text=text), LONG_S)
            self.people.books.lines[text] = self.session
        await listener.until(lambda: text in _texts(listener), LONG_S)

    async def reload_citizen(self) -> Citizen:
        """Close the citizen's page and open it again with its kept state."""
        old, address = self.citizen, self.citizen.address
        await old.channel.close()
        self.citizen = Citizen(self.citizen_http, address)
        self.citizen.token, self.citizen.stub = old.token, old.stub
        return await self.citizen.__aenter__()

    async def reload_seat(self) -> SeatClient:
        """Close the agent's page and open it again."""
        await self.seat.channel.close()
        self.seat = SeatClient(self.seat_http, self.people.address)
        return await self.seat.__aenter__()


def _texts(page: Client) -> list[str]:
    return [line.text for line in page.conversation.view.chat] if page.conversation.view else []
