"""Finds the sound of every clip: a recording of this installation where there is one, else the stand-in shipped."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

import msgspec

from booth_client.voice.script import Clip, clips, parts_of, prompts

SHIPPED: Final = Path(__file__).parent.parent / "data" / "voice"
INDEX: Final = "index.json"
Kind = Literal["synthetic", "recorded"]


class Sounding(msgspec.Struct, frozen=True, array_like=True):
    """Two digests: of the words that are said, and of the sound's file."""

    words: str
    sound: str


class ClipIndex(msgspec.Struct, frozen=True):
    """The index of a folder of clips: recorded or synthetic, and the text of each clip."""

    kind: Kind
    clips: dict[str, Sounding]

    def says(self, clip: Clip) -> bool:
        """Return whether there is a sound of exactly these words."""
        found = self.clips.get(clip.name)
        return found is not None and found.words == clip.digest


def read_index(folder: Path) -> ClipIndex:
    """Read a folder's index; a folder without a readable one holds nothing."""
    try:
        return msgspec.json.decode((folder / INDEX).read_bytes(), type=ClipIndex)
    except (OSError, msgspec.DecodeError):
        return ClipIndex("synthetic", {})


def sounding(clip: Clip, folder: Path) -> Sounding:
    """Return the entry of a clip whose file was just written."""
    return Sounding(clip.digest, hashlib.sha256((folder / f"{clip.name}.mp3").read_bytes()).hexdigest()[:12])


def write_index(folder: Path, index: ClipIndex) -> None:
    """Write a folder's index, sorted, whole or not at all."""
    draft = folder / f".{INDEX}"
    text = msgspec.json.format(msgspec.json.encode(index, order="sorted"), indent=0)
    draft.write_bytes(text + b"\n")
    draft.replace(folder / INDEX)


@dataclass(frozen=True)
class ClipAddress:
    """The address of a clip; `version` changes with its sound."""

    clip: Clip
    path: Path
    kind: Kind
    version: str

    @property
    def url(self) -> str:
        """The address under which pages may keep it for ever."""
        return f"/voice/{self.clip.language}/{self.clip.name}?v={self.version}"


@dataclass
class Library:
    """The sounds of one installation; `own` is the folder of its recordings, a folder a language."""

    own: Path
    shipped: Path = SHIPPED
    _known: dict[str, tuple[object, Mapping[str, ClipAddress]]] = field(default_factory=dict)

    def sounds(self, language: str) -> Mapping[str, ClipAddress]:
        """Return the sound of every clip that has one, by the clip's name; read anew after a filling-in."""
        folders = [folder / language for folder in (self.own, self.shipped)]
        stand = [stamp(folder / INDEX) for folder in folders]
        known = self._known.get(language)
        if known is None or known[0] != stand:
            known = stand, {found.clip.name: found for found in find(language, folders)}
            self._known[language] = known
        return known[1]

    def manifest(self, language: str) -> bytes:
        """Return a page's manifest of a spoken language, as JSON: sentences in parts, and the address of each clip."""
        sentences = prompts(language)
        return msgspec.json.encode(
            {
                "language": language,
                "sentences": sentences,
                "parts": {name: parts_of(name, sentence) for name, sentence in sentences.items()},
                "clips": {name: found.url for name, found in self.sounds(language).items()},
            }
        )

    def counts(self, language: str) -> dict[str, int]:
        """Return how many clips are recorded, synthetic and missing."""
        sounds = self.sounds(language)
        kinds = [found.kind for found in sounds.values()]
        missing = len(clips(language)) - len(kinds)
        return {"recorded": kinds.count("recorded"), "synthetic": kinds.count("synthetic"), "missing": missing}


def stamp(path: Path) -> tuple[int, int]:
    """Return what changes when a file is replaced; zeros where there is none."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_ino


def find(language: str, folders: list[Path]) -> Iterator[ClipAddress]:
    """Find each clip's sound in the first folder that has one of its words."""
    indexes = [(folder, read_index(folder)) for folder in folders]
    for clip in clips(language).values():
        for folder, index in indexes:
            path = folder / f"{clip.name}.mp3"
            if index.says(clip) and path.is_file():
                yield ClipAddress(clip, path, index.kind, index.clips[clip.name].sound)
                break
