"""Keeps the media of one call alive: answers every offer, opens the next epoch when one is dead."""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Final

from booth_client.client import Client
from booth_client.media import Capture, CapturedTrack
from booth_client.peer import NegotiationError, Peer, Watcher
from protocol.commands import Candidate, Description, MediaReady, MediaRestart, MediaState, MediaUp
from protocol.frames import ServerFrame
from protocol.participants import SEAT
from protocol.views import Slot
from runtime.lifecycle import Tasks

OFFER_LIMIT_S: Final = 2.0
"""No offer within this: our `media_ready` was lost with a page, say it again."""
SILENCE_LIMIT_S: Final = 3.0
"""No frame for this long: aioice itself would need half a minute to notice."""
CONNECT_LIMIT_S: Final = 8.0
RENEW_PAUSE_S: Final = 5.0
LOOK_S: Final = 0.5
FRAMES_MAX: Final = 512


class MediaLeg:
    """The booth's half of a call's media. It only answers; a dead connection is replaced, never restarted."""

    def __init__(
        self, client: Client, captures: Mapping[Slot, Capture], say: Callable[[str], None], watch: Watcher | None = None
    ) -> None:
        self._client = client
        self._captures = captures
        self._say = say
        self._watch = watch
        self._inbox: asyncio.Queue[Description | Candidate] = asyncio.Queue(FRAMES_MAX)
        self._early: list[Candidate] = []
        self._remote_on: dict[Slot, bool] = {}
        self._tasks = Tasks()
        self._asked_s = time.monotonic()
        self.peer: Peer | None = None
        self.epoch = 0
        self.seen: dict[Slot, int] = {}

    async def start(self) -> None:
        """Tell the seat that we can answer, and watch from now on."""
        self._client.listeners.append(self._receive)
        _ = self._tasks.start("media-inbox", self._work())
        _ = self._tasks.start("media-watchdog", self._look())
        await self._call()

    async def close(self) -> None:
        """End the connection and the watching; the captures belong to somebody else."""
        if self._receive in self._client.listeners:
            self._client.listeners.remove(self._receive)
        await self._tasks.close()
        await self._drop()

    def _receive(self, frame: ServerFrame) -> None:
        match frame:
            case Description(from_=sender, kind="offer") | Candidate(from_=sender) if sender == SEAT:
                if not self._inbox.full():
                    self._inbox.put_nowait(frame)
            case MediaState(from_=sender, slot=slot, on=on) if sender == SEAT:
                self._remote_on[slot] = on
            case _:
                pass

    async def _work(self) -> None:
        while True:
            frame = await self._inbox.get()
            if isinstance(frame, Candidate):
                await self._candidate(frame)
            elif frame.epoch > self.epoch:
                await self._answer(frame)
            elif frame.epoch == self.epoch:  # an ICE restart, which aiortc cannot do
                await self._renew()

    async def _candidate(self, candidate: Candidate) -> None:
        """Give a candidate to its epoch's connection; those that come before their offer wait for it."""
        if self.peer is not None and candidate.epoch == self.epoch:
            await self.peer.add_candidate(candidate)
        elif candidate.epoch > self.epoch and len(self._early) < FRAMES_MAX:
            self._early.append(candidate)

    async def _answer(self, offer: Description) -> None:
        await self._drop()
        began_s = self._asked_s = time.monotonic()
        self.epoch = offer.epoch
        tracks: dict[Slot, CapturedTrack] = {slot: capture.track() for slot, capture in self._captures.items()}
        ice = self._client.ice
        self.peer = peer = Peer(ice.ice_servers, tracks, self._watch, relay_only=ice.ice_policy == "relay")
        early, self._early = self._early, []
        for candidate in early:
            await self._candidate(candidate)
        try:
            sdp = await peer.answer(offer.sdp)
        except NegotiationError as error:
            self._say(f"media: the offer cannot be answered: {error}")
            return
        channel = self._client.channel
        await channel.send(Description(to=SEAT, epoch=self.epoch, kind="answer", sdp=sdp))
        await channel.send(Candidate(to=SEAT, epoch=self.epoch, candidate=""))  # all of ours are in the answer
        for slot in Slot:
            await channel.send(MediaState(to=SEAT, slot=slot, on=slot in tracks))
        _ = self._tasks.start("media-up", self._up(peer, self.epoch, began_s))

    async def _up(self, peer: Peer, epoch: int, began_s: float) -> None:
        await peer.first_frame.wait()
        after_ms = round((time.monotonic() - began_s) * 1000)
        self._say(f"media: connected, first frame after {after_ms} ms (epoch {epoch})")
        channel = self._client.channel
        await channel.ask(MediaUp(id=channel.new_id(), of=SEAT, epoch=epoch, after_ms=after_ms))

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            now_s = time.monotonic()
            if self.peer is None:
                if now_s - self._asked_s > OFFER_LIMIT_S:
                    await self._call()
            elif self._is_dead(self.peer, now_s) and now_s - self._asked_s > RENEW_PAUSE_S:
                await self._renew()

    def _is_dead(self, peer: Peer, now_s: float) -> bool:
        if not peer.first_frame.is_set():
            return peer.state == "failed" or now_s - self._asked_s > CONNECT_LIMIT_S
        hears_nobody = bool(self._remote_on) and not any(self._remote_on.values())
        return peer.state in {"failed", "closed"} or (now_s - peer.last_frame_s > SILENCE_LIMIT_S and not hears_nobody)

    async def _call(self) -> None:
        self._asked_s = time.monotonic()
        await self._client.channel.send(MediaReady(to=SEAT, epoch=self.epoch))

    async def _renew(self) -> None:
        """Ask the seat for a new connection with the next epoch."""
        self._asked_s = time.monotonic()
        self._say(f"media: no frames, asking for a new connection (after epoch {self.epoch})")
        await self._client.channel.send(MediaRestart(to=SEAT, epoch=self.epoch, renew=True))

    async def _drop(self) -> None:
        peer, self.peer = self.peer, None
        if peer is not None:
            for slot, count in peer.frames.items():
                self.seen[slot] = self.seen.get(slot, 0) + count
            await peer.close()
