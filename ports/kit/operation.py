"""Describes an operation of a port: question, answer, and whether it changes something there."""

import dataclasses
from typing import Final, Generic, TypeVar

import msgspec

Asked = TypeVar("Asked", bound=msgspec.Struct)
Answered = TypeVar("Answered", bound=msgspec.Struct)

ANSWER_MAX_BYTES: Final = 64 * 1024
"""Largest answer, where an operation says nothing else."""
FILE_MAX_BYTES: Final = 8 * 1024 * 1024
"""Largest file that a port takes or gives."""
FILE_MESSAGE_MAX_BYTES: Final = FILE_MAX_BYTES * 4 // 3 + ANSWER_MAX_BYTES
"""The same within a message, in base 64."""


class Refusal(msgspec.Struct, frozen=True):
    """The body of a refusal (status 409 or 422): a stable code of the other system, and words for its operator."""

    code: str
    message: str = ""


class File(msgspec.Struct, frozen=True):
    """A file within a message: its type and its content (base 64 on the wire)."""

    media_type: str
    content: bytes


@dataclasses.dataclass(frozen=True, slots=True)
class PortOperation(Generic[Asked, Answered]):
    """One operation of a port: `POST {address of the port}/{name}` with `asks` as JSON, answered with `answers`.

    An operation that `changes` something there is kept in the ledger before its first try, and goes out with the same
    key until it is answered. One that only asks is tried within its caller's patience and kept nowhere. `purpose` is
    written on the audit trail where the operation `is_personal`: where it tells or asks something of a person.
    """

    port: str
    name: str
    purpose: str
    asks: type[Asked]
    answers: type[Answered]
    example: Asked
    example_answer: Answered
    changes: bool = False
    is_personal: bool = False
    refusals: tuple[str, ...] = ()
    answer_max_bytes: int = ANSWER_MAX_BYTES

    @property
    def path(self) -> str:
        """The operation's full name: `messages/send`."""
        return f"{self.port}/{self.name}"


def sample_file(text: str) -> File:
    """Return a small file for examples."""
    return File("application/pdf", text.encode())


@dataclasses.dataclass(frozen=True, slots=True)
class PortNotice(Generic[Answered]):
    """News that the system of a port tells us by itself: `POST /api/ports/{port}/news`, with `kind` and `data`.

    News of one matter are put in order by the sender's `sequence`; of the states that they tell, one of a lower `rank`
    never overwrites one of a higher.
    """

    port: str
    kind: str
    says: str
    tells: type[Answered]
    example: Answered
    rank: int
