"""Written, phonetic and abbreviated forms of a word, in which people type the name of an item."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

import msgspec
from pypinyin import Style, lazy_pinyin

from protocol import typed

_HAN: Final = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_NOISE: Final = re.compile(r"[^0-9a-z\u3400-\u9fff\uf900-\ufaff]+")
#: Sounds that many southern speakers do not tell apart, and so do not spell apart.
_FOLDED: Final = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"), ("lv", "lu"), ("nv", "nu"))
#: Words of Hong Kong and Macau whose sound is not that of the mainland's character.
_WRITTEN_HERE: Final = str.maketrans("咭証", "卡证")
_UMLAUT: Final = re.compile("u[\u0300-\u036f]*\u0308[\u0300-\u036f]*")
#: What people say around the thing they want; longest first.
_AROUND: Final = re.compile(
    r"^(?:请问|你好|您好|我要|我想|想要|我们|帮我|我|想|要|去|来|咨询|一下)+"
    r"|(?:怎么办理|怎么申请|怎么弄|怎么办|如何办理|去哪里办|哪里办|在哪办|要什么材料|需要什么|可以吗|能办吗|呢|啊|吗|了)+$"
)


class Forms(msgspec.Struct, frozen=True):
    """A word as it is written, as it sounds (folded), and by its initials; the last two in Latin letters.

    `spoken` is the sound with a space around every syllable, empty for a word without Chinese characters.
    """

    text: str
    sound: str
    initials: str
    spoken: str = ""


def plain(text: str) -> str:
    """Return the text in lower case, half width, without spaces, signs and tone marks; `ü` is typed `v`."""
    letters = unicodedata.normalize("NFD", typed.plain(text).lower()).translate(_WRITTEN_HERE)
    return _NOISE.sub("", _UMLAUT.sub("v", letters))


def asked(text: str) -> str:
    """Return a query without the polite words around its subject."""
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
def toned(word: str) -> tuple[str, ...]:
    """Return the syllables of a plain word with their tones (`lao3`), equal for both scripts; Latin runs stay whole."""
    return tuple(lazy_pinyin(word, style=Style.TONE3))


@lru_cache(maxsize=4096)
def forms(word: str) -> Forms:
    """Return the forms of a word that is already plain."""
    if not has_han(word):
        return Forms(word, fold(word), "")
    syllables = [syllable.rstrip("12345") for syllable in toned(word)]
    spoken = " ".join(fold(syllable) for syllable in syllables)
    return Forms(word, fold("".join(syllables)), _initials(syllables), f" {spoken} ")


def mixed_initials(word: str) -> str:
    """Return the initials of a word typed half in letters, half in characters (`lrk卡`); empty when it is not."""
    if not has_han(word) or not any(sign.isascii() and sign.isalpha() for sign in word):
        return ""
    return "".join(lazy_pinyin(sign, style=Style.NORMAL)[0][:1] if has_han(sign) else sign for sign in word)


def _initials(syllables: Iterable[str]) -> str:
    return "".join(syllable[0] for syllable in syllables if syllable)
