"""What a page must be for everybody: nothing sticks out, nothing is covered, nothing serious for axe-core."""

from pathlib import Path

from playwright.async_api import Page, ViewportSize

from tests.support.faces import SCREENS

ZOOMED: ViewportSize = {"width": 683, "height": 384}  # a notebook's window at 200 %
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
#: Controls that lie in the window and whose middle belongs to something else.
COVERED = """() => {
  const dialog = document.querySelector("[aria-modal=true]") ?? document;
  const found = [];
  for (const control of dialog.querySelectorAll("a[href]:not(.skip), button, select, textarea, summary, input")) {
    if (!control.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    if (control.closest(".visually-hidden, details:not([open]) > :not(summary)")) continue;
    const box = control.getBoundingClientRect();
    const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
    if (box.left < -1 || box.right > innerWidth + 1) found.push(`${control.textContent.trim()} sticks out`);
    const at = document.elementFromPoint(x, y);
    if (!at) continue;
    // A list that scrolls hides what is further down, and should.
    const scrolled = control.closest(".side, .chat__log, #live, .lanes, .floor, .work > div > *");
    const around = scrolled?.getBoundingClientRect();
    if (around && (y < around.top || y > around.bottom)) continue;
    const labels = [...(control.labels ?? [])];
    const isOwn = control.contains(at) || at.contains(control) || labels.some((one) => one.contains(at));
    if (!isOwn) found.push(`${control.outerHTML.slice(0, 90)} under ${at.outerHTML.slice(0, 90)}`);
  }
  return found;
}"""


#: Half-way through a fade every contrast is wrong; what moves for ever is not waited for.
SETTLED = """() => Promise.allSettled(document.getAnimations()
  .filter((one) => Number.isFinite(one.effect?.getComputedTiming().endTime)).map((one) => one.finished))"""


async def serious(page: Page) -> list[str]:
    """Return axe-core's serious and critical findings, one line each, once the page has settled."""
    return [line for impact, line in await _found(page) if impact in {"serious", "critical"}]


async def violations(page: Page) -> list[str]:
    """Return all that axe-core finds, one line each, once the page has settled."""
    return [line for _impact, line in await _found(page)]


async def _found(page: Page) -> list[tuple[str, str]]:
    await page.evaluate(SETTLED)
    await page.evaluate(AXE.read_text("utf-8"))
    found = await page.evaluate("axe.run({ resultTypes: ['violations'] })")
    return [
        (str(fault["impact"]), f"{fault['id']}: {node['target']} {node['failureSummary']}")
        for fault in found["violations"]
        for node in fault["nodes"]
    ]


async def fits(page: Page) -> bool:
    """Tell whether nothing sticks out sideways."""
    return bool(await page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"))


async def covered(page: Page) -> list[str]:
    """Return the controls that cannot be reached because something lies over them."""
    return list(await page.evaluate(COVERED))


async def is_good_everywhere(page: Page) -> None:
    """Nothing sticks out, is covered or cannot be used: on every screen, zoomed, with the largest text, in the dark."""
    before = page.viewport_size or SCREENS["notebook"]
    for size in (*SCREENS.values(), ZOOMED):
        await page.set_viewport_size(size)
        assert await fits(page), size
        assert await covered(page) == [], size
    await page.set_viewport_size(before)
    await page.evaluate("document.documentElement.dataset.text = 'largest'")
    assert await fits(page)
    assert await covered(page) == []
    await page.evaluate("document.documentElement.dataset.text = 'normal'")
    await page.emulate_media(reduced_motion="reduce")  # so that no colour is half-way
    for scheme in ("dark", "light"):
        await page.emulate_media(color_scheme=scheme)
        await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert await serious(page) == []
