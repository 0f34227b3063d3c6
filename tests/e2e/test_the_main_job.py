"""The main job as its people do it: two citizens, two agents, a supervisor, from the button to the record."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.support.browser import chromium
from tests.support.demo import RunningDemo, demo
from tests.support.faces import AgentFace, CitizenFace, FacesOfPeople, SupervisorFace
from tests.support.samples import PDF, png

GREETING = "您好，我是李婆婆"
PHOTO = "身份证.png"

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest_asyncio.fixture
async def product(postgres_url: str, tmp_path: Path) -> AsyncIterator[RunningDemo]:
    """The whole product on PostgreSQL; most other page stories have it on SQLite."""
    async with demo(tmp_path / "var", env={"WINDOW_DATABASE_URL": postgres_url}) as running:
        yield running


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Browser]:
    """A Chromium with two fake cameras: a face and a document camera."""
    async with chromium("--use-fake-device-for-media-stream=device-count=2,fps=5") as running:
        yield running


@pytest_asyncio.fixture
async def people(browser: Browser, product: RunningDemo, tmp_path: Path) -> AsyncIterator[FacesOfPeople]:
    """People who come to the product; their last pictures are kept."""
    everybody = FacesOfPeople(browser, product.base, product.password)
    yield everybody
    for number, face in enumerate(everybody.faces):
        await face.screenshot(tmp_path / f"{number}-{type(face).__name__}.png")
    await everybody.leave()


async def li_is_seated(people: FacesOfPeople, civil: AgentFace, supervisor: SupervisorFace) -> CitizenFace:
    """Grandmother Li at a PC finds her item by its initials; her number rings at the civil affairs seat."""
    li = await people.bring(CitizenFace)
    await li.opens()
    await li.speaks("cmn")
    await li.finds("lrk", "senior citizen")
    await li.asks_for("handle")
    number = await li.presses_the_button()
    await civil.hears(number)
    await supervisor.sees_seat("Seat 004", "reserved")
    await civil.accepts()
    await li.is_in_the_call()
    await civil.is_in_the_call()
    await supervisor.sees_seat("Seat 004", "serving")
    await expect(supervisor.tile("Seat 004")).to_contain_text(number)
    return li


async def wang_is_seated(people: FacesOfPeople, market: AgentFace, product: RunningDemo) -> CitizenFace:
    """Mr Wang sits in a booth in Huadu and asks for a service of Panyu."""
    wang = await people.bring(CitizenFace, screen="booth")
    await wang.enrols(product.booth_code)
    await wang.page.locator("#find").fill("个体户")
    hits = wang.page.locator(".hit", has_text="Register as a sole trader")
    await hits.filter(has_text="Panyu").first.click()
    await expect(wang.page.locator(".guide h3")).to_be_visible()
    await wang.speaks("cmn")
    await wang.asks_for("handle")
    number = await wang.presses_the_button()
    await market.hears(number)
    await market.accepts()
    await wang.is_in_the_call()
    await market.is_in_the_call()
    return wang


async def li_shows_papers(li: CitizenFace, civil: AgentFace, folder: Path) -> None:
    """A photograph that is fine, a letter that is blurred; she reads both verdicts."""
    photo, letter = folder / PHOTO, folder / "letter.pdf"
    photo.write_bytes(png(640, 400))
    letter.write_bytes(PDF)
    await li.says(GREETING)
    await civil.sees(GREETING)
    await li.sends(photo, "idcard")
    await civil.sees_document(photo.name)
    await civil.opens_document(photo.name)
    await civil.judges("good")
    await expect(li.page.locator(".paper[data-standing=done]")).to_have_count(1)
    await li.sends(letter, "hukou")
    await civil.opens_document(letter.name)
    await civil.judges("blurred")
    await expect(li.page.locator(".tag--warn")).to_be_visible()


async def both_reload(li: CitizenFace, civil: AgentFace) -> None:
    """A reload in the middle of the call loses nothing on either side."""
    await li.page.reload()
    await li.is_in_the_call()
    await expect(li.page.locator(".paper[data-standing=done]")).to_have_count(1)
    await civil.page.reload()
    await civil.is_in_the_call()
    await civil.sees(GREETING)


async def test_two_citizens_reach_the_right_seats_and_all_of_it_is_on_record(
    people: FacesOfPeople, product: RunningDemo, tmp_path: Path
) -> None:
    civil, market = await people.agent("s004"), await people.agent("s014")
    supervisor = await people.bring(SupervisorFace, screen="desktop")
    await supervisor.signs_in("sup", product.password("sup"))
    await supervisor.sees_seat("Seat 004", "idle")
    await supervisor.sees_seat("Seat 014", "idle")

    li = await li_is_seated(people, civil, supervisor)
    wang = await wang_is_seated(people, market, product)
    await li_shows_papers(li, civil, tmp_path)
    await market.page.locator("button[aria-label^='Ask for a photo']").first.click()
    await expect(market.page.locator(".paper__name")).to_have_count(1)
    await both_reload(li, civil)

    await civil.closes("accepted")
    await market.closes("answered")
    lis_receipt, wangs_receipt = await li.receipt(), await wang.receipt()
    await li.rates(5)
    await li.press("Finish and clear the screen")
    assert await li.page.evaluate("Object.keys({...localStorage, ...sessionStorage})") == []

    await supervisor.finds_the_record(lis_receipt)
    await supervisor.sees(GREETING)
    await supervisor.sees(PHOTO)
    await supervisor.finds_the_record(wangs_receipt)
    await supervisor.sees("Huadu")
    await supervisor.sees("Panyu")
