"""The booth's camera, microphone and papers with FFmpeg, and its peer with another real one."""

import asyncio
import io
from pathlib import Path

import av
import pytest

from booth_client.media import Capture
from booth_client.peer import NegotiationError, Peer
from booth_client.sources import Source, SourceError, camera_pattern, document_pattern, tone
from booth_client.still import DocumentCamera, grab
from protocol.commands import Candidate
from protocol.views import Slot
from tests.support.patience import PATIENCE_S
from tests.support.seat_peer import SeatPeer


async def test_two_peers_see_and_hear_each_other():
    microphone, camera = Capture("audio", tone()), Capture("video", camera_pattern())
    seat = SeatPeer()
    booth = Peer([], {Slot.MICROPHONE: microphone.track(), Slot.CAMERA: camera.track()})
    try:
        answer = await booth.answer(await seat.offer())
        assert answer.count("a=sendrecv") == 4
        await booth.add_candidate(Candidate(to="seat", epoch=1, candidate=""))
        await seat.take_answer(answer)
        await seat.hears(Slot.MICROPHONE, Slot.CAMERA)
        async with asyncio.timeout(PATIENCE_S):
            await booth.first_frame.wait()
        assert seat.sizes[Slot.CAMERA] == (640, 360)
        assert seat.frames[Slot.DOCUMENT_CAMERA] == seat.frames[Slot.SCREEN] == 0
    finally:
        await booth.close()
        await seat.close()
        await microphone.close()
        await camera.close()


async def test_the_document_camera_goes_into_its_own_slot():
    camera, papers = Capture("video", camera_pattern("320x180", 10)), Capture("video", camera_pattern("640x480", 5))
    seat = SeatPeer()
    booth = Peer([], {Slot.DOCUMENT_CAMERA: papers.track(), Slot.CAMERA: camera.track()})
    try:
        await seat.take_answer(await booth.answer(await seat.offer()))
        await seat.hears(Slot.CAMERA, Slot.DOCUMENT_CAMERA, frames=2)
        assert seat.sizes == {Slot.CAMERA: (320, 180), Slot.DOCUMENT_CAMERA: (640, 480)}
    finally:
        await booth.close()
        await seat.close()
        await camera.close()
        await papers.close()


async def test_candidates_that_come_before_the_offer_wait_for_it():
    seat, booth = SeatPeer(), Peer([], {})
    try:
        await booth.add_candidate(
            Candidate(to="seat", epoch=1, candidate="candidate:1 1 udp 1 203.0.113.9 9 typ host", mid="0")
        )
        await booth.add_candidate(Candidate(to="seat", epoch=1, candidate="nonsense", mid="0"))
        await seat.take_answer(await booth.answer(await seat.offer()))
        async with asyncio.timeout(PATIENCE_S):
            await booth.first_frame.wait()
    finally:
        await booth.close()
        await seat.close()


async def test_an_offer_that_makes_no_sense_is_refused():
    booth = Peer([], {})
    try:
        with pytest.raises(NegotiationError):
            await booth.answer("v=0\r\nm=video nonsense\r\n")
    finally:
        await booth.close()


async def test_closing_a_capture_does_not_wait_for_its_source():
    capture = Capture("video", Source("color=size=64x64:rate=1/30", "lavfi"))  # the next picture is 30 s away
    track = capture.track()
    await track.recv()
    async with asyncio.timeout(PATIENCE_S):
        await capture.close()


async def test_a_file_is_played_again_and_again(tmp_path: Path):
    path = tmp_path / "paper.jpg"
    path.write_bytes(await asyncio.to_thread(grab, camera_pattern("64x48", 5)))
    capture = Capture("video", Source.parse("video", str(path)))
    track = capture.track()
    try:
        async with asyncio.timeout(PATIENCE_S):
            times = [(await track.recv()).pts or 0 for _ in range(3)]
        assert times == sorted(set(times))
    finally:
        await capture.close()


async def test_a_still_has_the_full_resolution():
    picture = await DocumentCamera(document_pattern()).still()
    assert picture.startswith(b"\xff\xd8\xff")
    with av.open(io.BytesIO(picture)) as container:
        assert (container.streams.video[0].width, container.streams.video[0].height) == (1920, 1080)


async def test_a_jpeg_that_the_camera_made_itself_stays_untouched(tmp_path: Path):
    path = tmp_path / "paper.jpg"
    path.write_bytes(await asyncio.to_thread(grab, document_pattern()))
    assert await DocumentCamera(Source(str(path))).still() == path.read_bytes()


@pytest.mark.parametrize("name", ["nothing-there.mp4", "text.txt"])
async def test_a_camera_that_gives_nothing_says_so(tmp_path: Path, name: str):
    (tmp_path / "text.txt").write_text("no picture at all")
    with pytest.raises(SourceError):
        await DocumentCamera(Source(str(tmp_path / name))).still()
