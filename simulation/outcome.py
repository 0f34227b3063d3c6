"""Results of a replication: one record a call, and the time of every seat."""

from enum import IntEnum

import msgspec

from simulation.world import World


class End(IntEnum):
    """End of a call."""

    OPEN = 0
    SERVED = 1
    ABANDONED = 2
    BLOCKED = 3
    """All lines were taken; it never joined the queue."""
    CLOSED = 4
    """Still waiting when the last seat went home."""
    NO_SHOW = 5
    """Did not come to the appointment."""


class Record(msgspec.Struct):
    """One call (one try) as it went."""

    kind: int = -1
    at_ms: int = 0
    end: End = End.OPEN
    wait_ms: int = 0
    seat: int = -1
    end_ms: int = 0
    rings: int = 0
    retries: int = 0
    earlier_ms: int = 0
    """Wait in its earlier tries."""


class Outcome(msgspec.Struct):
    """Everything that statistics are made from."""

    calls: list[Record]
    busy_ms: list[int]
    there_ms: list[int]
    end_ms: int = 0

    @classmethod
    def begin(cls, world: World, calls: int) -> "Outcome":
        """Return an empty outcome for this world."""
        seats = len(world.seats)
        return cls([Record() for _ in range(calls)], [0] * seats, [0] * seats)
