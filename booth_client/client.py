"""The base of our clients: a channel, the conversation it follows, and waiting for a fact to become true."""

import asyncio
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self, TypeVar

import aiohttp

from booth_client.address import Address
from booth_client.channel import WireChannel
from booth_client.conversation import Conversation
from protocol.commands import Chat, Hello
from protocol.frames import IceRefresh, ServerFrame, Welcome

Fact = TypeVar("Fact")
Listener = Callable[[ServerFrame], None]

FACT_LIMIT_S: Final = 30.0
CAME_KEPT: Final = 8
"""Names of frames that a wait in vain tells."""


class Client(ABC):
    """One party at the wire; subclasses say hello for their role and keep its state."""

    def __init__(self, http: aiohttp.ClientSession, address: Address) -> None:
        self.http = http
        self.address = address
        self.conversation = Conversation()
        self.channel = WireChannel(http, address, self.greet, self._receive)
        self.listeners: list[Listener] = []
        self._ice: IceRefresh | None = None
        self._came: deque[str] = deque(maxlen=CAME_KEPT)
        self._waiters: set[asyncio.Future[None]] = set()
        self.channel.ended.add_done_callback(lambda _: self._wake())

    @abstractmethod
    async def greet(self, resume: str) -> Hello:
        """Return the hello for now."""

    @abstractmethod
    def apply(self, frame: ServerFrame) -> None:
        """Keep what this role needs of a frame."""

    @property
    def welcome(self) -> Welcome:
        """The server's last welcome to this client."""
        assert self.channel.welcome is not None
        return self.channel.welcome

    @property
    def ice(self) -> IceRefresh:
        """The call's newest relay servers and policy; before these, the servers without credentials."""
        return self._ice or IceRefresh(ice_servers=self.welcome.ice_servers, ice_ttl_s=0)

    async def __aenter__(self) -> Self:
        await self.channel.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.channel.close()

    async def say(self, text: str) -> None:
        """Write a line to the other side."""
        await self.channel.ask(Chat(id=self.channel.new_id(), text=text))

    async def until(self, fact: Callable[[], Fact | None], limit_s: float = FACT_LIMIT_S) -> Fact:
        """Wait until `fact` gives something true, looking again after every frame; return it.

        Raises:
            EndedError: the connection ended for good first.
            TimeoutError: it did not become true within `limit_s` seconds; the message names the frames that came last.
        """
        try:
            async with asyncio.timeout(limit_s):
                while not (found := fact()):
                    if self.channel.ended.done():
                        raise self.channel.ended.result()
                    await self._news()
        except TimeoutError:
            raise TimeoutError(f"not within {limit_s:g} s; came last: {', '.join(self._came) or 'nothing'}") from None
        return found

    async def _news(self) -> None:
        """Wait for the next frame, or for the end of the channel."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        try:
            await waiter
        finally:
            self._waiters.discard(waiter)

    def _receive(self, frame: ServerFrame) -> None:
        if isinstance(frame, IceRefresh):
            self._ice = frame
        self._came.append(type(frame).__name__)
        self.conversation.apply(frame)
        self.apply(frame)
        for listener in self.listeners:
            listener(frame)
        self._wake()

    def _wake(self) -> None:
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)
