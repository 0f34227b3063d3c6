"""Each door that tells right from wrong of what a stranger can guess costs a try: for wrong guesses, and for no others.

The doors are those whose route may refuse a guess; what is signed or random beyond guessing is no guess.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import pytest
import pytest_asyncio

from protocol.commands import CitizenFrame
from protocol.errors import BadCredentials, DocumentLocked, NotFound, UnknownBooth
from protocol.identity_errors import BadCode
from records.staff import booths
from runtime import throttle
from runtime.clock import ManualClock
from runtime.throttle import Limit
from signaling.api.table import Route
from signaling.app import ROUTES
from tests.integration.signaling.test_each_limit import Person, at_an_address, spent
from tests.integration.signaling.test_papers import upload
from tests.integration.signaling.test_returns import recorded
from tests.support.device import Device
from tests.support.nodes import Cluster
from tests.support.people import People
from tests.support.samples import sample
from tests.support.wire_page import WirePage

WRONG: Final = "20260101-MZ001-7K4Q9D"


@dataclass
class Guessing:
    """People at a window, and the receipt of somebody who waits there."""

    people: People
    receipt: str


Guess = Callable[[Guessing, Person, bool], Awaitable[str]]


async def reads(guessing: Guessing, one: Person, right: bool) -> str:
    return await one.answer("GET", f"receipts/{guessing.receipt if right else WRONG}")


async def has_a_code_drawn(guessing: Guessing, one: Person, right: bool) -> str:
    return await one.answer("GET", f"receipts/{guessing.receipt if right else WRONG}/code")


async def has_a_link_made(guessing: Guessing, one: Person, right: bool) -> str:
    return await one.answer("GET", f"receipts/{guessing.receipt if right else WRONG}/link")


async def comes_back(guessing: Guessing, one: Person, right: bool) -> str:
    fresh = Person(await WirePage(guessing.people.at, "citizen", one.page.http).open(), one.who)
    return await fresh.do("come_back", receipt=guessing.receipt if right else WRONG)


async def enrols(guessing: Guessing, one: Person, right: bool) -> str:
    cluster = guessing.people.cluster
    booth = cluster.directory.places.booths()[0].id
    code = await booths.new_code(cluster.database, booth) if right else "ABCD-EFGH"
    return await one.answer("POST", "booths/enrol", code=code, key=Device().key)


async def opens_a_document(guessing: Guessing, one: Person, right: bool) -> str:
    if not one.page.ticket:
        await one.page.done("take_ticket", item="MZ01")
        one.who = f"{await upload(one.page, sample('password.pdf'), filename='a.pdf')}:{one.page.ticket['ticket']}"
    headers = {"Authorization": f"Bearer {one.page.token}", "Document-Password": "123456" if right else "1"}
    url = f"{guessing.people.at.url}/api/documents/{one.who.partition(':')[0]}/pages/1"
    async with one.page.http.get(url, headers=headers) as answer:
        return "" if answer.status == HTTPStatus.OK else str((await answer.json())["code"])


#: By the door: its limit, a guess, what a wrong one is told.
DOORS: Final[dict[str, tuple[Limit, Guess, str]]] = {
    "GET /api/receipts/{receipt}": (throttle.RECEIPT, reads, "not_found"),
    "GET /api/receipts/{receipt}/code": (throttle.RECEIPT, has_a_code_drawn, "not_found"),
    "GET /api/receipts/{receipt}/link": (throttle.RECEIPT, has_a_link_made, "not_found"),
    "come_back": (throttle.RECEIPT, comes_back, "not_found"),
    "POST /api/booths/enrol": (throttle.ENROL, enrols, "unknown_booth"),
    "GET /api/documents/{document}/pages/{page}": (throttle.DOCUMENT_PASSWORD, opens_a_document, "document_locked"),
}
#: By account, address and browser: test_tries, test_new_passwords, test_second_factor.
OF_ACCOUNTS: Final = {"POST /api/login", "POST /api/login/code", "POST /api/password"}
#: Public, or read with a right: nothing of these is secret.
KNOWN: Final = {"GET /api/items/{item}", "GET /api/public"}
#: Found by 192 random bits.
RANDOM: Final = {"POST /api/channel/poll", "POST /api/channel/send"}
GUESSED: Final = (BadCredentials, BadCode, DocumentLocked, UnknownBooth)
TYPED: Final = frozenset({"receipt", "code", "password"})
"""Fields of frames that hold what people read off paper; tokens, stubs and proofs are signed."""


def is_guessed(route: Route) -> bool:
    """Tell whether a route answers right or wrong of what its caller says, to somebody without the right to know."""
    by_anybody = route.who == "anybody" and any(issubclass(one, NotFound) for one in route.errors)
    return by_anybody or any(issubclass(one, GUESSED) for one in route.errors)


def test_each_route_and_frame_that_a_stranger_can_guess_at_has_a_row() -> None:
    routes = {f"{one.method} {one.path}" for one in ROUTES if is_guessed(one)}
    frames = {str(kind.__struct_config__.tag) for kind in CitizenFrame.__args__ if TYPED & {*kind.__struct_fields__}}
    assert routes | frames == set(DOORS) | OF_ACCOUNTS | KNOWN | RANDOM


@pytest_asyncio.fixture
async def guessing(shared: Cluster) -> AsyncIterator[Guessing]:
    shared.clock = ManualClock()  # buckets fill with it, not with the machine's time
    await shared.start(page_lease_s=10**6)
    async with People(shared) as people:
        owner = await people.waiting(item="MZ01")
        await recorded(people)
        yield Guessing(people, owner.ticket["about"]["receipt"])


@pytest.mark.parametrize("door", DOORS)
async def test_a_wrong_guess_spends_a_try_a_right_one_none_and_both_read_alike_when_there_is_none_left(
    guessing: Guessing, door: str
) -> None:
    limit, guess, wrong = DOORS[door]
    one, other = await at_an_address(guessing.people), await at_an_address(guessing.people)
    assert await guess(guessing, one, True) == ""
    await spent(guessing.people.at, limit, one.who)
    for _ in range(3):
        assert await guess(guessing, one, True) == ""
    assert await guess(guessing, one, False) == wrong
    assert await guess(guessing, one, False) == "too_many_tries"
    assert await guess(guessing, one, True) == "too_many_tries"
    assert await guess(guessing, other, True) == "", "nobody else waits for it"


async def test_all_doors_to_receipts_share_the_tries_of_an_address(guessing: Guessing) -> None:
    one = await at_an_address(guessing.people)
    doors = [guess for limit, guess, _ in DOORS.values() if limit is throttle.RECEIPT]
    told = [await guess(guessing, one, False) for _ in range(10) for guess in doors]
    assert told[: throttle.RECEIPT.burst] == ["not_found"] * throttle.RECEIPT.burst
    assert set(told[throttle.RECEIPT.burst :]) == {"too_many_tries"}
