"""What a supervisor finds on record after a call, page by page."""

import csv
import datetime as dt
import io
import re
from http import HTTPStatus

import aiohttp
import msgspec
import pytest
import pytest_asyncio
from playwright.async_api import expect

from protocol.commands import AmendClosing
from protocol.views import Mode, Verdict
from records import audit
from records.database import Database
from records.signing import read_keys
from tests.support.desk import Desk
from tests.support.faces import SCREENS
from tests.support.installed import SECRETS
from tests.support.patience import until
from tests.support.samples import PNG
from tests.support.window import Window

pytestmark = pytest.mark.timeout(120)


class Archive:
    """The records as a supervisor's browser without script reads them."""

    def __init__(self, window: Window, http: aiohttp.ClientSession, session: str, receipt: str) -> None:
        self.window = window
        self.http = http
        self.session = session
        self.receipt = receipt

    async def page(self, path: str) -> str:
        """Return a page's text."""
        return (await self.window.get(self.http, path)).decode()


@pytest_asyncio.fixture
async def archive(window: Window) -> Archive:
    """A citizen in Huadu had an item of Panyu corrected, and was not satisfied."""
    seat, citizen = await window.seat("s004"), await window.citizen()
    await citizen.take("MZ01", Mode.HANDLE, site="HD-TB", priority="priority")
    _ = await citizen.agree(sound=True, picture=False)
    session = await seat.accept(await seat.until(lambda: seat.ringing))
    await citizen.until(lambda: citizen.conversation.view)
    await citizen.say("你好 <b>我</b>")
    document = await citizen.upload("身份证.png", PNG, material="idcard")
    await seat.until(lambda: seat.session and seat.session.documents)
    await seat.judge(document, Verdict.BLURRED, "反光")
    await seat.note("母亲 72 岁")
    await seat.close("correction", "请补照片", ("photo1",))
    closed = await citizen.until(lambda: citizen.conversation.closed)
    await citizen.rate(2, ("等待时间过长",))
    await window.record(session.session, rated=False)
    supervisor = await window.staff("sup")
    _ = await until(lambda: window.page_with(supervisor, "/records", "不满意"))
    return Archive(window, supervisor, session.session, closed.receipt)


async def test_claims_to_priority_are_counted_by_site_on_the_page(archive):
    page = await archive.page("/records")
    counted = re.sub(r"<[^>]+>|\s+", " ", page[page.index("claims-title") :]).split()
    assert [one for one in counted if one.isdigit()][:4] == ["1", "0", "0", "1"]
    assert "自称优先，未核对" in await archive.page(f"/records/{archive.session}")
    assert "claims-title" not in await archive.page("/records?seat=S001")


async def test_a_session_is_found_by_each_of_the_fields(archive):
    for query in (
        "number=mz001",
        f"receipt={archive.receipt.lower()}",
        f"day={archive.receipt[:4]}-{archive.receipt[4:6]}-{archive.receipt[6:8]}",
        "seat=S004",
        "item=MZ01",
        "item=老人卡",
        "district=440114",
        "district=440113",
        "outcome=correction",
    ):
        assert f"/records/{archive.session}" in await archive.page(f"/records?{query}"), query
    for query in ("number=MZ002", "seat=S001", "district=440106", "item=RS01", "day=2020-01-01"):
        assert f"/records/{archive.session}" not in await archive.page(f"/records?{query}"), query


async def test_what_was_typed_is_forgiven_or_refused_with_a_sentence(archive):
    day = f"{archive.receipt[:4]}/{archive.receipt[4:6]}/{archive.receipt[6:8]}"
    for query in (f"day={day}", "number=ＭＺ００１", "item=ｍｚ０１"):
        assert f"/records/{archive.session}" in await archive.page(f"/records?{query}"), query
    for query, sentence in (
        ("day=2026-02-30", "看不懂这个日期"),
        ("receipt=MZ001", "回执编号不完整"),
        ("item=zqxjkv", "没有叫这个名字的事项"),
    ):
        for path in ("/records", "/records.csv"):
            async with archive.http.get(archive.window.address.to(f"{path}?{query}")) as answer:
                assert answer.status == HTTPStatus.UNPROCESSABLE_ENTITY
                page = await answer.text()
            assert sentence in page, query
            assert "没有符合条件的记录" not in page


WHOLE = (
    "", "seat=", "day=&from=&to=", "unanswered=1", "lang=en", "days=2026-11-28", "seat=S004&Day=2026-11-28",
    "seat=S004&seat=S001",
)  # fmt: skip
"""Queries that say less than somebody meant: an empty variable, a misspelt field, one of two values."""


@pytest.mark.parametrize("path", ["/records.csv", "/api/sessions.csv"])
async def test_nothing_is_exported_that_was_not_asked_for(archive: Archive, path: str):
    for query in WHOLE:
        async with archive.http.get(archive.window.address.to(f"{path}?{query}")) as answer:
            assert answer.status == HTTPStatus.UNPROCESSABLE_ENTITY, query
            assert archive.receipt not in await answer.text()
    for query in WHOLE[5:]:
        for searched in ("/records", "/api/sessions"):
            async with archive.http.get(archive.window.address.to(f"{searched}?{query}")) as answer:
                assert answer.status == HTTPStatus.UNPROCESSABLE_ENTITY, (searched, query)
    assert "/records.csv" not in await archive.page("/records")
    assert "/records.csv?seat=S004" in await archive.page("/records?seat=S004&number=")


async def test_a_session_page_shows_all_of_it_and_names_both_districts(archive):
    page = await archive.page(f"/records/{archive.session}")
    for words in (
        "MZ001",
        archive.receipt,
        "广州市老年人优待卡首次申领",
        "补正告知",
        "近三个月一寸白底照片",
        "请补照片",
        "不满意",
        "等得太久",
        "花都区",
        "番禺区",
        "炭步镇便民服务中心",
        "坐席004",
        "身份证.png",
        "模糊重拍",
        "反光",
        "母亲 72 岁",
        "坐席004接听",
        "待补正",
        "所读语言 简体",
    ):
        assert words in page, words
    assert "轮到这位群众时有坐席空闲" in page  # why this seat
    read = re.sub(r"<script.*?</script>|<[^>]*>", " ", page, flags=re.DOTALL)
    assert "S004（s004）" in read  # who served: display name and account
    read = read.replace("S004（s004）", "")
    assert re.findall(r"\b(?:pc|native|cmn|zh-Han[st]|correction|blurred|handle|4401\d\d|HD-TB|S004)\b", read) == []
    assert "你好 &lt;b&gt;我&lt;/b&gt;" in page
    assert "<b>我</b>" not in page


async def test_every_look_at_a_session_and_every_export_is_on_record(archive, ledger):
    await archive.page(f"/records/{archive.session}")
    await archive.page("/records.csv?seat=S004")
    database = Database(ledger, read_keys(SECRETS["audit_key"]))
    try:
        async with database.read() as db:
            done = [(entry.actor, entry.action) for entry in await audit.trail(db, actor="supervisor:sup")]
            assert (await audit.verify(db)).is_whole
    finally:
        await database.close()
    assert ("supervisor:sup", "session.viewed") in done
    assert ("supervisor:sup", "sessions.exported") in done


async def test_the_list_goes_out_as_csv(archive):
    text = (await archive.page("/records.csv?seat=S004")).removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["排队号"], row["收件区"], row["办理区"]) for row in rows] == [("MZ001", "440114", "440113")]
    assert len(list(csv.DictReader(io.StringIO(await archive.page("/records.csv?seat=S001"))))) == 0


async def test_each_code_of_the_csv_has_its_words_beside_it(archive):
    text = await archive.page("/records.csv?from=2020-01-01")
    assert text.startswith("\ufeff"), "without it Excel takes the Chinese for another encoding"
    row = next(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    told = {
        "坐席": ("S004", "坐席004"),
        "服务方式": ("handle", "办理"),
        "语言": ("cmn", "普通话"),
        "地点": ("HD-TB", "炭步镇便民服务中心"),
        "收件区": ("440114", "花都区"),
        "办理区": ("440113", "番禺区"),
        "办件": ("correction", "待补正"),
        "办理结果": ("correction", "补正告知"),
        "评价": ("2", "不满意"),
    }
    assert {name: (row[name], row[f"{name}（名称）"]) for name in told} == told
    assert int(row["等候（秒）"]) < 120, "durations are for people: seconds, as the heading says"
    assert not [name for name in row if name.isascii()], "every column has a name that people read"


async def test_every_version_of_a_closing_stands_on_the_record_with_who_and_when(window):
    seat, citizen = await window.seat("s004"), await window.citizen()
    await citizen.take("MZ01", Mode.HANDLE, site="HD-TB")
    session = await seat.accept(await seat.until(lambda: seat.ringing))
    await seat.close("correction", "请补照片", ("photo1",))
    await citizen.until(lambda: citizen.conversation.closed)
    await seat.channel.ask(AmendClosing(id=seat.channel.new_id(), outcome="answered", summary="照片其实齐了"))
    supervisor = await window.staff("sup")
    page = await until(lambda: window.page_with(supervisor, f"/records/{session.session}", "各次结果"))
    versions = page.partition("各次结果")[2].partition("</ol>")[0]
    assert re.findall(r'<li value="(\d)"><b>(.*?)</b>', versions) == [("1", "补正告知"), ("2", "已解答")]
    assert versions.count("S004（s004）") == 2
    assert len(re.findall(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", versions)) == 2
    assert "请补照片" in versions
    assert "照片其实齐了" in versions


async def test_a_wrong_address_is_told_in_three_languages_and_leads_back(window):
    http = await window.http()
    for lang, words in (("zh-Hans", "没有这个页面"), ("zh-Hant", "沒有這個網頁"), ("en", "There is no such page")):
        for path in ("/nowhere", "/records/a/b", "/static", "/%E5%8D%97"):
            async with http.get(window.address.to(f"{path}?lang={lang}")) as answer:
                assert answer.status == HTTPStatus.NOT_FOUND
                page = await answer.text()
            assert words in page
            assert 'href="/"' in page
    async with http.post(window.address.to("/receipt")) as answer:
        assert (answer.status, "GET" in answer.headers["Allow"]) == (HTTPStatus.METHOD_NOT_ALLOWED, True)
        assert "<h1>" in await answer.text()
    async with http.get(window.address.to("/static/none.js")) as answer:
        assert (answer.status, answer.content_type) == (HTTPStatus.NOT_FOUND, "text/plain")
    async with (await window.staff("s004")).get(window.address.to("/records?lang=zh-Hans")) as answer:
        page = await answer.text()
        assert answer.status == HTTPStatus.FORBIDDEN
    assert "not_allowed" not in re.sub(r"<script.*?</script>|<[^>]*>", " ", page, flags=re.DOTALL)


async def test_the_course_of_events_is_told_without_a_code(window):
    seat, citizen = await window.seat("s004"), await window.citizen()
    await citizen.take("MZ01", Mode.HANDLE, site="HD-TB")
    await seat.decline(await seat.until(lambda: seat.ringing), "skill")
    await citizen.leave()
    supervisor = await window.staff("sup")
    page = await until(lambda: window.page_with(supervisor, "/records?unanswered=1", "/records/"))
    path = page[page.index("/records/") :].split('"')[0]
    told = (await window.get(supervisor, path)).decode()
    assert "坐席004拒接（不属于我的业务范围）" in told
    assert "回到原排队位置（坐席拒接）" in told
    assert "排队结束：等候时放弃（群众自己离开）" in told


async def test_a_session_that_does_not_exist_is_told_so(archive):
    async with archive.http.get(archive.window.address.to("/records/nothing")) as answer:
        assert answer.status == HTTPStatus.NOT_FOUND
        assert "session_not_found" in await answer.text()


async def test_a_forged_cursor_changes_nothing(archive):
    async with archive.http.get(archive.window.address.to("/records?cursor=%00nonsense")) as answer:
        assert answer.status == HTTPStatus.UNPROCESSABLE_ENTITY


@pytest.mark.browser
async def test_a_document_on_record_is_shown_in_the_page(archive, chrome):
    desk = await Desk.open(chrome, archive.window, "sup")
    await desk.go(f"/records/{archive.session}")
    await desk.page.get_by_role("button", name="查看").click()
    await expect(desk.page.locator("document-viewer .sheet")).to_have_count(1)
    assert await desk.faults_of_access() == []
    assert await desk.fits()
    await desk.go("/records")
    assert await desk.faults_of_access() == []
    await desk.page.set_viewport_size(SCREENS["phone"])
    for path in ("/records", f"/records/{archive.session}"):
        await desk.go(path)
        assert await desk.fits(), path


@pytest.mark.parametrize("path", ["/records.csv", "/api/sessions.csv"])
async def test_a_span_of_days_or_instants_means_the_same_on_page_file_and_interface(archive: Archive, path: str):
    line = msgspec.json.decode(await archive.window.get(archive.http, "/api/sessions"))["sessions"][0]
    arrived = dt.datetime.fromtimestamp(line["arrived_ms"] / 1000, dt.timezone(dt.timedelta(hours=8)))
    today, instant = arrived.date(), arrived.isoformat(timespec="milliseconds").replace("+", "%2B")
    later = (arrived + dt.timedelta(milliseconds=1)).isoformat(timespec="milliseconds").replace("+", "%2B")
    before, after = today - dt.timedelta(days=1), today + dt.timedelta(days=1)
    for query, count in (
        (f"from={today}", 1),
        (f"to={today}", 1),
        (f"from={today}&to={today}", 1),
        (f"from={before}&to={before}", 0),
        (f"from={after}", 0),
        (f"from={instant}", 1),
        (f"from={instant.replace('%2B', '+')}", 1),
        (f"from={later}", 0),
        (f"to={instant}", 0),
        (f"to={later}", 1),
    ):
        text = (await archive.page(f"{path}?{query}")).removeprefix("\ufeff")
        assert len(list(csv.DictReader(io.StringIO(text)))) == count, query
        found = msgspec.json.decode(await archive.window.get(archive.http, f"/api/sessions?{query}"))
        assert len(found["sessions"]) == count, query
    for query in ("from=yesterday", "to=2026-02-30", "from=2026-11-28T10:00:00", f"from={after}&to={today}"):
        for bad in (path, "/api/sessions", "/records"):
            async with archive.http.get(archive.window.address.to(f"{bad}?{query}")) as answer:
                assert answer.status == HTTPStatus.UNPROCESSABLE_ENTITY, (bad, query)


async def test_a_record_calls_places_seats_and_materials_as_its_reader_does(archive):
    for lang, names in {
        "en": ("Tanbu Town service centre (炭步镇便民服务中心)", "Seat 004", "Photo, 1 inch, white background"),
        "zh-Hant": ("炭步鎮便民服務中心（炭步镇便民服务中心）", "坐席004", "一吋白底相片"),
    }.items():
        page = await archive.page(f"/records/{archive.session}?lang={lang}")
        assert [name for name in names if name not in page] == []
