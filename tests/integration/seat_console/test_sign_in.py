"""Sign-in and sign-out of staff, without a script."""

import re

import pytest
from aiohttp import web
from yarl import URL

from tests.support.installed import PASSWORD

SEE_OTHER = web.HTTPSeeOther.status_code


def csrf(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found
    return found[1]


async def test_an_agent_signs_in_and_comes_to_the_seat_console(browser):
    answer = await browser.sign_in("S004")
    assert (answer.status, answer.headers["Location"]) == (SEE_OTHER, "/console")
    cookie = answer.cookies["window_login"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert "<seat-desk>" in await browser.look("/console")


async def test_a_supervisor_comes_to_the_wallboard(browser):
    assert (await browser.sign_in("sup")).headers["Location"] == "/wallboard"
    assert "<wall-board>" in await browser.look("/wallboard")


async def test_who_is_not_signed_in_is_sent_to_sign_in_and_back(browser):
    door = URL(await browser.leads("/records?seat=S004&day=20260101"))
    assert (door.path, door.query["next"]) == ("/sign-in", "/records?seat=S004&day=20260101")
    form = await browser.look("/sign-in?next=/records%3Fseat%3DS004")
    assert 'name="next" value="/records?seat=S004"' in form
    answer = await browser.sign_in("sup", next="/records?seat=S004")
    assert answer.headers["Location"] == "/records?seat=S004"


async def test_a_link_cannot_send_a_clerk_to_another_site(browser):
    answer = await browser.sign_in("sup", next="//evil.example/wallboard")
    assert answer.headers["Location"] == "/wallboard"
    assert "evil" not in await browser.look("/sign-in?next=https://evil.example/", SEE_OTHER)


async def test_a_wrong_password_is_told_without_saying_which_part_was_wrong(browser):
    answer = await browser.sign_in("s004", "not the password")
    stranger = await browser.sign_in("nobody", "not the password")
    assert (answer.status, stranger.status) == (401, 401)
    page = await answer.text()
    assert 'role="alert"' in page
    assert 'value="s004"' in page
    assert "not the password" not in page
    assert "window_login" not in answer.cookies


async def test_guessing_is_slowed_down_and_time_heals(browser, clock):
    statuses = [(await browser.sign_in("s004", "guess")).status for _ in range(6)]
    assert statuses == [401] * 5 + [429]
    refused = await browser.sign_in("s004")
    assert refused.status == 429
    clock.advance(int(refused.headers["Retry-After"]))
    assert (await browser.sign_in("s004")).status == SEE_OTHER


async def test_guessing_at_one_account_does_not_lock_another(browser):
    for _ in range(7):
        await browser.sign_in("s004", "guess")
    assert (await browser.sign_in("sup")).status == SEE_OTHER


async def test_a_form_from_another_site_is_refused(browser):
    fields = {"name": "s004", "password": "correct horse battery"}
    for headers in ({"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, {"Origin": "null"}):
        answer = await browser.post("/sign-in", data=fields, headers=headers, allow_redirects=False)
        assert answer.status == 403
        assert "window_login" not in answer.cookies


async def test_signing_out_needs_the_csrf_token_and_ends_the_login(agent):
    page = await agent.look("/console")
    forged = await agent.post("/sign-out", data={"csrf": "forged"}, allow_redirects=False)
    assert forged.status == 403
    await agent.look("/console")
    answer = await agent.post("/sign-out", data={"csrf": csrf(page)}, allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (SEE_OTHER, "/sign-in")
    assert await agent.leads("/console") == "/sign-in?next=/console"


async def test_a_login_is_over_after_an_idle_hour(agent, redis):
    for key in await redis.keys("*login:*"):
        await redis.pexpire(key, 0)
    assert await agent.leads("/console") == "/sign-in?next=/console"


async def test_who_is_signed_in_already_goes_on_to_work(supervisor):
    assert await supervisor.leads("/sign-in?next=/records") == "/records"


async def test_the_form_speaks_three_languages(browser):
    assert "工作人员登录" in await browser.look("/sign-in")
    assert "工作人員登入" in await browser.look("/sign-in?lang=zh-Hant")
    assert "工作人員登入" in await browser.look("/sign-in")
    assert "Staff sign-in" in await browser.look("/sign-in?lang=en")


async def test_a_new_sign_in_in_the_same_browser_ends_the_login_before(browser, site):
    await browser.sign_in("s004")
    before = browser.session.cookie_jar.filter_cookies(site.make_url("/"))["window_login"].value
    await browser.sign_in("sup")
    assert "<wall-board>" in await browser.look("/wallboard")
    browser.session.cookie_jar.clear()
    browser.session.cookie_jar.update_cookies({"window_login": before}, site.make_url("/"))
    assert await browser.leads("/console") == "/sign-in?next=/console"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, SEE_OTHER),
        ({"Sec-Fetch-Site": "none"}, SEE_OTHER),
        ({}, SEE_OTHER),  # a program
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://sibling.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
async def test_a_form_of_another_site_signs_nobody_in(browser, headers, status):
    form = {"name": "s004", "password": PASSWORD}
    answer = await browser.post("/sign-in", data=form, headers=headers, allow_redirects=False)
    assert answer.status == status
    assert ("window_login" in answer.cookies) is (status == SEE_OTHER)


async def test_who_must_wait_is_told_how_long_in_a_header_too(browser):
    for _ in range(5):
        await browser.sign_in("s004", "guess")
    refused = await browser.sign_in("s004", "guess")
    assert (refused.status, refused.headers["Retry-After"]) == (429, "10")
