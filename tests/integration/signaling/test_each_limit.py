"""Each limit of tries holds at its number for the one who is counted, and for nobody else."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import aiohttp
import pytest

from records.staff import booths
from runtime import throttle
from runtime.clock import ManualClock
from runtime.throttle import Limit
from tests.integration.signaling.test_bounds import Desk
from tests.support.device import Device
from tests.support.nodes import Cluster, Running
from tests.support.people import People
from tests.support.wire_page import WirePage


@dataclass
class Person:
    """Somebody who is counted: at the socket, over HTTP, under this name in the bucket."""

    page: WirePage
    who: str

    async def answer(self, method: str, path: str, **said: object) -> str:
        """Ask over HTTP; return the code of a refusal, or nothing."""
        headers = {"Authorization": f"Bearer {self.page.token}"} if self.page.token else {}
        url = f"{self.page.at.url}/api/{path}"
        async with self.page.http.request(method, url, headers=headers, json=said or None) as answer:
            return "" if answer.status < 400 else str((await answer.json())["code"])

    async def do(self, kind: str, **facts: str) -> str:
        """Ask at the socket; return the code of a refusal, or nothing."""
        answer = await self.page.do(kind, **facts)
        return str(answer["code"]) if answer["type"] == "error" else ""


Act = Callable[[Person], Awaitable[str]]


async def at_a_booth(people: People) -> Person:
    name = people.cluster.directory.places.booths()[len(people.pages)].id
    device = Device()
    database = people.cluster.database
    device.booth = await booths.enrol(database, await booths.new_code(database, name), device.key)
    async with aiohttp.ClientSession() as http:
        proof = await device.proof(http, people.at.url)
    return Person(await people.citizen(booth=proof), f"booth:{name}")


async def at_an_address(people: People) -> Person:
    number = len(people.pages) + 1
    http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(local_addr=(f"127.0.2.{number}", 0)))
    page = WirePage(people.at, "citizen", http)
    people.pages.append(page)
    return Person(await page.open(), f"127.0.2.{number}")


async def with_a_ticket(people: People) -> Person:
    page = await people.waiting(item="MZ01")
    return Person(page, page.ticket["ticket"])


async def takes(person: Person) -> str:
    said = await person.do("take_ticket", item="MZ01")
    if not said:
        await person.page.done("leave_queue")
    return said


async def begin(person: Person) -> str:
    status, said = await Desk(person.page).begin()
    return "" if status == 201 else said


#: Who is counted, the act, and what it says when it may be done: nothing, or why it is refused all the same.
ACTS: dict[str, tuple[Limit, Callable[[People], Awaitable[Person]], Act, str]] = {
    "a booth takes tickets": (throttle.TAKE, at_a_booth, takes, ""),
    "a booth tries receipts": (
        throttle.COME_BACK, at_a_booth, lambda one: one.do("come_back", receipt="20260101-MZ001-7K4Q9D"), "not_found",
    ),
    "an address tries receipts": (
        throttle.RECEIPT, at_an_address, lambda one: one.do("come_back", receipt="20260101-MZ001-7K4Q9D"), "not_found",
    ),
    "an address tries booth codes": (
        throttle.ENROL, at_an_address,
        lambda one: one.answer("POST", "booths/enrol", code="ABCD-EFGH", key=Device().key), "unknown_booth",
    ),
    "an address asks for challenges": (
        throttle.CHALLENGE, at_an_address, lambda one: one.answer("POST", "booths/challenge", booth="x"), "",
    ),
    "an address reads receipts": (
        throttle.RECEIPT, at_an_address, lambda one: one.answer("GET", "receipts/20260101-MZ001-7K4Q9D"), "not_found",
    ),
    "an address has codes drawn": (
        throttle.RECEIPT_CODE, at_an_address,
        lambda one: one.answer("GET", "receipts/20260101-MZ001-7K4Q9D/code"), "not_found",
    ),
    "a ticket begins uploads": (throttle.UPLOAD, with_a_ticket, begin, ""),
    "a ticket reads older lines": (
        throttle.EARLIER, with_a_ticket, lambda one: one.answer("GET", "conversation?before=1"), "session_not_found",
    ),
    "a ticket looks at papers": (
        throttle.PAPER, with_a_ticket, lambda one: one.answer("GET", "documents/01KB0000000000000000000000"),
        "document_not_found",
    ),
}  # fmt: skip
#: Held by test_tries, test_second_factor, test_booth_keys, test_on_paper, test_guesses, test_machines and test_sandbox.
ELSEWHERE = {
    "SIGN_IN", "GUESS", "CODE", "ADDRESS", "BOOTH_ALARM", "KNOWN_RECEIPT", "DOCUMENT_PASSWORD", "MACHINE",
    "MACHINE_KEY", "MACHINE_ALARM", "MACHINE_TOKEN", "SANDBOX_CLOCK",
}  # fmt: skip


def test_each_limit_has_a_row() -> None:
    limits = {name: one for name, one in vars(throttle).items() if isinstance(one, Limit) and name not in ELSEWHERE}
    assert {one.name for one in limits.values()} == {limit.name for limit, *_ in ACTS.values()}


async def spent(at: Running, limit: Limit, who: str) -> None:
    """Leave one token in a bucket."""
    for _ in range(limit.burst - 1):
        await at.node.services.throttle.spend(limit, who)


@pytest.mark.parametrize("name", ACTS)
async def test_the_last_try_is_free_the_next_one_waits_and_another_is_not_told_to(shared: Cluster, name: str) -> None:
    limit, come, act, said = ACTS[name]
    shared.clock = ManualClock()  # buckets fill with it, not with the machine's time
    await shared.start(page_lease_s=10**6)
    async with People(shared) as people:
        one, other = await come(people), await come(people)
        await spent(people.at, limit, one.who)
        assert await act(one) == said
        assert await act(one) == "too_many_tries"
        assert await act(other) == said
