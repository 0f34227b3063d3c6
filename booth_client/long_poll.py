"""Frames by long poll, for networks that stop WebSockets (docs/protocol.md, 14)."""

import asyncio
import secrets
from collections.abc import Coroutine
from contextlib import suppress
from typing import Final, Self, TypeVar

import aiohttp
import msgspec

from booth_client.address import Address
from booth_client.wires import CUT, WireClosed
from protocol.long_poll import CHANNEL, Frames, Opened, Polled, Received, Sent
from runtime.lifecycle import Tasks

NAME_BYTES: Final = 16
TRIES: Final = 4
AGAIN_S: Final = 0.5
LIMIT_S: Final = 10.0
GOODBYE_LIMIT_S: Final = 2.0
SEND_MAX_FRAMES: Final = 100
SEND_MAX: Final = 32_000
"""Characters of several frames in one request: far below what one may bring."""
WAITING_MAX: Final = 1000
"""Frames that wait, each way; who sends or reads more waits, too."""
BUSY: Final = 429
FAULTS: Final = 500


Answer = TypeVar("Answer", bound=msgspec.Struct)


class PollWire:
    """A channel of long poll: one request waits for frames, another one brings ours."""

    def __init__(self, http: aiohttp.ClientSession, address: Address) -> None:
        """Make up a fresh name; `open` connects."""
        self._http, self._address = http, address
        self._channel = secrets.token_hex(NAME_BYTES)
        self._poll_s = 0.0
        self._inbox: asyncio.Queue[str | WireClosed] = asyncio.Queue(WAITING_MAX)
        self._outbox: asyncio.Queue[str] = asyncio.Queue(WAITING_MAX)
        self._end: WireClosed | None = None
        self._tasks = Tasks()

    @classmethod
    async def open(cls, http: aiohttp.ClientSession, address: Address) -> Self:
        """Connect.

        Raises:
            WireClosed: no channel is opened there.
        """
        self = cls(http, address)
        opened = await self._ask("open", None, Opened, LIMIT_S)
        if opened is None:
            raise WireClosed(CUT)
        self._channel, self._poll_s = opened.channel, opened.poll_s
        for name, work in (("poll", self._poll()), ("send", self._flush())):
            _ = self._tasks.start(name, self._until_over(work))
        return self

    async def send(self, text: str) -> None:
        """Send a frame after those before it; once the channel is over it is lost."""
        if self._end is None:
            await self._outbox.put(text)

    async def read(self) -> str:
        """Return the next frame.

        Raises:
            WireClosed: there is none any more.
        """
        found = self._end if self._end is not None and self._inbox.empty() else await self._inbox.get()
        if isinstance(found, str):
            return found
        raise found

    async def close(self) -> None:
        """Say goodbye and end it."""
        if self._end is None:
            with suppress(WireClosed):
                _ = await self._ask("close", None, msgspec.Struct, GOODBYE_LIMIT_S)
        await self.drop()

    async def drop(self) -> None:
        """End it without a goodbye."""
        self._over(WireClosed(CUT))
        await self._tasks.close()

    async def _until_over(self, work: Coroutine[object, object, None]) -> None:
        try:
            await work
        except WireClosed as end:
            self._over(end)

    def _over(self, end: WireClosed) -> None:
        """Note the end; a reader that waits is told, one that has frames left reads these first."""
        if self._end is None:
            self._end = end
            with suppress(asyncio.QueueFull):  # then nobody waits
                self._inbox.put_nowait(end)

    async def _poll(self) -> None:
        """Ask for frames until the server ends the channel.

        Raises:
            WireClosed: it did, or does not answer.
        """
        seen = 0
        while self._end is None:
            said = await self._insist("poll", Polled(seen), Frames, self._poll_s + LIMIT_S)
            for text in said.frames:
                await self._inbox.put(text)
            seen += len(said.frames)
            if said.closed is not None:
                raise WireClosed(said.closed.code, said.closed.reason)

    async def _flush(self) -> None:
        """Bring our frames, one request after the other; the very same again where there was no answer.

        Raises:
            WireClosed: the server does not answer.
        """
        sent = 0
        while self._end is None:
            frames = [await self._outbox.get()]
            size = len(frames[0])
            while not self._outbox.empty() and len(frames) < SEND_MAX_FRAMES and size < SEND_MAX:
                frames.append(self._outbox.get_nowait())
                size += len(frames[-1])
            _ = await self._insist("send", Sent(sent + 1, tuple(frames)), Received, LIMIT_S)
            sent += len(frames)

    async def _insist(self, act: str, body: msgspec.Struct, kind: type[Answer], limit_s: float) -> Answer:
        """Ask until there is an answer: a frame that comes twice counts once.

        Raises:
            WireClosed: there was none, after several tries, or the channel is gone.
        """
        for tries in range(TRIES):
            await asyncio.sleep(AGAIN_S * tries)
            said = await self._ask(act, body, kind, limit_s)
            if said is not None:
                return said
        raise WireClosed(CUT)

    async def _ask(self, act: str, body: msgspec.Struct | None, kind: type[Answer], limit_s: float) -> Answer | None:
        """Return the answer, or None where it is worth another try.

        Raises:
            WireClosed: the channel is gone, or the server does not want it.
        """
        headers = {CHANNEL: self._channel, "Origin": self._address.origin}
        text = None if body is None else msgspec.json.encode(body)
        try:
            async with self._http.post(
                self._address.to(f"/api/channel/{act}"),
                data=text,
                headers=headers if text is None else {**headers, "Content-Type": "application/json"},
                timeout=aiohttp.ClientTimeout(total=limit_s),
                allow_redirects=False,
            ) as answer:
                if answer.ok:
                    return msgspec.json.decode(await answer.read(), type=kind)
                if answer.status != BUSY and answer.status < FAULTS:
                    raise WireClosed(CUT)
        except (aiohttp.ClientError, OSError, TimeoutError, msgspec.DecodeError):
            pass  # a page in between (a hotel's sign-in) is no answer either
        return None
