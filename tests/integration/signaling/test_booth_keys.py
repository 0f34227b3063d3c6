"""A booth is the device that has its key: nobody else opens it, closes it, or learns anything to open it with."""

import asyncio
import hashlib
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from records import audit
from records.database import Database
from records.staff import booths
from records.tables.places import BoothRow
from tests.support.command_line import log_left_alone, run
from tests.support.device import Device, ask
from tests.support.people import People
from tests.support.wire_page import WirePage

BOOTH = "HD-TB-01"


@pytest_asyncio.fixture
async def real(people: People) -> AsyncIterator[tuple[Device, WirePage]]:
    """The booth's own device, with its page open."""
    page = WirePage(people.at, "citizen")
    people.pages.append(page)
    device = await enrolled(people, page)
    yield device, await page.open(booth=await device.proof(page.http, people.at.url))


async def enrolled(people: People, page: WirePage, kind: str = "p256") -> Device:
    code = await booths.new_code(people.cluster.database, BOOTH)
    return await Device(kind).enrol(page.http, people.at.url, code=code)


async def told(page: WirePage, proof: str) -> tuple[str, str]:
    """Say hello with a proof; return why it was refused, and that the socket closed."""
    await page.connect()
    await page.socket.hello("citizen", booth=proof)
    error = await page.until("error")
    assert (await page.closed()).code == 1002
    return str(error["code"]), str(error["params"].get("why", ""))


async def refusals(database: Database) -> int:
    async with database.read() as db:
        return len(await audit.trail(db, action="booth.refused"))


@pytest.mark.parametrize("kind", ["p256", "ed25519"])
async def test_a_stranger_who_signs_by_the_documented_bytes_is_let_in_once_a_challenge(
    people: People, kind: str
) -> None:
    page = await people.citizen()
    device = await enrolled(people, page, kind)
    proof = await device.proof(page.http, people.at.url)
    booth = await people.citizen(booth=proof)
    assert (await booth.done("take_ticket", item="MZ01"))["ticket"]["about"]["booth"]
    assert await told(WirePage(people.at, "citizen", page.http), proof) == ("bad_booth_proof", "challenge")
    assert await refusals(people.cluster.database) == 0, "an answer that comes twice is no theft"


async def test_use_elsewhere_is_refused_noted_and_leaves_the_real_booth_alone(
    people: People, real: tuple[Device, WirePage]
) -> None:
    device, open_page = real
    url, http = people.at.url, open_page.http
    thief = Device()
    other = await ask(http, url, "PY-HALL-01")
    mine = await ask(http, url, BOOTH)
    der = device.sign(BOOTH, mine)[:-4]
    for proof, why in (
        (await thief.proof(http, url, BOOTH), "key"),
        (f"{BOOTH}~{mine}~{der}", "key"),
        (f"{BOOTH}~{await ask(http, url, BOOTH)}~not base 64", "key"),
        (f"{BOOTH}~{await ask(http, url, BOOTH)}~", "key"),
        (f"{BOOTH}~{other}~{device.sign(BOOTH, other)}", "challenge"),
        (f"{BOOTH}~made-up~{device.sign(BOOTH, 'made-up')}", "challenge"),
        (await thief.proof(http, url, "HD-NOWHERE"), "unknown"),
        ("the-token-of-the-release-before", "format"),
        (f"{BOOTH}~{other}~x~y", "format"),
        (f"{BOOTH}~{'x' * 500}~y", "format"),
    ):
        assert await told(WirePage(people.at, "citizen", http), proof) == ("bad_booth_proof", why), proof
    assert (await open_page.done("take_ticket", priority="sos"))["ticket"]["about"]["booth"]
    assert 1 <= await refusals(people.cluster.database) <= 3, "noted, and not as often as a thief likes"
    async with http.get(f"{url}/metrics") as answer:
        assert "window_booths_refused_total 4.0" in await answer.text()


async def test_a_device_enrolled_anew_takes_the_place_of_the_old_one(
    people: People, real: tuple[Device, WirePage]
) -> None:
    old, page = real
    new = await enrolled(people, page)
    await people.citizen(booth=await new.proof(page.http, people.at.url))
    assert (await page.closed()).code == 4001
    found = await told(WirePage(people.at, "citizen", page.http), await old.proof(page.http, people.at.url))
    assert found == ("bad_booth_proof", "key")


async def test_a_token_of_the_release_before_becomes_a_key_once(people: People) -> None:
    database, page = people.cluster.database, await people.citizen()
    async with database.begin() as db:
        row = await db.get(BoothRow, BOOTH)
        assert row is not None
        row.token_hash = hashlib.sha256(b"an old token").hexdigest()
    device = await Device().enrol(page.http, people.at.url, token="an old token")
    assert device.booth == BOOTH
    await people.citizen(booth=await device.proof(page.http, people.at.url))
    body = {"key": Device().key, "token": "an old token"}
    async with page.http.post(f"{people.at.url}/api/booths/enrol", json=body) as answer:
        assert (answer.status, (await answer.json())["code"]) == (401, "bad_token")


async def test_what_is_no_key_uses_up_no_code(people: People) -> None:
    page, code = await people.citizen(), await booths.new_code(people.cluster.database, BOOTH)
    for key in ("AAAA", "not base 64", Device().key[:-8], "x" * 201, "\u0000"):
        async with page.http.post(f"{people.at.url}/api/booths/enrol", json={"code": code, "key": key}) as answer:
            assert (answer.status, (await answer.json())["code"]) == (422, "bad_input"), key
    assert (await Device().enrol(page.http, people.at.url, code=code)).booth == BOOTH


async def test_a_booth_that_is_stopped_at_the_command_line_closes_at_once_on_any_node(
    people: People, real: tuple[Device, WirePage]
) -> None:
    device, _ = real
    await people.cluster.start()
    page = WirePage(people.cluster.running[1], "citizen")
    people.pages.append(page)
    await page.open(booth=await device.proof(page.http, people.at.url))
    at = {"WINDOW_REALM": "window", "WINDOW_REDIS_URL": people.cluster.redis_url}
    with log_left_alone():
        done = await asyncio.to_thread(
            run, "booths", "stop", BOOTH, WINDOW_DATABASE_URL=str(people.cluster.database.url), **at
        )
    assert done.exit_code == 0, done.output
    assert (await page.closed()).code == 4002
    found = await told(WirePage(people.at, "citizen", page.http), await device.proof(page.http, people.at.url))
    assert found == ("bad_booth_proof", "stopped")
