"""Cuts the part of the floor out that a scope's wallboards show; pure."""

import msgspec

from protocol.scopes import EVERYWHERE, Place, Scope, ScopeKind
from protocol.views import WallboardView
from records.catalogue.directory import Directory
from records.scopes import booths_within, seats_within
from records.sessions.today import Today


def part(whole: WallboardView, scope: Scope, directory: Directory, counts: Today) -> WallboardView:
    """Return the seats, lanes, booths and counts within a scope.

    `counts` are the scope's, of the ledger. A lane is of a district: below a district, its tickets are counted only.
    """
    if scope == EVERYWHERE:
        return whole
    seats, booths = {seat.id for seat in seats_within(directory, scope)}, booths_within(directory, scope)
    shown = tuple(seat for seat in whole.seats if seat.seat in seats)
    lanes = tuple(lane for lane in whole.lanes if scope.covers(Place(districts=(lane.district,))))
    waiting, oldest_ms = counts.waiting, counts.oldest_ms
    if scope.kind is ScopeKind.DISTRICT:
        waiting = sum(lane.waiting for lane in lanes)
        oldest_ms = min((lane.oldest_ms for lane in lanes), default=0)
    return msgspec.structs.replace(
        whole,
        seats=shown,
        lanes=lanes,
        waiting=waiting,
        longest_wait_since_ms=oldest_ms,
        serving=sum(seat.state == "serving" for seat in shown),
        answered_today=counts.answered,
        answered_in_60_s_today=counts.answered_in_target,
        abandoned_today=counts.abandoned,
        booths_online=tuple(booth for booth in whole.booths_online if booth in booths),
        booths_known=len(booths),
    )
