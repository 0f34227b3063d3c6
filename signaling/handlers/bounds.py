"""The checks that handlers of commands share."""

from protocol.errors import BadInput
from protocol.typed import is_seen


def bounded(field: str, text: str, longest: int, *, shortest: int = 0) -> str:
    """Return a text that is not too long and, where it must say something, has a sign in it that can be seen.

    Raises:
        BadInput: it is not.
    """
    if (shortest and (not is_seen(text) or len(text.strip()) < shortest)) or len(text) > longest:
        raise BadInput(field=field, why="length", min=shortest, max=longest)
    return text
