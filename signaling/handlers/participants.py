"""Handles third participants of a session: invited by the agent, dismissed, or gone by themselves."""

from protocol.commands import Dismiss, Frame, Invite, LeaveSession
from protocol.errors import BadInput
from protocol.frames import Invited
from protocol.participants import ParticipantRole
from signaling.handlers.bounds import bounded
from signaling.node import Node
from signaling.socket.connections import Connection

NAME_MAX = 100


async def invite(node: Node, page: Connection, frame: Invite) -> Frame:
    """Invite somebody to the agent's call; answered by `invited` with a signed invitation for one person.

    Raises:
        SessionNotFound, SessionOver: the seat has no call.
        TooManyParticipants: so many are invited or there already.
        BadInput: the name cannot be seen, or is too long.
    """
    name = bounded("name", frame.name, NAME_MAX, shortest=1)
    row = await node.sessions.live(page)
    invitation, guest = await node.sessions.guests.invite(row, ParticipantRole(frame.role), name)
    if page.login is not None:
        await node.trail.note(
            page.login, "participant.invited", row.ticket, participant=invitation.participant, role=guest.role.value
        )
    return Invited(
        id=frame.id,
        participant=invitation.participant,
        invitation=node.services.signatures.invitation(invitation),
        expires_ms=guest.until_ms,
    )


async def dismiss(node: Node, page: Connection, frame: Dismiss) -> None:
    """Send a guest away, or take an invitation back.

    Raises:
        ParticipantNotFound: nobody of that id was invited, or is there any more.
    """
    row = await node.sessions.live(page)
    await node.sessions.part(row, frame.participant, "dismissed")
    if page.login is not None:
        await node.trail.note(page.login, "participant.dismissed", row.ticket, participant=frame.participant)


async def leave_session(node: Node, page: Connection, _frame: LeaveSession) -> None:
    """Leave the call for good; the invitation is void from now on.

    Raises:
        BadInput: the page is no guest's.
    """
    if not page.guest:
        raise BadInput(field="type", why="no_guest")
    await node.sessions.part(await node.sessions.live(page), page.guest, "left")
