"""How a word is written, sounds and is abbreviated: the forms in which people type the name of an item."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

import msgspec
from pypinyin import Style, lazy_pinyin

_HAN: Final = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_NOISE: Final = re.compile(r"[^0-9a-z\u3400-\u9fff\uf900-\ufaff]+")
#: Sounds that many southern speakers do not tell apart, and so do not spell apart.
_FOLDED: Final = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))
#: What people say around the thing they want; longest first.
_AROUND: Final = re.compile(
    r"^(?:请问|你好|您好|我要|我想|想要|我们|帮我|我|想|要|去|来|咨询|一下)+"
    r"|(?:怎么办理|怎么申请|怎么弄|怎么办|如何办理|去哪里办|哪里办|在哪办|要什么材料|需要什么|可以吗|能办吗|呢|啊|吗|了)+$"
)


class Forms(msgspec.Struct, frozen=True):
    """A word as it is written, as it sounds (folded), and by its initials; the last two in Latin letters."""

    text: str
    sound: str
    initials: str


def plain(text: str) -> str:
    """Return the text in lower case, half width, without spaces and signs."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text).lower())


def asked(text: str) -> str:
    """Return what a query is about, without the polite words around it."""
    short = plain(text)
    return _AROUND.sub("", short) or short


def fold(letters: str) -> str:
    """Return Latin letters with sounds made equal that many do not tell apart."""
    for two, one in _FOLDED:
        letters = letters.replace(two, one)
    return letters


def has_han(text: str) -> bool:
    """Tell whether there is a Chinese character in it."""
    return _HAN.search(text) is not None


@lru_cache(maxsize=4096)
def forms(word: str) -> Forms:
    """Return the forms of a word that is already plain."""
    if not has_han(word):
        return Forms(word, fold(word), "")
    syllables = lazy_pinyin(word, style=Style.NORMAL)
    return Forms(word, fold("".join(syllables)), _initials(syllables))


def _initials(syllables: Iterable[str]) -> str:
    return "".join(syllable[0] for syllable in syllables if syllable)
