"""Length limits of texts and forbidden characters: one table for frames, forms and columns.

Lengths count characters, as PostgreSQL's VARCHAR does. `tests/house/test_limits.py` holds every limit against the
column that the text ends in.
"""

from collections.abc import Iterator
from typing import Annotated, Final

import msgspec
from msgspec import Meta

ID_MAX: Final = 64
CHAT_MAX: Final = 2000
NOTES_MAX: Final = 20_000
SUMMARY_MAX: Final = 4000
NOTE_MAX: Final = 500
COMMENT_MAX: Final = 1000
REASON_MAX: Final = 200
WORD_MAX: Final = 32
NAME_MAX: Final = 100
TOKEN_MAX: Final = 8192
SDP_MAX: Final = 64 * 1024
LIST_MAX: Final = 64
NUMBER_MAX: Final = 2**53 - 1
"""The largest integer that JavaScript and JSON both hold exactly (RFC 8259, 6); far below a BIGINT."""
COUNT_MAX: Final = 2**31 - 1
"""The largest value of an INTEGER column."""

Id = Annotated[str, Meta(max_length=ID_MAX)]
"""An identifier, or a name that is looked up; longer than any of ours."""
Name = Annotated[str, Meta(max_length=NAME_MAX)]
"""A name of a person, as it is shown."""
Word = Annotated[str, Meta(max_length=WORD_MAX)]
"""One of a small set of words that is checked later: a language, a locale, an outcome."""
ChatText = Annotated[str, Meta(max_length=CHAT_MAX)]
NotesText = Annotated[str, Meta(max_length=NOTES_MAX)]
SummaryText = Annotated[str, Meta(max_length=SUMMARY_MAX)]
NoteText = Annotated[str, Meta(max_length=NOTE_MAX)]
CommentText = Annotated[str, Meta(max_length=COMMENT_MAX)]
ReasonText = Annotated[str, Meta(max_length=REASON_MAX)]
Reasons = Annotated[tuple[ReasonText, ...], Meta(max_length=LIST_MAX)]
Token = Annotated[str, Meta(max_length=TOKEN_MAX)]
"""A signed token or stub."""
Sdp = Annotated[str, Meta(max_length=SDP_MAX)]
Ids = Annotated[tuple[Id, ...], Meta(max_length=LIST_MAX)]
Number = Annotated[int, Meta(ge=-NUMBER_MAX, le=NUMBER_MAX)]
Count = Annotated[int, Meta(ge=0, le=COUNT_MAX)]

NUL: Final = "\x00"


def fault_of(text: str) -> str:
    """Return why a text cannot be stored, or nothing: `nul` (PostgreSQL has no U+0000), `surrogate` (no UTF-8)."""
    if text.isascii():
        return "nul" if NUL in text else ""
    try:
        text.encode()
    except UnicodeEncodeError:
        return "surrogate"
    return "nul" if NUL in text else ""


def storable(text: str) -> str:
    """Return a text without the characters that our databases refuse; for texts accepted before that check."""
    return text.encode(errors="replace").decode().replace(NUL, "") if fault_of(text) else text


def texts(value: object) -> Iterator[str]:
    """Yield every text within a decoded value: a struct, or plain objects and lists with the names in them."""
    match value:
        case str():
            yield value
        case msgspec.Struct():
            yield from texts(msgspec.structs.asdict(value))
        case dict():
            for name, part in value.items():
                yield from texts(name)
                yield from texts(part)
        case list() | tuple() | set() | frozenset():
            for part in value:
                yield from texts(part)
        case _:
            pass
