"""Reads what people type by hand: codes, receipts, numbers, days, phones and account names, each forgiving alike.

Every door (sign-in, enrolment, receipts, record search, command line, item search) reads through here, so that a
full-width letter of an input method, an invisible sign and a dash of another kind are forgiven everywhere alike.
"""

import datetime as dt
import itertools
import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from protocol.errors import BadInput
from protocol.ids import ALPHABET, RECEIPT_SECRET_LENGTH

YEARS: Final = (1900, 2199)
VARIANTS_MAX: Final = 256
"""Readings of one typed code that are looked up at most."""
NUMBER_DIGITS: Final = 3
"""A queue number's count has at least so many digits: `MZ003`."""
PHONE_LENGTH: Final = 11

#: Signs without ink that are no format characters (category Cf) to Unicode: fillers, a blank pattern, joiners.
_INKLESS: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
#: CJK radicals that PDF readers and fonts give out for whole characters, and that NFKC leaves (it folds Kangxi's).
_RADICALS: Final = str.maketrans(
    "⺃⺌⺎⺗⺝⺟⺠⺪⺮⺶⺼⻁⻄⻅⻆⻉⻋⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳",
    "乚小兀心月母民疋竹羊肉虎西见角贝车長长门雨青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙龟",
)
#: Letters of other alphabets that are drawn like Latin capitals (Unicode's confusables, those of keyboards in use).
_ALIKE: Final = str.maketrans("АВЕЅІЈКМНОРСТУХΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABESIJKMHOPCTYXABEZHIKMNOPTYX")
#: Letters that our codes never contain, and the sign that was meant (Crockford's base 32).
_NEVER_MADE: Final = str.maketrans("OILU", "011V")
#: Pairs that our codes do contain both of, and that handwriting does not keep apart.
_PAIRS: Final = {one: pair for pair in ("S5", "Z2", "B8", "G6") for one in pair}
_TO_DIGIT: Final = str.maketrans("OQDILSBZG", "000115826")
_TO_LETTER: Final = str.maketrans("01582", "OISBZ")
_DAY: Final = re.compile(r"(\d{4})\s*[-年/.\s]\s*(\d{1,2})\s*[-月/.\s]\s*(\d{1,2})\s*日?", re.ASCII)
_RUN: Final = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_DASHES: Final = re.compile("[\u2010-\u2015\u2212\u2043\u2e3a\u2e3b\u30fc\u3161\ufe58\ufe63\uff0d~\u301c\u3030]+")
_ENDS: Final = " .,;:、。!?'\"()[]<>"


def is_seen(text: str) -> bool:
    """Tell whether there is anything in a text that leaves ink: not only blanks, fillers and invisible signs."""
    return any(sign not in _INKLESS and unicodedata.category(sign)[0] not in "CZM" for sign in text)


def plain(text: str) -> str:
    """Return a line in half width, with characters for radicals, one blank for any blanks, no unseen signs."""
    shown = unicodedata.normalize("NFKC", text).translate(_RADICALS)
    kept = (" " if sign.isspace() else sign for sign in shown if sign.isspace() or not _is_unseen(sign))
    return " ".join("".join(kept).split())


def _is_unseen(sign: str) -> bool:
    return sign in _INKLESS or "\ufe00" <= sign <= "\ufe0f" or unicodedata.category(sign)[0] == "C"


def code(text: str) -> str:
    """Return a code in capitals: ASCII letters and digits only, without blanks, dashes, stops and other separators."""
    return "".join(sign for sign in plain(text).upper().translate(_ALIKE) if sign.isascii() and sign.isalnum())


def account(text: str) -> str:
    """Return an account's name as it is kept: plain and in lower case."""
    return plain(text).lower()


def secret_readings(text: str) -> tuple[str, ...]:
    """Return the codes of our alphabet that may have been meant by a hand-copied one, likeliest first."""
    first = code(text).translate(_NEVER_MADE)
    choices = [_PAIRS.get(sign, sign) for sign in first]
    ordered = (pair if pair[0] == sign else pair[::-1] for pair, sign in zip(choices, first, strict=True))
    return tuple("".join(signs) for signs in _few_changes(tuple(ordered)))


def _few_changes(choices: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield combinations of choices, those with fewest departures from the first of each before the others."""
    open_places = [at for at, each in enumerate(choices) if len(each) > 1]
    made = 0
    for changes in range(len(open_places) + 1):
        for places in itertools.combinations(open_places, changes):
            if made == VARIANTS_MAX:
                return
            made += 1
            yield tuple(each[1] if at in places else each[0] for at, each in enumerate(choices))


def number(text: str, field: str = "number") -> str:
    """Return a queue number as it is kept, such as `MZ003`.

    Raises:
        BadInput: there is no letter or digit in it, though something was typed.
    """
    read = code(text)
    if text and not read:
        raise BadInput(field=field, why="format")
    return read


def receipts(text: str, field: str = "receipt") -> tuple[str, ...]:
    """Return the receipts that a typed one may mean, likeliest first: `20261129-ZS002-43WWMP`.

    Raises:
        BadInput: it is too short for one, or does not begin with a day.
    """
    signs = code(text)
    date, middle, secret = signs[:8], signs[8:-RECEIPT_SECRET_LENGTH], signs[8:][-RECEIPT_SECRET_LENGTH:]
    date = date.translate(_TO_DIGIT)
    if len(middle) <= NUMBER_DIGITS or not _RUN.fullmatch(date) or not set(code(secret)) <= set(ALPHABET + "OILU"):
        raise BadInput(field=field, why="receipt")
    numbers = _numbers(middle)
    secrets = secret_readings(secret)
    pairs = sorted(itertools.product(range(len(numbers)), range(len(secrets))), key=sum)[:VARIANTS_MAX]
    return tuple(f"{date}-{numbers[left]}-{secrets[right]}" for left, right in pairs)


def _numbers(middle: str) -> tuple[str, ...]:
    """Return what a typed queue number may mean: letters, then a count in digits."""
    read = [middle] if middle[-NUMBER_DIGITS:].isdigit() else []
    for at in range(len(middle) - NUMBER_DIGITS, 0, -1):
        count = middle[at:].translate(_TO_DIGIT)
        if count.isdigit():
            read += [middle[:at] + count, middle[:at].translate(_TO_LETTER) + count]
    return tuple(dict.fromkeys(read or [middle]))


def day(text: str, field: str = "day") -> str:
    """Return a day as `yyyymmdd`, however it was typed: `2026-11-28`, `2026/11/28`, `2026年11月28日`, `20261128`.

    An empty text stays empty.

    Raises:
        BadInput: it is no day of the calendar between 1900 and 2199.
    """
    shown = _DASHES.sub("-", plain(text)).translate(str.maketrans("。．、,", "....")).strip(_ENDS + "-")
    if not shown and not text.strip():
        return ""
    found = _DAY.fullmatch(shown) or _RUN.fullmatch(shown)
    try:
        read = dt.date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        read = None
    if read is None or not YEARS[0] <= read.year <= YEARS[1]:
        raise BadInput(field=field, why="day")
    return f"{read.year:04d}{read.month:02d}{read.day:02d}"


def moment(text: str, field: str, zone: dt.tzinfo, *, is_end: bool = False) -> int | None:
    """Return a day or an instant as milliseconds since the epoch; an empty text is none.

    A day, however `day` reads it, is that of `zone`: its begin, or with `is_end` its end. An instant is ISO 8601
    with its offset (`2026-11-28T09:00:00+08:00`, `…Z`); a blank where a link lost its plus sign is forgiven.

    Raises:
        BadInput: it is neither, or an instant without an offset.
    """
    shown = text.strip()
    if "T" not in shown.upper():
        read = day(shown, field)
        if not read:
            return None
        begin = dt.datetime.strptime(read, "%Y%m%d").replace(tzinfo=zone)
        return _milliseconds(begin + dt.timedelta(days=1) if is_end else begin)
    try:
        instant = dt.datetime.fromisoformat(shown.upper().replace(" ", "+"))
    except ValueError:
        raise BadInput(field=field, why="moment") from None
    if instant.tzinfo is None or not YEARS[0] <= instant.year <= YEARS[1]:
        raise BadInput(field=field, why="moment")
    return _milliseconds(instant)


def _milliseconds(instant: dt.datetime) -> int:
    return round(instant.timestamp() * 1000)


def phone(text: str, field: str = "phone") -> str:
    """Return a mobile number of the mainland as eleven digits; `+86`, `0086`, blanks and dashes are forgiven.

    Raises:
        BadInput: it is none.
    """
    digits = code(text)
    for prefix in ("0086", "86"):
        if len(digits) == PHONE_LENGTH + len(prefix):
            digits = digits.removeprefix(prefix)
    if not re.fullmatch(r"1[3-9]\d{9}", digits, re.ASCII):
        raise BadInput(field=field, why="phone")
    return digits
