"""Apply the end of a session to the ledger: its outcome, the case it moves, each correction as a version."""

from typing import Final

from protocol.events import FORGOTTEN
from protocol.limits import storable
from protocol.outbox import AmendedData, ClosedData
from protocol.outcomes import CASE_AFTER, OUTCOME_NAMES, Outcome
from protocol.session_events import ClosingAmended, SessionClosed
from protocol.states import CASE_MOVES, CaseState, SessionState
from records.journal import attendance
from records.journal.unit_of_work import SetAside, UnitOfWork
from records.tables.sessions import CaseRow, ClosingRow, CustodyRow, OutcomeRow, SessionRow

#: States of a case in which somebody holds papers.
COLLECTED: Final = frozenset({CaseState.ACCEPTED, CaseState.ACCEPTED_DEFERRED, CaseState.CORRECTION})

CLOSINGS: Final = frozenset({ClosedData.kind, AmendedData.kind})


async def told(work: UnitOfWork, session: SessionRow, frame: SessionClosed | ClosingAmended, by: str) -> str:
    """Record a session's closing, or its correction; return the outcome.

    Raises:
        SetAside: the outcome is none of ours, or there is nothing to correct.
    """
    try:
        outcome = OUTCOME_NAMES.get(frame.outcome) or Outcome(frame.outcome)
    except ValueError as error:
        raise SetAside("malformed", f"outcome {frame.outcome}") from error
    known = await work.find(OutcomeRow, session.id)
    if isinstance(frame, ClosingAmended):
        if known is None:
            raise SetAside("orphan", f"outcomes {session.id}")
        await _amended(work, session, known, outcome, frame, by)
        await tell(work, session, outcome.value, AmendedData)
        return outcome.value
    session.state, session.closed_ms = SessionState.CLOSED, frame.at_ms
    await attendance.end(work, session, frame.at_ms)
    case = await work.find(CaseRow, session.ticket)
    counts = known is None or known.by == FORGOTTEN
    if known is not None and counts:  # it was only thought to be lost: what the agent says counts
        known.outcome, known.summary, known.notice = outcome, storable(frame.summary), frame.notice
        known.by, known.account, known.at_ms = by, session.account, frame.at_ms
        _ = _keep(work, known, 1, case.state.value if case is not None else "")
    if known is None:
        row = OutcomeRow(
            session=session.id,
            outcome=outcome,
            summary=storable(frame.summary),
            notice=frame.notice,
            receipt=frame.receipt,
            by=by,
            account=session.account,
            at_ms=frame.at_ms,
            amended=0,
        )
        work.add(row, session.id)
        _keep(work, row, 1, case.state.value if case is not None else "")
    await _decide(work, session, outcome, frame.at_ms)
    if counts:
        await tell(work, session, outcome.value)
    return outcome.value


async def tell(work: UnitOfWork, session: SessionRow, outcome: str, kind: type[ClosedData] = ClosedData) -> None:
    """Tell other systems that a session ended, or that its outcome was corrected; `outcome` may be empty."""
    case = await work.find(CaseRow, session.ticket)
    state = case.state.value if case is not None else ""
    data = kind(ticket=session.ticket, session=session.id, outcome=outcome, case_state=state)
    await work.tell(data, await work.told_of(session.ticket, session.id, CLOSINGS))


async def forgotten(work: UnitOfWork, session: SessionRow, receipt: str, at_ms: int) -> None:
    """Record a session that the queue forgot as interrupted, if it has no outcome."""
    if await work.find(OutcomeRow, session.id) is None:
        row = OutcomeRow(
            session=session.id,
            outcome=Outcome.INTERRUPTED,
            summary="",
            notice=(),
            receipt=receipt,
            by=FORGOTTEN,
            account="",
            at_ms=at_ms,
            amended=0,
        )
        work.add(row, session.id)
        await tell(work, session, row.outcome.value)


async def _amended(
    work: UnitOfWork, session: SessionRow, known: OutcomeRow, outcome: Outcome, frame: ClosingAmended, by: str
) -> None:
    """Let the correction stand as the outcome, and what was told before it beside it."""
    first = await work.find(ClosingRow, session.id, 1)
    if first is None:  # closed by a program that kept no versions
        first = _keep(work, known, 1, "")
    case = await work.find(CaseRow, session.ticket)
    made = CASE_AFTER[known.outcome]
    known.outcome, known.summary, known.notice = outcome, storable(frame.summary), frame.notice
    known.by, known.account = by, session.account
    known.amended, known.amended_ms = known.amended + 1, frame.at_ms
    _ = _keep(work, known, known.amended + 1, first.case_was)
    # As if it had been closed so at once, unless somebody has moved the case since.
    if case is not None and first.case_was and case.state is made:
        case.state = CaseState(first.case_was)
        await _decide(work, session, outcome, frame.at_ms)
        case.changed_ms = frame.at_ms
        await _give_back(work, session, case)


def _keep(work: UnitOfWork, row: OutcomeRow, version: int, case_was: str) -> ClosingRow:
    """Keep the outcome as it is told now."""
    kept = ClosingRow(
        session=row.session,
        version=version,
        outcome=row.outcome,
        summary=row.summary,
        notice=row.notice,
        by=row.by,
        account=row.account,
        case_was=case_was,
        at_ms=row.amended_ms or row.at_ms,
    )
    work.add(kept, row.session, version)
    return kept


async def _decide(work: UnitOfWork, session: SessionRow, outcome: Outcome, at_ms: int) -> None:
    case = await work.find(CaseRow, session.ticket)
    state = CASE_AFTER[outcome]
    if case is None or state not in CASE_MOVES[case.state]:
        return  # a later talk about a case that is past this stage does not turn it back
    case.state, case.changed_ms = state, at_ms
    if state in COLLECTED and await work.find(CustodyRow, case.ticket, 1) is None:
        holder = case.collecting_site or case.handling_district
        row = CustodyRow(
            ticket=case.ticket, position=1, holder=holder, since_ms=at_ms, by=session.seat, courier_number=""
        )
        work.add(row, case.ticket, 1)


async def _give_back(work: UnitOfWork, session: SessionRow, case: CaseRow) -> None:
    """Take out the custody that a wrong closing began, if nothing has come after it."""
    held = await work.find(CustodyRow, case.ticket, 1)
    began_here = held is not None and held.since_ms >= (session.closed_ms or 0) and held.by == session.seat
    if held is None or not began_here or case.state in COLLECTED:
        return
    if await work.find(CustodyRow, case.ticket, 2) is None:
        await work.remove(held, case.ticket, 1)
