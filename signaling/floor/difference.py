"""Compares two states of the floor and returns a wallboard's changes; pure."""

from collections.abc import Iterable, Iterator

import msgspec

from matcher.board import BoardLane
from protocol.frames import Wallboard, WallboardDelta
from protocol.views import LaneView, WallboardView
from records.catalogue.widening import own_skill


def lanes_of(rows: Iterable[BoardLane]) -> tuple[LaneView, ...]:
    """Add lanes up by skill and district."""
    found: dict[tuple[str, str], LaneView] = {}
    for row in rows:
        skill = own_skill(row.needs.skills[0].skill) if row.needs.skills else ""
        where = (skill, row.needs.district)
        old = found.get(where, LaneView(skill, row.needs.district, 0, row.oldest_ms))
        found[where] = LaneView(skill, row.needs.district, old.waiting + row.waiting, min(old.oldest_ms, row.oldest_ms))
    return tuple(found[where] for where in sorted(found) if found[where].waiting)


def same(before: WallboardView, after: WallboardView) -> bool:
    """Tell whether nothing but the time is different."""
    return msgspec.structs.replace(before, rev=after.rev, at_ms=after.at_ms) == after


def pieces(view: WallboardView, seats_at_once: int) -> Iterator[Wallboard | WallboardDelta]:
    """Yield a snapshot with the first seats, then the others as changes of it; the last one has the view's `rev`."""
    first, rest = view.seats[:seats_at_once], view.seats[seats_at_once:]
    parts = -(-len(rest) // seats_at_once)
    shown = msgspec.structs.replace(view, rev=view.rev - parts, seats=first)
    yield Wallboard(wallboard=shown)
    for start in range(0, len(rest), seats_at_once):
        before = shown
        shown = msgspec.structs.replace(view, rev=before.rev + 1, seats=rest[start : start + seats_at_once])
        yield difference(msgspec.structs.replace(before, seats=()), shown)


def difference(before: WallboardView, after: WallboardView) -> WallboardDelta:
    """Return the changes that turn a wallboard's `before` into `after`."""
    known = {seat.seat: seat for seat in before.seats}
    here, now = set(before.booths_online), set(after.booths_online)
    return WallboardDelta(
        rev_from=before.rev,
        rev=after.rev,
        at_ms=after.at_ms,
        seats=tuple(seat for seat in after.seats if known.get(seat.seat) != seat),
        lanes=after.lanes,
        waiting=after.waiting,
        longest_wait_since_ms=after.longest_wait_since_ms,
        serving=after.serving,
        answered_today=after.answered_today,
        answered_in_60_s_today=after.answered_in_60_s_today,
        abandoned_today=after.abandoned_today,
        booths_online=tuple(sorted(now - here)),
        booths_gone=tuple(sorted(here - now)),
    )
