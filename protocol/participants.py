"""The participants of a session: their ids, roles and presence."""

from collections.abc import Collection
from enum import StrEnum
from typing import Final

import msgspec
from msgspec.structs import replace

CITIZEN: Final = "citizen"
"""The id of the participant whose ticket it is."""
SEAT: Final = "seat"
"""The id of the participant who serves the ticket."""


class ParticipantRole(StrEnum):
    """The role of a participant: its rights to see, say and do in the session."""

    CITIZEN = "citizen"
    AGENT = "agent"
    INTERPRETER = "interpreter"
    EXPERT = "expert"
    """Of another office."""
    FAMILY = "family"
    """Helps the citizen."""
    OBSERVER = "observer"
    """Hears and sees, and sends nothing."""


class ParticipantView(msgspec.Struct, frozen=True):
    """A participant of a session: here (a page of its is open) or away, since `since_ms`."""

    id: str
    role: ParticipantRole
    name: str = ""
    """Display name of staff, or the name that a guest was invited by; empty for the citizen."""
    here: bool = True
    since_ms: int = 0


Participants = tuple[ParticipantView, ...]
PARTICIPANTS_MAX: Final = 5
"""So many take part in one session at most, those who are invited included."""


def two_of(began_ms: int) -> Participants:
    """Return the first participants of a session: its citizen and its agent, both here."""
    return (
        ParticipantView(CITIZEN, ParticipantRole.CITIZEN, since_ms=began_ms),
        ParticipantView(SEAT, ParticipantRole.AGENT, since_ms=began_ms),
    )


def here_of(participants: Participants) -> tuple[str, ...]:
    """Return the ids of the participants that are here."""
    return tuple(one.id for one in participants if one.here)


def moved(participants: Participants, here: Collection[str], at_ms: int) -> Participants:
    """Return the participants after a move that left those with the ids `here` with a page."""
    return tuple(
        one if one.here is (one.id in here) else replace(one, here=not one.here, since_ms=at_ms) for one in participants
    )


def joined(participants: Participants, new: ParticipantView) -> Participants:
    """Return the participants with a new one, in the place of one with its id if there is one."""
    return (*gone(participants, new.id), new)


def gone(participants: Participants, id: str) -> Participants:  # noqa: A002 - as on the wire
    """Return the participants without one of them."""
    return tuple(one for one in participants if one.id != id)


def named(participants: Participants, id: str, name: str) -> Participants:  # noqa: A002 - as on the wire
    """Return the participants with the name of one of them put in."""
    return tuple(replace(one, name=name) if one.id == id else one for one in participants)
