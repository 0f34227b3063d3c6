"""Measure calls on a bad line, in real browsers: `python -m bench.media_loss [--calls 3] [--quick]`.

Two real Chromium pages of the whole product, set to let media pass the relay alone; their way to coturn (as it is
shipped) leads through a line in user space that loses and delays datagrams (`bench/faults/datagrams.py`). Each datagram
from one page to the other passes it twice: the loss and delay that a row names are those of the whole way, and a round
trip takes twice the delay. Signaling is not slowed here: `python -m bench.faults "200 ms"`.

Told of each side, of `SECONDS` in the call: how much of the sound was made up (concealed), its delay in the jitter
buffer, pictures a second, freezes. Then the line carries nothing for ten seconds: seconds from its return until both
sides hear and see again, and whether the connection is still the same one.
"""

import argparse
import asyncio
import contextlib
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

from playwright.async_api import Page

from bench.faults.datagrams import LossyLine, lossy_line
from bench.tables import table
from tests.support.browser import chromium
from tests.support.demo import demo
from tests.support.faces import AgentFace, CitizenFace, Face, FacesOfPeople
from tests.support.relay import SECRET, here, relay

SECONDS, SETTLED_S, AWAY_S, BACK_MAX_S = 20.0, 5.0, 10.0, 60.0
POLL_S = 0.1
CAMERA = "--use-fake-device-for-media-stream"


class Trouble(NamedTuple):
    """Loss (0 to 1), delay and most jitter of the whole way, in seconds."""

    name: str
    loss: float
    delay_s: float
    jitter_s: float


TROUBLES = (
    Trouble("none", 0.0, 0.0, 0.0),
    Trouble("5 % loss, 100 ms one way", 0.05, 0.1, 0.0),
    Trouble("5 % loss, 100 ms and up to 40 ms jitter", 0.05, 0.1, 0.04),
    Trouble("15 % loss, 200 ms one way", 0.15, 0.2, 0.0),
)
KEEP = """() => {
    window.connections = [];
    const Own = window.RTCPeerConnection;
    window.RTCPeerConnection = class extends Own {
        constructor(...given) { super(...given); window.connections.push(this); }
    };
}"""
COUNT = """async () => {
    const now = { connections: window.connections.length, samples: 0, concealed: 0, delay: 0, emitted: 0, frames: 0,
                  freezes: 0, level: 0 };
    for (const one of window.connections.filter((each) => each.connectionState !== "closed")) {
        (await one.getStats()).forEach((entry) => {
            if (entry.type !== "inbound-rtp") return;
            if (entry.kind === "audio") {
                now.samples += entry.totalSamplesReceived ?? 0;
                now.concealed += (entry.concealedSamples ?? 0) - (entry.silentConcealedSamples ?? 0);
                now.delay += entry.jitterBufferDelay ?? 0;
                now.emitted += entry.jitterBufferEmittedCount ?? 0;
                now.level += entry.packetsReceived ?? 0;
            } else {
                now.frames += entry.framesDecoded ?? 0;
                now.freezes += entry.freezeCount ?? 0;
            }
        });
    }
    return now;
}"""
Counts = dict[str, float]


async def counted(page: Page) -> Counts:
    """Return the counts of a page's connections so far."""
    found: Counts = await page.evaluate(COUNT)
    return found


class Heard(NamedTuple):
    """Sound and picture of the other side during `SECONDS`: per cent, milliseconds, pictures a second, count."""

    concealed_percent: float
    delay_ms: float
    frames_a_second: float
    freezes: float


def between(before: Counts, after: Counts) -> Heard:
    """Return what happened between two counts."""
    more = {name: after[name] - before[name] for name in after}
    return Heard(
        100 * more["concealed"] / max(1, more["samples"]),
        1000 * more["delay"] / max(1, more["emitted"]),
        more["frames"] / SECONDS,
        more["freezes"],
    )


async def is_back(page: Page, before: Counts) -> None:
    """Wait until sound and pictures of the other side come again."""
    while True:
        now = await counted(page)
        restarted = now["connections"] > before["connections"]
        has_sound = now["level"] > (0 if restarted else before["level"])
        if has_sound and now["frames"] > (0 if restarted else before["frames"]):
            return
        await asyncio.sleep(POLL_S)


async def one_call(people: FacesOfPeople, agent: AgentFace, line: LossyLine, trouble: Trouble) -> dict[str, Any]:
    """Have a call on a bad line, and break the line in it."""
    line.loss, line.delay_s, line.jitter_s = 1 - (1 - trouble.loss) ** 0.5, trouble.delay_s / 2, trouble.jitter_s / 2
    citizen = await people.bring(CitizenFace)
    await citizen.page.add_init_script(f"({KEEP})()")
    await citizen.opens("/?item=MZ01")
    await citizen.page.locator(".guide h3").wait_for()
    await citizen.speaks("cmn")
    began = time.monotonic()
    number = await citizen.presses_the_button()
    await agent.hears(number)
    await agent.accepts()
    sides: tuple[Face, ...] = (citizen, agent)
    await asyncio.gather(citizen.is_in_the_call(), agent.is_in_the_call())
    found: dict[str, Any] = {"up_s": time.monotonic() - began}
    await asyncio.sleep(SETTLED_S)
    before = [await counted(side.page) for side in sides]
    await asyncio.sleep(SECONDS)
    found["heard"] = [between(old, await counted(side.page)) for old, side in zip(before, sides, strict=True)]
    usual, line.loss = line.loss, 1.0
    await asyncio.sleep(AWAY_S)
    silent = [await counted(side.page) for side in sides]
    line.loss, back = usual, time.monotonic()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(BACK_MAX_S):
            await asyncio.gather(*(is_back(side.page, old) for side, old in zip(sides, silent, strict=True)))
            found["back_s"] = time.monotonic() - back
    found["renewed"] = (await counted(citizen.page))["connections"] > silent[0]["connections"]
    line.loss = line.delay_s = line.jitter_s = 0.0
    await agent.closes("answered")
    await citizen.page.context.close()
    people.faces.remove(citizen)
    await agent.page.locator("wrap-card .button--large").click()
    await agent.page.locator(".rest--idle").wait_for()
    return found


async def measure(calls: int, troubles: tuple[Trouble, ...]) -> None:
    """Print a row for each trouble."""
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with relay(folder, allowed=here()) as coturn, lossy_line((coturn.address, coturn.port), here()) as line:
            urls = f"turn:{here()}:{line.port}?transport=udp"
            told = {"WINDOW_RELAY": "only", "WINDOW_TURN_URLS": urls, "WINDOW_TURN_SECRET": SECRET}
            async with demo(folder / "var", env=told) as product, chromium(CAMERA) as browser:
                people = FacesOfPeople(browser, product.base, product.password)
                agent = await people.bring(AgentFace)
                await agent.page.add_init_script(f"({KEEP})()")
                await agent.signs_in("s004", product.password("s004"))
                await agent.is_ready()
                for trouble in troubles:
                    found = [await one_call(people, agent, line, trouble) for _ in range(calls)]
                    rows.append(row(trouble, found))
                    print("|", " | ".join(rows[-1]), "|", flush=True)
                await people.leave()
    table(HEAD, rows)


HEAD = (
    "trouble of the whole way",
    "calls",
    "call up s",
    "sound made up: citizen, agent %",
    "its delay ms",
    "pictures a second",
    "freezes",
    "10 s of nothing, back after s",
    "new connections",
)


def row(trouble: Trouble, found: list[dict[str, Any]]) -> tuple[str, ...]:
    """Return the medians of a trouble's calls."""

    def both(field: str) -> str:
        sides = ([getattr(call["heard"][side], field) for call in found] for side in (0, 1))
        return ", ".join(f"{statistics.median(side):.1f}" for side in sides)

    back = [call["back_s"] for call in found if "back_s" in call]
    told = f"{statistics.median(back):.1f}, most {max(back):.1f}" if back else "-"
    never = len(found) - len(back)
    return (
        trouble.name,
        str(len(found)),
        f"{statistics.median(call['up_s'] for call in found):.1f}",
        both("concealed_percent"),
        both("delay_ms"),
        both("frames_a_second"),
        both("freezes"),
        told + (f"; {never} not within {BACK_MAX_S:.0f}" if never else ""),
        str(sum(bool(call["renewed"]) for call in found)),
    )


def main() -> None:
    """Read how many calls."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="one call, no trouble and the first one")
    chosen = parser.parse_args()
    asyncio.run(measure(1 if chosen.quick else chosen.calls, TROUBLES[:2] if chosen.quick else TROUBLES))


if __name__ == "__main__":
    main()
