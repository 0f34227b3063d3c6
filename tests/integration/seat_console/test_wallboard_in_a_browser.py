"""The wallboard of a living floor, in a real browser."""

import asyncio

import pytest
from playwright.async_api import expect

from protocol.states import SeatState
from protocol.views import Mode
from tests.support.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


async def test_the_floor_is_live_and_right_after_a_reload(window, chrome):
    desk = await Desk.open(chrome, window, "sup")
    page = desk.page
    tile = page.locator(".tile", has_text="坐席004")
    await expect(tile).to_contain_text("离线")
    seat = await window.seat("s004")
    await expect(tile).to_contain_text("就绪")
    citizen = await window.citizen()
    await citizen.take("RS01", Mode.CONSULT)
    lane = page.locator(".lanes tbody tr", has_text="人社就业")
    await expect(lane).to_contain_text("番禺区")
    alert = page.locator(".alert--nobody_ready")
    await expect(alert).to_contain_text("人社就业")
    await alert.click()  # the seats that could help
    await expect(page.locator("#wall-skill")).to_have_value("RS")
    await expect(tile).to_have_count(0)
    await page.locator("#wall-skill").select_option("")
    await expect(tile).to_be_visible()
    await page.reload()
    await expect(tile).to_contain_text("就绪")
    await expect(lane).to_contain_text("1")
    await citizen.leave()
    await expect(lane).to_have_count(0)
    await expect(page.locator(".figure", has_text="今日放弃")).to_contain_text("1")
    await seat.pause()
    await expect(tile).to_contain_text("短暂休息")


async def test_a_supervisor_sets_a_seat_on_break_after_a_second_look(window, chrome):
    seat = await window.seat("s004")
    desk = await Desk.open(chrome, window, "sup")
    page = desk.page
    await page.locator(".tile", has_text="坐席004").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("番禺区政务服务中心")
    await dialog.get_by_role("button", name="设为小休…").click()
    await dialog.get_by_role("button", name="取消").click()
    assert seat.state is not SeatState.PAUSED
    await dialog.get_by_role("button", name="设为小休…").click()
    await dialog.get_by_role("button", name="确定").click()
    await expect(dialog).to_have_count(0)
    await expect(page.locator(".tile", has_text="坐席004")).to_contain_text("督导设置")
    await seat.until(lambda: seat.state is SeatState.PAUSED)


async def test_filters_and_the_big_screen_stay_in_the_address(window, chrome):
    desk = await Desk.open(chrome, window, "sup", width=1920, height=1080)
    page = desk.page
    await expect(page.locator(".tile")).to_have_count(36)
    await page.select_option("#wall-district", "440114")
    await expect(page.locator(".tile")).to_have_count(3)
    await page.get_by_role("button", name="大屏显示").click()
    await expect(page.locator(".staff__head")).to_be_hidden()
    assert "district=440114" in page.url
    await page.reload()
    await expect(page.locator(".tile")).to_have_count(3)
    assert await desk.fits()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_wallboard_has_no_serious_fault_of_access(window, chrome, scheme):
    await asyncio.gather(window.seat("s004"), window.seat("s001", ready=False))
    citizen = await window.citizen()
    await citizen.take("RS01", Mode.CONSULT)
    desk = await Desk.open(chrome, window, "sup")
    await desk.page.emulate_media(color_scheme=scheme)
    await expect(desk.page.locator(".tile--idle")).to_have_count(1)
    assert await desk.faults_of_access() == []
    assert await desk.fits()
