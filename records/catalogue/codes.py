"""Check unified social credit codes (GB 32100, GB 11714) and the form of item codes."""

import re
from typing import Final

USCC_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_WEIGHTS: Final = tuple(pow(3, position, 31) for position in range(17))
ORG_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ORG_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)

_CODE13: Final = re.compile(r"[1-6]\d{12}", re.ASCII)
_USCC: Final = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")


def org_check(first8: str) -> str:
    """Return the check character of an organisation code (GB 11714)."""
    rest = 11 - sum(w * ORG_ALPHABET.index(sign) for w, sign in zip(ORG_WEIGHTS, first8, strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def uscc_check(first17: str) -> str:
    """Return the check character of a unified social credit code (GB 32100)."""
    total = sum(w * USCC_ALPHABET.index(sign) for w, sign in zip(USCC_WEIGHTS, first17, strict=True))
    return USCC_ALPHABET[(31 - total % 31) % 31]


def uscc_fault(code: str) -> str:
    """Return the fault of a unified social credit code; empty for a valid one (GB 32100-2015)."""
    if not _USCC.fullmatch(code):
        return "format"
    if uscc_check(code[:17]) != code[17]:
        return "check_digit"
    if org_check(code[8:16]) != code[16]:
        return "inner_check_digit"
    return ""


def is_code13(code: str) -> bool:
    """Tell whether this is a level (1-6) and a basic code of 12 digits (GB/T 39554.1)."""
    return _CODE13.fullmatch(code) is not None
