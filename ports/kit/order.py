"""Puts the news of one matter in order: by the sender's sequence, and by the rank of the states that they tell."""

import msgspec

from records.tables.ports import NewsState


class MatterStanding(msgspec.Struct, frozen=True):
    """The progress of a matter: the sequence handled last, and the highest rank among the states handled."""

    sequence: int = 0
    rank: int = 0


def place(standing: MatterStanding, sequence: int, rank: int, *, is_last: bool, has_waited: bool) -> NewsState:
    """Return the state of news of `sequence` and `rank` in a matter.

    A state of a lower rank never overwrites one of a higher, and neither do older news of the same rank. Where earlier
    news are missing, later ones wait for them, unless their state is the last of all (`is_last`) or they have waited
    long enough (`has_waited`).
    """
    is_older = sequence <= standing.sequence
    if rank < standing.rank or (is_older and rank == standing.rank):
        return NewsState.SUPERSEDED
    if is_older or sequence == standing.sequence + 1 or is_last or has_waited:
        return NewsState.HANDLED
    return NewsState.WAITING


def moved(standing: MatterStanding, sequence: int, rank: int) -> MatterStanding:
    """Return how far the matter is once that news was handled."""
    return MatterStanding(max(standing.sequence, sequence), max(standing.rank, rank))
