"""A seat's end of the media with aiortc: it offers the four slots, as the seat's page does."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from aiortc import RTCBundlePolicy, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av.video.frame import VideoFrame

from booth_client.media import Capture
from booth_client.native import NativeBooth
from booth_client.peer import SLOTS, close_connection
from booth_client.simulated_seat import SeatClient
from booth_client.sources import camera_pattern, tone
from protocol.commands import Candidate, Description, MediaReady, MediaRestart
from protocol.frames import ServerFrame
from protocol.participants import CITIZEN
from protocol.views import Slot
from runtime.lifecycle import undisturbed
from tests.support.patience import PATIENCE_S, until


class SeatPeer:
    """One offering connection with a moving picture and a tone, counting what it decodes."""

    def __init__(self) -> None:
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
        self.captures = (Capture("audio", tone(300)), Capture("video", camera_pattern("320x240", 10)))
        for capture in self.captures:
            self.connection.addTransceiver(capture.track(), direction="sendrecv")
        for _ in (Slot.DOCUMENT_CAMERA, Slot.SCREEN):
            self.connection.addTransceiver("video", direction="sendrecv")
        self.frames = dict.fromkeys(SLOTS, 0)
        self.sizes: dict[Slot, tuple[int, int]] = {}
        self._watchers: list[asyncio.Event] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def offer(self) -> str:
        await self.connection.setLocalDescription(await self.connection.createOffer())
        return self.connection.localDescription.sdp

    async def take_answer(self, sdp: str) -> None:
        await self.connection.setRemoteDescription(RTCSessionDescription(sdp, "answer"))
        for slot, transceiver in zip(SLOTS, self.connection.getTransceivers(), strict=True):
            if transceiver.receiver.track is not None:
                self._tasks.append(asyncio.create_task(self._count(slot, transceiver.receiver.track)))

    async def until(self, fact: Callable[[], bool], limit_s: float = PATIENCE_S) -> None:
        """Wait until `fact` is true, looking after every decoded frame."""
        async with asyncio.timeout(limit_s):
            while not fact():
                event = asyncio.Event()
                self._watchers.append(event)
                await event.wait()

    async def hears(self, *slots: Slot, frames: int = 5) -> None:
        await self.until(lambda: all(self.frames[slot] >= frames for slot in slots))

    async def close(self) -> None:
        await undisturbed(self._close(), 10)

    async def _close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await close_connection(self.connection)
        for capture in self.captures:
            await capture.close()

    async def _count(self, slot: Slot, track: MediaStreamTrack) -> None:
        with suppress(MediaStreamError):
            while True:
                frame = await track.recv()
                self.frames[slot] += 1
                if isinstance(frame, VideoFrame):
                    self.sizes[slot] = (frame.width, frame.height)
                watchers, self._watchers = self._watchers, []
                for watcher in watchers:
                    watcher.set()


async def sees_and_hears(booth: NativeBooth) -> None:
    """Wait until the booth has decoded the agent's picture and voice."""
    slots = (Slot.MICROPHONE, Slot.CAMERA)
    _ = await until(lambda: booth.leg.peer and all(booth.leg.peer.frames[slot] for slot in slots))


class SeatMedia:
    """Does for a seat at the wire what its page does: an offer for each epoch, answers and candidates taken in."""

    def __init__(self, seat: SeatClient) -> None:
        self._seat = seat
        self._inbox: asyncio.Queue[ServerFrame] = asyncio.Queue(512)
        self._task = asyncio.create_task(self._work())
        self.peer: SeatPeer | None = None
        self.epoch = 0
        self.answered = asyncio.Event()
        seat.listeners.append(self._receive)

    def _receive(self, frame: ServerFrame) -> None:
        if isinstance(frame, MediaReady | MediaRestart | Description):
            self._inbox.put_nowait(frame)

    async def _work(self) -> None:
        while True:
            frame = await self._inbox.get()
            if isinstance(frame, Description):
                if frame.epoch == self.epoch and self.peer is not None:
                    await self.peer.take_answer(frame.sdp)
                    self.answered.set()
            else:
                await self._offer()

    async def _offer(self) -> None:
        if self.peer is not None:
            await self.peer.close()
        self.answered.clear()
        self.epoch += 1
        self.peer = SeatPeer()
        sdp = await self.peer.offer()
        await self._seat.channel.send(Description(to=CITIZEN, epoch=self.epoch, kind="offer", sdp=sdp))
        await self._seat.channel.send(Candidate(to=CITIZEN, epoch=self.epoch, candidate=""))

    async def close(self) -> None:
        self._seat.listeners.remove(self._receive)
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        if self.peer is not None:
            await self.peer.close()
