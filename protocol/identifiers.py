"""Checks numbers of people, organisations, items and cases that are typed or read from cards, one function a kind.

Each check forgives what `protocol.typed` forgives (full width, blanks, dashes, letters of other alphabets) and answers
with the one form in which the number is kept. A valid number is well-formed: that it was issued to the person who shows
it is another question, which the identity port answers.
"""

import datetime as dt
import re
from collections.abc import Callable
from typing import Final, Literal

import msgspec

from protocol import typed
from protocol.errors import BadInput

Kind = Literal[
    "resident_id", "hmt_residence", "hk_macau_pass", "taiwan_pass", "passport", "uscc", "org_code", "impl_code",
    "item_code", "case_no", "ecert", "phone",
]  # fmt: skip
"""Kinds of numbers: resident identity card, residence permit of people from Hong Kong, Macau and Taiwan, their passes
to the mainland, passport; unified social credit code, organisation code; implementing code of an item, its number for
handling, number of a case, identifier of an electronic certificate; telephone."""
Why = Literal["", "format", "check", "date", "area", "kind", "old", "level"]
"""Reason for a refusal: the form; a check character; a day that is none or is to come; an unknown area; a number of
another kind; the 15-digit number of before 1999, which identifies nobody any more; a level that there is not."""

USCC_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_WEIGHTS: Final = tuple(pow(3, position, 31) for position in range(17))
ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ORG_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS: Final = "10X98765432"
FIRST_YEAR: Final = 1800
HMT_AREAS: Final = frozenset({"810000", "820000", "830000"})
"""Areas of residence permits for people from Hong Kong, Macau and Taiwan."""
ECERT_ROOT: Final = "1.2.156.3005.2"
IMPL_LENGTH: Final = 31

#: First two digits of an area of the mainland and Taiwan (GB/T 2260).
_PROVINCE: Final = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71")
_CARD: Final = re.compile(r"[1-9]\d{16}[\dX]", re.ASCII)
_OLD_CARD: Final = re.compile(r"[1-9]\d{14}", re.ASCII)
_PASS: Final = re.compile(r"[HM]\d{8}(\d{2})?", re.ASCII)
_TAIWAN: Final = re.compile(r"\d{8}", re.ASCII)
_PASSPORT: Final = re.compile(r"(?=.*\d)[A-Z0-9]{5,12}", re.ASCII)
_USCC: Final = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
_ORG: Final = re.compile(r"[0-9A-Z]{8}[\dX]", re.ASCII)
_LEVEL_AND_BASIC: Final = re.compile(r"[1-6]\d{12}", re.ASCII)
_ECERT: Final = re.compile(
    rf"{re.escape(ECERT_ROOT)}\.([0-9A-Z]{{21}})\.([0-9A-Z]{{18}})\.([0-9A-Z]{{1,30}})\.(\d{{3}})\.([0-9A-Z])"
)
_LANDLINE: Final = re.compile(r"0(?:10|2\d|[3-9]\d{2})[2-9]\d{6,7}", re.ASCII)
_ABROAD: Final = re.compile(r"(?:00)?(852|853)([2-9]\d{7})", re.ASCII)


class Checked(msgspec.Struct, frozen=True):
    """Result of a check."""

    ok: bool
    normal: str
    """The number as it is kept and compared; empty if it is not ok."""
    why: Why = ""
    """Reason for a refusal; empty if it is ok."""


def check(kind: Kind, value: str, today: dt.date) -> Checked:
    """Check a number of a kind.

    Args:
        kind: which number it should be.
        value: what was typed or read, in any width.
        today: the realm's day; nobody is born after it and no case is numbered after it.
    """
    if kind in DATED:
        return DATED[kind](value, today)
    return CHECKS[kind](value)


def resident_id(value: str, today: dt.date) -> Checked:
    """Check the number of a resident identity card (GB 11643): 18 signs, area, day of birth, check by mod 11-2."""
    number = typed.code(value)
    if _OLD_CARD.fullmatch(number):
        return _refused("old")
    if number[:6] in HMT_AREAS or number[:1] == "9":
        return _refused("kind" if _CARD.fullmatch(number) else "format")
    return _card(number, today, is_area=_PROVINCE.match(number) is not None)


def hmt_residence(value: str, today: dt.date) -> Checked:
    """Check the number of a residence permit for people from Hong Kong, Macau and Taiwan: as GB 11643, own areas."""
    number = typed.code(value)
    return _card(number, today, is_area=number[:6] in HMT_AREAS)


def _card(number: str, today: dt.date, *, is_area: bool) -> Checked:
    if not _CARD.fullmatch(number):
        return _refused("format")
    if not is_area:
        return _refused("area")
    if _day(number[6:14], today) is None:
        return _refused("date")
    total = sum(weight * int(digit) for weight, digit in zip(ID_WEIGHTS, number, strict=False))
    return _passed(number) if ID_CHECKS[total % 11] == number[17] else _refused("check")


def _day(text: str, today: dt.date) -> dt.date | None:
    """Return the day that eight digits name; None if there is no such day, or it is before 1800 or after today."""
    try:
        day = dt.date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
    return day if day.year >= FIRST_YEAR and day <= today else None


def uscc(value: str) -> Checked:
    """Check a unified social credit code (GB 32100): its own check character, and that of the organisation code in it.

    Some codes that were issued early do not pass: a realm may take the answer as a warning.
    """
    number = typed.code(value)
    if not _USCC.fullmatch(number):
        return _refused("format")
    is_right = uscc_check(number[:17]) == number[17] and org_check(number[8:16]) == number[16]
    return _passed(number) if is_right else _refused("check")


def uscc_check(first17: str) -> str:
    """Return the check character of a unified social credit code (GB 32100)."""
    total = sum(w * USCC_ALPHABET.index(sign) for w, sign in zip(USCC_WEIGHTS, first17, strict=True))
    return USCC_ALPHABET[(31 - total % 31) % 31]


def org_code(value: str) -> Checked:
    """Check an organisation code (GB 11714): eight signs and a check character, with or without a dash between."""
    number = typed.code(value)
    if not _ORG.fullmatch(number):
        return _refused("format")
    return _passed(number) if org_check(number[:8]) == number[8] else _refused("check")


def org_check(first8: str) -> str:
    """Return the check character of an organisation code (GB 11714)."""
    rest = 11 - sum(w * ALPHABET.index(sign) for w, sign in zip(ORG_WEIGHTS, first8, strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def impl_code(value: str) -> Checked:
    """Check the implementing code of an item: credit code of the body, level 1 to 6, basic code of 12 digits.

    Source: GB/T 39554.1.
    """
    number = typed.code(value)
    if len(number) != IMPL_LENGTH or not number[18:].isdecimal():
        return _refused("format")
    if not is_level_and_basic(number[18:]):
        return _refused("level")
    body = uscc(number[:18])
    return _passed(number) if body.ok else body


def is_level_and_basic(code: str) -> bool:
    """Tell whether this is a level (1-6) and a basic code of 12 digits (GB/T 39554.1)."""
    return _LEVEL_AND_BASIC.fullmatch(code) is not None


def item_code(value: str) -> Checked:
    """Check the number of an item for handling: its implementing code and two digits."""
    return _with_tail(typed.code(value), r"\d{2}")


def case_no(value: str, today: dt.date) -> Checked:
    """Check the number of a case (Guangdong, 43 signs): implementing code, day, and a count of four digits."""
    number = typed.code(value)
    checked = _with_tail(number, r"\d{12}")
    if checked.ok and _day(number[IMPL_LENGTH : IMPL_LENGTH + 8], today) is None:
        return _refused("date")
    return checked


def _with_tail(number: str, tail: str) -> Checked:
    if not re.fullmatch(tail, number[IMPL_LENGTH:], re.ASCII):
        return _refused("format")
    head = impl_code(number[:IMPL_LENGTH])
    return _passed(number) if head.ok else head


def ecert(value: str) -> Checked:
    """Check the identifier of an electronic certificate (GB/T 36904): five parts, the last by ISO 7064 MOD 37,36."""
    number = "".join(typed.plain(value).upper().split())
    found = _ECERT.fullmatch(number)
    if found is None:
        return _refused("format")
    *parts, last = found.groups()
    return _passed(number) if ecert_check("".join(parts)) == last else _refused("check")


def ecert_check(signs: str) -> str:
    """Return the check character of ISO 7064 MOD 37,36 over digits and capital letters."""
    product = 36
    for sign in signs:
        product = ((product + ALPHABET.index(sign)) % 36 or 36) * 2 % 37
    return ALPHABET[(37 - product) % 36]


def phone(value: str) -> Checked:
    """Check a telephone: a mobile number, a landline with its area code, or one of Hong Kong or Macau with theirs."""
    try:
        return _passed(typed.phone(value))
    except BadInput:
        digits = typed.code(value)
    if found := _ABROAD.fullmatch(digits):
        return _passed(f"+{found[1]}{found[2]}")
    landline = re.sub(r"^(?:0086|86)(?=[1-9])", "0", digits)
    return _passed(landline) if _LANDLINE.fullmatch(landline) else _refused("format")


def _loose(form: re.Pattern[str]) -> Callable[[str], Checked]:
    """Return a check of the form alone, for documents whose check characters nobody publishes."""

    def look(value: str) -> Checked:
        number = typed.code(value)
        return _passed(number) if form.fullmatch(number) else _refused("format")

    return look


def _passed(normal: str) -> Checked:
    return Checked(ok=True, normal=normal)


def _refused(why: Why) -> Checked:
    return Checked(ok=False, normal="", why=why)


CHECKS: Final[dict[str, Callable[[str], Checked]]] = {
    "hk_macau_pass": _loose(_PASS),
    "taiwan_pass": _loose(_TAIWAN),
    "passport": _loose(_PASSPORT),
    "uscc": uscc,
    "org_code": org_code,
    "impl_code": impl_code,
    "item_code": item_code,
    "ecert": ecert,
    "phone": phone,
}
DATED: Final[dict[str, Callable[[str, dt.date], Checked]]] = {
    "resident_id": resident_id,
    "hmt_residence": hmt_residence,
    "case_no": case_no,
}
