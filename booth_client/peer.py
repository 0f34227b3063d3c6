"""The booth's end of the media: an aiortc connection that only answers, one for each epoch."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Final

from aiortc import (
    MediaStreamTrack,
    RTCBundlePolicy,
    RTCConfiguration,
    RTCIceServer,
    RTCIceTransportPolicy,
    RTCPeerConnection,
    RTCRtpTransceiver,
    RTCSessionDescription,
)
from aiortc.exceptions import InternalError, InvalidAccessError, InvalidStateError, OperationError
from aiortc.mediastreams import MediaStreamError
from aiortc.sdp import candidate_from_sdp
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame

from protocol.commands import Candidate
from protocol.frames import IceServer
from protocol.views import Slot
from runtime.lifecycle import Tasks, undisturbed

SLOTS: Final = (Slot.MICROPHONE, Slot.CAMERA, Slot.DOCUMENT_CAMERA, Slot.SCREEN)
CANDIDATES_MAX: Final = 256
CLOSE_LIMIT_S: Final = 5.0
ANSWER_LIMIT_S: Final = 15.0

UNANSWERABLE: Final = (
    *(InternalError, InvalidAccessError, InvalidStateError, OperationError),
    *(ValueError, AssertionError, LookupError, AttributeError, TypeError),
)
"""Errors that aiortc raises for an offer it refuses; its parser has none of its own for a malformed one."""

Watcher = Callable[[Slot, AudioFrame | VideoFrame], None]


class NegotiationError(Exception):
    """The offer cannot be answered; the message says why, in aiortc's words."""


class Peer:
    """One RTCPeerConnection: attaches our tracks to the offered slots and watches every frame of the other side."""

    def __init__(
        self,
        ice_servers: Sequence[IceServer],
        tracks: Mapping[Slot, MediaStreamTrack],
        watch: Watcher | None = None,
        *,
        relay_only: bool = False,
    ) -> None:
        # Without a list aiortc would ask a public STUN server that is not ours. With its usual bundling the second and
        # third video slots stay on a transport that it stops: they would never send.
        self._connection = RTCPeerConnection(
            RTCConfiguration(
                iceServers=chosen(ice_servers),
                bundlePolicy=RTCBundlePolicy.MAX_BUNDLE,
                iceTransportPolicy=RTCIceTransportPolicy.RELAY if relay_only else RTCIceTransportPolicy.ALL,
            )
        )
        self._tracks = tracks
        self._watch = watch
        self._early: list[Candidate] = []
        self._tasks = Tasks()
        self._has_offer = False
        self.frames: dict[Slot, int] = dict.fromkeys(SLOTS, 0)
        self.last_frame_s = time.monotonic()
        self.first_frame = asyncio.Event()

    @property
    def state(self) -> str:
        """The connection's state, as W3C names it."""
        return self._connection.connectionState

    async def answer(self, sdp: str) -> str:
        """Take the offer, attach the tracks in the order of its m-lines, return the answer with all candidates.

        Raises:
            NegotiationError: the offer is not one that can be answered.
        """
        try:
            async with asyncio.timeout(ANSWER_LIMIT_S):
                await self._connection.setRemoteDescription(RTCSessionDescription(sdp=sdp, type="offer"))
                self._has_offer = True
                for slot, transceiver in zip(SLOTS, self._connection.getTransceivers(), strict=False):
                    self._attach(slot, transceiver)
                await self._connection.setLocalDescription(await self._connection.createAnswer())
                for candidate in self._early:
                    await self._add(candidate)
        except UNANSWERABLE as error:
            raise NegotiationError(str(error) or type(error).__name__) from error
        except TimeoutError:
            raise NegotiationError("no answer in time") from None
        self._early.clear()
        return self._connection.localDescription.sdp

    async def add_candidate(self, candidate: Candidate) -> None:
        """Take a candidate of the other side; before the offer it waits."""
        if self._has_offer and not self._early:
            await self._add(candidate)
        elif len(self._early) < CANDIDATES_MAX:
            self._early.append(candidate)

    async def close(self) -> None:
        """End the connection and everything that reads from it; our captures go on.

        Even when the caller is cancelled meanwhile: half closed, it would keep its sockets for good.
        """
        await undisturbed(self._close(), 2 * CLOSE_LIMIT_S)

    async def _close(self) -> None:
        await self._tasks.close()
        for track in self._tracks.values():
            track.stop()
        await close_connection(self._connection)

    def _attach(self, slot: Slot, transceiver: RTCRtpTransceiver) -> None:
        transceiver.direction = "sendrecv"  # an empty slot too: turning it on later needs no SDP
        track = self._tracks.get(slot)
        if track is not None and track.kind == transceiver.kind:
            transceiver.sender.replaceTrack(track)
        if transceiver.receiver.track is not None:
            _ = self._tasks.start(f"consume-{slot}", self._consume(slot, transceiver.receiver.track))

    async def _consume(self, slot: Slot, track: MediaStreamTrack) -> None:
        """Read every frame: aiortc's queues have no bound, so an unread track would grow for ever."""
        with suppress(MediaStreamError):
            while True:
                frame = await track.recv()
                if not isinstance(frame, AudioFrame | VideoFrame):
                    continue
                self.frames[slot] += 1
                self.last_frame_s = time.monotonic()
                self.first_frame.set()
                if self._watch is not None:
                    self._watch(slot, frame)

    async def _add(self, candidate: Candidate) -> None:
        if not candidate.candidate:
            await self._connection.addIceCandidate(None)
            return
        with suppress(AssertionError, ValueError, IndexError):  # a kind of candidate that aiortc cannot read
            parsed = candidate_from_sdp(candidate.candidate.removeprefix("candidate:"))
            parsed.sdpMid, parsed.sdpMLineIndex = candidate.mid or None, candidate.line
            await self._connection.addIceCandidate(parsed)


async def close_connection(connection: RTCPeerConnection) -> None:
    """Close an aiortc connection, even with stuck senders and receivers, and its transports' sockets."""
    with suppress(TimeoutError):
        async with asyncio.timeout(CLOSE_LIMIT_S):
            await connection.close()
    for transceiver in connection.getTransceivers():
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_LIMIT_S):
                await transceiver.receiver.transport.transport.stop()


def chosen(servers: Sequence[IceServer]) -> list[RTCIceServer]:
    """Return one STUN and one TURN server, UDP before TCP before TLS: aiortc honours the first of each only."""
    urls = [(url, server) for server in servers for url in server.urls]
    stun = [pair for pair in urls if pair[0].startswith("stun:")]
    turn = sorted((pair for pair in urls if pair[0].startswith("turn")), key=_preference)
    return [
        RTCIceServer(urls=[url], username=server.username or None, credential=server.credential or None)
        for url, server in (*stun[:1], *turn[:1])
    ]


def _preference(pair: tuple[str, IceServer]) -> int:
    url, _ = pair
    if url.startswith("turns:"):
        return 2
    return 1 if "transport=tcp" in url else 0
