"""Papers go up by tus, arrive in the session, and are seen by those who may and nobody else."""

import base64
import json

import pytest

from records import audit
from records.papers.judge import Line
from records.papers.turns import Turns
from runtime import throttle
from tests.support.papers import ofd
from tests.support.people import People
from tests.support.samples import PDF, PNG, sample, truncated
from tests.support.wire_page import WirePage

TUS = {"Tus-Resumable": "1.0.0"}


def bearer(page: WirePage) -> dict[str, str]:
    return {**TUS, "Authorization": f"Bearer {page.token}"}


def metadata(**facts: str) -> str:
    return ",".join(f"{name} {base64.b64encode(text.encode()).decode()}" for name, text in facts.items())


async def begin(page: WirePage, size: int, **facts: str) -> str:
    headers = {**bearer(page), "Upload-Length": str(size), "Upload-Metadata": metadata(**facts)}
    async with page.http.post(f"{page.at.url}/api/uploads", headers=headers) as answer:
        assert answer.status == 201, await answer.text()
        return answer.headers["Location"]


async def send(page: WirePage, place: str, content: bytes, offset: int = 0) -> tuple[int, str]:
    headers = {**bearer(page), "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
    async with page.http.patch(page.at.url + place, data=content, headers=headers) as answer:
        body = await answer.text()
        return answer.status, body


async def upload(page: WirePage, content: bytes, **facts: str) -> str:
    place = await begin(page, len(content), **{"filename": "身份证.png", "purpose": "material", **facts})
    assert (await send(page, place, content))[0] == 204
    return place.rsplit("/", 1)[-1]


async def test_a_paper_sent_before_and_during_the_call_is_judged_by_the_agent(people: People) -> None:
    agent = await people.agent()
    citizen = await people.waiting(item="MZ01")
    early = await upload(citizen, PNG, material="idcard")
    rings = (await agent.until("ringing"))["reservation"]
    await agent.done("accept", reservation=rings["reservation"], fence=rings["fence"])
    assert (await agent.sees(early))["name"] == "身份证.png"
    late = await upload(citizen, PDF, filename="表.pdf")
    assert (await agent.sees(late))["media_type"] == "application/pdf"
    await agent.done("give_verdict", document=late, verdict="good")
    assert (await citizen.until("verdict_given"))["document"] == late
    for page in (agent, citizen):
        headers = bearer(citizen) if page is citizen else {}
        async with page.http.get(f"{page.at.url}/api/documents/{early}", headers=headers) as answer:
            assert await answer.read() == PNG
            assert "sandbox" in answer.headers["Content-Security-Policy"]


async def test_an_upload_that_broke_off_goes_on_where_it_was(people: People) -> None:
    citizen = await people.waiting(item="MZ01")
    place = await begin(citizen, len(PNG), filename="a.png")
    assert (await send(citizen, place, PNG[:20]))[0] == 204
    async with citizen.http.head(citizen.at.url + place, headers=bearer(citizen)) as answer:
        assert answer.headers["Upload-Offset"] == "20"
    status, body = await send(citizen, place, PNG[10:], 10)
    assert (status, json.loads(body)["params"]) == (409, {"field": "offset", "why": "mismatch", "offset": 20})
    assert (await send(citizen, place, PNG[20:], 20))[0] == 204
    async with citizen.http.head(citizen.at.url + place, headers=bearer(citizen)) as answer:
        assert answer.headers["Upload-Offset"] == str(len(PNG))


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"MZ" + bytes(200), "a.pdf", "document_type_refused"),
        (truncated(PNG), "a.png", "document_incomplete"),
    ],
)
async def test_a_file_that_is_not_what_it_says_is_refused(people: People, content: bytes, name: str, code: str) -> None:
    citizen = await people.waiting(item="MZ01")
    place = await begin(citizen, len(content), filename=name)
    status, body = await send(citizen, place, content)
    assert status >= 400
    assert code in body


async def test_an_empty_and_an_oversized_file_are_refused_before_a_byte_is_sent(people: People) -> None:
    citizen = await people.waiting(item="MZ01")
    for size, code in ((0, "document_empty"), (10**9, "document_too_large")):
        headers = {**bearer(citizen), "Upload-Length": str(size)}
        async with citizen.http.post(f"{citizen.at.url}/api/uploads", headers=headers) as answer:
            assert (await answer.json())["code"] == code


async def test_nobody_touches_or_sees_another_citizens_paper(people: People) -> None:
    mei, other = await people.waiting(item="MZ01"), await people.waiting(item="MZ01")
    paper = await upload(mei, PNG)
    half = await begin(mei, len(PNG), filename="b.png")
    for method, url in (
        ("GET", f"/api/documents/{paper}"),
        ("HEAD", half),
        ("PATCH", half),
        ("DELETE", half),
        ("HEAD", f"/api/uploads/{paper}"),
    ):
        headers = {**bearer(other), "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
        async with other.http.request(method, other.at.url + url, headers=headers) as answer:
            assert answer.status == 404, (method, url)
    async with other.http.get(f"{other.at.url}/api/documents/{paper}") as answer:
        assert answer.status == 401
    stranger = await people.agent("S010")
    async with stranger.http.get(f"{other.at.url}/api/documents/{paper}") as answer:
        assert answer.status == 404
    forged = {"Authorization": f"Bearer {mei.token[:-4]}AAAA"}
    async with other.http.get(f"{other.at.url}/api/documents/{paper}", headers=forged) as answer:
        assert (await answer.json())["code"] == "bad_token"


async def test_a_papers_pages_are_shown_to_those_who_may_see_it_and_every_look_is_on_record(people: People) -> None:
    mei, agent = await people.talking()
    other = await people.waiting(item="MZ01")
    paper = await upload(mei, sample("iphone.heic"), filename="IMG_0001.HEIC")
    shown = await agent.sees(paper)
    assert (shown["media_type"], shown["pages"], shown["located"]) == ("image/heic", 1, False)
    place = f"{agent.at.url}/api/documents/{paper}/pages"
    async with agent.http.get(place) as answer:
        assert await answer.json() == {"pages": 1, "needs_password": False, "fields": [], "texts": []}
    for page, headers in ((agent, {}), (agent, {}), (mei, bearer(mei))):  # a page that is turned to again: one look
        async with page.http.get(f"{place}/1", headers=headers) as answer:
            assert (answer.status, answer.content_type, answer.headers["Document-Pages"]) == (200, "image/jpeg", "1")
            assert (await answer.read())[:2] == b"\xff\xd8"
            assert "sandbox" in answer.headers["Content-Security-Policy"]
            assert answer.headers["Cache-Control"] == "private, no-store"
    stranger = await people.agent("S010")
    for page, headers in ((stranger, {}), (other, bearer(other))):
        for path in (place, f"{place}/1"):
            async with page.http.get(path, headers=headers) as answer:
                assert answer.status == 404
    for number in ("0", "2", "-1", "x", "9" * 40):
        async with agent.http.get(f"{place}/{number}") as answer:
            assert (answer.status, (await answer.json())["code"]) == (404, "not_found")
    async with people.cluster.database.read() as db:
        looks = [entry for entry in await audit.trail(db, subject=paper) if entry.action == "document.viewed"]
    told = sorted((entry.actor.split(":")[0], entry.seat, bool(entry.person), entry.facts["shown"]) for entry in looks)
    assert told == [("agent", "S004", True, "pages"), ("citizen", "", False, "pages")]
    for wanted in (1, 2):  # who opens it once more looks at it once more
        async with agent.http.get(place) as answer, agent.http.get(f"{place}/1") as shown_again:
            assert (answer.status, shown_again.status) == (200, 200)
        async with people.cluster.database.read() as db:
            again = await audit.trail(db, subject=paper, actor="agent:s004", action="document.viewed")
        assert len(again) == 1 + wanted


@pytest.mark.parametrize("full", ["own", "shown"])
async def test_what_citizens_open_waits_in_their_own_line_and_never_in_the_staff_s(people: People, full: Line) -> None:
    mei, agent = await people.talking()
    paper = await upload(mei, ofd(), filename="发票.ofd")
    await agent.sees(paper)
    people.at.node.services.documents._judge._lines[full] = Turns(1, 0, 0)  # as if many papers were being opened
    for page, headers, line in ((mei, bearer(mei), "own"), (agent, {}, "shown")):
        async with page.http.get(f"{people.at.url}/api/documents/{paper}/pages", headers=headers) as answer:
            assert answer.status == (503 if line == full else 200)


async def test_a_password_is_used_for_the_look_and_stored_nowhere(people: People) -> None:
    citizen = await people.waiting(item="MZ01")
    paper = await upload(citizen, sample("password.pdf"), filename="社保.pdf")
    place = f"{citizen.at.url}/api/documents/{paper}/pages"
    async with citizen.http.get(place, headers=bearer(citizen)) as answer:
        assert (await answer.json())["needs_password"] is True
    for password, status, code in (
        ("", 422, "document_locked"),
        ("%E9%94%99", 422, "document_locked"),
        ("%FF", 422, "bad_input"),
    ):
        headers = {**bearer(citizen), "Document-Password": password}
        async with citizen.http.get(f"{place}/1", headers=headers) as answer:
            assert (answer.status, (await answer.json())["code"]) == (status, code)
    async with citizen.http.get(f"{place}/1", headers={**bearer(citizen), "Document-Password": "123456"}) as answer:
        assert answer.status == 200


async def test_a_citizen_who_asks_for_a_paper_without_end_is_told_to_wait_and_fills_no_trail(people: People) -> None:
    citizen = await people.waiting(item="MZ01")
    document = await upload(citizen, PNG)
    statuses, url = [], f"{citizen.at.url}/api/documents/{document}"
    for number in range(2 * throttle.PAPER.burst):
        path = ("", "/pages", "/pages/1")[number % 3]
        async with citizen.http.get(url + path, headers=bearer(citizen)) as answer:
            statuses.append(answer.status)
        if answer.status == 429:
            assert int(answer.headers["Retry-After"]) > 0
            break
    assert set(statuses) == {200, 429}
    assert statuses.index(429) >= throttle.PAPER.burst
    other = await people.waiting(item="MZ01")
    async with other.http.get(url, headers=bearer(other)) as answer:
        assert answer.status == 404  # another ticket has a bound of its own
