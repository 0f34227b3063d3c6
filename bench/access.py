"""Count axe-core's findings on every face of every page, in every language. The aim is 0.

    python -m bench.access [--quick]

The faces are posed as `bench.faces` poses them; the plain pages are those of a running product, the record and the
receipt those of a call that is made for this. `--quick`: one language.
"""

import argparse
import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import Browser, BrowserContext

from bench.tables import table
from booth_client.address import Address
from booth_client.citizen import Citizen
from booth_client.http_api import Credentials, new_session, sign_in
from booth_client.simulated_seat import SeatClient
from protocol.views import Mode
from tests.support.access import violations
from tests.support.browser import chromium
from tests.support.demo import RunningDemo, demo
from tests.support.screens import CITIZENS, STAFF, Gallery

LANGUAGES = ("zh-Hans", "zh-Hant", "en")
#: Who opens which plain pages; `{record}` and `{receipt}` are those of the call.
PLAIN = {
    "": (
        "/sign-in",
        "/receipt",
        "/receipt?number={receipt}",
        "/receipt?number=20260101",
        "/privacy",
        "/accessibility",
        "/nowhere",
        "/r/none",
    ),
    "sup": ("/records", "/records?day=2026-02-31", "/records/{record}", "/records/none", "/password", "/wallboard"),
    "auditor": ("/second-factor", "/audit"),
}


async def called(product: RunningDemo) -> dict[str, str]:
    """Make one call from the button to its record; returns the record's and the receipt's names."""
    at = Address.parse(product.base)
    async with new_session() as seat_http, new_session() as http, new_session() as looking:
        await sign_in(seat_http, at, Credentials("s004", product.password("s004")))
        async with SeatClient(seat_http, at) as seat, Citizen(http, at) as citizen:
            await seat.ready()
            await citizen.take("MZ01", Mode.HANDLE, site="HD-TB")
            session = await seat.accept(await seat.until(lambda: seat.ringing))
            await seat.close("correction", "户口簿首页需要重拍。", ("hukou",))
            closed = await citizen.until(lambda: citizen.conversation.closed)
        await sign_in(looking, at, Credentials("sup", product.password("sup")))
        async with asyncio.timeout(20):
            while True:
                async with looking.get(at.to(f"/api/sessions/{session.session}")) as answer:
                    if answer.status == 200:
                        return {"record": session.session, "receipt": closed.receipt}
                await asyncio.sleep(0.2)


async def signed_in(browser: Browser, product: RunningDemo, name: str, language: str) -> BrowserContext:
    """Return a browser's profile in a language, of somebody or nobody."""
    context = await browser.new_context(viewport={"width": 1366, "height": 768}, reduced_motion="reduce")
    await context.add_cookies([{"name": "lang", "value": language, "url": product.base}])
    if name:
        page = await context.new_page()
        await page.goto(f"{product.base}/sign-in")
        await page.fill("#name", name)
        await page.fill("#password", product.password(name))
        await page.keyboard.press("Enter")
        await page.wait_for_url(lambda url: "/sign-in" not in url)
    return context


async def plain(browser: Browser, product: RunningDemo, language: str, names: dict[str, str]) -> list[tuple[str, int]]:
    """Look at every page that is read; returns each with its number of findings, and prints them."""
    counts = []
    for name, paths in PLAIN.items():
        context = await signed_in(browser, product, name, language)
        page = await context.new_page()
        for path in paths:
            await page.goto(product.base + path.format(**names))
            await page.wait_for_load_state("networkidle")
            found = await violations(page)
            for line in found:
                print(language, path, line)
            counts.append((path, len(found)))
        await context.close()
    return counts


async def faces(browser: Browser, product: RunningDemo, language: str) -> list[tuple[str, int]]:
    """Look at every face as posed; returns each with its number of findings, and prints them."""
    counts = []
    gallery = Gallery(browser, product.base, {name: product.password(name) for name in ("s004", "sup")}, language)
    for pose in (*CITIZENS, *STAFF):
        page = await gallery.show(pose, "standing" if pose.kind == "booth" else "notebook")
        found = await violations(page)
        for line in found:
            print(language, pose.kind, pose.name, line)
        counts.append((f"{pose.kind} {pose.name}", len(found)))
    await gallery.leave()
    return counts


async def measure(*, quick: bool) -> None:
    """Look at all and print the table."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        async with demo(Path(folder)) as product, chromium() as browser:
            names = await called(product)
            for language in LANGUAGES[:1] if quick else LANGUAGES:
                for kind, look in (
                    ("posed faces", faces(browser, product, language)),
                    ("plain pages", plain(browser, product, language, names)),
                ):
                    counts = await look
                    rows.append((language, kind, str(len(counts)), str(sum(count for _, count in counts))))
    table(("language", "what", "looked at", "found"), rows)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one language")
    asyncio.run(measure(quick=parser.parse_args().quick))


if __name__ == "__main__":
    main()
