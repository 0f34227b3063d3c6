"""Captures video and sound in a thread of its own and hands only the newest frames to the loop."""

import asyncio
import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Final

import av
from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError
from av.audio.frame import AudioFrame
from av.container import InputContainer
from av.video.frame import VideoFrame

from booth_client.sources import SAMPLE_RATE, Kind, Source, SourceError

FRAME_SAMPLES: Final = SAMPLE_RATE // 50
CLOCK_RATE: Final = 90_000
KEPT: Final = {"audio": 10, "video": 1}
"""Frames kept for a sender that is slow: sound needs each 20 ms, of pictures only the newest counts."""
JOIN_LIMIT_S: Final = 2.0
PAUSE_MAX_S: Final = 1.0


class CapturedTrack(MediaStreamTrack):
    """One connection's view of a capture; a new connection takes a new one, as a sender stops its track for good."""

    def __init__(self, kind: Kind, leave: Callable[["CapturedTrack"], None]) -> None:
        super().__init__()
        self.kind = kind
        self._leave = leave
        self._frames: deque[AudioFrame | VideoFrame] = deque(maxlen=KEPT[kind])
        self._arrived = asyncio.Event()

    def put(self, frame: AudioFrame | VideoFrame) -> None:
        """Add a frame; the oldest gives way."""
        self._frames.append(frame)
        self._arrived.set()

    async def recv(self) -> AudioFrame | VideoFrame:
        """Return the next frame.

        Raises:
            MediaStreamError: the track was stopped.
        """
        while not self._frames:
            if self.readyState != "live":
                raise MediaStreamError
            self._arrived.clear()
            await self._arrived.wait()
        return self._frames.popleft()

    def stop(self) -> None:
        """End this view; the capture goes on for others."""
        super().stop()
        self._leave(self)
        self._arrived.set()


class Capture:
    """Reads one source while anybody has a track of it; `close` never blocks the loop, even if a device hangs."""

    def __init__(self, kind: Kind, source: Source) -> None:
        self.kind: Kind = kind
        self.source = source
        self.latest: AudioFrame | VideoFrame | None = None
        self.failure: str = ""
        self._loop = asyncio.get_running_loop()
        self._tracks: set[CapturedTrack] = set()
        self._quit = threading.Event()
        self._thread: threading.Thread | None = None

    def track(self) -> CapturedTrack:
        """Return a new view of this capture, starting it if it rests."""
        track = CapturedTrack(self.kind, self._tracks.discard)
        self._tracks.add(track)
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name=f"capture-{self.kind}", daemon=True)
            self._thread.start()
        return track

    async def close(self) -> None:
        """Stop all tracks and the thread."""
        for track in list(self._tracks):
            track.stop()
        self._quit.set()
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join, JOIN_LIMIT_S)

    def _work(self) -> None:
        try:
            frames = self._audio() if self.kind == "audio" else self._video()
            for frame in frames:
                self._loop.call_soon_threadsafe(self._deliver, frame)
        except (SourceError, OSError, ValueError) as error:
            self.failure = str(error)
        except RuntimeError:  # the loop is closed: nobody is left to deliver to
            return

    def _deliver(self, frame: AudioFrame | VideoFrame) -> None:
        self.latest = frame
        for track in self._tracks:
            track.put(frame)

    def _video(self) -> Iterator[VideoFrame]:
        began = time.monotonic()
        for frame, due_s in self._paced():
            assert isinstance(frame, VideoFrame)
            picture = frame if frame.format.name == "yuv420p" else frame.reformat(format="yuv420p")
            at_s = time.monotonic() - began if self.source.is_live else due_s
            picture.pts, picture.time_base = round(at_s * CLOCK_RATE), Fraction(1, CLOCK_RATE)
            yield picture

    def _audio(self) -> Iterator[AudioFrame]:
        resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE, frame_size=FRAME_SAMPLES)
        samples = 0
        for frame, _ in self._paced():
            assert isinstance(frame, AudioFrame)
            frame.pts = None  # a loop starts anew; the resampler counts on
            for piece in resampler.resample(frame):
                piece.pts, piece.time_base = samples, Fraction(1, SAMPLE_RATE)
                samples += piece.samples
                yield piece

    def _paced(self) -> Iterator[tuple[AudioFrame | VideoFrame, float]]:
        """Yield frames when they are due, round after round, with their time since the start."""
        began, offset_s, last_s = time.monotonic(), 0.0, 0.0
        while not self._quit.is_set():
            with contextlib.closing(self.source.open()) as container:
                for frame in self._decoded(container):
                    last_s = offset_s + float(frame.time or 0.0)
                    if not self.source.is_live:
                        self._quit.wait(min(began + last_s - time.monotonic(), PAUSE_MAX_S))
                    if self._quit.is_set():
                        return
                    yield frame, last_s
            if self.source.is_live or last_s == offset_s:  # unplugged, or a single picture: no busy loop
                self._quit.wait(PAUSE_MAX_S)
            offset_s = last_s = max(last_s, time.monotonic() - began)

    def _decoded(self, container: InputContainer) -> Iterator[AudioFrame | VideoFrame]:
        if self.kind == "audio":
            if not container.streams.audio:
                raise SourceError(f"{self.source.name}: no sound in it")
            yield from container.decode(container.streams.audio[0])
        else:
            if not container.streams.video:
                raise SourceError(f"{self.source.name}: no picture in it")
            yield from container.decode(container.streams.video[0])
