"""The eleven ways a session can end, and what each makes of the case."""

from enum import StrEnum

from protocol.states import CaseState


class Outcome(StrEnum):
    """Outcome of a session; the agent must choose one to close it."""

    ANSWERED = "answered"
    PRECHECKED = "prechecked"
    ACCEPTED = "accepted"
    ACCEPTED_DEFERRED = "accepted_deferred"
    CORRECTION = "correction"
    REJECTED = "rejected"
    REFERRED = "referred"
    APPOINTMENT = "appointment"
    ESCALATED = "escalated"
    ABANDONED = "abandoned"
    INTERRUPTED = "interrupted"


OUTCOME_NAMES: dict[str, Outcome] = {
    "解答办结": Outcome.ANSWERED,
    "预审通过待提交": Outcome.PRECHECKED,
    "已受理(收件)": Outcome.ACCEPTED,
    "容缺受理": Outcome.ACCEPTED_DEFERRED,
    "补正告知": Outcome.CORRECTION,
    "不予受理": Outcome.REJECTED,
    "转窗口/转部门": Outcome.REFERRED,
    "转预约": Outcome.APPOINTMENT,
    "转办不成事": Outcome.ESCALATED,
    "群众放弃": Outcome.ABANDONED,
    "技术中断": Outcome.INTERRUPTED,
}
"""The catalogue's own words for the outcomes."""

CASE_AFTER: dict[Outcome, CaseState] = {
    Outcome.PRECHECKED: CaseState.DRAFT,
    Outcome.ACCEPTED: CaseState.ACCEPTED,
    Outcome.ACCEPTED_DEFERRED: CaseState.ACCEPTED_DEFERRED,
    Outcome.CORRECTION: CaseState.CORRECTION,
    Outcome.REJECTED: CaseState.REJECTED,
    Outcome.REFERRED: CaseState.SUBMITTED,
    Outcome.APPOINTMENT: CaseState.DRAFT,
    Outcome.ESCALATED: CaseState.SUBMITTED,
    Outcome.ANSWERED: CaseState.DECIDED,
    Outcome.ABANDONED: CaseState.DRAFT,
    Outcome.INTERRUPTED: CaseState.DRAFT,
}
"""The state a case is in once its session closed with that outcome."""
