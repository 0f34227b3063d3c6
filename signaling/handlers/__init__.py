"""Carries out the commands of pages: one function a command."""

from typing import assert_never

from protocol.commands import (
    Accept,
    AmendClosing,
    CallBack,
    Candidate,
    Chat,
    Claim,
    CloseSession,
    ComeBack,
    ConfirmPriority,
    Consent,
    Decline,
    Description,
    Dismiss,
    ExtendWrapUp,
    Frame,
    GiveVerdict,
    HangUp,
    HoldPlace,
    Invite,
    LeaveQueue,
    LeaveSession,
    MediaReady,
    MediaRestart,
    MediaState,
    MediaUp,
    Notes,
    Pause,
    PauseSeat,
    Rate,
    Ready,
    RequestStill,
    ResumePlace,
    RoleFrame,
    StillFailed,
    StillTaken,
    TakeTicket,
)
from protocol.errors import BadFrame
from signaling.handlers import consents, conversation, participants, places, ratings, returns, supervision, workplace
from signaling.node import Node
from signaling.socket.connections import Connection


async def carry_out(node: Node, page: Connection, command: RoleFrame) -> Frame | None:  # noqa: C901, PLR0912, PLR0915
    """Carry out a command that this page's role may send; return its own answer, or None for `done`.

    Raises:
        BadFrame: a media frame, which is relayed and not carried out.
        ServiceError: what the command's function raises.
    """
    match command:  # one case a command: mypy holds that none is missing
        case TakeTicket():
            return await places.take_ticket(node, page, command)
        case LeaveQueue():
            await places.leave_queue(node, page, command)
        case HoldPlace():
            await places.hold_place(node, page, command)
        case CallBack():
            return await places.call_back(node, page, command)
        case ResumePlace():
            await places.resume_place(node, page, command)
        case ComeBack():
            return await returns.come_back(node, page, command)
        case Consent():
            await consents.consent(node, page, command)
        case Ready():
            await workplace.ready(node, page, command)
        case Pause():
            await workplace.pause(node, page, command)
        case ExtendWrapUp():
            await workplace.extend_wrap_up(node, page, command)
        case Accept():
            await workplace.accept(node, page, command)
        case Decline():
            await workplace.decline(node, page, command)
        case Claim():
            await workplace.claim(node, page, command)
        case Chat():
            await conversation.chat(node, page, command)
        case MediaUp():
            await conversation.media_up(node, page, command)
        case HangUp():
            await conversation.hang_up(node, page, command)
        case RequestStill():
            await conversation.request_still(node, page, command)
        case StillTaken():
            await conversation.still_taken(node, page, command)
        case StillFailed():
            await conversation.still_failed(node, page, command)
        case GiveVerdict():
            await conversation.give_verdict(node, page, command)
        case Notes():
            await conversation.notes(node, page, command)
        case ConfirmPriority():
            await conversation.confirm_priority(node, page, command)
        case CloseSession():
            await conversation.close_session(node, page, command)
        case AmendClosing():
            await conversation.amend_closing(node, page, command)
        case Rate():
            await ratings.rate(node, page, command)
        case Invite():
            return await participants.invite(node, page, command)
        case Dismiss():
            await participants.dismiss(node, page, command)
        case LeaveSession():
            await participants.leave_session(node, page, command)
        case PauseSeat():
            await supervision.pause_seat(node, page, command)
        case Description() | Candidate() | MediaReady() | MediaRestart() | MediaState():
            raise BadFrame(why="unexpected")
        case _:
            assert_never(command)
    return None
