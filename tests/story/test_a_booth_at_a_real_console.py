"""The native booth with an agent at the seat console in a real Chromium."""

import asyncio
from pathlib import Path

import pytest

from booth_client.http_api import new_session
from booth_client.native import NativeBooth, Visit
from booth_client.sources import Source, camera_pattern
from protocol.views import Slot
from tests.support.browser import chromium
from tests.support.faces import AgentFace, FacesOfPeople
from tests.support.installed import PASSWORD
from tests.support.patience import PATIENCE_S
from tests.support.seat_peer import sees_and_hears
from tests.support.window import Window


@pytest.mark.browser
@pytest.mark.timeout(120)
async def test_a_booth_talks_to_an_agent_in_a_browser(sqlite_window: Window, tmp_path: Path, paper_jpeg: bytes):
    (tmp_path / "paper.jpg").write_bytes(paper_jpeg)
    visit = Visit(
        item="MZ01",
        site="HD-TB",
        video=camera_pattern("320x240", 10),
        document_camera=Source(str(tmp_path / "paper.jpg")),
        rate=5,
    )
    lines: list[str] = []
    async with chromium() as browser, new_session() as http:
        people = FacesOfPeople(browser, sqlite_window.address.base)
        agent = await people.bring(AgentFace)
        await agent.signs_in("s004", PASSWORD)
        await agent.is_ready()
        booth = NativeBooth(http, sqlite_window.address, visit, lines.append)
        visiting = asyncio.create_task(booth.run())
        try:
            await booth.citizen.until(lambda: booth.citizen.ticket)
            assert booth.citizen.ticket is not None
            await agent.hears(booth.citizen.ticket.about.number)
            await agent.accepts()
            await agent.is_in_the_call()
            await sees_and_hears(booth)
            await agent.asks_for_a_still("Identity card")
            await agent.sees_document("still-")  # and the local time of its taking
            await agent.closes("answered")
            async with asyncio.timeout(PATIENCE_S):
                result = await visiting
        finally:
            visiting.cancel()
            await asyncio.gather(visiting, return_exceptions=True)
    assert result.outcome == "answered"
    assert min(result.frames[Slot.MICROPHONE], result.frames[Slot.CAMERA]) > 0
    assert f"still sent: {len(paper_jpeg)} bytes" in lines
    assert lines[-1] == f"receipt {result.receipt}"
