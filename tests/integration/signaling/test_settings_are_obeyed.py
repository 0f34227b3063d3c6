"""What an operator sets is what a node does: settings that no other test sets, each to a value of its own."""

import json
import re
from collections.abc import AsyncIterator
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
import pytest_asyncio

from cloudwindow.compose import rules
from protocol.errors import ServiceError
from protocol.rights import Role
from records import audit
from runtime.clock import ManualClock, SystemClock
from runtime.engines import EmbeddedValkey
from runtime.security import CLOCKS_APART_S, ReceiptLink
from runtime.settings import Settings
from tests.integration.signaling.test_bounds import office
from tests.integration.signaling.test_papers import bearer, begin
from tests.integration.signaling.test_returns import recorded
from tests.support.ledgers import District
from tests.support.nodes import Cluster, cluster
from tests.support.patience import until
from tests.support.people import People
from tests.support.samples import PNG


@pytest.fixture
def clock() -> ManualClock:
    """A clock that stands until it is moved."""
    return ManualClock(SystemClock().now_ms())


@pytest_asyncio.fixture
async def shared(
    valkey: EmbeddedValkey, district: District, tmp_path: Path, clock: ManualClock
) -> AsyncIterator[Cluster]:
    """A window without nodes yet, whose clock stands."""
    async with cluster(valkey.url, district, tmp_path, clock) as found:
        yield found


@pytest.mark.parametrize(("size", "code"), [(900, "bad_frame"), (901, "frame_too_large")])
async def test_a_frame_is_read_up_to_the_set_size(shared: Cluster, size: int, code: str) -> None:
    async with office(shared, frame_max_bytes=900) as people:
        page = await people.citizen()
        text = json.dumps({"type": "unheard of", "x": ""})
        await page.send(text.replace('""', f'"{"x" * (size - len(text))}"'))
        assert (await page.until("error"))["code"] == code


@pytest.mark.parametrize(("per_s", "is_let_in"), [(0.001, False), (1000, True)])
async def test_commands_come_as_often_as_is_set(
    shared: Cluster, clock: ManualClock, *, per_s: float, is_let_in: bool
) -> None:
    async with office(shared, commands_burst=1, commands_per_s=per_s) as people:
        page = await people.citizen()
        assert (await page.do("leave_queue"))["type"] == "error"  # it has no ticket: asked, and counted
        _ = clock.advance(1)
        assert ((await page.do("leave_queue"))["code"] != "too_fast") is is_let_in


async def test_an_unfinished_upload_says_that_it_ends_when_it_is_set_to(shared: Cluster, clock: ManualClock) -> None:
    async with office(shared, upload_ttl_s=100) as people:
        page = await people.waiting(item="MZ01")
        place = await begin(page, len(PNG), filename="a.png", purpose="material")
        async with page.http.head(page.at.url + place, headers=bearer(page)) as answer:
            ends = parsedate_to_datetime(answer.headers["Upload-Expires"]).timestamp()
        assert ends == pytest.approx(clock.now_ms() / 1000 + 100, abs=1)


@pytest.mark.parametrize("is_over", [False, True])
async def test_a_login_is_over_when_it_is_set_to_however_busy(
    shared: Cluster, clock: ManualClock, *, is_over: bool
) -> None:
    async with office(shared, login_idle_s=80, login_max_s=120) as people:
        logins = people.at.node.services.logins
        cookie, _ = await logins.begin("mei", Role.AGENT, "S004", "mei")
        _ = clock.advance(70)
        assert await logins.find(cookie) is not None
        _ = clock.advance(50 if is_over else 49)
        assert (await logins.find(cookie) is None) is is_over


@pytest.mark.parametrize("late_s", [299, 302 + CLOCKS_APART_S])
async def test_the_link_of_a_receipt_opens_as_long_as_is_set(shared: Cluster, clock: ManualClock, late_s: int) -> None:
    async with office(shared, receipt_link_s=300) as people:
        signatures = people.at.node.services.signatures
        link = signatures.link(ReceiptLink("20261122-MZ003-7K4Q9D"))
        _ = clock.advance(late_s)
        if late_s < 300:
            assert signatures.read_link(link).receipt == "20261122-MZ003-7K4Q9D"
        else:
            with pytest.raises(ServiceError):
                _ = signatures.read_link(link)


async def test_the_code_of_a_receipt_leads_phones_to_the_set_address(shared: Cluster) -> None:
    async def drawn(people: People, host: str) -> str:
        page = await people.citizen()
        url = f"{page.at.url}/api/receipts/{receipt}/code"
        async with page.http.get(url, headers={"Host": host}) as answer:
            assert answer.status == 200, await answer.text()
            return re.sub(r"\s+", " ", await answer.text())

    hosts = ("window.example", "other.example")
    async with office(shared, hosts=hosts) as people:
        receipt = (await people.waiting(item="MZ01")).ticket["about"]["receipt"]
        await recorded(people)
        asked, other = [await drawn(people, host) for host in hosts]
    async with office(shared, hosts=hosts, phone_url="http://window.example") as people:
        people.cluster.running.reverse()
        told = await drawn(people, "other.example")
    assert asked == told != other


@pytest.mark.parametrize("skew_s", [3, 7])
async def test_a_sweeper_s_clock_may_be_off_by_as_much_as_is_set(shared: Cluster, skew_s: int) -> None:
    async with office(shared) as people:
        assert rules(Settings(clock_skew_s=skew_s), people.at.node.services.catalogue).skew_s == skew_s


@pytest.mark.parametrize("keeps", [False, True])
async def test_an_address_is_on_the_trail_only_where_that_is_set(shared: Cluster, *, keeps: bool) -> None:
    async with office(shared, audit_addresses=keeps) as people:
        page = await people.citizen()
        body = {"name": "nobody", "password": "x" * 12}
        async with page.http.post(f"{page.at.url}/api/login", json=body) as answer:
            assert answer.status == 401
        async with people.at.node.services.database.read() as db:
            (entry,) = await audit.trail(db, action="login.refused")
        assert entry.facts.get("address") == ("127.0.0.1" if keeps else None)


async def test_the_page_of_an_idle_seat_may_be_gone_as_long_as_is_set(shared: Cluster, clock: ManualClock) -> None:
    async with office(shared, seat_away_s=50, seat_grace_s=500) as people:
        page, services = await people.agent("S004"), people.at.node.services
        await page.drop()
        _ = await until(lambda: services.redis.zscore(services.keys.graces, "seat S004"))
        for late_s, state in ((49, "idle"), (2, "offline")):
            _ = clock.advance(late_s)
            await people.at.node.presence.sweep()
            row = await services.queue.seats.find("S004")
            assert row is not None
            assert row.state == state, late_s
