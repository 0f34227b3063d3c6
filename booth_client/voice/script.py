"""The list of all that is said: every sentence in every language, cut into the clips that a player strings together."""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from booth_client.voice.numerals import LANGUAGES, pieces

SPOKEN: Final = Path(__file__).parent.parent / "data" / "spoken.toml"
PLACE: Final = re.compile(r"\{(\w+)\}")
SAID: Final = re.compile(r"\w")
PLACES: Final = frozenset({"number", "n", "low", "high", "time", "when", "receipt", "hotline"})


class BadScript(Exception):
    """The list of sentences is wrong; the message names the sentence."""


@dataclass(frozen=True)
class Clip:
    """One sound: a whole sentence, a part of one between two places, or a numeral."""

    name: str
    language: str
    words: str
    sentence: str
    """The whole sentence it is a part of, for the person who speaks it."""

    @property
    def digest(self) -> str:
        """Twelve hexadecimal digits that change with the words: a sound of other words is not used."""
        return hashlib.sha256(self.words.encode()).hexdigest()[:12]


@cache
def prompts(language: str) -> Mapping[str, str]:
    """Return every sentence of a language by its id, with its `{places}`.

    Raises:
        BadScript: a sentence lacks a language, or its languages have different or unknown places.
    """
    table = tomllib.loads(SPOKEN.read_text("utf-8"))
    found: dict[str, str] = {}
    for group, sentences in table.items():
        for name, said in sentences.items():
            if set(said) != set(LANGUAGES):
                raise BadScript(f"{group}.{name}: say it in {', '.join(LANGUAGES)}, each once")
            places = [sorted(PLACE.findall(words)) for words in said.values()]
            if any(each != places[0] or not PLACES.issuperset(each) for each in places):
                raise BadScript(f"{group}.{name}: the places differ between the languages, or are not known")
            found[f"{group}.{name}"] = said[language]
    return found


def segments(words: str) -> list[str]:
    """Cut a sentence at its places: places stay `{name}`, silence (a full stop alone) is left out."""
    parts = re.split(r"(\{\w+\})", words)
    return [part.strip() for part in parts if SAID.search(part)]


@cache
def clips(language: str) -> Mapping[str, Clip]:
    """Return every clip of a language by its name: sentences first, then numerals."""
    found: dict[str, Clip] = {}
    for name, sentence in prompts(language).items():
        for clip, words in spoken_parts(name, sentence):
            found[clip] = Clip(clip, language, words, sentence)
    for name, words in pieces(language).items():
        found[name] = Clip(name, language, words, words)
    return found


def spoken_parts(name: str, sentence: str) -> list[tuple[str, str]]:
    """Return the clips of a sentence with their words: `wait.next`, or `wait.ahead-1` and `wait.ahead-2`."""
    parts = segments(sentence)
    said = [part for part in parts if not PLACE.fullmatch(part)]
    if len(parts) == 1:
        return [(name, sentence)]
    return [(f"{name}-{index}", part) for index, part in enumerate(said, 1)]


def parts_of(name: str, sentence: str) -> list[str]:
    """Return the parts that a player strings together: names of clips, and `{places}` in between."""
    clip_names = iter(clip for clip, _ in spoken_parts(name, sentence))
    return [part if PLACE.fullmatch(part) else next(clip_names) for part in segments(sentence)]
