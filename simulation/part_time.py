"""Part-time seats: alerted when a call waits, and when they come free, they look after a while and claim."""

from collections.abc import Iterator

import numpy as np

from simulation.crew import Crew, Presence
from simulation.world import World


class PartTimers:
    """Part-time seats that are about to look."""

    def __init__(self, world: World, crew: Crew, rng: np.random.Generator) -> None:
        """Begin with no seat looking."""
        self._world = world
        self._crew = crew
        self._rng = rng
        self._looking: set[int] = set()
        self._able = [
            [seat for seat in sorted(able) if world.seats[seat].claims is not None] for able in crew.able_by_class
        ]

    def alerted(self, kind: int) -> Iterator[tuple[int, int]]:
        """Yield the idle seats that a waiting call of this class makes look, each with milliseconds until then."""
        for seat in self._able[kind]:
            yield from self.freed(seat)

    def freed(self, seat: int) -> Iterator[tuple[int, int]]:
        """Yield the seat if it is a part-time one, idle, and not about to look anyway."""
        claims = self._world.seats[seat].claims
        if claims is None or seat in self._looking or self._crew.presence[seat] is not Presence.FREE:
            return
        self._looking.add(seat)
        yield seat, max(1, round(float(claims.sample(self._rng, 1)[0]) * 1000))

    def looks(self, seat: int) -> bool:
        """Let the seat look now; false when it is no longer idle."""
        self._looking.discard(seat)
        return self._crew.presence[seat] is Presence.FREE
