"""Face check: whether the person in front of the camera is who they say, judged by a certified system.

Where from: face services give a link that the person opens, and a result with score and liveness. Rules of 2025 on face
recognition ask for a consent of its own and another way beside it; pictures are never sent by us nor kept.
"""

from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from ports.kit.operation import PortNotice, PortOperation

PORT: Final = "face_check"
Short = Annotated[str, Meta(min_length=1, max_length=64)]
Link = Annotated[str, Meta(max_length=500)]


class FaceState(StrEnum):
    """A check is `pending` until the person was judged; then `passed`, `failed`, or `expired` when nobody came."""

    PENDING = "pending"
    PASSED = "passed"
    FAILED = "failed"
    EXPIRED = "expired"


class FaceQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The person to be checked, the session and purpose, and the consent that allows it."""

    session: Short
    purpose: Short
    consent: Short
    name: Short
    id_number: Annotated[str, Meta(min_length=15, max_length=18)]


class FaceLink(msgspec.Struct, frozen=True):
    """A check that has begun: its id, the page that the person opens, and until when (milliseconds since the epoch)."""

    check: Short
    link: Link
    expires_ms: int


class FaceCheck(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A check, by the id that it was given."""

    check: Short


class FaceResult(msgspec.Struct, frozen=True):
    """The state of a check; `score` is from 0 to 1, `proof` the other system's number of its own record."""

    check: Short
    state: FaceState
    score: float = 0
    is_live: bool = False
    proof: Annotated[str, Meta(max_length=128)] = ""


_PASSED: Final = FaceResult("f-1", FaceState.PASSED, 0.97, is_live=True, proof="P-88120")
START: Final = PortOperation(
    port=PORT,
    name="start",
    purpose="check of identity by face, with consent",
    asks=FaceQuestion,
    answers=FaceLink,
    example=FaceQuestion("01JSESSION", "handle", "face:3", "陈桂花", "440524188001010014"),
    example_answer=FaceLink("f-1", "https://face.example.cn/c/f-1", 1_764_489_600_000),
    changes=True,
    is_personal=True,
    refusals=("unknown_person", "too_many_checks"),
)
RESULT: Final = PortOperation(
    port=PORT,
    name="result",
    purpose="result of the check of identity by face",
    asks=FaceCheck,
    answers=FaceResult,
    example=FaceCheck("f-1"),
    example_answer=_PASSED,
    is_personal=True,
    refusals=("unknown_check",),
)
JUDGED: Final = PortNotice(PORT, "judged", "the check is over", FaceResult, _PASSED, 1)

OPERATIONS: Final = (START, RESULT)
NOTICES: Final = (JUDGED,)
