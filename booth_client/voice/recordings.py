"""Takes over a folder of recordings: judges each, reports faults and gaps, installs the good ones."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from booth_client.voice.library import ClipIndex, Sounding, read_index, sounding, write_index
from booth_client.voice.script import Clip, clips
from booth_client.voice.sounds import ENDINGS, BadSound, Sound, encode, judge, read

FILE_MAX_BYTES = 20 * 1024 * 1024


@dataclass
class Judged:
    """The result of judging a folder of recordings: usable clips by name, and the faults of the others."""

    language: str
    good: dict[str, Sound] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether every clip of the language is there and can be used."""
        return not self.faults and not self.missing


def judge_folder(folder: Path, language: str) -> Judged:
    """Judge every recording of a folder; a file is called as its clip, such as `wait.ahead-1.wav`.

    Raises:
        NotADirectoryError: there is no such folder.
    """
    if not folder.is_dir():
        raise NotADirectoryError(folder)
    wanted = clips(language)
    judged = Judged(language)
    for name, paths in sorted(by_name(folder).items()):
        clip = wanted.get(name)
        if clip is None:
            judged.faults.append(f"{paths[0].name}: nothing is called so; `cloudwindow prompts list` tells the names")
        elif len(paths) > 1:
            judged.faults.append(f"{name}: recorded twice ({', '.join(path.name for path in paths)})")
        else:
            with noting(judged, paths[0]):
                judged.good[name] = judge_file(paths[0], clip)
    there = set(by_name(folder))
    judged.missing = [name for name in wanted if name not in there]
    return judged


def by_name(folder: Path) -> Mapping[str, list[Path]]:
    """Return the sound files of a folder by the clip they are called after; links and folders are passed over."""
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in ENDINGS and path.is_file() and not path.is_symlink():
            found.setdefault(path.name[: -len(path.suffix)], []).append(path)
    return found


def judge_file(path: Path, clip: Clip) -> Sound:
    """Return a recording ready to be installed.

    Raises:
        BadSound: it cannot be used; the message says why.
    """
    if path.stat().st_size > FILE_MAX_BYTES:
        raise BadSound("larger than 20 MB")
    return judge(read(path), clip.words, clip.language)


@contextlib.contextmanager
def noting(judged: Judged, path: Path) -> Iterator[None]:
    """Note a recording's fault and go on with the next."""
    try:
        yield
    except BadSound as problem:
        judged.faults.append(f"{path.name}: {problem}")


def install(judged: Judged, own: Path) -> int:
    """Write the good recordings beside those installed before; nodes that serve use them at once. Returns how many.

    The index is written last: a node never says what is not there.
    """
    folder = own / judged.language
    folder.mkdir(parents=True, exist_ok=True)
    wanted = clips(judged.language)
    known: dict[str, Sounding] = dict(read_index(folder).clips)
    for name, sound in judged.good.items():
        draft = folder / f".{name}.mp3"
        draft.write_bytes(encode(sound, "recorded"))
        draft.replace(folder / f"{name}.mp3")
        known[name] = sounding(wanted[name], folder)
    write_index(folder, ClipIndex("recorded", {name: each for name, each in known.items() if name in wanted}))
    return len(judged.good)
