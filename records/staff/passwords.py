"""Judges a new password: long enough, not built from the account's own names, not among the first that are guessed."""

import unicodedata
from typing import Final

from zxcvbn import zxcvbn

from protocol.errors import BadInput

PASSWORD_MIN: Final = 10
PASSWORD_MAX: Final = 256
OWN_PART_MIN: Final = 6
"""So many characters are left of a good password when the account's names are taken out of it."""
NAME_MIN: Final = 3
SCORE_MIN: Final = 3
"""zxcvbn's scale of 0 to 4: from 3 on 10^8 guesses are not enough. Its lists hold 30,000 common passwords, names and
English words; it finds keyboard rows, sequences, repetitions and dates, also with letters swapped for digits."""
JUDGED_MAX: Final = 72
"""zxcvbn reads no more than this; what is longer only adds to it."""


def normal(password: str) -> str:
    """Return a password in Unicode's NFKC: the same keys give the same password with another input method."""
    return unicodedata.normalize("NFKC", password)


def judged(password: str, *names: str) -> str:
    """Return a new password in its normal form; this can take some hundredths of a second.

    Raises:
        BadInput: `field` is `password`, `why` is `length`, `password_name` or `password_easy`.
    """
    password = normal(password)
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
        raise BadInput(field="password", why="length", min=PASSWORD_MIN, max=PASSWORD_MAX)
    own = password.casefold()
    for name in (normal(one).casefold() for one in names):
        if len(name) >= NAME_MIN:
            own = own.replace(name, "")
    if len(own) < OWN_PART_MIN:
        raise BadInput(field="password", why="password_name")
    if zxcvbn(password[:JUDGED_MAX], user_inputs=[name for name in names if name])["score"] < SCORE_MIN:
        raise BadInput(field="password", why="password_easy")
    return password
