"""Answers questions about the seats on record and their abilities."""

from protocol.errors import SeatNotFound
from protocol.skills import Abilities
from records.catalogue.directory_rows import CatalogueSeat, Loaded
from records.catalogue.widening import Coverage, either, with_either


class SeatDirectory:
    """The seats of one catalogue; `coverage` tells which needs any of them could ever serve."""

    def __init__(self, loaded: Loaded) -> None:
        """Work out what each seat announces."""
        self._seats, self._skills, self._general_skill = loaded.seats, loaded.skills, loaded.policy.general_skill
        self._announced = {
            seat.id: with_either(seat.abilities, loaded.skills, loaded.policy.general_skill)
            for seat in loaded.seats.values()
        }
        self.coverage = Coverage(self._announced.items())

    def find(self, name: str) -> CatalogueSeat:
        """Return a seat.

        Raises:
            SeatNotFound: there is none.
        """
        if name not in self._seats:
            raise SeatNotFound(seat=name[:64])
        return self._seats[name]

    def name_in(self, name: str, locale: str = "") -> str:
        """Return a seat's name in a language; the id itself when it is unknown."""
        seat = self._seats.get(name)
        return name if seat is None else seat.names.get(locale.replace("-", "_"), seat.name)

    def announced(self, name: str) -> Abilities:
        """Return the abilities that a seat announces to the queue: more names than its skills have, see `with_either`.

        Raises:
            SeatNotFound: there is none.
        """
        return self._announced[self.find(name).id]

    @property
    def skill_names(self) -> frozenset[str]:
        """All names of skills that a need or a seat's announcement may hold."""
        return frozenset(name for skill in self._skills for name in (skill, either(skill, self._general_skill)))

    def all(self) -> tuple[CatalogueSeat, ...]:
        """Return all seats."""
        return tuple(self._seats.values())
