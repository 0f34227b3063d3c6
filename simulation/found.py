"""Results of a simulation: a scenario's and its variants', with theory beside them."""

from collections.abc import Sequence

import msgspec

from simulation.statistics import Results
from simulation.theory import Pooled


class Report(msgspec.Struct, frozen=True):
    """Everything that is told of a simulation, in any language."""

    name: str
    about: str
    engine: str
    days: int
    seats: int
    base: Results
    variants: Sequence[Results]
    theory: Sequence[Pooled]
    target_s: float
    took_s: float
    moves: int

    @property
    def all(self) -> list[Results]:
        """Return the base and its variants."""
        return [self.base, *self.variants]

    def pooled(self, from_s: int) -> Pooled | None:
        """Return what theory says of a half hour."""
        return next((row for row in self.theory if row.from_s == from_s), None)
