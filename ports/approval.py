"""Approval: the district's system in which officers handle a case that was taken in at a window.

Where from: one-window systems take a draft with the list of its papers and their digests, and tell by web-hook that it
was accepted, needs correction, was rejected, decided or issued. The papers themselves are fetched by digest.
"""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from ports.kit.operation import PortNotice, PortOperation

PORT: Final = "approval"
Short = Annotated[str, Meta(min_length=1, max_length=64)]
Text = Annotated[str, Meta(max_length=500)]
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]


class CasePaper(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A paper of a case: which material it is, its document here, its digest and type."""

    material: Short
    document: Short
    sha256: Sha256
    media_type: Short


class CaseSubmission(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A case as it was taken in: number, item, places, applicant, and papers; `deferred` are materials still owed."""

    case: Short
    item: Short
    collecting_site: Short
    handling_district: Short
    applicant: Short
    papers: Annotated[tuple[CasePaper, ...], Meta(max_length=60)]
    deferred: Annotated[tuple[Short, ...], Meta(max_length=60)] = ()


class CaseReceipt(msgspec.Struct, frozen=True):
    """The other system's own number of the case."""

    foreign: Short


class CaseWithdrawal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The applicant takes the case back, and why."""

    case: Short
    reason: Text


class CaseNews(msgspec.Struct, frozen=True):
    """A case's new state: the reason, missing materials by name, and the result's number where there is one."""

    case: Short
    reason: Text = ""
    missing: Annotated[tuple[Text, ...], Meta(max_length=60)] = ()
    result: Annotated[str, Meta(max_length=64)] = ""


_CASE: Final = "440113-20261130-0001"
SUBMIT: Final = PortOperation(
    port=PORT,
    name="submit",
    purpose="handing a case to the office that decides it",
    asks=CaseSubmission,
    answers=CaseReceipt,
    example=CaseSubmission(
        _CASE,
        "MZ01",
        "HD-TB",
        "440113",
        "陈桂花",
        (CasePaper("id_card", "01JDOC", "0" * 64, "image/jpeg"),),
        ("residence_proof",),
    ),
    example_answer=CaseReceipt("YC-2026-778812"),
    changes=True,
    is_personal=True,
    refusals=("unknown_item", "incomplete"),
)
WITHDRAW: Final = PortOperation(
    port=PORT,
    name="withdraw",
    purpose="taking a case back for its applicant",
    asks=CaseWithdrawal,
    answers=CaseReceipt,
    example=CaseWithdrawal(_CASE, "申请人撤回"),
    example_answer=CaseReceipt("YC-2026-778812"),
    changes=True,
    is_personal=True,
    refusals=("unknown_case", "decided_already"),
)
_MISSING: Final = CaseNews(_CASE, "材料不齐", ("residence_proof",))
_DECIDED: Final = CaseNews(_CASE, result="440113-R-0001")
ACCEPTED: Final = PortNotice(PORT, "accepted", "the case is accepted (受理)", CaseNews, CaseNews(_CASE), 2)
CORRECTION: Final = PortNotice(PORT, "correction", "papers are missing or wrong (补正)", CaseNews, _MISSING, 1)
REJECTED: Final = PortNotice(
    PORT, "rejected", "the case is not taken (不予受理)", CaseNews, CaseNews(_CASE, "不属本机关"), 5
)
DECIDED: Final = PortNotice(PORT, "decided", "the case is decided (办结)", CaseNews, _DECIDED, 3)
ISSUED: Final = PortNotice(PORT, "issued", "the result is handed out or sent (出件)", CaseNews, _DECIDED, 4)

OPERATIONS: Final = (SUBMIT, WITHDRAW)
NOTICES: Final = (ACCEPTED, CORRECTION, REJECTED, DECIDED, ISSUED)
