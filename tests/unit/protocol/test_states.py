"""The tables of legal moves."""

from pathlib import Path

import pytest

from protocol import states
from protocol.errors import IllegalMove
from protocol.states import SeatState, TicketState

TABLES = [
    (states.TICKET_MOVES, states.TicketState),
    (states.SEAT_MOVES, states.SeatState),
    (states.SESSION_MOVES, states.SessionState),
    (states.CASE_MOVES, states.CaseState),
]


DOCUMENT = Path(__file__).parents[3] / "docs" / "states.md"


@pytest.mark.parametrize(("table", "kind"), TABLES)
def test_the_documentation_tells_every_move_and_no_other(table, kind):
    name = kind.__name__.removesuffix("State").lower()
    lines = [f"| {old} | {', '.join(sorted(table[old])) or 'end'} |" for old in kind]
    told = f"## {name}\n\n| from | to |\n|---|---|\n" + "\n".join(lines) + "\n"
    assert told in DOCUMENT.read_text("utf-8"), told


def test_the_ends_of_a_ticket_are_the_states_without_a_way_on_and_a_no_show():
    ends = {state for state, moves in states.TICKET_MOVES.items() if not moves}
    assert ends | {TicketState.NO_SHOW} == states.TICKET_ENDS


@pytest.mark.parametrize(("table", "kind"), TABLES)
def test_every_state_has_a_row(table, kind):
    assert set(table) == set(kind)


@pytest.mark.parametrize(("table", "kind"), TABLES)
def test_every_state_but_the_first_can_be_reached(table, kind):
    reached = {state for moves in table.values() for state in moves}
    beginnings = {"scheduled", "waiting", "offline", "connecting", "draft"}
    assert {state.value for state in set(kind) - reached} <= beginnings


def test_an_illegal_move_raises_and_names_both_states():
    with pytest.raises(IllegalMove) as caught:
        states.move(states.TICKET_MOVES, TicketState.DONE, TicketState.WAITING)
    assert caught.value.params == {"kind": "TicketState", "old": "done", "new": "waiting"}


def test_a_legal_move_gives_the_new_state():
    assert states.move(states.SEAT_MOVES, SeatState.IDLE, SeatState.RESERVED) is SeatState.RESERVED


def test_no_end_of_a_ticket_leads_anywhere_but_a_hall_recall():
    onward = {state: states.TICKET_MOVES[state] for state in states.TICKET_ENDS}
    assert {state for state, moves in onward.items() if moves} == {TicketState.NO_SHOW}
