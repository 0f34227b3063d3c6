"""Reads recordings, judges them, and writes them as the clips that pages play: mono MP3, trimmed, of one loudness."""

import io
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import numpy as np
from numpy.typing import NDArray

RATE: Final = 24_000
"""Samples per second while a recording is judged."""
ENDINGS: Final = (".wav", ".ogg", ".opus", ".mp3", ".flac", ".m4a")
LONGEST_S: Final = 60.0
FRAME_S: Final = 0.02
SILENCE_DB: Final = -48.0
"""Quieter frames before the first and after the last word are cut off."""
MARGIN_S: Final = 0.04
LOUDNESS_DB: Final = -20.0
"""The loudness (RMS of the frames with speech, full scale) that every clip is brought to."""
PEAK: Final = 0.89
QUIETEST_DB: Final = -42.0
CLIPPED_SHARE: Final = 0.002
CLIPPED: Final = 0.999
SECONDS_A_SIGN: Final = {"cmn": (0.06, 0.9), "yue": (0.06, 0.9), "en": (0.02, 0.25)}
"""Seconds per character, least and most; a clip outside them is cut off or says something else."""
SLACK_S: Final = 1.0
FORMATS: Final = {"synthetic": (16_000, 16_000), "recorded": (RATE, 48_000)}
"""Samples and bits per second of a clip: a synthetic voice gains nothing from more."""

Samples = NDArray[np.float32]


class BadSound(Exception):
    """A recording cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Sound:
    """A judged recording: trimmed samples between -1 and 1, at RATE."""

    samples: Samples

    @property
    def seconds(self) -> float:
        """Return the audible length in seconds."""
        return len(self.samples) / RATE


def read(path: Path) -> Samples:
    """Decode a file to mono samples at RATE.

    Raises:
        BadSound: it is no sound file, or longer than a minute.
    """
    parts: list[Samples] = []
    length = 0
    try:
        with av.open(str(path)) as container:
            resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
            for frame in container.decode(audio=0):
                for made in resampler.resample(frame):
                    parts.append(made.to_ndarray().reshape(-1).astype(np.float32))
                    length += len(parts[-1])
                if length > LONGEST_S * RATE:
                    raise BadSound(f"longer than {LONGEST_S:.0f} seconds")
            parts += [made.to_ndarray().reshape(-1).astype(np.float32) for made in resampler.resample(None)]
    except (av.FFmpegError, IndexError, OSError, ValueError) as problem:
        raise BadSound("not a sound that can be read") from problem
    if not parts:
        raise BadSound("empty")
    return np.concatenate(parts)


def judge(samples: Samples, words: str, language: str) -> Sound:
    """Trim a recording of these words and bring it to the common loudness.

    Raises:
        BadSound: it is silent, too quiet, clipped, or of a length that these words cannot have.
    """
    if np.mean(np.abs(samples) >= CLIPPED) > CLIPPED_SHARE:
        raise BadSound("clipped: record it again with less gain")
    size = int(FRAME_S * RATE)
    whole = len(samples) // size * size
    if whole == 0:
        raise BadSound("empty")
    power = np.mean(samples[:whole].reshape(-1, size).astype(np.float64) ** 2, axis=1)
    levels = 10 * np.log10(power + 1e-12)
    heard = np.flatnonzero(levels > SILENCE_DB)
    if len(heard) == 0:
        raise BadSound("silent")
    loudness = 10 * float(np.log10(np.mean(power[heard])))
    if loudness < QUIETEST_DB:
        raise BadSound(f"too quiet ({loudness:.0f} dB): record it again closer to the microphone")
    margin = int(MARGIN_S * RATE)
    begin, end = max(0, int(heard[0]) * size - margin), min(len(samples), (int(heard[-1]) + 1) * size + margin)
    cut = samples[begin:end]
    seconds = len(cut) / RATE
    signs = sum(sign.isalnum() for sign in words)
    quickest, slowest = SECONDS_A_SIGN[language]
    if not signs * quickest <= seconds <= signs * slowest + SLACK_S:
        raise BadSound(f"{seconds:.1f} s for {signs} signs: cut off, or something else is said")
    gain = min(10 ** ((LOUDNESS_DB - loudness) / 20), PEAK / max(float(np.max(np.abs(cut))), 1e-6))
    return Sound((cut * gain).astype(np.float32))


def encode(sound: Sound, kind: str) -> bytes:
    """Return a sound as MP3: the one format that every browser plays, old ones and those of phones too."""
    target = io.BytesIO()
    rate, bits = FORMATS[kind]
    with av.open(target, "w", format="mp3", options={"write_xing": "0", "id3v2_version": "0"}) as container:
        stream = container.add_stream("libmp3lame", rate=rate, layout="mono")
        stream.bit_rate = bits
        resampler = av.AudioResampler(format="s16p", layout="mono", rate=rate)
        whole = np.clip(sound.samples * 32767, -32768, 32767).astype(np.int16).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(whole, format="s16p", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
        for made in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(made))
        container.mux(stream.encode(None))
    return target.getvalue()
