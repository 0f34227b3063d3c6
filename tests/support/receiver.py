"""A receiver of web-hooks on a real socket: keeps what comes, answers as told, verifies as a stranger would."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.test_utils import TestServer
from standardwebhooks import Webhook


@dataclass(frozen=True)
class Delivered:
    """One request, as it came."""

    headers: Mapping[str, str]
    body: bytes
    status: int

    @property
    def event(self) -> str:
        return self.headers["webhook-id"]

    @property
    def subject(self) -> str:
        return str(json.loads(self.body)["subject"])

    @property
    def attempt(self) -> int:
        return int(self.headers["webhook-attempt"])

    def verified_by(self, secret: str) -> object:
        """Verify with the reference library, which refuses a timestamp that is five minutes old."""
        return Webhook(secret).verify(self.body, dict(self.headers))


Answering = Callable[[Mapping[str, str], bytes], Awaitable[int | web.StreamResponse]]


@dataclass
class Receiver:
    """What came, in its order, and how it is answered."""

    came: list[Delivered] = field(default_factory=list)
    answering: Answering | None = None
    streaming: Callable[[web.Request], Awaitable[web.StreamResponse]] | None = None
    status: int = 204
    begun: int = 0
    over: asyncio.Event = field(default_factory=asyncio.Event)
    url: str = ""
    port: int = 0

    @property
    def accepted(self) -> list[Delivered]:
        return [one for one in self.came if 200 <= one.status < 300]

    @property
    def subjects(self) -> list[str]:
        return [one.subject for one in self.accepted]

    async def hang(self, _: Mapping[str, str], __: bytes) -> int:
        """Answer no more while the test runs."""
        await self.over.wait()
        return 204

    async def take(self, request: web.Request) -> web.StreamResponse:
        self.begun += 1
        body = await request.read()
        if self.streaming is not None:
            return await self.streaming(request)
        found = self.status if self.answering is None else await self.answering(request.headers, body)
        status = found if isinstance(found, int) else found.status
        self.came.append(Delivered(request.headers.copy(), body, status))
        return web.Response(status=found) if isinstance(found, int) else found


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """Open a receiver on a free port of this machine."""
    found, app = Receiver(), web.Application()
    _ = app.router.add_post("/events", found.take)
    async with TestServer(app, host="127.0.0.1") as server:
        assert server.port is not None
        found.port, found.url = server.port, f"http://127.0.0.1:{server.port}/events"
        yield found
        found.over.set()
