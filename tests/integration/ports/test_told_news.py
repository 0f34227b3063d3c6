"""The doubles tell by themselves what came of a call, misbehaving on demand: the product keeps it once and in order."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import cast

import pytest
import pytest_asyncio
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from click.testing import CliRunner
from sqlalchemy import select

from cloudwindow.__main__ import main
from doubles.app import Doubles
from doubles.misbehaviour import OF_NEWS, Misbehaviour, SystemFault
from doubles.news import FOLLOW
from ports.kit.inbox import NewsInbox
from ports.kit.ports import Ports
from ports.messages import SEND
from ports.register import NOTICES, OPERATIONS, PORTS
from protocol.port_errors import PortUnavailable
from records.database import Database
from records.tables.ports import NewsState, PortNewsRow
from runtime import edge
from runtime.clock import ManualClock
from runtime.settings import Settings
from signaling.api import port_news
from signaling.node import Node
from tests.support.patience import until
from tests.support.stand_ins import SEALING, SECRET, StandIns

SLOW_S = 0.2
ORDER = ["sending", "delivered"]


class Product:
    """The door of a product for news, and the systems that knock at it."""

    def __init__(self, systems: StandIns, ports: Ports, ledger: Database) -> None:
        self.systems, self.ports, self.ledger = systems, ports, ledger

    async def sends(self, name: str) -> None:
        """Have a message sent."""
        async with self.ledger.begin() as db:
            key = await self.ports.keep(db, SEND, SEND.example, once=name, about=name)
        _ = await self.ports.carry_out(SEND, key)

    async def told(self, times: int) -> list[tuple[str, int]]:
        """Return kind and status of so many news, once they were told, in the order of their sending."""
        told = self.systems.doubles.news.told
        _ = await until(lambda: len(told) >= times)
        found = [(one.kind, one.status) for one in told]
        told.clear()
        return found

    async def states(self) -> list[tuple[str, NewsState]]:
        """Return what was kept, in the order of the matters and their sequence."""
        async with self.ledger.read() as db:
            rows = await db.scalars(select(PortNewsRow).order_by(PortNewsRow.matter, PortNewsRow.sequence))
            return [(row.kind, row.state) for row in rows]


@asynccontextmanager
async def door(inbox: NewsInbox, away: list[int]) -> AsyncIterator[str]:
    """Serve the product's address for news; each of the statuses `away` answers once before it is open."""

    at = SimpleNamespace(services=SimpleNamespace(settings=Settings()))  # all of a node that the door looks at

    async def take(request: web.Request) -> web.StreamResponse:
        if away:
            return web.Response(status=away.pop())
        return await port_news.take(cast("Node", at), request)

    app = web.Application(middlewares=[edge.middleware])
    app[port_news.INBOX] = inbox
    _ = app.router.add_post("/api/ports/{port}/news", take)
    async with TestServer(app) as server:
        yield str(server.make_url("/"))


@pytest.fixture
def away() -> list[int]:
    """Statuses that the door answers first."""
    return []


@pytest_asyncio.fixture
async def product(ledger: Database, clock: ManualClock, away: list[int]) -> AsyncIterator[Product]:
    """A product whose systems are the doubles; they tell their news at once."""
    connections = {port: StandIns(cast("Doubles", None), "http://127.0.0.1").connection(port) for port in PORTS}
    inbox = NewsInbox(NOTICES, connections, ledger, clock, SEALING)
    async with door(inbox, away) as address:
        doubles = Doubles(SECRET, clock, SLOW_S, news_to=address, after_s=0, apart_s=0)
        async with TestServer(doubles.app()) as server:
            systems = StandIns(doubles, str(server.make_url("")).rstrip("/"))
            async with systems.ports(ledger, clock) as ports:
                yield Product(systems, ports, ledger)


async def test_each_misbehaviour_of_news_leaves_them_taken_once_and_in_order(product: Product) -> None:
    wanted: dict[SystemFault | None, list[tuple[str, int]]] = {
        None: [(kind, 200) for kind in ORDER],
        SystemFault.SLOW: [(kind, 200) for kind in ORDER],
        SystemFault.TWICE: [(kind, 200) for kind in ORDER for _ in range(2)],
        SystemFault.OUT_OF_ORDER: [(kind, 200) for kind in reversed(ORDER)],
        SystemFault.WRONG_SIGNATURE: [(kind, status) for kind in ORDER for status in (401, 200)],
    }
    assert set(wanted) - {None} == OF_NEWS - {SystemFault.AWAY}
    for number, (fault, messages) in enumerate(wanted.items(), 1):
        if fault is not None:
            product.systems.doubles.mishaps.ask(Misbehaviour(fault, times=1, of="news"))
        await product.sends(str(fault))
        assert await product.told(len(messages)) == messages, fault
        assert await product.states() == [(kind, NewsState.HANDLED) for kind in ORDER] * number, fault


async def test_news_that_a_double_does_not_tell_never_come_and_the_next_ones_do(product: Product) -> None:
    product.systems.doubles.mishaps.ask(Misbehaviour(SystemFault.AWAY, times=1, of="news"))
    await product.sends("lost")
    await product.sends("told")
    assert await product.told(2) == [(kind, 200) for kind in ORDER]
    assert len(await product.states()) == 2


async def test_news_that_were_not_taken_come_again_under_their_own_id(product: Product, away: list[int]) -> None:
    away.append(503)
    await product.sends("again")
    told = product.systems.doubles.news.told
    _ = await until(lambda: len(told) == 3)
    assert [(one.kind, one.status, one.sequence) for one in told] == [
        ("sending", 503, 1), ("sending", 200, 1), ("delivered", 200, 2),
    ]  # fmt: skip
    assert told[0].id == told[1].id != told[2].id


async def test_a_call_that_is_refused_or_comes_again_has_no_news_of_its_own(product: Product) -> None:
    product.systems.doubles.mishaps.ask(Misbehaviour(SystemFault.TWICE, times=1))
    async with product.ledger.begin() as db:
        key = await product.ports.keep(db, SEND, SEND.example, once="once", about="t")
    with pytest.raises(PortUnavailable):
        _ = await product.ports.carry_out(SEND, key)
    _ = await product.ports.carry_out(SEND, key)
    assert await product.told(2) == [(kind, 200) for kind in ORDER]
    assert len(await product.states()) == 2


def test_what_follows_a_call_is_what_the_contract_says(clock: ManualClock) -> None:
    for path, steps in FOLLOW.items():
        operation = OPERATIONS[path]
        found = list(steps(operation.example, operation.example_answer, clock.now_ms()))
        assert found
        for notice, matter, data in found:
            assert (notice.port, notice) == (operation.port, NOTICES[f"{operation.port}/{notice.kind}"])
            assert type(data) is notice.tells
            assert matter
        assert [one.rank for one, _, _ in found] == sorted(one.rank for one, _, _ in found)


async def test_a_fault_that_news_cannot_have_is_refused_and_one_of_calls_is_not_theirs(product: Product) -> None:
    url = product.systems.url + "/misbehave"
    async with ClientSession() as http:
        for how in ("refuse", "error_500"):
            async with http.post(url, json={"how": how, "of": "news"}) as answer:
                assert (answer.status, "how: news are away" in await answer.text()) == (422, True)
        async with http.post(url, json={"how": "away", "of": "dreams"}) as answer:
            assert answer.status == 422
    product.systems.doubles.mishaps.ask(Misbehaviour(SystemFault.SLOW, times=1))
    assert product.systems.doubles.mishaps.next("messages", "news") is None
    assert product.systems.doubles.mishaps.next("messages") is SystemFault.SLOW


@pytest.mark.parametrize("address", ["127.0.0.1:8080", "ftp://127.0.0.1", "http://"])
def test_an_address_that_is_none_is_told_in_one_line(address: str) -> None:
    done = CliRunner().invoke(main, ["doubles", "--port", "0", "--news-to", address])
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1), done.stderr
