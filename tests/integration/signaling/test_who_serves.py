"""One account works at a seat; the record names it, and papers open to whoever serves the call, not to the seat."""

import asyncio

import pytest

from protocol.scopes import EVERYWHERE
from records.journal.recorder import Recorder
from records.sessions.find import show
from records.staff.accounts import Role
from tests.integration.signaling.test_papers import bearer, upload
from tests.support.patience import until
from tests.support.people import People
from tests.support.samples import PNG
from tests.support.wire_page import WirePage

OFFICIAL = "广州市老年人优待卡首次申领"
OUTCOME = {"outcome": "answered", "summary": "已答复"}


async def mei(people: People) -> WirePage:
    """Another agent of the same seat, signed in and not yet at it."""
    page = await people.signed_in("mei", Role.AGENT, "S004")
    page.role = "seat"
    return page


async def status(page: WirePage, path: str) -> int:
    headers = bearer(page) if page.role == "citizen" else {}
    async with page.http.get(page.at.url + path, headers=headers) as answer:
        return answer.status


async def told(page: WirePage, **facts: object) -> dict[str, object]:
    """Come to the seat and return what the server says against it."""
    await page.connect()
    await page.socket.hello("seat", **facts)
    frame = await page.read()
    assert frame["type"] == "error", frame
    return {"code": frame["code"], **frame["params"]}


async def test_the_second_account_is_told_who_is_there_and_takes_over_knowingly(people: People) -> None:
    lin, second = await people.agent(ready=False), await mei(people)
    assert await told(second) == {"code": "seat_taken", "seat": "S004", "account": "s004", "has_call": False}
    await second.open(take_over=True)
    await second.until("seat")
    assert (await lin.closed()).code == 4001
    citizen = await people.waiting(item="MZ01")
    await second.done("ready")
    rings = (await second.until("ringing"))["reservation"]
    await second.done("accept", reservation=rings["reservation"], fence=rings["fence"])
    await citizen.until("session")
    assert (await told(lin, take_over=True))["has_call"] is True


async def test_of_two_that_come_to_a_free_seat_at_once_one_gets_it_and_the_other_is_told(people: People) -> None:
    pages = [await people.signed_in(name, Role.AGENT, "S004") for name in ("lin", "mei", "hua", "bo")]
    at_once = asyncio.Barrier(len(pages))

    async def come(page: WirePage) -> dict[str, object]:
        page.role = "seat"
        await page.connect()
        await at_once.wait()
        await page.socket.hello("seat")
        frame = await page.read()
        return {"code": "", **frame} if frame["type"] == "welcome" else {"code": frame["code"], **frame["params"]}

    said = await asyncio.gather(*map(come, pages))
    assert sorted(str(one["code"]) for one in said) == ["", *["seat_taken"] * (len(pages) - 1)]
    [winner] = [page for page, one in zip(pages, said, strict=True) if not one["code"]]
    name = ("lin", "mei", "hua", "bo")[pages.index(winner)]
    assert {one["account"] for one in said if one["code"]} == {name}
    await winner.until("seat")
    await winner.done("ready")  # and nobody has sent it away since
    row = await winner.at.node.services.queue.seats.find("S004")
    assert row is not None
    assert row.account == name
    assert not await winner.at.node.services.redis.exists(winner.at.node.services.keys.arriving("S004"))


async def test_papers_are_read_by_the_account_that_serves_and_close_with_the_call(people: People) -> None:
    citizen, lin = await people.talking()
    second = await mei(people)
    paper = f"/api/documents/{await upload(citizen, PNG, material='idcard')}"
    assert (await status(lin, paper), await status(second, paper), await status(citizen, paper)) == (200, 404, 200)
    await lin.done("close_session", **OUTCOME)
    await lin.until("seat", lambda frame: frame["seat"]["state"] == "wrap_up")
    assert (await status(lin, paper), await status(second, paper), await status(citizen, paper)) == (200, 404, 200)
    await lin.done("ready")
    assert await status(lin, paper) == 404
    assert await status(citizen, paper) == 200  # the receipt is still on the screen


async def test_a_citizens_token_opens_nothing_once_the_receipt_had_its_time(people: People) -> None:
    citizen, lin = await people.talking()
    paper = f"/api/documents/{await upload(citizen, PNG, material='idcard')}"
    await lin.done("close_session", **OUTCOME)
    services = citizen.at.node.services
    over = services.keys.over(citizen.ticket["ticket"])
    _ = await until(lambda: services.redis.exists(over))
    await services.redis.set(over, str(services.clock.now_ms() - 1000 * round(services.settings.papers_grace_s) - 1))
    assert await status(citizen, paper) == 404
    await citizen.reopen()
    assert (await citizen.until("error"))["code"] == "ticket_not_found"
    assert not [frame for frame in citizen.frames if frame["type"] == "session"]


async def test_the_record_names_who_served_and_who_uploaded(people: People) -> None:
    citizen, lin = await people.talking()
    theirs = await upload(citizen, PNG, material="idcard")
    lin.token = ""
    async with lin.http.post(
        f"{lin.at.url}/api/uploads",
        headers={"Tus-Resumable": "1.0.0", "Upload-Length": str(len(PNG)), "Upload-Metadata": "filename YS5wbmc="},
    ) as answer:
        assert answer.status == 201, await answer.text()
        place = answer.headers["Location"]
    headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    async with lin.http.patch(lin.at.url + place, data=PNG, headers=headers) as answer:
        assert answer.status == 204, await answer.text()
    ours = place.rsplit("/", 1)[-1]
    assert ((await citizen.sees(theirs))["by"], (await citizen.sees(ours))["by"]) == ("citizen", "seat")
    await lin.done("close_session", **OUTCOME)
    services = lin.at.node.services
    await Recorder(services.database, services.redis, "window").drain()
    async with services.database.read() as db:
        record = await show(db, lin.session["session"], EVERYWHERE)
    assert (record.line.account, record.line.agent, record.line.seat) == ("s004", "s004", "S004")
    seat = next(one for one in record.participants if one.participant == "seat")
    assert (seat.account, seat.name) == ("s004", "s004")
    assert record.outcome is not None
    assert record.outcome.account == "s004"
    assert {one.document: one.uploaded_by for one in record.documents} == {theirs: "citizen", ours: "agent:s004"}


async def test_a_still_answers_a_request_of_this_call_once_and_with_a_picture_taken_for_it(people: People) -> None:
    citizen, lin = await people.talking()
    before = await upload(citizen, PNG, purpose="material", material="idcard")
    assert await citizen.refused("still_taken", request="INVENTED", document=before) == "bad_input"
    await lin.done("request_still", material="idcard")
    request = (await citizen.until("still_requested"))["request"]
    assert await citizen.refused("still_taken", request=request, document=before) == "document_not_found"
    still = await upload(citizen, PNG, purpose="still", material="idcard")
    await citizen.done("still_taken", request=request, document=still)
    assert (await lin.until("still_answered"))["document"] == still
    again = await upload(citizen, PNG, purpose="still", material="idcard")
    assert await citizen.refused("still_taken", request=request, document=again) == "bad_input"
    assert await citizen.refused("still_failed", request=request, why="no_camera") == "bad_input"
    await lin.done("request_still", material="idcard")
    second = (await citizen.until("still_requested"))["request"]
    assert await citizen.refused("still_taken", request=second, document=still) == "document_not_found"
    await citizen.done("still_taken", request=second, document=again)


@pytest.mark.parametrize(
    ("locale", "item", "site", "material"),
    [
        ("en", "Apply for a senior citizen card", "Tanbu Town service centre", "Identity card"),
        ("zh-Hant", "辦長者卡（老人優待卡）", "炭步鎮便民服務中心", "居民身份證"),
        ("zh-Hans", OFFICIAL, "炭步镇便民服务中心", "居民身份证"),
    ],
)
async def test_staff_read_names_in_their_language_and_the_official_ones_where_they_are_in_it(
    people: People, locale: str, item: str, site: str, material: str
) -> None:
    agent = await people.signed_in("s004", Role.AGENT, "S004")
    agent.role = "seat"
    await agent.open(locale=locale)
    await agent.done("ready")
    citizen = await people.waiting(item="MZ01", site="HD-TB")
    assert citizen.ticket["about"]["item_name"] == "办老人卡（老年人优待卡）"  # that page is in simplified Chinese
    rings = (await agent.until("ringing"))["reservation"]
    assert (rings["about"]["item_name"], rings["about"]["site_name"]) == (item, site)
    await agent.done("accept", reservation=rings["reservation"], fence=rings["fence"])
    session = (await agent.until("session"))["session"]
    assert (session["about"]["item_name"], session["about"]["site_name"]) == (item, site)
    assert session["guide"]["materials"][0]["name"] == material
    assert session["guide"].get("official", "") == ("" if item == OFFICIAL else OFFICIAL)
