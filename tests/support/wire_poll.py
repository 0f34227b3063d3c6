"""A long-poll channel at the level of frames: the same verbs as a `WireSocket`, so that a story runs on both."""

import asyncio
import json
import secrets
from typing import Any, Self

import aiohttp

from tests.support.patience import until
from tests.support.wire_socket import Closed, Frame, Wire

CUT = 1006
OK, GONE = 200, 404
TRIES = 3


class WirePoll(Wire):
    """One channel; a poll waits all the time."""

    def __init__(self, http: aiohttp.ClientSession, url: str, headers: dict[str, str]) -> None:
        super().__init__()
        self._http, self._url, self._headers = http, url, headers
        self._outbox: asyncio.Queue[str] = asyncio.Queue()
        self._tasks = [asyncio.create_task(self._poll()), asyncio.create_task(self._send())]

    @classmethod
    async def open(cls, http: aiohttp.ClientSession, url: str, **headers: str) -> Self:
        """Open a channel at the node at `url` (`http://…`); say nothing yet."""
        named = {**headers, "Window-Channel": secrets.token_urlsafe(16)}
        async with http.post(f"{url}/api/channel/open", headers=named) as answer:
            answer.raise_for_status()
            return cls(http, url, {**headers, "Window-Channel": (await answer.json())["channel"]})

    async def send(self, frame: Frame | str | bytes) -> None:
        """Send a frame, or any text; it goes after those before it. There are no binary frames here."""
        assert not isinstance(frame, bytes)
        self._outbox.put_nowait(frame if isinstance(frame, str) else json.dumps(frame))

    async def send_as_text(self, data: bytes) -> None:
        """Send bytes as text; what is no UTF-8 cannot come this way."""
        await self.send(data.decode(errors="replace"))

    def hang(self) -> None:
        """Ask for nothing any more, as a machine that hangs."""
        for task in self._tasks:
            task.cancel()

    async def close(self, code: int = 1000) -> None:
        """Close it, as a page that is left; the code is the socket's."""
        self.hang()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self.end is None and not self._http.closed:
            await self.ask("close")
            self.end = Closed(code, "")

    async def ask(self, act: str, **body: Any) -> tuple[int, Any]:
        """Send a request of the channel; return its status and body, status 0 where no answer came."""
        try:
            url = f"{self._url}/api/channel/{act}"
            async with self._http.post(url, headers=self._headers, json=body or None) as answer:
                return answer.status, await answer.json()
        except aiohttp.ClientError:
            return 0, None

    async def _poll(self) -> None:
        seen = failed = 0

        async def answered() -> tuple[int, Any] | None:
            nonlocal failed
            status, said = await self.ask("poll", seen=seen)
            failed += not status
            return (status, said) if status in {200, GONE} or failed == TRIES else None

        while True:
            status, said = await until(answered)
            if status != OK:
                break
            for number, text in enumerate(said["frames"], said["first"]):
                assert number == seen + 1, f"frame {number} came after {seen}"
                self._inbox.put_nowait(text)
                seen = number
            if said["closed"]:
                self._inbox.put_nowait(Closed(said["closed"]["code"], said["closed"]["reason"]))
                return
        self._inbox.put_nowait(Closed(CUT, ""))

    async def _send(self) -> None:
        sent = 0
        while True:
            frames = [await self._outbox.get()]
            while not self._outbox.empty() and len(frames) < 200 and sum(map(len, frames)) < 60_000:
                frames.append(self._outbox.get_nowait())
            await self._insist(first=sent + 1, frames=frames)
            sent += len(frames)

    async def _insist(self, **body: Any) -> None:
        """Send the very same until it is answered."""

        async def is_taken() -> bool:
            return (await self.ask("send", **body))[0] in {OK, GONE}

        await until(is_taken)
