"""From pressing the button to the first decoded frame of the other side, both directions, in real Chromium on loopback.

The whole product runs as `cloudwindow demo` does; the citizen's and the agent's page are two profiles of one headless
Chromium with fake cameras and software codecs. The agent's page accepts as soon as it rings, the citizen's agrees as
soon as it is asked. Camera and microphone are opened then, as for a citizen who never tried them before; the
browser's permission is given beforehand.
"""

import argparse
import asyncio
import statistics
import tempfile
from pathlib import Path

from tests.support.browser import chromium
from tests.support.demo import demo
from tests.support.faces import AgentFace, CitizenFace, Face, FacesOfPeople

CALLS, QUICK_CALLS = 30, 3
AIM_S = 1.0
#: At its own pace, twenty pictures a second: the tests' slow one would be part of the time.
CAMERA = "--use-fake-device-for-media-stream"
CITIZEN_VIDEO, AGENT_VIDEO = "video.call__remote", "video[data-view='camera']"
WATCH = """(selector) => {
  window.firstFrame = new Promise((seen) => {
    const tell = () => seen(performance.timeOrigin + performance.now());
    const look = () => {
      const video = document.querySelector(selector);
      if (video) video.requestVideoFrameCallback(tell);
      else setTimeout(look, 5);
    };
    look();
  });
}"""
ACCEPT_AT_ONCE = """() => new MutationObserver(() => document.querySelector('[data-accept]')?.click())
  .observe(document.body, { childList: true, subtree: true })"""
AGREE_AT_ONCE = """() => new MutationObserver(() => document.querySelector('[data-agree=all]')?.click())
  .observe(document.body, { childList: true, subtree: true })"""
PRESS = """() => {
  const at = performance.timeOrigin + performance.now();
  document.querySelector('[data-start]').click();
  return at;
}"""


async def first_frame(face: Face) -> float:
    seen: float = await face.page.evaluate("() => window.firstFrame")
    return seen


async def one_call(people: FacesOfPeople, agent: AgentFace) -> tuple[float, float]:
    """Make one call and return the seconds until the citizen and until the agent saw the other."""
    citizen = await people.bring(CitizenFace)
    await citizen.opens("/?item=MZ01")
    await citizen.page.locator(".guide h3").wait_for()
    await citizen.speaks("cmn")
    for face, video in ((citizen, CITIZEN_VIDEO), (agent, AGENT_VIDEO)):
        await face.page.evaluate(WATCH, video)
    await citizen.page.evaluate(AGREE_AT_ONCE)
    pressed: float = await citizen.page.evaluate(PRESS)
    seen = await asyncio.wait_for(asyncio.gather(first_frame(citizen), first_frame(agent)), 30)
    await agent.closes("answered")
    await citizen.page.context.close()
    people.faces.remove(citizen)
    await agent.page.locator("wrap-card .button--large").click()
    await agent.page.locator(".rest--idle").wait_for()
    return (seen[0] - pressed) / 1000, (seen[1] - pressed) / 1000


async def measure(calls: int) -> list[tuple[float, float]]:
    with tempfile.TemporaryDirectory() as folder:
        async with demo(Path(folder) / "var") as product, chromium(CAMERA) as browser:
            people = FacesOfPeople(browser, product.base)
            agent = await people.bring(AgentFace)
            await agent.signs_in("s004", product.password("s004"))
            await agent.is_ready()
            await agent.page.evaluate(ACCEPT_AT_ONCE)
            await one_call(people, agent)  # the first call also loads what every later one finds in the cache
            taken = [await one_call(people, agent) for _ in range(calls)]
            await people.leave()
    return taken


def row(name: str, seconds: list[float]) -> str:
    ordered = sorted(seconds)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
    return f"| {name} | {statistics.median(ordered):.2f} | {p95:.2f} | {ordered[0]:.2f} | {ordered[-1]:.2f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_CALLS} calls instead of {CALLS}")
    calls = QUICK_CALLS if parser.parse_args().quick else CALLS
    taken = asyncio.run(measure(calls))
    print("| seconds from the press to the first frame | median | p95 | best | worst |\n|---|---|---|---|---|")
    print(row("the citizen sees the agent", [citizen for citizen, _ in taken]))
    print(row("the agent sees the citizen", [agent for _, agent in taken]))
    print(row("both see each other", [max(both) for both in taken]))
    print(f"\n{calls} calls; aim: {AIM_S:.1f} s median. Repeat: `make bench ARGS=call_setup`")


if __name__ == "__main__":
    main()
