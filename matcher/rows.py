"""Parses the replies of the scripts into rows."""

import contextlib
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TypeVar, cast

import msgspec

from matcher.seats import Duty, LiveSeat
from matcher.tickets import LiveTicket, stored_steps
from protocol.errors import NotFound, SeatNotFound, TicketNotFound
from protocol.priorities import Priority
from protocol.skills import Abilities
from protocol.states import SeatState, TicketState
from runtime.kept import read

R = TypeVar("R")
Fields = dict[bytes, bytes]

TICKET_STATES = {state.encode(): state for state in TicketState}
SEAT_STATES = {state.encode(): state for state in SeatState}
PRIORITIES = {priority.encode(): priority for priority in Priority}
HOLDS = (SeatState.RESERVED, SeatState.SERVING)


def pairs(flat: object) -> Fields:
    """Return a flat list of names and values (or RESP3's map) as a dict."""
    if isinstance(flat, dict):
        return cast("Fields", flat)
    values = cast("list[bytes]", flat)
    return dict(zip(values[::2], values[1::2], strict=True))


def ticket_row(reply: object, known: tuple[bytes, bytes] | None = None) -> LiveTicket:
    """Read `lib/ticket_row.lua`'s answer, or `take`'s short one: `known` is what that leaves out (about and steps).

    Raises:
        TicketNotFound: what is kept of it cannot be read; its citizen takes a new one.
    """
    row = read("ticket", reply, lambda found: _ticket_row(found, known))
    if row is None:
        raise TicketNotFound
    return row


def seat_row(reply: object) -> LiveSeat:
    """Read `lib/seat_row.lua`'s answer.

    Raises:
        SeatNotFound: what is kept of it cannot be read; it announces itself again.
    """
    row = read("seat", reply, _seat_row)
    if row is None:
        raise SeatNotFound
    return row


def rows(replies: Iterable[object], of: Callable[[object], R]) -> list[R]:
    """Read many answers; those that cannot be read are left out."""
    found = []
    for reply in replies:
        with contextlib.suppress(NotFound):
            found.append(of(reply))
    return found


def _ticket_row(reply: object, known: tuple[bytes, bytes] | None = None) -> LiveTicket:
    name, flat, *rest = cast("tuple[bytes, object, bytes, bytes]", reply)
    fields = pairs(flat)
    if known and len(rest) == 1:
        fields = fields | pairs(rest[0])
        rest = [*known]
    about, steps = rest
    step, state = int(fields[b"step"]), TICKET_STATES[fields[b"state"]]
    needs, relaxed = stored_steps(steps)[step]
    return LiveTicket(
        ticket=name.decode(),
        state=state,
        priority=PRIORITIES[fields[b"priority"]],
        arrived_ms=int(fields[b"arrived"]),
        taken_ms=int(fields[b"taken"]),
        needs=needs,
        about=(about or b"{}").decode(),
        lane=_text(fields, b"lane"),
        score=float(fields[b"score"]),
        step=step,
        relaxed=relaxed,
        waited_ms=_number(fields, b"waited"),
        waiting_since_ms=_number(fields, b"from"),
        seat=_text(fields, b"seat"),
        reservation=_text(fields, b"reservation"),
        fence=_number(fields, b"fence"),
        deadline_ms=_number(fields, b"deadline") if state is TicketState.RESERVED else 0,
        explain=_text(fields, b"explain"),
        session=_text(fields, b"session"),
        served_since_ms=_number(fields, b"served_since"),
        account=_text(fields, b"account"),
        held_until_ms=_number(fields, b"until"),
        at_ms=_number(fields, b"at"),
        why=_text(fields, b"why"),
    )


def _seat_row(reply: object) -> LiveSeat:
    name, flat, able = cast("tuple[bytes, object, bytes]", reply)
    fields = pairs(flat)
    state = SEAT_STATES[fields[b"state"]]
    holds = state in HOLDS
    return LiveSeat(
        seat=name.decode(),
        state=state,
        since_ms=_number(fields, b"since"),
        duty=cast("Duty", _text(fields, b"duty")),
        abilities=_abilities(able) if able else Abilities(),
        reason=_text(fields, b"reason"),
        until_ms=_number(fields, b"until"),
        ticket=_text(fields, b"ticket"),
        reservation=_text(fields, b"reservation") if holds else "",
        fence=_number(fields, b"fence") if holds else 0,
        deadline_ms=_number(fields, b"deadline") if state is SeatState.RESERVED else 0,
        window=_text(fields, b"window"),
        after=_text(fields, b"after"),
        lost_ms=_number(fields, b"lost"),
        misses=_number(fields, b"misses"),
        account=_text(fields, b"account"),
    )


@lru_cache(maxsize=4096)
def _abilities(text: bytes) -> Abilities:
    return msgspec.json.decode(text, type=Abilities)


def _text(fields: Fields, name: bytes) -> str:
    found = fields.get(name)
    return found.decode() if found else ""


def _number(fields: Fields, name: bytes) -> int:
    return int(fields.get(name) or 0)
