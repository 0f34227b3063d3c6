"""Records the attendance of sessions: participants join, their pages go and return, and at the end all have left."""

from typing import Final

from protocol.limits import storable
from protocol.participants import CITIZEN, SEAT, two_of
from protocol.session_events import ParticipantJoined, ParticipantLeft, SessionMoved
from protocol.states import SessionState
from records.journal.unit_of_work import UnitOfWork
from records.tables.sessions import ParticipantRow, SessionRow

ROLES: Final = {one.id: one.role.value for one in two_of(0)}
SEATED: Final = ""
"""A seat's place is its own, and on record there."""


async def join(work: UnitOfWork, session: SessionRow, at_ms: int, citizens_place: str) -> None:
    """Citizen and agent are in the session; in one that the queue forgot and was told again, they are so again."""
    agent = (session.account or "", session.agent_name or "")
    for participant, who, place, (account, name) in (
        (CITIZEN, session.ticket, citizens_place, ("", "")),
        (SEAT, session.seat, SEATED, agent),
    ):
        known = await work.find(ParticipantRow, session.id, participant, who)
        if known is None:
            new = ParticipantRow(
                session=session.id,
                participant=participant,
                role=ROLES[participant],
                who=who,
                account=account,
                name=name,
                place=place,
                joined_ms=at_ms,
                absences=0,
                here=True,
            )
            work.add(new, session.id, participant, who)
        else:
            # What ended with the queue's memory goes on; what was said goodbye to does not.
            known.here, known.left_ms = True, session.hung_up_ms if participant == CITIZEN else None


async def join_guest(work: UnitOfWork, session: SessionRow, frame: ParticipantJoined) -> None:
    """Record that an invited participant joined."""
    one = frame.participant
    if await work.find(ParticipantRow, session.id, one.id, one.id) is None:
        new = ParticipantRow(
            session=session.id,
            participant=one.id,
            role=one.role.value,
            who=one.id,
            name=storable(one.name),
            account="",
            place="",
            joined_ms=frame.at_ms,
            absences=0,
            here=True,
        )
        work.add(new, session.id, one.id, one.id)


async def leave_guest(work: UnitOfWork, session: SessionRow, frame: ParticipantLeft) -> None:
    """Record that an invited participant is gone for good."""
    person = await work.find(ParticipantRow, session.id, frame.participant, frame.participant)
    if person is not None:
        person.here, person.left_ms = False, person.left_ms or frame.at_ms


async def move(work: UnitOfWork, session: SessionRow, frame: SessionMoved) -> None:
    """Record that a participant's page left or returned; nobody returns to a closed session."""
    if session.state is SessionState.CLOSED:
        return
    for person in await _people(work, session):
        is_here = person.participant in frame.here
        if person.here == is_here:
            continue
        person.here = is_here
        if is_here:
            person.left_ms = None
        else:
            person.left_ms = person.left_ms or frame.at_ms
            person.absences += 1


async def goodbye(work: UnitOfWork, session: SessionRow, at_ms: int) -> None:
    """The citizen has left; the page may stay open, for the rating."""
    person = await work.find(ParticipantRow, session.id, CITIZEN, session.ticket)
    if person is not None:
        person.left_ms = person.left_ms or at_ms


async def end(work: UnitOfWork, session: SessionRow, at_ms: int) -> None:
    """Let the participants still present leave now; the others keep their leaving times."""
    for person in await _people(work, session):
        # Two nodes write by two clocks: what came before the end was not later.
        person.left_ms = at_ms if person.left_ms is None else min(person.left_ms, at_ms)
        person.here = False


async def _people(work: UnitOfWork, session: SessionRow) -> list[ParticipantRow]:
    return await work.participants(session.id)
