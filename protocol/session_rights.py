"""Says which role may see, say and do what in a session: the one table that frames and events are judged by."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from protocol.commands import (
    Candidate,
    Chat,
    Description,
    Frame,
    LeaveSession,
    MediaReady,
    MediaRestart,
    MediaState,
    MediaUp,
)
from protocol.participants import ParticipantRole


class SessionRight(StrEnum):
    """A right in one session; it ends with the participation."""

    TAKE_PART = "take_part"
    """Know who is there and how the call stands; leave it."""
    HEAR = "hear"
    """Have a media connection: hear and see who serves and what that page sends on."""
    SPEAK = "speak"
    """Send sound and pictures."""
    READ = "read"
    """Read the chat."""
    WRITE = "write"
    """Write in the chat."""
    PAPERS = "papers"
    """See the list of papers, what is asked for, and the verdicts."""
    MATTER = "matter"
    """See the ticket's number, the consents and the closing with its receipt."""
    SERVE = "serve"
    """See the agent's own notes; invite and dismiss others."""


_TALK: Final = frozenset(
    {SessionRight.TAKE_PART, SessionRight.HEAR, SessionRight.SPEAK, SessionRight.READ, SessionRight.WRITE}
)
SESSION_RIGHTS: Final[Mapping[ParticipantRole, frozenset[SessionRight]]] = MappingProxyType(
    {
        ParticipantRole.CITIZEN: _TALK | {SessionRight.PAPERS, SessionRight.MATTER},
        ParticipantRole.AGENT: frozenset(SessionRight),
        ParticipantRole.INTERPRETER: _TALK | {SessionRight.PAPERS},
        ParticipantRole.EXPERT: _TALK | {SessionRight.PAPERS},
        ParticipantRole.FAMILY: _TALK,
        ParticipantRole.OBSERVER: frozenset({SessionRight.TAKE_PART, SessionRight.HEAR, SessionRight.READ}),
    }
)
GUEST_FRAMES: Final[Mapping[type[Frame], SessionRight]] = MappingProxyType(
    {
        Chat: SessionRight.WRITE,
        Description: SessionRight.HEAR,
        Candidate: SessionRight.HEAR,
        MediaReady: SessionRight.HEAR,
        MediaRestart: SessionRight.HEAR,
        MediaUp: SessionRight.HEAR,
        MediaState: SessionRight.SPEAK,
        LeaveSession: SessionRight.TAKE_PART,
    }
)
"""The right that each frame of an invited participant needs; it may send no other."""


def may(role: ParticipantRole, right: SessionRight) -> bool:
    """Return whether a role has a right."""
    return right in SESSION_RIGHTS[role]


def holders(right: SessionRight) -> frozenset[ParticipantRole]:
    """Return the roles that have a right."""
    return frozenset(role for role in ParticipantRole if may(role, right))


def frames_of(role: ParticipantRole) -> tuple[type[Frame], ...]:
    """Return the frames that an invited participant of a role may send after its `hello`."""
    return tuple(frame for frame, right in GUEST_FRAMES.items() if may(role, right))


def table() -> str:
    """Return the table as Markdown, a line a right and a column a role, as docs/rights.md shows it."""
    head = ["in a session", *(role.value for role in ParticipantRole)]
    lines = [head, ["---"] * len(head)]
    lines += [
        [f"`{right.value}`", *("yes" if may(role, right) else "" for role in ParticipantRole)] for right in SessionRight
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
