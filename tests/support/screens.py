"""Every face of every page, posed without a call and measured on the screens that it is used on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, Route, ViewportSize

from tests.support.access import violations
from tests.support.modules import linked

POSES = Path(__file__).parent / "poses"
SIZES: dict[str, ViewportSize] = {
    "phone": {"width": 390, "height": 844},
    "small phone": {"width": 360, "height": 640},
    "phone with keyboard": {"width": 390, "height": 480},
    "tablet": {"width": 1024, "height": 768},
    "notebook": {"width": 1366, "height": 768},
    "notebook at 200 %": {"width": 683, "height": 384},
    "standing": {"width": 1080, "height": 1920},
    "desktop": {"width": 1920, "height": 1080},
    "wall": {"width": 3840, "height": 2160},
    "standing 4K": {"width": 2160, "height": 3840},
}
STEPS = ("normal", "large", "largest")
#: A booth's standing screen of 43 inches (0.95 m high) whose lower edge is 0.75 m above the floor, and how high
#: somebody in a wheelchair reaches (EN 301 549 8.3.3, GB 50763: 1.2 m). Change them to measure another booth.
FOOT_M, HIGH_M, REACH_M = 0.75, 0.95, 1.2
#: The share of a person's picture that something may lie over, of the other side and of one's own.
COVERED_MAX, OWN_COVERED_MAX = 0.02, 0.1
#: A face smaller than this is no face (pixels).
FACE_MIN, OWN_MIN = (200, 72), (76, 46)
OTHERS = ".call__remote:not([hidden]), .stage__view[data-big] video"
OWN = ".call__own, .stage__self video"
HEAD = ".comfort .button, .languages__choice"
#: What an agent presses in the head of the console, in every state.
BAR = ".staff__end button, .seat-bar__acts > .button, .seat-bar__acts summary"
SWITCHES = f".control, .tabs__tab, {HEAD}"
PEOPLE = {"citizen": "", "booth": "", "desk": "s004", "wall": "sup"}
PATHS = {"citizen": "/", "booth": "/booth", "desk": "/console", "wall": "/wallboard"}
MEASURE = """async ({ own, others, primary, isWhole, top, px }) => {
  const measures = await import("/static/poses/measures.js");
  return {
    outgrown: measures.outgrown(isWhole), others: measures.covered(others), own: measures.covered(own),
    unreachable: measures.unreachable(primary), above: measures.above(primary, top),
    small: measures.small(px), broken: measures.broken(),
  };
}"""


@dataclass(frozen=True)
class Pose:
    """A page in a state, the controls that must be in the window and in reach, and where it must not scroll."""

    kind: str
    name: str
    primary: str = HEAD
    whole: bool = False


CALLS = tuple(Pose(kind, "call", SWITCHES, whole=True) for kind in ("citizen", "booth"))
CITIZENS = (
    *(Pose(kind, "welcome", f"[data-start], {HEAD}") for kind in ("citizen", "booth")),
    *CALLS,
    *(Pose("citizen", name, SWITCHES, whole=True) for name in ("screen", "weak")),
    Pose("citizen", "chat", "#line, .chat__form .button", whole=True),
    Pose("citizen", "still", ".still__acts .button", whole=True),
    *(Pose("citizen", name) for name in ("taking", "waiting", "long", "held", "scheduled", "ringing", "goodbye")),
    *(Pose("citizen", name) for name in ("ended", "superseded")),
    Pose("citizen", "consent"),
    Pose("booth", "consent", f"[data-agree], {HEAD}"),
    Pose("booth", "waiting", f".stub__acts .button, {HEAD}"),
    Pose("booth", "held", f".stub .button, {HEAD}"),
    Pose("booth", "goodbye", f".goodbye__finish, {HEAD}"),
)
STAFF = (
    Pose("desk", "idle", BAR),
    Pose("desk", "ringing", ".ring__acts .button"),
    *(Pose("desk", name, BAR) for name in ("call", "closing", "paused", "missed", "wrap_up")),
    *(Pose("wall", count, ".wall__big", whole=True) for count in ("36", "701")),
)


@dataclass
class Gallery:
    """Opens each page once, and puts it into one state after the other."""

    browser: Browser
    base: str
    passwords: Mapping[str, str]
    language: str = "zh-Hans"
    pages: dict[str, Page] = field(default_factory=dict)

    async def page(self, kind: str) -> Page:
        """Return the page of this kind, signed in where one has to."""
        if kind not in self.pages:
            context = await self.browser.new_context(viewport=SIZES["notebook"], reduced_motion="reduce")
            await context.grant_permissions(["camera", "microphone"], origin=self.base)
            await context.add_cookies([{"name": "lang", "value": self.language, "url": self.base}])
            page = self.pages[kind] = await context.new_page()
            await page.route("**/static/poses/*", serve)
            if name := PEOPLE[kind]:
                await page.goto(f"{self.base}/sign-in")
                await page.fill("#name", name)
                await page.fill("#password", self.passwords[name])
                await page.keyboard.press("Enter")
                await page.wait_for_url(lambda url: "/sign-in" not in url)
            await page.goto(self.base + PATHS[kind])
        return self.pages[kind]

    async def show(self, pose: Pose, size: str, step: str = "normal") -> Page:
        """Put the page into the state on this screen, with the text at this step."""
        page = await self.page(pose.kind)
        await page.set_viewport_size(SIZES[size])
        await page.evaluate("(step) => { document.documentElement.dataset.text = step }", step)
        module, act = {"citizen": ("citizen", "citizen"), "booth": ("citizen", "citizen")}.get(
            pose.kind, ("staff", pose.kind)
        )
        await page.evaluate(
            f"(name) => import('/static/poses/{module}.js').then(({{ {act} }}) => {act}(name))", pose.name
        )
        # Somebody is there: on a slow machine a booth would ask, and its question would cover the face.
        await page.evaluate("() => { document.dispatchEvent(new Event('pointerdown')); scrollTo(0, 0); }")
        return page

    async def faults(self, pose: Pose, size: str, step: str = "normal", *, axe: bool = False) -> list[str]:
        """Return what is wrong with a state on a screen, one line each."""
        page = await self.show(pose, size, step)
        found = await page.evaluate(MEASURE, self._asked(pose, size))
        faults = judge(found)
        if axe:
            faults += await violations(page)
        return [f"{pose.kind} {pose.name}, {size}, {step}: {fault}" for fault in faults]

    async def leave(self) -> None:
        """Close every page."""
        for page in self.pages.values():
            await page.context.close()

    def _asked(self, pose: Pose, size: str) -> dict[str, object]:
        standing = pose.kind == "booth" and size.startswith("standing")
        return {
            "own": OWN,
            "others": OTHERS,
            "primary": pose.primary,
            "isWhole": pose.whole,
            "top": 1 - (REACH_M - FOOT_M) / HIGH_M if standing else 0,
            "px": text_min_px(pose.kind, size),
        }


def text_min_px(kind: str, size: str) -> float:
    """Return how large text must be at least: at hand, at an arm's length from a booth, at a desk, on a wall."""
    width, height = SIZES[size]["width"], SIZES[size]["height"]
    if kind == "booth":
        return max(22.0, 24.8 * min(width, height) / 1080)
    if kind == "citizen":
        return max(18.0, 18 * min(width / 1920, height / 1080))
    return max(12.0, 10 * min(width / 1920, height / 1080))


def judge(found: Mapping[str, Any]) -> list[str]:
    """Say in words what a measurement shows to be wrong."""
    faults = [f"{one} is {name}" for name in ("outgrown", "unreachable", "above", "small") for one in found[name]]
    faults += [f"broken: {one}" for one in found["broken"]]
    for name, most, least in (("others", COVERED_MAX, FACE_MIN), ("own", OWN_COVERED_MAX, OWN_MIN)):
        for video, box in found[name].items():
            if box["share"] > most:
                faults.append(f"{video} is covered by {box['share']:.0%}")
            if box["width"] < least[0] or box["height"] < least[1]:
                faults.append(f"{video} is {box['width']:.0f} by {box['height']:.0f} pixels")
    return faults


async def serve(route: Route) -> None:
    """Answer with a module of the poses."""
    name = route.request.url.rsplit("/", 1)[1]
    script = linked((POSES / name).read_text(encoding="utf-8"))
    await route.fulfill(body=script, content_type="text/javascript; charset=utf-8")
