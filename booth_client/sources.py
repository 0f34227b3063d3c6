"""Sources of pictures and sound: files, devices and test patterns, as FFmpeg reads them."""

from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import msgspec

if TYPE_CHECKING:
    from av.container import InputContainer

Kind = Literal["audio", "video"]

SAMPLE_RATE: Final = 48_000
LIVE_FORMATS: Final = frozenset({"v4l2", "alsa", "video4linux2", "x11grab", "rtsp"})
"""Sources that come at their own pace; all others are slowed down to the clock."""
OPEN_LIMIT_S: Final = 10.0


class SourceError(Exception):
    """The file or device cannot be opened, or holds nothing of the kind."""


class Source(msgspec.Struct, frozen=True):
    """A place FFmpeg reads from: a file, a device or a test pattern."""

    name: str
    format: str = ""
    options: dict[str, str] = {}

    @classmethod
    def parse(cls, kind: Kind, text: str, *, size: str = "1280x720", rate: int = 30) -> "Source":
        """Parse the operator's source: `/dev/video…`, an ALSA name such as `hw:1`, or a file."""
        if text.startswith(("/dev/video", "/dev/v4l/")):
            return cls(text, "v4l2", {"input_format": "mjpeg", "video_size": size, "framerate": str(rate)})
        if kind == "audio" and not Path(text).exists() and text.partition(":")[0] in {"hw", "plughw", "default"}:
            return cls(text, "alsa", {"channels": "1", "sample_rate": str(SAMPLE_RATE)})
        return cls(text)

    @property
    def is_live(self) -> bool:
        """Whether it is a device."""
        return self.format in LIVE_FORMATS

    def open(self) -> "InputContainer":
        """Open it; blocks, so never on the loop.

        Raises:
            SourceError: FFmpeg cannot.
        """
        import av  # heavy: only who opens a source pays for it

        try:
            return av.open(self.name, format=self.format or None, options=self.options, timeout=OPEN_LIMIT_S)
        except (OSError, ValueError) as error:  # av.FFmpegError has both faces
            raise SourceError(f"{self.name}: {error}") from error


def camera_pattern(size: str = "640x360", rate: int = 15) -> Source:
    """Return a moving test picture."""
    return Source(f"testsrc2=size={size}:rate={rate}", "lavfi")


def document_pattern() -> Source:
    """Return a still test card at a document camera's size."""
    return Source("smptehdbars=size=1920x1080:rate=5", "lavfi")


def tone(frequency: int = 440) -> Source:
    """Return a quiet sine."""
    return Source(f"sine=frequency={frequency}:sample_rate={SAMPLE_RATE},volume=0.2", "lavfi")
