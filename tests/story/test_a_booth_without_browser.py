"""The native booth with a real seat at the other end: picture and sound both ways, a still, the end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from booth_client.native import NativeBooth, Result, Visit
from booth_client.simulated_seat import SeatClient
from booth_client.sources import Source, camera_pattern
from protocol.states import SessionState
from protocol.views import DocumentView, Purpose, Slot
from tests.support.patience import PATIENCE_S, until
from tests.support.seat_peer import SeatMedia, sees_and_hears
from tests.support.window import Window

VISIT = Visit(item="MZ01", site="HD-TB", video=camera_pattern("320x240", 10), rate=5)


@asynccontextmanager
async def call(window: Window, visit: Visit) -> AsyncIterator[tuple[SeatClient, SeatMedia, "Booth"]]:
    """Bring a booth and a seat into a session with media."""
    seat = await window.seat("s004")
    media, booth = SeatMedia(seat), Booth(window, visit)
    try:
        await booth.start()
        reservation = await seat.until(lambda: seat.ringing)
        await seat.accept(reservation)
        yield seat, media, booth
    finally:
        await booth.stop()
        await media.close()


class Booth:
    """A native booth that runs beside the story; what it said is in `lines`."""

    def __init__(self, window: Window, visit: Visit) -> None:
        self._window = window
        self._visit = visit
        self.lines: list[str] = []
        self.task: asyncio.Task[Result] | None = None
        self.native: NativeBooth | None = None

    async def start(self) -> None:
        http = await self._window.http()
        self.native = NativeBooth(http, self._window.address, self._visit, self.lines.append)
        self.task = asyncio.create_task(self.native.run())

    async def result(self) -> Result:
        assert self.task is not None
        async with asyncio.timeout(PATIENCE_S):
            return await self.task

    async def stop(self) -> None:
        if self.task is not None:
            self.task.cancel()
            await asyncio.gather(self.task, return_exceptions=True)


async def answered(media: SeatMedia, epoch: int = 1) -> None:
    _ = await until(lambda: media.epoch >= epoch and media.answered.is_set())


async def test_a_visit_with_picture_and_sound_both_ways(sqlite_window: Window):
    async with call(sqlite_window, VISIT) as (seat, media, booth):
        await answered(media)
        assert media.peer is not None
        await media.peer.hears(Slot.MICROPHONE, Slot.CAMERA)
        assert booth.native is not None
        await sees_and_hears(booth.native)
        await seat.media_up(media.epoch)
        await seat.until(lambda: seat.session and seat.session.state is SessionState.ACTIVE)
        await seat.close("answered")
        result = await booth.result()
    assert result.outcome == "answered"
    assert result.frames[Slot.MICROPHONE] > 0
    assert result.frames[Slot.CAMERA] > 0
    said = "\n".join(booth.lines)
    for word in ("ticket MZ", "in session with", "media: connected", "closed: answered", f"receipt {result.receipt}"):
        assert word in said


async def test_what_was_not_agreed_to_is_not_opened_and_the_agent_is_told(sqlite_window: Window):
    visit = Visit(item="MZ01", video=camera_pattern("320x240", 10), picture=False)
    async with call(sqlite_window, visit) as (seat, media, booth):
        await answered(media)
        await seat.until(lambda: seat.session and len(seat.session.consents) == 3)
        assert seat.session is not None
        said = {one.kind.value: one.given for one in seat.session.consents}
        assert said == {"service": True, "sound": True, "picture": False}
        assert "" not in {one.version for one in seat.session.consents}
        assert media.peer is not None
        await media.peer.hears(Slot.MICROPHONE)
        assert media.peer.frames[Slot.CAMERA] == 0
        await seat.close("answered")
        await booth.result()
    assert any("agreed to microphone" in line and "camera" not in line for line in booth.lines)


async def test_a_still_arrives_as_the_camera_made_it(sqlite_window: Window, tmp_path: Path, paper_jpeg: bytes):
    (tmp_path / "paper.jpg").write_bytes(paper_jpeg)
    papers = Source(str(tmp_path / "paper.jpg"))
    async with call(sqlite_window, Visit(item="MZ01", document_camera=papers)) as (seat, media, _):
        await answered(media)
        await seat.request_still("idcard")

        def arrived() -> DocumentView | None:
            view = seat.session
            return view.documents[0] if view and view.documents else None

        still = await seat.until(arrived)
        assert (still.purpose, still.material, still.bytes) == (Purpose.STILL, "idcard", len(paper_jpeg))
        async with seat.http.get(sqlite_window.address.to(f"/api/documents/{still.document}")) as answer:
            assert await answer.read() == paper_jpeg
        await seat.until(lambda: all(seat.conversation.stills.values()))
        await seat.close("answered")


async def test_a_document_camera_that_gives_no_picture_is_told(sqlite_window: Window, tmp_path: Path):
    papers = Source(str(tmp_path / "unplugged"))
    async with call(sqlite_window, Visit(item="MZ01", document_camera=papers)) as (seat, media, _):
        await answered(media)
        await seat.request_still()
        await seat.until(lambda: [one for one in seat.conversation.stills.values() if one])
        (failed,) = seat.conversation.stills.values()
        assert failed is not None
        assert (failed.document, failed.why) == ("", "NotReadableError")
        await seat.close("interrupted")


async def test_a_dead_connection_is_replaced_by_the_next_epoch(sqlite_window: Window):
    async with call(sqlite_window, VISIT) as (seat, media, booth):
        await answered(media)
        assert media.peer is not None
        await media.peer.hears(Slot.CAMERA)
        await media.peer.connection.close()  # as when the seat's line dies: no goodbye on the media path
        await answered(media, epoch=2)
        await media.peer.hears(Slot.CAMERA)
        assert media.epoch == 2
        await seat.close("answered")
        assert (await booth.result()).outcome == "answered"


async def test_a_booth_that_is_switched_off_leaves_the_queue(sqlite_window: Window):
    seat = await sqlite_window.seat("s004")
    booth = Booth(sqlite_window, VISIT)
    await booth.start()
    await seat.until(lambda: seat.ringing)
    await booth.stop()
    await seat.until(lambda: seat.ringing is None)
    assert "left the queue" in booth.lines


async def test_a_booth_that_is_switched_off_in_a_call_says_goodbye(sqlite_window: Window):
    async with call(sqlite_window, VISIT) as (seat, media, booth):
        await answered(media)
        await booth.stop()
        await seat.until(lambda: seat.conversation.hung_up)
        await seat.close("abandoned")
