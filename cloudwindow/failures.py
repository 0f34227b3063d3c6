"""The command line's edge: everything an operator can mend becomes one clear line and exit code 2."""

import functools
import sys
from collections.abc import Callable
from typing import Final, NoReturn, ParamSpec, TypeVar

from booth_client.address import BadAddressError
from booth_client.channel import RefusedError, ServerAwayError
from booth_client.sources import SourceError
from cloudwindow.installation import FolderError
from protocol.errors import LedgerUnavailable, QueueUnavailable, ServiceError
from records.database import LedgerAddressError
from records.migrations import OtherRealm
from runtime.engines import EngineError
from runtime.redis_pool import RedisUnreachable
from runtime.settings import BadSettings

P = ParamSpec("P")
R = TypeVar("R")

EXIT_CODE: Final = 2


class OperatorError(Exception):
    """Something the operator must mend; the message is for their eyes, a line or a list of lines."""


SAYINGS: Final[tuple[tuple[type[Exception], str], ...]] = (
    (OperatorError, "{}"),
    (BadSettings, "{}"),
    (RedisUnreachable, "{}"),
    (LedgerAddressError, "{}"),
    (OtherRealm, "{}"),
    (FolderError, "{}"),
    (EngineError, "the embedded queue engine did not start: {}"),
    (LedgerUnavailable, "the database does not answer; look at WINDOW_DATABASE_URL"),
    (QueueUnavailable, "Redis does not answer; look at WINDOW_REDIS_URL"),
    (BadAddressError, "{}: not the address of a server; write http://HOST:PORT or https://HOST"),
    (ServerAwayError, "the server does not answer: {}"),
    (SourceError, "no picture or sound: {}"),
    (RefusedError, "the server refused: {}"),
    (ServiceError, "{}"),
)
"""Message to the operator for each exception; the first that fits counts."""


def one_line(error: BaseException) -> str | None:
    """Return the operator's message; None for a bug of ours, whose traceback should be seen."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return next((saying.format(error) for kind, saying in SAYINGS if isinstance(error, kind)), None)


def fail(text: str) -> NoReturn:
    """Print the fault and end."""
    for line in text.splitlines() or ["failed"]:
        sys.stderr.write(f"cloudwindow: {line}\n")
    sys.exit(EXIT_CODE)


def told(command: Callable[P, R]) -> Callable[P, R]:
    """Wrap a command so that operators see lines and not tracebacks."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except Exception as error:
            text = one_line(error)
            if text is None:
                raise
            fail(text)

    return run
