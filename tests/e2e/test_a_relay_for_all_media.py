"""An installation that lets media pass the relay alone: two real browsers and coturn as it is shipped."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from tests.support.demo import RunningDemo, demo
from tests.support.faces import AgentFace, CitizenFace, FacesOfPeople
from tests.support.patience import until
from tests.support.relay import SECRET, Relay, here, relay

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

KEEPS_ITS_CONNECTIONS = """() => {
    window.connections = [];
    const Own = window.RTCPeerConnection;
    window.RTCPeerConnection = class extends Own {
        constructor(...given) {
            super(...given);
            window.connections.push(this);
        }
    };
}"""
STATISTICS = """async () => {
    const found = { local: [], remote: [], pairs: [], policies: [], frames: 0 };
    for (const one of window.connections.filter((each) => each.connectionState === "connected")) {
        found.policies.push(one.getConfiguration().iceTransportPolicy);
        const all = new Map();
        (await one.getStats()).forEach((entry) => all.set(entry.id, entry));
        for (const entry of all.values()) {
            if (entry.type === "local-candidate") found.local.push(entry.candidateType);
            if (entry.type === "remote-candidate") found.remote.push(entry.candidateType);
            if (entry.type === "inbound-rtp" && entry.kind === "video") found.frames += entry.framesDecoded ?? 0;
            if (entry.type === "candidate-pair" && entry.nominated && entry.state === "succeeded") {
                found.pairs.push([all.get(entry.localCandidateId), all.get(entry.remoteCandidateId)].map(
                    (side) => `${side.candidateType} ${side.address}`));
            }
        }
    }
    return found.frames && found.pairs.length ? found : null;
}"""


@pytest_asyncio.fixture
async def coturn(tmp_path: Path) -> AsyncIterator[Relay]:
    """The shipped relay, whose relayed ports stand at an address that is allowed, as the operator's page says."""
    async with relay(tmp_path, allowed=here()) as running:
        yield running


@pytest_asyncio.fixture
async def product(tmp_path: Path, coturn: Relay) -> AsyncIterator[RunningDemo]:
    """The product set to let media pass the relay alone."""
    told = {"WINDOW_RELAY": "only", "WINDOW_TURN_URLS": coturn.url, "WINDOW_TURN_SECRET": SECRET}
    async with demo(tmp_path / "var", env=told) as running:
        yield running


async def comes_from(page: Page) -> dict[str, set[str]]:
    """Return what a page's connections know of either side and what they use, once pictures come through them."""
    found: dict[str, Any] = await until(lambda: page.evaluate(STATISTICS))
    return {
        "kinds": {*found["local"], *found["remote"]},
        "used": {side for pair in found["pairs"] for side in pair},
        "policies": set(found["policies"]),
    }


async def test_a_call_through_the_relay_alone_shows_neither_side_an_address_of_the_other(
    browser: Browser, product: RunningDemo, coturn: Relay
) -> None:
    people = FacesOfPeople(browser, product.base, product.password)
    agent, citizen = await people.bring(AgentFace), await people.bring(CitizenFace)
    for face in (agent, citizen):
        await face.page.add_init_script(f"({KEEPS_ITS_CONNECTIONS})()")
    await agent.signs_in("s004", product.password("s004"))
    await agent.is_ready()
    await citizen.opens()
    await citizen.finds("lrk", "senior citizen")
    await citizen.asks_for("handle")
    await agent.hears(await citizen.presses_the_button())
    await agent.accepts()
    for face in (agent, citizen):
        await face.is_in_the_call()
    for face in (agent, citizen):
        told = await comes_from(face.page)
        assert told == {"kinds": {"relay"}, "used": {f"relay {here()}"}, "policies": {"relay"}}
    await citizen.page.reload()  # a new page gets credentials of its own and comes back by the relay too
    for face in (citizen, agent):
        await face.is_in_the_call()
        assert (await comes_from(face.page))["kinds"] == {"relay"}
    await agent.closes("answered")
    _ = await citizen.receipt()
    await people.leave()
    assert coturn.log.read_text(errors="replace").count("ALLOCATE processed, success") >= 4
