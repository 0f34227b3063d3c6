"""Takes a still of the document camera at its full resolution, the camera's own JPEG where it makes one."""

import asyncio
import contextlib
import datetime as dt
from fractions import Fraction
from typing import Final

from av.container import InputContainer
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from booth_client.media import Capture
from booth_client.sources import Source, SourceError

STILL_LIMIT_S: Final = 15.0
STILL_SIZE: Final = "4208x3120"
"""Asked of devices; v4l2 answers with the nearest size the sensor has."""
SETTLE_FRAMES: Final = 5
"""Frames a device is given to find its exposure."""
QUALITY: Final = "2"
JPEG_HEAD: Final = b"\xff\xd8\xff"


class DocumentCamera:
    """The camera over the papers: its picture may go into the call, its stills go up as documents."""

    def __init__(self, source: Source) -> None:
        self.capture = Capture("video", source)

    async def still(self) -> bytes:
        """Return a JPEG.

        Raises:
            SourceError: the camera gives none.
        """
        latest = self.capture.latest
        in_use = self.capture.source.is_live and isinstance(latest, VideoFrame)
        try:
            async with asyncio.timeout(STILL_LIMIT_S):
                if in_use and isinstance(latest, VideoFrame):  # a device opens once: take what the call shows
                    return await asyncio.to_thread(encode, latest)
                return await asyncio.to_thread(grab, self.capture.source)
        except TimeoutError:
            raise SourceError(f"{self.capture.source.name}: no picture in time") from None


def grab(source: Source) -> bytes:
    """Open the source for one picture; blocks, so never on the loop."""
    options = {**source.options, "video_size": STILL_SIZE} if source.is_live else source.options
    large = Source(source.name, source.format, options)
    with contextlib.closing(large.open()) as container:
        if not container.streams.video:
            raise SourceError(f"{source.name}: no picture in it")
        if container.streams.video[0].codec_context.name == "mjpeg":
            return _own_jpeg(container, settle=SETTLE_FRAMES if source.is_live else 0)
        for frame in container.decode(container.streams.video[0]):
            return encode(frame)
    raise SourceError(f"{source.name}: no picture in it")


def encode(frame: VideoFrame) -> bytes:
    """Make a JPEG of a decoded picture."""
    codec = VideoCodecContext.create("mjpeg", "w")
    codec.width, codec.height, codec.pix_fmt = frame.width, frame.height, "yuvj420p"
    codec.time_base = Fraction(1, 25)
    codec.options = {"qmin": QUALITY, "qmax": QUALITY}
    picture = frame.reformat(format="yuvj420p", dst_color_range="JPEG")
    picture.pts, picture.time_base = 0, codec.time_base
    return b"".join(bytes(packet) for packet in (*codec.encode(picture), *codec.encode(None)))


def _own_jpeg(container: InputContainer, settle: int) -> bytes:
    """Return the bytes as the camera (or the file) has them, untouched: they are the evidence."""
    for number, packet in enumerate(container.demux(container.streams.video[0])):
        content = bytes(packet)
        if number >= settle and content.startswith(JPEG_HEAD):
            return content
    raise SourceError("no whole picture")


def still_name() -> str:
    """Return a name for a still that says when it was taken, by this machine's clock."""
    return dt.datetime.now().astimezone().strftime("still-%Y%m%d%H%M%S.jpg")
