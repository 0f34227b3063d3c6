"""Rating upload (好差评): each stage of a case that was rated, to the province's platform.

Where from: the province's contract for window tablets: `evalProcess` (1 accepted, 2 done), `affairSerialNo` (number of
the case, 50 characters), `affairCode`, `affairName`, `affairApplyTime`, `departmentCode`, `userName`, `star` 5 to 1; a
second upload of a stage is answered "rated already", which is no fault. That contract sends persons in the address of a
GET: an adapter behind this port must not; here everything is in the signed body.
"""

from enum import IntEnum, StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from ports.kit.operation import PortOperation

PORT: Final = "ratings"
Short = Annotated[str, Meta(min_length=1, max_length=64)]
Moment = Annotated[str, Meta(pattern=r"^[0-9]{14}$")]


class RatedStage(IntEnum):
    """The stage of a case that is rated (`evalProcess`)."""

    ACCEPTED = 1
    DONE = 2


class UploadState(StrEnum):
    """An upload is `taken`, or was `known` already: both mean that the platform has it."""

    TAKEN = "taken"
    KNOWN = "known"


class RatingUpload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rating of one stage; times are local, `yyyyMMddHHmmss`; `officer` is a staff number without hyphens."""

    case: Annotated[str, Meta(min_length=1, max_length=50)]
    stage: RatedStage
    item_code: Annotated[str, Meta(min_length=1, max_length=32)]
    item_name: Annotated[str, Meta(max_length=200)]
    department: Short
    officer: Annotated[str, Meta(pattern=r"^[0-9A-Za-z]{1,10}$")]
    applied_at: Moment
    done_at: Annotated[str, Meta(pattern=r"^([0-9]{14})?$")]
    stars: Annotated[int, Meta(ge=1, le=5)]
    reasons: Annotated[tuple[Short, ...], Meta(max_length=20)] = ()
    comment: Annotated[str, Meta(max_length=500)] = ""


class RatingReceipt(msgspec.Struct, frozen=True):
    """Whether the platform has taken the rating now or had it."""

    state: UploadState


UPLOAD: Final = PortOperation(
    port=PORT,
    name="upload",
    purpose="the citizen's rating to the province",
    asks=RatingUpload,
    answers=RatingReceipt,
    example=RatingUpload(
        case="440113-20261130-0001",
        stage=RatedStage.DONE,
        item_code="11440113MB2C1234",
        item_name="老年人优待证办理",
        department="MZ",
        officer="S004",
        applied_at="20261130090000",
        done_at="20261130091500",
        stars=5,
    ),
    example_answer=RatingReceipt(UploadState.TAKEN),
    changes=True,
    is_personal=True,
    refusals=("unknown_case", "unknown_officer"),
)

OPERATIONS: Final = (UPLOAD,)
NOTICES: Final = ()
