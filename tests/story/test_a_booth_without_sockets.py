"""The native booth in a network that stops WebSockets: it goes on by long poll, and back once a socket passes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import pytest_asyncio

from booth_client.address import Address
from booth_client.citizen import Citizen
from booth_client.client import Client
from booth_client.http_api import new_session
from booth_client.native import Visit
from booth_client.sources import camera_pattern
from booth_client.ways import Ways
from protocol.views import Slot
from runtime.engines import EmbeddedValkey
from tests.story.test_a_booth_without_browser import answered, call
from tests.support.patience import until
from tests.support.proxy import free_ports, proxy
from tests.support.window import Window, open_window


@pytest_asyncio.fixture
async def office(valkey: EmbeddedValkey, sqlite_ledger: str, tmp_path: Path) -> AsyncIterator[Window]:
    """The server behind a proxy that drops upgrades; one of its two nodes is away."""
    plain, port, nobody = free_ports(3)
    async with AsyncExitStack() as stack:
        window = await stack.enter_async_context(open_window(valkey.url, sqlite_ledger, tmp_path, proxies=1))
        node = int(window.address.base.rpartition(":")[2])
        found = await stack.enter_async_context(proxy((plain, port), (nobody, node), upgrades=False))
        people = await stack.enter_async_context(AsyncExitStack())
        yield Window(Address.parse(found.url), people, verify_tls=False)


def is_polling(page: Client) -> bool:
    return page.channel.ways.is_polling


async def hear(listener: Client, *texts: str) -> None:
    """Wait for these lines, in order and each once."""
    view = listener.conversation
    await listener.until(lambda: view.view and len(view.view.chat) >= len(texts))
    assert view.view is not None
    assert [line.text for line in view.view.chat] == list(texts)


async def test_a_visit_with_picture_sound_and_words_goes_by_long_poll(office: Window):
    visit = Visit(item="MZ01", video=camera_pattern("320x240", 10), rate=5)
    async with call(office, visit) as (seat, media, booth):
        await answered(media)
        assert booth.native is not None
        citizen = booth.native.citizen
        assert is_polling(citizen)
        assert is_polling(seat)
        assert media.peer is not None
        await media.peer.hears(Slot.CAMERA)
        await seat.say("您好")
        await hear(citizen, "您好")
        await citizen.channel.drop()
        await citizen.say("还在")  # once, by the channel after it
        await seat.say("听到了")
        for page in (citizen, seat):
            await hear(page, "您好", "还在", "听到了")
        assert citizen.channel.returns == 1
        await seat.close("answered")
        assert (await booth.result()).outcome == "answered"


class Network:
    """A way to a server on which sockets are stopped while `stops` is set."""

    def __init__(self, port: int) -> None:
        self.stops = True
        self._port = port

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection, there and back."""
        there, back = await asyncio.open_connection("127.0.0.1", self._port)
        answers = asyncio.create_task(self._pipe(there, writer))
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                if self.stops and b"upgrade: websocket" in data.lower():
                    break
                back.write(data)
                await back.drain()
        answers.cancel()
        for end in (writer, back):
            end.close()

    async def _pipe(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()


@asynccontextmanager
async def network(window: Window) -> AsyncIterator[tuple[Network, Address]]:
    """A network before the server, and the server's address in it."""
    found = Network(int(window.address.base.rpartition(":")[2]))
    server = await asyncio.start_server(found.carry, "127.0.0.1", 0)
    async with server:
        yield found, Address.parse(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")


async def test_once_a_socket_passes_a_waiting_booth_is_back_on_it_with_its_place(sqlite_window: Window):
    async with network(sqlite_window) as (between, address), new_session() as http:
        citizen = Citizen(http, address)
        citizen.channel.ways = Ways(http, address, again_s=(0.2,))
        async with citizen:
            assert is_polling(citizen)
            ticket = await citizen.take("MZ01")
            between.stops = False
            await until(lambda: citizen.channel.returns)
            assert not is_polling(citizen)
            assert (await citizen.until(lambda: citizen.ticket)).ticket == ticket.ticket
            await citizen.leave()
