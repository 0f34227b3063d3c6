"""What goes wrong beside a test ends its waits with its own words, long before they would have given up."""

import asyncio
import sys

import pytest
from playwright.async_api import Browser, Error, Page, expect
from playwright.async_api import TimeoutError as GaveUp

from tests.support import mishaps
from tests.support.patience import until

NEVER = "#what-never-comes"


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.console("no such ticket", "never caught", "not as it should be")
@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("setTimeout(() => { throw new Error('no such ticket'); })", "no such ticket"),
        ("Promise.reject(new TypeError('never caught'))", "never caught"),
        ("console.error('not as it should be')", "not as it should be"),
    ],
)
async def test_a_script_that_fails_ends_the_waits_on_its_page(browser: Browser, script: str, words: str) -> None:
    page = await browser.new_page()

    async def waits(page: Page) -> None:
        await page.wait_for_selector(NEVER)

    waiting = asyncio.ensure_future(waits(page))
    await page.evaluate(f"() => {{ {script} }}")
    with pytest.raises(Error) as ended:
        await waiting
    assert not isinstance(ended.value, GaveUp)
    assert any(words in one for one in mishaps.complaints())
    assert mishaps.complaints(words) == []
    assert words in mishaps.said()
    with pytest.raises(AssertionError, match=words):
        await until(lambda: False)


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.console("a little odd", "ERR_")
async def test_a_line_that_is_cut_and_a_warning_end_nothing(browser: Browser) -> None:
    page = await browser.new_page()
    await page.evaluate("() => { console.warn('a little odd'); fetch('http://127.0.0.1:9/').catch(() => {}); }")
    await until(lambda: len(mishaps.complaints()) >= 2)
    await expect(page.locator("body")).to_be_attached()


async def test_a_program_that_dies_ends_the_waits_and_one_that_ends_well_does_not() -> None:
    for code in (0, 3):
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", f"import sys; sys.exit({code})")
        await mishaps.watch(process, f"program {code}")
    with pytest.raises(AssertionError, match="program 3 ended with 3"):
        await until(lambda: False)
