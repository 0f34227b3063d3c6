"""A receipt says the truth of a number given up, prints as a slip without buttons, and opens on a phone by its code."""

import json
import re
from functools import partial

import pypdfium2
import pytest
import zxingcpp
from playwright.async_api import PdfMargins, expect

from booth_client import result_words
from protocol.views import Mode
from runtime.clock import ManualClock, SystemClock
from runtime.security import RECEIPT_LINK_S, ReceiptLink, Signatures, TicketToken
from tests.support.browser import chromium
from tests.support.faces import CitizenFace, is_on
from tests.support.installed import SECRETS
from tests.support.window import Window
from webui.assets import room_folder

pytestmark = pytest.mark.timeout(120)


@pytest.mark.browser
async def test_a_number_given_up_is_over_on_the_page_and_on_the_slip(sqlite_window: Window) -> None:
    citizen = await sqlite_window.citizen()
    ticket = await citizen.take("MZ01", Mode.CONSULT, site="HD-TB")
    await citizen.leave()
    async with chromium() as browser:
        page = await (await browser.new_context(locale="zh-CN")).new_page()
        await page.goto(sqlite_window.address.to(f"/receipt?number={ticket.about.receipt}"))
        answer = page.locator("#answer")
        await expect(answer).to_contain_text("没有办")
        await expect(answer).to_contain_text(ticket.about.receipt)
        await page.set_viewport_size({"width": 219, "height": 600})  # 58 mm
        await page.emulate_media(media="print")
        await expect(answer.locator("[data-print]")).to_be_hidden()
        await expect(page.locator("#ask")).to_be_hidden()
        await expect(answer.locator(".receipt__title")).to_be_visible()
        width = await page.evaluate("document.documentElement.scrollWidth")
        assert width <= 219


async def test_a_receipt_s_link_opens_it_for_a_week_and_wrong_ones_read_alike(sqlite_window: Window) -> None:
    citizen, seat = await sqlite_window.citizen(), await sqlite_window.seat("s004")
    await citizen.take("MZ01", Mode.HANDLE, site="HD-TB")
    session = await seat.accept(await seat.until(lambda: seat.ringing))
    await seat.close("correction", "王大妈的照片不行", ("photo1",))
    closed = await citizen.until(lambda: citizen.conversation.closed)
    _ = await sqlite_window.record(session.session)
    phone = await sqlite_window.http()

    picture = await sqlite_window.get(phone, f"/api/receipts/{closed.receipt}/code?locale=zh-Hant")
    assert b"<svg " in picture
    assert b"<script" not in picture
    told = json.loads(await sqlite_window.get(phone, f"/api/receipts/{closed.receipt}/link?locale=zh-Hant"))
    home, _, path = told["address"].partition("/r/")
    assert home == sqlite_window.address.to("/").rstrip("/")
    assert closed.receipt in (await sqlite_window.get(phone, f"/r/{path}")).decode()
    made = partial(Signatures, SECRETS["secret_key"], token_s=1, stub_s=1)
    link = made(SystemClock()).link(ReceiptLink(closed.receipt))
    for lang, told in (("zh-Hans", "有材料要补"), ("zh-Hant", "文件"), ("en", "Some documents are missing")):
        page = (await sqlite_window.get(phone, f"/r/{link}?lang={lang}")).decode()
        assert told in page
        assert closed.receipt in page
        assert "<li>" in page, "the paper to bring"
        assert f'lang="{lang}"' in page
        assert "王大妈" not in page, "what staff wrote of a person stays off a page that a link opens"

    week_ago = ManualClock(SystemClock().now_ms() - (RECEIPT_LINK_S + 120) * 1000)
    wrong = {
        "over": made(week_ago).link(ReceiptLink(closed.receipt)),
        "forged": Signatures("f" * 64, SystemClock(), token_s=1, stub_s=1).link(ReceiptLink(closed.receipt)),
        "cut": link[:-3],
        "of no receipt": made(SystemClock()).link(ReceiptLink("20260101-MZ001-AAAAAA")),
        "of no form": made(SystemClock()).link(ReceiptLink("?")),
        "another kind": made(SystemClock()).token(TicketToken(closed.receipt)),
        "strange": "😀.." + "A" * 500,
    }
    read: set[tuple[int, str]] = set()
    for token in wrong.values():
        async with phone.get(sqlite_window.address.to(f"/r/{token}?lang=en")) as answer:
            read.add((answer.status, (await answer.text()).replace(token, "")))
    assert [status for status, _ in read] == [404]
    assert "This link is not valid any more" in next(iter(read))[1]

    # A hall's phones share an address: somebody there who tries wrong links keeps nobody from the own receipt.
    async def opened(token: str) -> int:
        async with phone.get(sqlite_window.address.to(f"/r/{token}")) as answer:
            return answer.status

    for kind in ("cut", "of no receipt"):
        tried = {await opened(wrong[kind]) for _ in range(25)}
        assert 429 in tried <= {404, 429}, kind
    looks = 0
    while (status := await opened(link)) != 429:  # nor is one receipt looked at without end
        assert status == 200
        looks += 1
    assert looks > 10


async def test_the_words_of_a_result_are_the_same_with_and_without_script() -> None:
    folder = room_folder("booth_client")
    assert folder is not None
    script = (folder / "static" / "js" / "words.js").read_text()
    for table, name in ((result_words.OUTCOMES, "OUTCOMES"), (result_words.STANDINGS, "STANDINGS")):
        body = script.partition(f"const {name} = {{")[2].partition("};")[0]
        assert dict(re.findall(r'(\w+): \(\) =>\s+gettext\(\s*"(.*?)",?\s*\)', body)) == table
    body = script.partition("const STANDING_OF = {")[2].partition("};")[0]
    assert dict(re.findall(r'(\w+): "(\w+)"', body)) == result_words.STANDING_OF


PAPERS = {"a slip of 58 mm": (58, 300), "a slip of 80 mm": (80, 300), "A4": (210, 297)}
#: The printable part of a roll of 58 mm is 48 mm wide, of one of 80 mm 72 mm.
MARGINS: PdfMargins = {"left": "4mm", "right": "4mm", "top": "4mm", "bottom": "4mm"}


def printed(pdf: bytes) -> tuple[str, list[str], list[str]]:
    """Return a printed paper's words, the words that are cut at its sides, and the codes that a phone reads from it."""
    words, cut, codes = "", [], []
    with pypdfium2.PdfDocument(pdf) as document:
        for sheet in document:
            width, _ = sheet.get_size()
            text = sheet.get_textpage()
            words += text.get_text_bounded()
            for at in range(text.count_chars()):
                left, _, right, _ = text.get_charbox(at)
                if left < -1 or right > width + 1:
                    cut.append(text.get_text_range(at, 1))
            picture = sheet.render(scale=203 / 72).to_pil()  # the points an inch of a slip printer
            codes += [found.text for found in zxingcpp.read_barcodes(picture)]
    return words, cut, codes


@pytest.mark.browser
async def test_a_receipt_with_its_notice_is_whole_on_every_paper_and_its_code_opens_it(sqlite_window: Window) -> None:
    seat = await sqlite_window.seat("s004")
    base = sqlite_window.address.base
    async with chromium() as browser:
        context = await browser.new_context(locale="zh-CN")
        face = CitizenFace(await context.new_page(), base)
        await face.opens()
        await face.finds("lrk", "老年人优待卡")
        await face.presses_the_button("none")
        session = await seat.accept(await seat.until(lambda: seat.ringing))
        await is_on(face.page, "call")
        await seat.close("correction", "户口簿首页需要重拍。", ("hukou", "photo1"))
        await is_on(face.page, "goodbye")
        receipt = await face.receipt()
        await face.page.wait_for_function("document.querySelector('.phone-code__picture').naturalWidth > 0")
        for name, (width, height) in PAPERS.items():
            pdf = await face.page.pdf(width=f"{width}mm", height=f"{height}mm", margin=MARGINS)
            words, cut, codes = printed(pdf)
            flat = "".join(words.split())
            assert cut == [], name
            for said in (receipt, "户口簿首页需要重拍", "户口簿", "一寸白底照片（三个月内）"):
                assert said in flat, (name, said)
            assert "结束，清空屏幕" not in flat, name
            assert len(codes) == 1, name
            opened = await sqlite_window.get(await sqlite_window.http(), codes[0].removeprefix(base))
            assert receipt in opened.decode(), name
    _ = await sqlite_window.record(session.session)


@pytest.mark.browser
async def test_a_phone_opens_its_own_receipt_and_is_not_told_to_scan_itself(sqlite_window: Window) -> None:
    seat = await sqlite_window.seat("s004")
    async with chromium() as browser:
        phone = await browser.new_context(
            viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True, locale="zh-CN"
        )
        face = CitizenFace(await phone.new_page(), sqlite_window.address.to("/").rstrip("/"))
        await face.opens("/?item=MZ01")
        await face.presses_the_button("none")
        session = await seat.accept(await seat.until(lambda: seat.ringing))
        await is_on(face.page, "call")
        await seat.close("answered", "")
        await is_on(face.page, "goodbye")
        receipt = await face.receipt()
        await expect(face.page.locator(".phone-link").get_by_role("button")).to_have_count(1)  # save, send or copy it
        await expect(face.page.locator(".phone-code")).to_be_hidden()
        async with face.page.expect_popup() as opening:
            await face.page.get_by_role("link", name="在这部手机上打开回执").click()
        opened = await opening.value
        await expect(opened.locator(".receipt__number")).to_have_text(receipt)
        await phone.close()
    _ = await sqlite_window.record(session.session)
