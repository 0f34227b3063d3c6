"""Measures a browser's fetches before the citizen's button works: compressed bytes, requests, milliseconds.

    python -m bench.page_weight [--quick]

A real Chromium with an empty cache opens the page of a running product; the numbers are its own (DevTools protocol).
"""

import argparse
import asyncio
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, CDPSession

from bench.tables import table
from tests.support.browser import chromium
from tests.support.demo import demo

AIM_BYTES = 70_000
RUNS = 5
PAGES = (("/", "zh-Hans"), ("/", "en"), ("/booth", "zh-Hans"))
READY = "() => window.readyAt"
#: Notes the moment at which the button works, before anything that follows can begin.
WATCH = """new MutationObserver(() => {
  if (document.documentElement?.dataset.ready === "") window.readyAt ??= performance.now();
}).observe(document, { subtree: true, childList: true, attributeFilter: ["data-ready"] });"""
#: What had come by then.
CAME = """() => performance.getEntriesByType("resource")
  .filter((one) => one.responseEnd && one.responseEnd <= window.readyAt).map((one) => one.name)"""
QUIET_MS = 1_000


@dataclass
class Traffic:
    """Traffic of one page by kind of resource."""

    kinds: dict[str, tuple[str, str]] = field(default_factory=dict)
    """The kind and the address of each request."""
    bytes: dict[tuple[str, str], float] = field(default_factory=lambda: defaultdict(float))

    def listen(self, client: CDPSession) -> None:
        """Count from now on."""
        client.on("Network.responseReceived", self._received)
        client.on("Network.loadingFinished", self._finished)

    def _received(self, event: Mapping[str, Any]) -> None:
        self.kinds[event["requestId"]] = event["type"], event["response"]["url"]

    def _finished(self, event: Mapping[str, Any]) -> None:
        one = self.kinds.get(event["requestId"], ("Other", event["requestId"]))
        self.bytes[one] += event["encodedDataLength"]  # headers and body, as they came

    def totals(self) -> tuple[float, int]:
        """Return bytes and requests so far."""
        return sum(self.bytes.values()), len(self.bytes)

    def by_kind(self, came: set[str]) -> dict[str, float]:
        """Return the bytes of the document and of these addresses, by kind."""
        found: dict[str, float] = defaultdict(float)
        for (kind, url), size in self.bytes.items():
            if kind == "Document" or url in came:
                found[kind] += size
        return found


@dataclass
class Weight:
    """One opening of a page: at the moment its button worked, and once everything was there."""

    ready_ms: float
    ready: tuple[float, int]
    whole: tuple[float, int]
    kinds: Mapping[str, float]


async def weigh(browser: Browser, address: str) -> Weight:
    """Open the page in a fresh profile."""
    context = await browser.new_context(viewport={"width": 1366, "height": 768})
    try:
        page = await context.new_page()
        client = await context.new_cdp_session(page)
        await client.send("Network.enable")
        traffic = Traffic()
        traffic.listen(client)
        await page.add_init_script(WATCH)
        await page.goto(address, wait_until="commit")
        ready_ms = await (await page.wait_for_function(READY)).json_value()
        came = set(await page.evaluate(CAME))
        await page.wait_for_timeout(QUIET_MS)
        kinds = traffic.by_kind(came)
        return Weight(float(ready_ms), (sum(kinds.values()), len(came) + 1), traffic.totals(), kinds)
    finally:
        await context.close()


async def measure(runs: int) -> None:
    """Weigh every page and print the medians."""
    rows, kinds = [], {}
    with tempfile.TemporaryDirectory() as folder:
        async with demo(Path(folder)) as product, chromium() as browser:
            for path, language in PAGES:
                found = [await weigh(browser, f"{product.base}{path}?lang={language}") for _ in range(runs)]
                middle = sorted(found, key=lambda weight: weight.ready_ms)[len(found) // 2]
                kinds[f"{path} {language}"] = middle.kinds
                rows.append(row(f"{path} ({language})", middle))
    table(("page", "bytes until it works", "requests", "ms", "bytes with all that follows", "requests"), rows)
    table(
        ("until the button works", "document", "style", "script", "other"),
        [(name, *(f"{share(part, kind):,.0f}" for kind in KINDS)) for name, part in kinds.items()],
    )
    print(f"aim: under {AIM_BYTES:,} bytes")


KINDS = ("Document", "Stylesheet", "Script", "")


def share(part: Mapping[str, float], kind: str) -> float:
    """Return the bytes of a kind, or of all kinds that have no column."""
    return part.get(kind, 0) if kind else sum(size for name, size in part.items() if name not in KINDS)


def row(name: str, weight: Weight) -> tuple[str, ...]:
    """Write one page's line."""
    (ready, asked), (whole, all_asked) = weight.ready, weight.whole
    return name, f"{ready:,.0f}", str(asked), f"{weight.ready_ms:.0f}", f"{whole:,.0f}", str(all_asked)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one run a page")
    asyncio.run(measure(1 if parser.parse_args().quick else RUNS))


if __name__ == "__main__":
    main()
