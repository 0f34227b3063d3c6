"""The client's end of the wire: says hello, keeps commands until they are answered, comes back after a loss."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from itertools import chain, count, repeat
from types import TracebackType
from typing import Final, Self

import aiohttp
import msgspec

from booth_client.address import Address
from booth_client.ways import Ways
from booth_client.wires import Wire, WireClosed
from protocol.commands import Command, Frame, Hello
from protocol.errors import Param
from protocol.frames import Done, Error, ServerFrame, TicketIssued, Welcome
from runtime.lifecycle import Tasks

BACK_OFF_S: Final = (0.0, 0.3, 1.2, 2.7, 5.0, 7.0)
FINAL_CODES: Final = frozenset({1000, 1002, 1008, 4001, 4002})
"""Close codes after which coming back would be wrong; all others, and silence, are a loss."""
HELLO_LIMIT_S: Final = 10.0
ANSWER_LIMIT_S: Final = 15.0
AGAIN_S: Final = 1.0
GOODBYE_LIMIT_S: Final = 2.0
OWN_CODES: Final = frozenset({1013, *range(4000, 5000)})
"""Close codes that no proxy sends: the server was heard."""

Greeting = Callable[[str], Awaitable[Hello]]
"""Makes the hello for now, from the connection id to resume (empty at first)."""
Receiver = Callable[[ServerFrame], None]


class ServerAwayError(Exception):
    """The server does not answer at its address, or is no Cloud Window."""


class RefusedError(Exception):
    """The server refused a command or the hello: its stable code and named facts."""

    def __init__(self, code: str, params: dict[str, Param] | None = None) -> None:
        super().__init__(code, params or {})
        self.code = code
        self.params = params or {}

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value}" for name, value in sorted(self.params.items()))
        return f"{self.code} ({facts})" if facts else self.code


class EndedError(RefusedError):
    """The connection is over for good; the code says why (`superseded`, `signed_out`, …)."""


class WireChannel:
    """One logical connection: it may break and come back many times, an unanswered command is sent again."""

    def __init__(self, http: aiohttp.ClientSession, address: Address, greet: Greeting, receive: Receiver) -> None:
        self.ways = Ways(http, address)
        self._greet = greet
        self._receive = receive
        self._numbers = count(1)
        self._prefix = f"{random.getrandbits(32):08x}"
        self._asked: dict[str, tuple[Command, asyncio.Future[ServerFrame]]] = {}
        self._wire: Wire | None = None
        self._finds_back: asyncio.Task[None] | None = None
        self._tasks = Tasks()
        self._encode = msgspec.json.Encoder().encode
        self._decode: Callable[[str | bytes], ServerFrame] = msgspec.json.Decoder(ServerFrame).decode
        self.welcome: Welcome | None = None
        self.returns = 0
        self.unknown_frames = 0
        self.ended: asyncio.Future[EndedError] = asyncio.get_running_loop().create_future()

    async def open(self) -> Welcome:
        """Connect for the first time; later losses are healed without asking.

        Raises:
            ServerAwayError: nothing that speaks our protocol answers there.
            RefusedError: the server does not want this hello.
        """
        while True:
            try:
                wire, welcome = await self._connect()
            except ServerAwayError:
                if not await self.ways.failed():
                    raise
            else:
                _ = self._tasks.start("channel", self._run(wire))
                return welcome

    async def close(self) -> None:
        """Say goodbye and end the reader."""
        wire, self._wire = self._wire, None
        await self._tasks.close()
        if wire is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(GOODBYE_LIMIT_S):
                    await wire.close()
        self._end(EndedError("closed"))

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def new_id(self) -> str:
        """Return a command id that this client has not used."""
        return f"{self._prefix}-{next(self._numbers)}"

    async def ask(self, command: Command, limit_s: float = ANSWER_LIMIT_S) -> ServerFrame:
        """Send a command and return its answer, across reconnections.

        Raises:
            RefusedError: the server's error for this command.
            EndedError: the connection ended for good before an answer.
            TimeoutError: no answer within `limit_s`.
        """
        if self.ended.done():
            raise self.ended.result()
        answer: asyncio.Future[ServerFrame] = asyncio.get_running_loop().create_future()
        self._asked[command.id] = (command, answer)
        try:
            async with asyncio.timeout(limit_s):
                await self.send(command)
                return await answer
        finally:
            self._asked.pop(command.id, None)

    async def send(self, frame: Frame) -> None:
        """Send a frame now, or drop it when there is no connection; frames that must arrive go through `ask`."""
        if self._wire is not None:
            await self._wire.send(self._encode(frame).decode())

    async def drop(self) -> None:
        """Lose the connection as a network would (tests and drills); the channel comes back by itself."""
        if self._wire is not None:
            await self._wire.drop()

    async def _connect(self) -> tuple[Wire, Welcome]:
        resume = self.welcome.connection if self.welcome else ""
        try:
            async with asyncio.timeout(HELLO_LIMIT_S):
                hello = await self._greet(resume)
                wire = await self.ways.connect()
                try:
                    await wire.send(self._encode(hello).decode())
                    welcome = await self._welcome(wire)
                except BaseException:
                    await wire.drop()
                    raise
        except (aiohttp.ClientError, OSError, TimeoutError, WireClosed) as error:
            raise ServerAwayError(str(error) or type(error).__name__) from error
        self._works(wire)
        self._wire, self.welcome = wire, welcome
        self._receive(welcome)
        return wire, welcome

    def _works(self, wire: Wire) -> None:
        """Go on by this way; while it is long poll, look for the way back."""
        self.ways.works(wire)
        if self._finds_back is not None:
            self._finds_back.cancel()
        self._finds_back = self._tasks.start("way-back", self.ways.find_back(wire)) if self.ways.is_polling else None

    async def _welcome(self, wire: Wire) -> Welcome:
        try:
            frame = self._read(await wire.read())
        except WireClosed as end:
            if end.code in FINAL_CODES:
                raise EndedError(end.reason or f"closed_{end.code}") from None
            if end.code in OWN_CODES:
                self.ways.works(wire)
            raise
        if isinstance(frame, Welcome):
            return frame
        self.ways.works(wire)
        if isinstance(frame, Error) and frame.params.get("why") == "challenge":
            raise ServerAwayError("the challenge was used up: a fresh one may not be")
        if isinstance(frame, Error):
            raise EndedError(frame.code, frame.params)
        raise ServerAwayError("no welcome")

    async def _run(self, wire: Wire) -> None:
        try:
            while True:
                await self._resend()
                end = await self._listen(wire)
                if end.code in FINAL_CODES:
                    return self._end(EndedError(end.reason or f"closed_{end.code}"))
                self._wire = None
                wire = await self._come_back()
                self.returns += 1
        except RefusedError as refused:
            self._end(EndedError(refused.code, refused.params))

    async def _listen(self, wire: Wire) -> WireClosed:
        """Hand on what arrives until the connection closes; return how it did."""
        while True:
            try:
                frame = self._read(await wire.read())
            except WireClosed as end:
                return end
            if frame is not None:
                self._resolve(frame)
                self._receive(frame)

    async def _come_back(self) -> Wire:
        """Try again for ever, slower and slower; a booth has nobody who would press reload."""
        for pause_s in chain(BACK_OFF_S, repeat(BACK_OFF_S[-1])):
            await asyncio.sleep(pause_s * (1 + random.random() / 4))  # noqa: S311  (spread, not secret)
            try:
                wire, _ = await self._connect()
            except ServerAwayError:
                _ = await self.ways.failed()
            else:
                return wire
        raise AssertionError

    async def _resend(self) -> None:
        for command, _ in list(self._asked.values()):
            await self.send(command)

    def _read(self, text: str) -> ServerFrame | None:
        try:
            return self._decode(text)
        except msgspec.DecodeError:  # a newer server may say more than this client knows
            self.unknown_frames += 1
            return None

    def _resolve(self, frame: ServerFrame) -> None:
        if not isinstance(frame, Done | Error | TicketIssued) or frame.id not in self._asked:
            return
        command, answer = self._asked[frame.id]
        if answer.done():
            return
        if isinstance(frame, Error) and frame.retry == "same_id":
            _ = self._tasks.start("again", self._again(command))
            return
        if isinstance(frame, Error):
            answer.set_exception(RefusedError(frame.code, frame.params))
        else:
            answer.set_result(frame)

    async def _again(self, command: Command) -> None:
        """Send a command again that was refused for a fault that passes; `ask` has the deadline."""
        await asyncio.sleep(AGAIN_S)
        if command.id in self._asked:
            await self.send(command)

    def _end(self, why: EndedError) -> None:
        if not self.ended.done():
            self.ended.set_result(why)
        for _, answer in self._asked.values():
            if not answer.done():
                answer.set_exception(why)
