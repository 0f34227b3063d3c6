"""What the end of a talk makes of a case: of each state and each outcome what the tables allow, and no more."""

import datetime as dt
from itertools import product

from sqlalchemy import select

from protocol.ids import new_id
from protocol.outcomes import CASE_AFTER, Outcome
from protocol.session_events import SessionClosed
from protocol.states import CASE_MOVES, CaseState, SessionState
from records.database import Database
from records.journal import closings
from records.journal.closings import COLLECTED
from records.journal.unit_of_work import UnitOfWork
from records.tables.sessions import CaseRow, CustodyRow, SessionRow


async def test_a_talk_moves_a_case_where_its_table_allows_and_turns_none_back(ledger: Database) -> None:
    cases = {new_id(number): pair for number, pair in enumerate(product(CaseState, Outcome))}
    facts = {"seat": "S004", "reservation": "r", "day": "20260101", "began_ms": 1, "state": SessionState.WRAP_UP}
    async with ledger.begin() as db:
        for name, (state, _) in cases.items():
            db.add(CaseRow(ticket=name, state=state, collecting_site="HD-TB", opened_ms=1, changed_ms=1))
            db.add(SessionRow(id=name, ticket=name, notes="", **facts))
    async with ledger.begin() as db:
        work = UnitOfWork(db, dt.UTC)
        for name, (_, outcome) in cases.items():
            closed = SessionClosed(seq=1, at_ms=5, outcome=outcome.value, summary="", notice=(), receipt="")
            assert await closings.told(work, await work.need(SessionRow, name), closed, "S004") == outcome.value
    async with ledger.read() as db:
        found = {row.ticket: row for row in await db.scalars(select(CaseRow))}
        held = set(await db.scalars(select(CustodyRow.ticket)))
    for name, (state, outcome) in cases.items():
        moves = CASE_AFTER[outcome] in CASE_MOVES[state]
        now = (CASE_AFTER[outcome], 5) if moves else (state, 1)
        assert (found[name].state, found[name].changed_ms) == now, (state, outcome)
        assert (name in held) is (moves and CASE_AFTER[outcome] in COLLECTED), (state, outcome)
