"""A client for asyncio, by aiohttp: `pip install cloudwindow-client[aio]`."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from typing import Self, TypeVar

import aiohttp

from cloudwindow_client.access import Key, Program
from cloudwindow_client.address import Address, read_address
from cloudwindow_client.api.async_operations import AsyncOperations
from cloudwindow_client.asking import Call
from cloudwindow_client.conversation import Conversation, Pause, Renewal, Reply, Request, Steps
from cloudwindow_client.feed import FeedPage, begin_after, page_call, read_page
from cloudwindow_client.reading import read_json
from cloudwindow_client.refused import Away, Refused

T = TypeVar("T")


class AsyncClient(AsyncOperations):
    """Asks an installation as a machine: `async with AsyncClient(…) as window`. Redirects are not followed."""

    def __init__(
        self,
        url: str,
        access: Key | Program,
        *,
        timeout_s: float = 30,
        attempts: int = 4,
        tls: ssl.SSLContext | None = None,
        plain_http: bool = False,
    ) -> None:
        """Ask as `Client` does."""
        self._address: Address = read_address(url, plain_http=plain_http)
        self._tls = tls
        self._conversation = Conversation(access, timeout_s=timeout_s, attempts=attempts)
        self._renewing = asyncio.Lock()
        self._http: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._http is not None:
            await self._http.close()

    async def feed(
        self, after: str = "", *, limit: int = 100, wait_s: float = 25, on_gap: Callable[[str], None] | None = None
    ) -> AsyncIterator[FeedPage]:
        """Yield pages of events after a cursor as `Client.feed` does."""
        while True:
            call = page_call(after, limit, wait_s)
            try:
                page = read_page(await self._run(self._conversation.ask(call, is_patient=True)))
            except Refused as gap:
                after = begin_after(gap)
                if on_gap is None:
                    raise
                on_gap(after)
                continue
            if not page.events and not wait_s and page.cursor == after:
                return
            yield page
            after = page.cursor

    async def _ask(self, call: Call, kind: type[T]) -> T:
        return read_json(await self._bytes(call), kind)

    async def _bytes(self, call: Call) -> bytes:
        return (await self._run(self._conversation.ask(call))).body

    async def _run(self, steps: Steps[T]) -> T:
        """Carry out steps to their end."""
        answer: Reply | Away | None = None
        while True:
            try:
                step = steps.send(answer)
            except StopIteration as end:
                value: T = end.value
                return value
            answer = None
            if isinstance(step, Request):
                answer = await self._send(step)
            elif isinstance(step, Pause):
                await asyncio.sleep(step.seconds)
            elif isinstance(step, Renewal):
                async with self._renewing:
                    await self._run(step.steps)

    async def _send(self, request: Request) -> Reply | Away:
        if self._http is None:
            raise RuntimeError("use it as `async with AsyncClient(…) as window`")
        try:
            async with self._http.request(
                request.method,
                self._address.url + request.target,
                data=request.body,
                headers=request.headers,
                allow_redirects=False,
                ssl=self._tls or True,
                timeout=aiohttp.ClientTimeout(total=request.within_s),
            ) as answer:
                headers = {name.lower(): value for name, value in answer.headers.items()}
                return Reply(answer.status, headers, await answer.read())
        except (aiohttp.ClientError, OSError) as problem:
            return Away(f"{type(problem).__name__}: {problem}")
