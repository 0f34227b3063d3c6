"""Finds items by what people type: names, synonyms, pinyin, initials, English, with typing errors."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec

from records.catalogue.meaning import MeaningIndex
from records.catalogue.phonetics import Forms, asked, forms, has_han, mixed_initials, plain

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Numbers: TypeAlias = "NDArray[np.int32]"
CANDIDATES: Final = 48
QUERY_MAX: Final = 64
FLOOR: Final = 0.24
"""Below this closeness a hit is noise and not shown."""
BESIDE: Final = 0.6
"""A hit less than six tenths as close as the best one is not shown beside it."""
AGREEING: Final = 0.2
"""Share of the distance to 1 that a hit gains when both letters and meaning find it."""

TELLING: Final = 4
"""Spaces in the sound of three syllables: fewer say nothing inside a longer question."""
TEXT_WEIGHT: Final = 1.0
SOUND_WEIGHT: Final = 0.95
INITIALS_WEIGHT: Final = 0.93


class IndexHit(msgspec.Struct, frozen=True, order=True):
    """An owner of a term (its number in the index) and how close the query comes to it, 0 to 1."""

    closeness: float
    owner: int


class GramIndex:
    """Index from short runs of letters to the terms that contain them."""

    def __init__(self, size: int, terms: Sequence[str]) -> None:
        """Cut `terms` into runs of `size` letters; a mark before the first letter makes beginnings count more."""
        import numpy as np  # heavy: a program that holds no catalogue does not load it

        self._size = size
        lists: defaultdict[str, list[int]] = defaultdict(list)
        lengths = np.zeros(len(terms), dtype=np.float32)
        for number, term in enumerate(terms):
            cut = self.cut(term)
            lengths[number] = len(cut)
            for gram in cut:
                lists[gram].append(number)
        self._terms = {gram: np.array(numbers, dtype=np.int32) for gram, numbers in lists.items()}
        self._lengths = lengths

    def cut(self, term: str) -> frozenset[str]:
        """Return the distinct runs of a term; a term shorter than a run is a run itself."""
        if not term:
            return frozenset()
        marked = "^" + term if self._size > 1 else term
        return frozenset(marked[at : at + self._size] for at in range(max(1, len(marked) - self._size + 1)))

    def nearest(self, query: str, limit: int) -> Numbers:
        """Return the numbers of the terms that share most runs with the query, in no order."""
        import numpy as np

        cut = self.cut(query)
        hits = [self._terms[gram] for gram in cut if gram in self._terms]
        if not hits:
            return np.empty(0, dtype=np.int32)
        shared = np.bincount(np.concatenate(hits), minlength=len(self._lengths))
        # Only terms that share as much as the first `limit` do are looked at: the rest cannot be among the best.
        levels = np.cumsum(np.bincount(shared)[::-1])
        most = len(levels) - 1 - int(np.searchsorted(levels, limit))
        near = np.flatnonzero(shared >= max(1, most))
        if len(near) <= limit:
            return near.astype(np.int32)
        # How much of the query is in the term counts most; among those, short terms before long ones. As whole
        # numbers, which sort in linear time however many are alike.
        score = shared[near] * (1.0 / len(cut) + 1.0 / (len(cut) + self._lengths[near]))
        order = np.argsort((-1000.0 * score).astype(np.int16), kind="stable")
        return near[order[:limit]].astype(np.int32)


def pairs(word: str) -> frozenset[str]:
    """Return the neighbouring pairs of letters of a word, its first letter marked."""
    marked = "^" + word
    return frozenset(marked[at : at + 2] for at in range(len(marked) - 1))


def closeness(query: str, query_pairs: frozenset[str], term: str, *, whole: bool = True) -> float:
    """Return how close a query comes to a term: 1 the same, then beginning, part, and shared pairs.

    Without `whole` a term inside the query counts by its pairs only: it was cut from the middle of other words.
    """
    if not query or not term:
        return 0.0
    if query == term:
        return 1.0
    share = len(query) / len(term)
    if term.startswith(query):
        return 0.88 + 0.1 * share
    if query in term:
        return 0.78 + 0.1 * share
    if whole and len(term) > 1 and term in query:
        return 0.72 + 0.16 / share
    term_pairs = pairs(term)
    common = len(query_pairs & term_pairs)
    return 0.5 * common / len(query_pairs) + 0.2 * common / len(term_pairs)


class ItemIndex:
    """All terms of all items, in the three forms in which they are typed."""

    def __init__(self, owners: Iterable[Sequence[str]]) -> None:
        """Index the words of each owner: its names, synonyms and codes."""
        self._owner: list[int] = []
        self._forms: list[Forms] = []
        self._meanings = MeaningIndex()
        for number, words in enumerate(owners):
            for word in dict.fromkeys(plain(word) for word in words):
                if word:
                    self._owner.append(number)
                    self._forms.append(forms.__wrapped__(word))
            self._meanings.add(words)
        texts = [form.text if has_han(form.text) else "" for form in self._forms]
        self._pairs = GramIndex(2, texts)
        self._letters = GramIndex(1, texts)
        self._sounds = GramIndex(3, [form.sound for form in self._forms])
        self._initials = GramIndex(2, [form.initials for form in self._forms])

    def find(self, query: str, limit: int = 10) -> list[IndexHit]:
        """Return the owners closest to the query, best first; few or none when nothing is close."""
        wanted = Query(query)
        if not wanted.text:
            return []
        best: dict[int, float] = {}
        for number in self._candidates(wanted):
            owner, score = self._owner[number], wanted.closeness(self._forms[number])
            if score > best.get(owner, FLOOR):
                best[owner] = score
        for owner, score in self._meanings.find(query[:QUERY_MAX], CANDIDATES):
            other = best.get(owner, 0.0)
            # An item that is meant as well as written comes before one that is only meant.
            more, less = max(score, other), min(score, other)
            if more > FLOOR:
                best[owner] = more + AGREEING * less * (1.0 - more)
        found = sorted(best.items(), key=lambda pair: (-pair[1], pair[0]))
        worst = found[0][1] * BESIDE if found else 0.0
        return [IndexHit(score, owner) for owner, score in found[:limit] if score >= worst]

    def _candidates(self, wanted: "Query") -> set[int]:
        if not wanted.is_han:
            near = [self._sounds.nearest(wanted.sound, CANDIDATES), self._initials.nearest(wanted.text, CANDIDATES)]
        else:
            near = [self._pairs.nearest(wanted.text, CANDIDATES), self._sounds.nearest(wanted.sound, CANDIDATES)]
            if len(near[0]) < CANDIDATES // 4:
                near.append(self._letters.nearest(wanted.text, CANDIDATES))
            if wanted.mixed:
                near.append(self._initials.nearest(wanted.mixed, CANDIDATES))
        return {int(number) for numbers in near for number in numbers}


class Query:
    """A typed query in all its forms, ready to be compared with many terms."""

    def __init__(self, typed: str) -> None:
        """Take the words around it away and prepare the rest."""
        wanted = forms(asked(typed)[:QUERY_MAX])
        self.text, self.sound, self._spoken = wanted.text, wanted.sound, wanted.spoken
        self.is_han = has_han(self.text)
        self.mixed = mixed_initials(self.text)
        self._text_pairs = pairs(self.text)
        self._sound_pairs = pairs(self.sound)

    def closeness(self, term: Forms) -> float:
        """Return how close the query comes to a term in the form in which it comes closest."""
        # Among characters a sound of two syllables is everywhere: 卖烟 (to sell tobacco) in 买养老 (a pension).
        long = term.spoken.count(" ") >= TELLING
        whole = not (self._spoken and term.spoken) or (long and term.spoken in self._spoken)
        sound = SOUND_WEIGHT * closeness(self.sound, self._sound_pairs, term.sound, whole=whole)
        if self.mixed and len(term.initials) > 1 and (self.mixed in term.initials or term.initials in self.mixed):
            sound = max(sound, INITIALS_WEIGHT * closeness(self.mixed, pairs(self.mixed), term.initials))
        if self.is_han:
            return max(TEXT_WEIGHT * closeness(self.text, self._text_pairs, term.text), sound)
        if len(self.text) > 1 and self.text in term.initials:
            return max(INITIALS_WEIGHT * closeness(self.text, self._text_pairs, term.initials), sound)
        return sound
