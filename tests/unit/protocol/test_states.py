"""The tables of legal moves."""

import pytest

from protocol import states
from protocol.errors import IllegalMove
from protocol.states import SeatState, TicketState

TABLES = [
    (states.TICKET_MOVES, states.TicketState),
    (states.RESERVATION_MOVES, states.ReservationState),
    (states.SEAT_MOVES, states.SeatState),
    (states.SESSION_MOVES, states.SessionState),
    (states.CASE_MOVES, states.CaseState),
]


@pytest.mark.parametrize(("table", "kind"), TABLES)
def test_every_state_has_a_row(table, kind):
    assert set(table) == set(kind)


@pytest.mark.parametrize(("table", "kind"), TABLES)
def test_every_state_but_the_first_can_be_reached(table, kind):
    reached = {state for moves in table.values() for state in moves}
    beginnings = {"scheduled", "waiting", "pending", "offline", "connecting", "draft"}
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
