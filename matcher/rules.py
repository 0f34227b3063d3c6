"""Rules of the queue that a realm sets: choice of seat and ticket, times, retention."""

from typing import Literal

import msgspec

from protocol.priorities import HEAD_START_S, Priority
from runtime.clock import CHINA

SeatRule = Literal["least_flexible", "longest_idle", "random"]
TicketRule = Literal["first_come", "longest_queue"]


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """The rules of a realm; the newest version that a process brings is in force for all of them."""

    seat_rule: SeatRule = "least_flexible"
    """Choice among several able idle seats: keep rare skills free, then longest idle; or longest idle alone."""
    ticket_rule: TicketRule = "first_come"
    """Choice among several waiting tickets: lowest score; or, for surges, the first of the longest queue."""
    ring_s: float = 20
    """Seconds that a reservation rings."""
    misses_max: int = 1
    """After so many reservations in a row without an answer a seat is put away as `missed`."""
    shun_s: float = 120
    """Seconds that a ticket is kept from a seat that declined or missed it."""
    shun_alone_s: float = 20
    """The same where no other able seat is signed in."""
    grace_s: float = 30
    """Seconds that a call waits for its lost seat to come back."""
    away_s: float = 0
    """Seconds that a ticket of another district waits longer: overflow between districts as a bias."""
    on_time_s: float = 600
    """Seconds that an appointment may be early or late and still count as on time."""
    target_s: float = 60
    """The service level's target: answered within so many seconds."""
    short_s: float = 10
    """An abandonment sooner than this is counted apart."""
    keep_s: int = 3600
    """Seconds that the record of an ended ticket is kept in the queue."""
    log_s: int = 86400
    """Seconds that a session's events can be replayed after its last one."""
    skew_s: float = 0
    """A sweeper whose clock is off the server's by more is refused; 0 trusts every clock."""
    skills: frozenset[str] | None = None
    """The skills that exist; None: any."""
    head_start_s: dict[Priority, float] = msgspec.field(default_factory=HEAD_START_S.copy)
    """Seconds that each class of priority is worth; a new ticket's score is made with them."""
    zone: str = CHINA.key
    """The realm's time zone, by which its days are counted."""
    version: int = 0
    """Of the rules that callers bring, those of the highest version are in force in the realm; 0: the caller's own."""


def packed(rules: Rules, ahead_ms: int, shift_ms: int = 0) -> bytes:
    """Return the rules as the scripts read them, durations in milliseconds.

    The clocks by which days are counted are `ahead_ms` ahead of UTC now; `shift_ms` of it because they were set.
    """
    return msgspec.msgpack.encode(
        {
            "version": rules.version,
            "ahead_ms": ahead_ms,
            "shift_ms": shift_ms,
            "seat_rule": rules.seat_rule,
            "ticket_rule": rules.ticket_rule,
            "ring_ms": round(rules.ring_s * 1000),
            "misses_max": rules.misses_max,
            "shun_ms": round(rules.shun_s * 1000),
            "shun_alone_ms": round(rules.shun_alone_s * 1000),
            "grace_ms": round(rules.grace_s * 1000),
            "away_ms": round(rules.away_s * 1000),
            "on_time_ms": round(rules.on_time_s * 1000),
            "target_ms": round(rules.target_s * 1000),
            "short_ms": round(rules.short_s * 1000),
            "skew_ms": round(rules.skew_s * 1000),
            "returning_ms": round(rules.head_start_s[Priority.RETURNING] * 1000),
            "keep_s": rules.keep_s,
            "log_s": rules.log_s,
        }
    )
