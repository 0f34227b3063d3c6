"""Rows in which a real browser is killed and started again on the same profile, amid a visit or a call.

Chromium writes cookies up to 30 s and its storage some seconds late; what was not yet written when it was killed is
gone by the browser's nature. So a row kills it once the sign-in or the visit is on the disk. Seconds count from the
kill, with the start of the new browser in them.
"""

import contextlib
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import BrowserContext, Error, Page, async_playwright, expect

from bench.faults.crowd import LONG_S, Crowd, next_number
from bench.faults.pairs import ITEM, Pair
from bench.faults.town import Stage
from booth_client.client import Client
from tests.support.browser import kill_browser, launching
from tests.support.faces import SCREENS, AgentFace, CitizenFace, is_on
from tests.support.installed import PASSWORD
from tests.support.patience import until

ON_DISK_S = 60.0


@asynccontextmanager
async def on_profile(profile: Path, base: str) -> AsyncIterator[BrowserContext]:
    """Run a browser on a profile that stays; it may be killed meanwhile."""
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            profile, viewport=SCREENS["notebook"], ignore_https_errors=True, **launching()
        )
        try:
            await context.grant_permissions(["camera", "microphone"], origin=base)
            await context.add_cookies([{"name": "lang", "value": "en", "url": base}])
            yield context
        finally:
            with contextlib.suppress(Error):
                await context.close()


async def _is_on_disk(profile: Path, pattern: str, words: bytes) -> None:
    """Wait until a file of the profile holds these words.

    Raises:
        AssertionError: it did not within `ON_DISK_S`.
    """
    _ = await until(lambda: any(words in file.read_bytes() for file in profile.glob(pattern)), ON_DISK_S)


async def _says(people: Crowd, page: Page, field: str, shown: str, session: str) -> str:
    """Write a line at a page and wait until it stands there as sent."""
    text = f"browser {next_number()}"
    async with people.acting():
        await page.locator(field).fill(text)
        await page.locator(field).press("Enter")
        await expect(page.locator(shown, has_text=text)).to_have_count(1)
        people.books.lines[text] = session
    return text


async def _hears(listener: Client, text: str) -> None:
    await listener.until(
        lambda: listener.conversation.view and text in [line.text for line in listener.conversation.view.chat], LONG_S
    )


async def _takes_a_number(context: BrowserContext, base: str) -> tuple[CitizenFace, str]:
    """Open the page of a citizen at a PC and take a number; return the page and the number."""
    face = CitizenFace(await context.new_page(), base)
    await face.opens(f"/?item={ITEM}")
    await face.page.locator(".guide h3").wait_for()
    await face.speaks("cmn")
    return face, await face.presses_the_button()


async def _goes_on(context: BrowserContext, base: str) -> CitizenFace:
    """Open the page again and say that the visit found there is one's own."""
    face = CitizenFace(await context.new_page(), base)
    await face.opens()
    await face.press("Yes, go on")
    return face


async def _ends(people: Crowd, pair: Pair, face: CitizenFace, session: str) -> None:
    """Close the call at the seat and see the goodbye on the citizen's page."""
    await pair.seat.close("answered", "")
    people.books.outcomes[session] = "answered"
    await is_on(face.page, "goodbye")


async def citizen_in_a_call(at: Stage, people: Crowd) -> float:
    """Kill the browser of a citizen at a PC in a call; over when the same call shows its chat and a line goes."""
    base = at.address.base
    pair = await Pair.come(people, at.pairs[0])
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        profile = Path(folder)
        async with on_profile(profile, base) as context:
            face, _ = await _takes_a_number(context, base)
            await pair.ring()
            assert pair.seat.ringing is not None
            session = await pair.seat.accept(pair.seat.ringing)
            people.books.tickets.add(session.ticket)
            pair.session = session.session
            await is_on(face.page, "call")
            await face.page.locator("#tab-chat").click()
            before = await _says(people, face.page, "#line", ".chat__line--mine", session.session)
            await _hears(pair.seat, before)
            await _is_on_disk(profile, "Default/Local Storage/*/*.log", b"cloudwindow.left")
            began = time.monotonic()
            kill_browser(profile)
        async with on_profile(profile, base) as context:
            face = await _goes_on(context, base)
            await is_on(face.page, "call")
            await face.page.locator("#tab-chat").click()
            await expect(face.page.locator(".chat__line--mine", has_text=before)).to_have_count(1)
            after = await _says(people, face.page, "#line", ".chat__line--mine", session.session)
            await _hears(pair.seat, after)
            taken = time.monotonic() - began
            assert pair.seat.session is not None
            assert pair.seat.session.session == session.session
            await _ends(people, pair, face, session.session)
    await pair.go()
    return taken


async def citizen_waiting(at: Stage, people: Crowd) -> float:
    """Kill the browser of a citizen at a PC in the line; over when the same number stands there again."""
    base = at.address.base
    pair = await Pair.come(people, at.pairs[0])
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        profile = Path(folder)
        async with on_profile(profile, base) as context:
            face, number = await _takes_a_number(context, base)
            await _is_on_disk(profile, "Default/Local Storage/*/*.log", b"cloudwindow.left")
            began = time.monotonic()
            kill_browser(profile)
        async with on_profile(profile, base) as context:
            face = await _goes_on(context, base)
            await expect(face.page.locator(".stub__number").first).to_have_text(number)
            await is_on(face.page, "waiting")
            taken = time.monotonic() - began
            await pair.ring()
            assert pair.seat.ringing is not None
            assert pair.seat.ringing.about.number == number
            session = await pair.seat.accept(pair.seat.ringing)
            people.books.tickets.add(session.ticket)
            await is_on(face.page, "call")
            await _ends(people, pair, face, session.session)
    await pair.go()
    return taken


async def agent_in_a_call(at: Stage, people: Crowd) -> float:
    """Kill the browser of an agent in a call; over when the same call shows its chat and lines go both ways."""
    base, name = at.address.base, at.pairs[1]
    pair = await Pair.come(people, at.pairs[0])  # its seat is not ready: the ticket rings at the browser's
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        profile = Path(folder)
        async with on_profile(profile, base) as context:
            face = AgentFace(await context.new_page(), base)
            await face.signs_in(name, PASSWORD)
            await _is_on_disk(profile, "Default/Cookies", b"window_login")
            await face.is_ready()
            await pair.wait()
            await face.accepts()
            assert await pair.citizen.in_session(LONG_S)
            assert pair.citizen.conversation.view is not None
            pair.session = pair.citizen.conversation.view.session
            before = await _says(people, face.page, "#chat-text", ".chat__line--seat", pair.session)
            await _hears(pair.citizen, before)
            began = time.monotonic()
            kill_browser(profile)
        async with on_profile(profile, base) as context:
            face = AgentFace(await context.new_page(), base)
            await face.page.goto(f"{base}/console")
            await expect(face.page.locator(".work")).to_be_visible()
            await expect(face.page.locator(".chat__line--seat", has_text=before)).to_have_count(1)
            after = await _says(people, face.page, "#chat-text", ".chat__line--seat", pair.session)
            await _hears(pair.citizen, after)
            taken = time.monotonic() - began
            assert pair.citizen.conversation.view.session == pair.session
            await face.closes("answered")
            people.books.outcomes[pair.session] = "answered"
            await pair.citizen.until(lambda: pair.citizen.conversation.closed, LONG_S)
            people.books.screen(pair.citizen.conversation.view, pair.citizen.conversation.closed)
    await pair.go()
    return taken


ROWS: dict[str, Callable[[Stage, Crowd], Awaitable[float]]] = {
    "browser SIGKILL: citizen at a PC waits": citizen_waiting,
    "browser SIGKILL: citizen at a PC in a call": citizen_in_a_call,
    "browser SIGKILL: agent in a call": agent_in_a_call,
}
