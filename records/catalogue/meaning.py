"""Finds items by what words mean: classes of near words, and how much of a question an item covers."""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

import yaml

from protocol import typed
from records.catalogue.phonetics import asked, has_han, plain, toned

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NEAR_WORDS: Final = Path(__file__).with_name("near_words.yaml")
LONGEST: Final = 6
"""Signs of the longest word that is looked for; longer ones contain a shorter one of their class."""
TOP: Final = 0.77
"""Score of an item that covers all of a question by meaning: below that of one with its very words."""
UNKNOWN: Final = 0.5
"""Weight of a character that belongs to no class, beside the weights of classes (about 1 to 5)."""
OLD: Final = 60
_AGE: Final = re.compile(r"(\d{2,3}|[一二三四五六七八九]十[一二三四五六七八九]?)岁")
_PARTS: Final = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+")
_ENGLISH: Final = re.compile(r"[a-z][a-z'-]+[a-z]")
_DIGITS: Final = "零一二三四五六七八九"


class NearWords:
    """The classes of near words that occur in a text."""

    def __init__(self, classes: Mapping[str, Sequence[str]]) -> None:
        """Take the words of each class, by its name."""
        self.names = tuple(classes)
        self._old = frozenset({self.names.index("old people")})
        self._written: dict[str, frozenset[int]] = {}
        self._heard: dict[tuple[str, ...], frozenset[int]] = {}
        for number, words in enumerate(classes.values()):
            for word in words:
                short = plain(word)
                self._written[short] = self._written.get(short, frozenset()) | {number}
                if has_han(short) and len(short) > 1:
                    self._heard[toned(short)] = self._heard.get(toned(short), frozenset()) | {number}

    def read(self, text: str) -> tuple[list[frozenset[int]], int]:
        """Return the classes of each known word of a plain text, and how many of its signs belong to none."""
        found: list[frozenset[int]] = []
        unknown = 0
        for part in _PARTS.findall(text):
            for word, classes in self._words(part):
                if classes:
                    found.append(classes)
                else:
                    unknown += len(word)
        if any(years(age) >= OLD for age in _AGE.findall(text)):
            found.append(self._old)
        return found, unknown

    def read_latin(self, text: str) -> list[frozenset[int]]:
        """Return the classes of each known English word of a text as it was typed."""
        words = (word.removesuffix("'s") for word in _ENGLISH.findall(typed.plain(text).lower()))
        known = (self._written.get(word) or self._written.get(word.removesuffix("s")) for word in words)
        return [classes for classes in known if classes]

    def _words(self, text: str) -> Iterator[tuple[str, frozenset[int]]]:
        """Cut Chinese text into the longest known words and single unknown signs."""
        sounds = toned(text)
        at = 0
        while at < len(text):
            for length in range(min(LONGEST, len(text) - at), 0, -1):
                word = text[at : at + length]
                classes = self._written.get(word) or self._heard.get(sounds[at : at + length], frozenset())
                if classes or length == 1:
                    yield word, classes
                    at += length
                    break


def years(age: str) -> int:
    """Return an age of two or three digits, or of Chinese numerals up to ninety-nine (its tens)."""
    return int(age) if age.isdecimal() else 10 * _DIGITS.index(age[0])


@cache
def near_words() -> NearWords:
    """Return the near words that come with the product."""
    read = yaml.safe_load(NEAR_WORDS.read_text(encoding="utf-8"))
    return NearWords({name: str(words).split() for name, words in read.items()})


class MeaningIndex:
    """An index from classes of near words to the owners of the texts that use them."""

    def __init__(self) -> None:
        """Start empty: `add` owners in the order of their numbers, then `find`."""
        self._near = near_words()
        self._lists: defaultdict[int, list[int]] = defaultdict(list)
        self._count = 0

    def add(self, words: Iterable[str]) -> None:
        """Read the names and synonyms of the next owner."""
        for each in {each for word in words for classes in self._read(word, plain(word))[0] for each in classes}:
            self._lists[each].append(self._count)
        self._count += 1

    @cached_property
    def _owners(self) -> "dict[int, NDArray[np.int32]]":
        import numpy as np  # heavy: a program that holds no catalogue does not load it

        return {each: np.array(numbers, dtype=np.int32) for each, numbers in self._lists.items()}

    def find(self, query: str, limit: int) -> list[tuple[int, float]]:
        """Return the owners that cover most classes of a question, and the share that they cover."""
        import numpy as np

        words, unknown = self._read(query, asked(query))
        if not words or not self._count:
            return []
        covered: NDArray[np.float64] = np.zeros(self._count)
        whole = UNKNOWN * unknown
        for classes in set(words):
            # A word of several classes is one word: the rarest class that an owner speaks of counts.
            rarest = sorted(classes, key=self._weight)
            of_word: NDArray[np.float64] = np.zeros(self._count)
            for each in rarest:
                of_word[self._owners.get(each, ())] = self._weight(each)
            covered += of_word
            whole += self._weight(rarest[-1])
        best = np.argsort(-covered, kind="stable")[:limit]
        return [(int(owner), TOP * float(covered[owner]) / whole) for owner in best if covered[owner] > 0]

    def _read(self, text: str, short: str) -> tuple[list[frozenset[int]], int]:
        words, unknown = self._near.read(short)
        return words + self._near.read_latin(text), unknown

    def _weight(self, each: int) -> float:
        return math.log((self._count + 1) / (len(self._owners.get(each, ())) + 0.5))
