"""A day at the seat console, in a real browser against a whole server."""

import re
from typing import Literal

import pytest
from playwright.async_api import expect

from booth_client.citizen import Citizen
from protocol.states import TicketState
from protocol.views import Mode
from records.staff.badges import describe
from tests.support.desk import Desk
from tests.support.samples import PDF, PNG
from tests.support.window import Window, open_window

expect.set_options()
pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


async def accepted(desk: Desk, window: Window, *, priority: Literal["normal", "priority"] = "normal") -> Citizen:
    """Make the seat ready, bring a citizen, and take the call with Enter."""
    page = desk.page
    await page.locator("seat-bar").get_by_role("button", name="就绪").click()
    await expect(page.locator(".state")).to_contain_text("就绪")
    citizen = await window.citizen()
    await citizen.take("MZ01", Mode.HANDLE, site="HD-TB", priority=priority)
    card = page.get_by_role("alertdialog")
    await expect(card).to_contain_text("老年人优待卡")
    await expect(card).to_contain_text("花都区收件，番禺区办理")
    await page.keyboard.press("Enter")
    await expect(page.locator("call-stage")).to_be_visible()
    await citizen.until(lambda: citizen.conversation.view)
    return citizen


async def test_the_agent_sees_the_badge_that_citizens_see(window, chrome, database):
    await describe(database, "s004", display_name="林晓文", staff_number="130004", department="MZ", by="system:wang")
    desk = await Desk.open(chrome, window, "s004")
    page = desk.page
    await expect(page.locator("rest-face [data-badge]")).to_have_text(
        re.compile("林晓文.*工号 130004.*民政", re.DOTALL)
    )
    citizen = await accepted(desk, window)
    view = await citizen.until(lambda: citizen.conversation.view and citizen.conversation.view.agent_name)
    assert view == "林晓文"
    assert citizen.conversation.view is not None
    await page.locator(".seat-bar__who > summary").click()
    for told in (citizen.conversation.view.staff_number, citizen.conversation.view.department):
        await expect(page.locator("seat-bar [data-badge]")).to_contain_text(told)


async def test_papers_arrive_are_looked_at_and_judged(window, chrome):
    desk = await Desk.open(chrome, window, "s004")
    page = desk.page
    citizen = await accepted(desk, window)
    await citizen.upload("身份证.png", PNG, material="idcard")
    await citizen.upload("户口簿.pdf", PDF, material="hukou")
    await page.locator(".paper", has_text="身份证.png").click()
    await expect(page.locator("document-viewer .sheet")).to_have_count(1)
    await page.keyboard.press("1")
    await expect(page.locator(".material", has_text="居民身份证")).to_contain_text("合格")
    await page.keyboard.press("ArrowRight")
    await expect(page.locator("document-viewer h3")).to_contain_text("户口簿")
    await expect(page.locator("document-viewer .sheet").first).to_be_visible()
    await page.fill("#verdict-note", "反光，请重拍")
    await page.get_by_role("button", name="模糊重拍").click()
    await expect(page.locator(".material", has_text="户口簿")).to_contain_text("待重拍")
    await page.keyboard.press("Escape")
    await expect(page.locator("document-viewer")).to_have_count(0)


async def test_a_claim_to_priority_is_answered_with_one_key(window, chrome):
    desk = await Desk.open(chrome, window, "s004")
    page = desk.page
    _ = await accepted(desk, window, priority="priority")
    claim = page.get_by_role("group", name="自称优先：60 岁以上")
    yes, no = claim.get_by_role("button", name="属实"), claim.get_by_role("button", name="不符")
    await expect(yes).to_have_attribute("aria-pressed", "false")
    await expect(page.locator(".keys")).to_contain_text("优先：属实、不符")
    await page.keyboard.press("y")
    await expect(yes).to_have_attribute("aria-pressed", "true")
    await page.keyboard.press("c")
    await page.keyboard.type("xy")  # typing answers nothing
    await page.keyboard.press("Escape")
    await page.keyboard.press("x")
    await expect(no).to_have_attribute("aria-pressed", "true")
    await page.keyboard.press("y")
    await expect(page.locator("body")).to_contain_text("核对结果已改过一次，不能再改。")
    await page.reload()
    await expect(no).to_have_attribute("aria-pressed", "true")
    assert await desk.faults_of_access() == []
    assert await desk.fits()


async def test_a_reload_in_the_middle_of_a_call_comes_back_to_all_of_it(window, chrome):
    desk = await Desk.open(chrome, window, "s004")
    page = desk.page
    citizen = await accepted(desk, window)
    await citizen.say("你好，我妈妈 72 岁")
    await page.keyboard.press("c")
    await page.keyboard.type("您好，请把身份证放到高拍仪下")
    await page.keyboard.press("Enter")
    await expect(page.locator(".chat__line--seat")).to_contain_text("高拍仪下")
    await expect(page.locator("#chat-text")).to_have_value("")
    await page.fill("#notes-text", "母亲 72 岁，照片后补")
    await expect(page.locator(".notes__status")).to_have_text("已保存")
    await page.reload()
    await expect(page.locator("call-stage")).to_be_visible()
    await expect(page.locator("#notes-text")).to_have_value("母亲 72 岁，照片后补")
    await expect(page.locator("chat-box")).to_contain_text("我妈妈 72 岁")
    await expect(page.locator("chat-box")).to_contain_text("高拍仪下")


async def test_the_end_of_a_call_and_a_sign_out_in_it_can_be_taken_back(window, chrome):
    desk = await Desk.open(chrome, window, "s004")
    page = desk.page
    _ = await accepted(desk, window)
    await expect(page.locator(".work__left > [data-head]")).to_be_focused()
    close = page.get_by_role("button", name="结束通话并提交结果")
    await expect(close).to_be_disabled()
    await page.select_option("#close-outcome", "correction")
    await expect(page.locator(".close__notice input:checked")).to_have_count(3)
    await close.click()
    await expect(page.locator("close-form [data-undo]")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(close).to_be_enabled()
    await page.get_by_role("button", name="退出").click()  # in a call this asks, and Escape stays
    await expect(page.get_by_role("dialog")).to_contain_text("您正在通话")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await close.click()  # left alone, it is done by itself
    await expect(page.locator("wrap-card [data-head]")).to_be_focused()


async def test_wrap_up_is_a_desk_that_corrects_what_was_told(window, chrome):
    desk = await Desk.open(chrome, window, "s004")
    page = desk.page
    citizen = await accepted(desk, window)
    await citizen.upload("身份证.png", PNG, material="idcard")
    await page.select_option("#close-outcome", "correction")
    await page.get_by_role("button", name="结束通话并提交结果").click()
    await page.locator("[data-end-now]").click()
    await expect(page.locator("wrap-card code")).to_contain_text("-MZ001-")
    await expect(page.locator(".seat-bar__today")).to_contain_text("1")
    receipt = await page.locator("wrap-card code").inner_text()
    await page.reload()
    await expect(page.locator("wrap-card code")).to_have_text(receipt)
    await expect(page.locator(".close__notice input:checked")).to_have_count(3)
    left = page.locator("wrap-card time-left")
    await expect(left).to_have_text(re.compile(r"^\d\d?$"))
    await page.keyboard.press("t")
    await expect(left).to_have_text(re.compile(r"^1\d\d$"))
    await page.fill("#notes-text", "整理时写的")
    await expect(page.locator(".notes__status")).to_have_text("已保存")
    await page.keyboard.press("Escape")
    await page.locator(".paper", has_text="身份证.png").click()
    await page.keyboard.press("1")
    await expect(page.locator(".material", has_text="居民身份证")).to_contain_text("合格")
    await page.keyboard.press("Escape")
    await page.select_option("#close-outcome", "answered")
    await page.fill("#close-summary", "不用补了")
    await page.get_by_role("button", name="保存更正").click()
    await expect(page.locator("wrap-card")).to_contain_text("第 2 版")
    await citizen.until(lambda: citizen.conversation.view and citizen.conversation.view.version == 2)
    view = citizen.conversation.view
    assert view is not None
    assert (view.outcome, view.summary, view.notice) == ("answered", "不用补了", ())
    assert view.documents[0].verdict == "good"
    assert await desk.faults_of_access() == []
    assert await desk.fits()
    await page.keyboard.press("r")
    await expect(page.locator(".state")).to_contain_text("就绪")
    await expect(page.locator("rest-face [data-head]")).to_be_focused()


async def test_an_unanswered_call_leaves_the_seat_missed_until_one_button_is_pressed(valkey, ledger, tmp_path, chrome):
    async with open_window(valkey.url, ledger, tmp_path, ring_s=2) as window:
        desk = await Desk.open(chrome, window, "s004")
        await desk.page.locator("seat-bar").get_by_role("button", name="就绪").click()
        citizen = await window.citizen()
        await citizen.take("MZ01", Mode.HANDLE, site="HD-TB")
        await expect(desk.page.get_by_role("alertdialog")).to_be_visible()
        await expect(desk.page.locator("rest-face")).to_contain_text("有一个来电没有接到")
        await citizen.until(lambda: citizen.state is TicketState.WAITING)
        await citizen.leave()
        await desk.page.get_by_role("button", name="我回来了").click()
        await expect(desk.page.locator(".state")).to_contain_text("就绪")
        await desk.page.context.close()


async def test_the_older_of_two_windows_says_so(window, chrome):
    desk = await Desk.open(chrome, window, "s004")
    await expect(desk.page.locator(".state")).to_be_visible()
    newer = await desk.page.context.new_page()
    await newer.goto(window.address.to("/console"))
    await expect(newer.locator(".state")).to_be_visible()
    await expect(desk.page.locator(".banner")).to_contain_text("已在新窗口登录")


async def test_a_part_time_seat_claims_what_waits(window, chrome):
    desk = await Desk.open(chrome, window, "s005")
    await desk.page.locator("seat-bar").get_by_role("button", name="就绪").click()
    citizen = await window.citizen()
    await citizen.take("MZ01", Mode.HANDLE, site="HD-TB")
    await desk.page.locator(".claims__line", has_text="MZ001").get_by_role("button", name="我来接").click()
    await expect(desk.page.locator("call-stage")).to_be_visible()
    await expect(desk.page.locator("item-guide")).to_contain_text("由您认领")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_desk_has_no_serious_fault_of_access(window, chrome, scheme):
    desk = await Desk.open(chrome, window, "s004")
    await desk.page.emulate_media(color_scheme=scheme)
    await expect(desk.page.locator(".state")).to_be_visible()
    assert await desk.faults_of_access() == []
    citizen = await accepted(desk, window)
    await citizen.upload("身份证.png", PNG, material="idcard")
    await desk.page.locator(".paper").click()
    await expect(desk.page.locator("document-viewer .sheet")).to_have_count(1)
    assert await desk.faults_of_access() == []
    assert await desk.fits()
