"""Check digits and formats of Chinese public numbers: identity numbers, credit codes, item and case codes."""

import datetime as dt
import re
from typing import Final

ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS: Final = "10X98765432"
USCC_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_WEIGHTS: Final = tuple(pow(3, position, 31) for position in range(17))
ORG_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ORG_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)

_ID: Final = re.compile(r"\d{17}[\dX]", re.ASCII)
_USCC: Final = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
_CODE13: Final = re.compile(r"[1-6]\d{12}", re.ASCII)
_DAY: Final = re.compile(r"\d{8}", re.ASCII)
_PHONE: Final = re.compile(r"1[3-9]\d{9}", re.ASCII)

IMPL_LENGTH: Final = 31
CASE_LENGTH: Final = 43


def id_check(first17: str) -> str:
    """Return the check character of an identity number (GB 11643, ISO 7064 MOD 11-2)."""
    return ID_CHECKS[sum(w * int(digit) for w, digit in zip(ID_WEIGHTS, first17, strict=True)) % 11]


def is_id_number(number: str, today: dt.date) -> bool:
    """Tell whether this is an 18-digit identity number with a real birthday up to `today`."""
    number = number.upper()
    if not _ID.fullmatch(number) or id_check(number[:17]) != number[17]:
        return False
    born = _date(number[6:14])
    return born is not None and born <= today


def org_check(first8: str) -> str:
    """Return the check character of an organisation code (GB 11714)."""
    rest = 11 - sum(w * ORG_ALPHABET.index(sign) for w, sign in zip(ORG_WEIGHTS, first8, strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def uscc_check(first17: str) -> str:
    """Return the check character of a unified social credit code (GB 32100)."""
    total = sum(w * USCC_ALPHABET.index(sign) for w, sign in zip(USCC_WEIGHTS, first17, strict=True))
    return USCC_ALPHABET[(31 - total % 31) % 31]


def uscc_fault(code: str) -> str:
    """Return what is wrong with a unified social credit code; empty when nothing is."""
    if not _USCC.fullmatch(code):
        return "format"
    if uscc_check(code[:17]) != code[17]:
        return "check_digit"
    if org_check(code[8:16]) != code[16]:
        return "inner_check_digit"
    return ""


def is_uscc(code: str) -> bool:
    """Tell whether this is a unified social credit code with both check characters right."""
    return not uscc_fault(code)


def is_code13(code: str) -> bool:
    """Tell whether this is a level (1-6) and a basic code of 12 digits (GB/T 39554.1)."""
    return _CODE13.fullmatch(code) is not None


def impl_code_fault(code: str) -> str:
    """Return what is wrong with an implementation code (31: credit code, level, basic code)."""
    if len(code) != IMPL_LENGTH or not is_code13(code[18:]):
        return "format"
    return uscc_fault(code[:18])


def is_impl_code(code: str) -> bool:
    """Tell whether this is an implementation code with a right credit code in it."""
    return not impl_code_fault(code)


def is_case_number(number: str) -> bool:
    """Tell whether this is a case number (43): implementation code, day, daily serial of four digits."""
    return (
        len(number) == CASE_LENGTH
        and is_impl_code(number[:IMPL_LENGTH])
        and _date(number[31:39]) is not None
        and number[39:].isascii()
        and number[39:].isdigit()
    )


def case_number(impl_code: str, day: str, serial: int) -> str:
    """Make the case number of the `serial`th case of an item on a day (`yyyymmdd`)."""
    return f"{impl_code}{day}{serial:04d}"


def is_phone(number: str) -> bool:
    """Tell whether this is a mobile number of the mainland."""
    return _PHONE.fullmatch(number) is not None


def masked_phone(number: str) -> str:
    """Return the number as it may stand on a screen: `138****5678`."""
    return f"{number[:3]}****{number[-4:]}" if len(number) > 7 else "****"  # noqa: PLR2004  (3 + 4 digits shown)


def masked_id(number: str) -> str:
    """Return the number as it may stand on a screen: `110105********002X`."""
    return f"{number[:6]}********{number[-4:]}" if len(number) == 18 else "********"  # noqa: PLR2004  (its length)


def masked_name(name: str) -> str:
    """Return a name as it may stand on a screen: the family name, a star for each further character."""
    return name[:1] + "*" * max(1, len(name) - 1)


def _date(digits: str) -> dt.date | None:
    if not _DAY.fullmatch(digits):
        return None
    try:
        return dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
