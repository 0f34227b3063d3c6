"""Changing one's own password at a plain form."""

import pytest_asyncio
from aiohttp import CookieJar, web
from aiohttp.test_utils import TestServer

from tests.integration.seat_console.conftest import Browser
from tests.integration.seat_console.test_sign_in import csrf
from tests.support.installed import PASSWORD

NEW = "another long one"
SEE_OTHER = web.HTTPSeeOther.status_code


@pytest_asyncio.fixture
async def elsewhere(site: TestServer):
    """The same agent's browser on another machine."""
    async with Browser(site, cookie_jar=CookieJar(unsafe=True)) as client:
        await client.sign_in("s004")
        yield client


async def change(browser: Browser, old: str, new: str, again: str, **more: str) -> tuple[int, str]:
    page = await browser.look("/password")
    fields = {"csrf": csrf(page), "old": old, "new": new, "again": again, **more}
    answer = await browser.post("/password", data=fields, allow_redirects=False)
    return answer.status, answer.headers.get("Location", "") or await answer.text()


async def test_a_new_password_is_told_and_signs_everybody_else_out(agent, elsewhere):
    assert await change(agent, PASSWORD, NEW, NEW) == (SEE_OTHER, "/password?done")
    assert "您的密码已更改" in await agent.look("/password?done")
    assert await elsewhere.leads("/console") == "/sign-in?next=/console"
    assert (await elsewhere.sign_in("s004")).status == 401
    assert (await elsewhere.sign_in("s004", NEW)).status == SEE_OTHER


async def test_what_is_wrong_is_said_in_words_and_changes_nothing(agent, elsewhere):
    for old, new, again, words in (
        ("not the password", NEW, NEW, "现在的密码不对"),
        (PASSWORD, NEW, f"{NEW}!", "两次输入的新密码不一样"),
        (PASSWORD, "short", "short", "密码要有 10 到 256 个字符"),
        (PASSWORD, PASSWORD, PASSWORD, "这就是现在的密码"),
    ):
        status, page = await change(agent, old, new, again)
        assert status in {401, 422}
        assert words in page
        assert 'role="alert"' in page
        assert old not in page
    assert "<seat-desk>" in await elsewhere.look("/console")


async def test_a_forged_form_changes_nothing(agent):
    fields = {"csrf": "forged", "old": PASSWORD, "new": NEW, "again": NEW}
    assert (await agent.post("/password", data=fields, allow_redirects=False)).status == 403
    assert (await agent.sign_in("s004")).status == SEE_OTHER


async def test_who_is_not_signed_in_changes_no_password(browser):
    assert await browser.leads("/password") == "/sign-in?next=/password"
