"""The floor of the peers' measurement: 42 seats, 6 classes of tickets (2 languages by 3 topics), 7 seats a class."""

from typing import NamedTuple

LANGUAGES = 2
TOPICS = 3
CLASSES = LANGUAGES * TOPICS
SEATS_A_CLASS = 7


class Seat(NamedTuple):
    """A workplace and the classes of tickets it can serve."""

    name: str
    classes: tuple[int, ...]


def floor(skills: int) -> list[Seat]:
    """Return the seats; with two skills each also serves the next topic in its own language."""
    return [
        Seat(f"S{kind * SEATS_A_CLASS + n:02}", tuple(neighbour(kind, step) for step in range(skills)))
        for kind in range(CLASSES)
        for n in range(SEATS_A_CLASS)
    ]


def neighbour(kind: int, step: int) -> int:
    """Return the class `step` topics further in the same language."""
    return language_of(kind) * TOPICS + (topic_of(kind) + step) % TOPICS


def language_of(kind: int) -> int:
    """Return the number of the class's language."""
    return kind // TOPICS


def topic_of(kind: int) -> int:
    """Return the number of the class's topic."""
    return kind % TOPICS
