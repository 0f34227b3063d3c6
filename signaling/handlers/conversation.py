"""Handles the acts of a session's parties: chat, papers, verdicts, notes, goodbye, and the outcome that closes it."""

from typing import TypedDict

import msgspec

from matcher import LiveTicket
from protocol import ids
from protocol.commands import (
    AmendClosing,
    Chat,
    CloseSession,
    ConfirmPriority,
    GiveVerdict,
    HangUp,
    MediaUp,
    Notes,
    RequestStill,
    StillFailed,
    StillTaken,
)
from protocol.errors import BadInput, DocumentNotFound, OutcomeRequired
from protocol.exhausted import WrapUpOver
from protocol.limits import CHAT_MAX, ID_MAX, NOTE_MAX, NOTES_MAX, SUMMARY_MAX
from protocol.outcomes import Outcome
from protocol.participants import CITIZEN, SEAT
from protocol.priorities import PriorityClaim
from protocol.session_events import (
    Chatted,
    ClosingAmended,
    HungUp,
    NotesKept,
    PriorityConfirmed,
    SessionClosed,
    SessionEvent,
    StillAnswered,
    StillRequested,
    VerdictGiven,
)
from protocol.views import DocumentView, Purpose
from signaling.handlers.bounds import bounded
from signaling.node import Node
from signaling.session.about import about_of, claim_of
from signaling.session.identity import participant_of
from signaling.session.sessions import KEPT_S as SESSION_KEPT_S
from signaling.socket.connections import Connection

MISSING_MAX = 50
CLOSED_KEPT_S = 3600
CLAIM_ANSWERS_MAX = 2
"""An answer to a claim to priority can be changed once: enough to correct a slip of the finger."""
ALWAYS = frozenset({HungUp})
"""Saying goodbye is never too much."""
CLOCKS_APART_MS = 5000
"""Two nodes may have taken the request and the still."""


async def _note(
    node: Node, page: Connection, command: str, event: SessionEvent, row: LiveTicket | None = None
) -> LiveTicket:
    """Write an event of the page's session (or of `row`'s), once per command however often it comes."""
    row = row or await node.sessions.live(page)
    side = participant_of(page)
    if type(event) not in ALWAYS:
        await node.allowance.spend(row.session, side, len(msgspec.json.encode(event)), SESSION_KEPT_S)
    _ = await node.sessions.note(row, event, side, f"{page.identity}:{command}")
    return row


async def chat(node: Node, page: Connection, frame: Chat) -> None:
    """Say something in writing."""
    text = bounded("text", frame.text, CHAT_MAX, shortest=1)
    _ = await _note(node, page, frame.id, Chatted(seq=0, at_ms=0, by=participant_of(page), text=text))


async def media_up(node: Node, page: Connection, frame: MediaUp) -> None:
    """The other side can be seen: the session is active."""
    row = await node.sessions.live(page)
    if page.guest or frame.of not in {CITIZEN, SEAT}:
        return  # a guest's picture does not make the call
    if page.measured != row.session:
        # The page's word, once a session, and never more than the session has lasted.
        page.measured = row.session
        lasted_ms = max(0, node.services.clock.now_ms() - row.served_since_ms)
        node.media_up.observe(min(max(0, frame.after_ms), lasted_ms) / 1000)
    await node.sessions.media_up(row, participant_of(page), f"{page.identity}:{frame.id}")


async def hang_up(node: Node, page: Connection, frame: HangUp) -> None:
    """The citizen says goodbye."""
    _ = await _note(node, page, frame.id, HungUp(seq=0, at_ms=0))


async def request_still(node: Node, page: Connection, frame: RequestStill) -> None:
    """Ask for a still of the document camera."""
    material = bounded("material", frame.material, ID_MAX)
    request = ids.new_id(node.services.clock.now_ms())
    event = StillRequested(seq=0, at_ms=0, request=request, material=material)
    _ = await _note(node, page, frame.id, event)


async def still_taken(node: Node, page: Connection, frame: StillTaken) -> None:
    """The still is uploaded."""
    await _must_answer(node, page, frame.request, frame.document)
    event = StillAnswered(seq=0, at_ms=0, request=bounded("request", frame.request, ID_MAX), document=frame.document)
    _ = await _note(node, page, frame.id, event)


async def still_failed(node: Node, page: Connection, frame: StillFailed) -> None:
    """The still could not be taken."""
    await _must_answer(node, page, frame.request, "")
    event = StillAnswered(
        seq=0,
        at_ms=0,
        request=bounded("request", frame.request, ID_MAX),
        why=bounded("why", frame.why, ID_MAX, shortest=1),
    )
    _ = await _note(node, page, frame.id, event)


async def _must_answer(node: Node, page: Connection, request: str, document: str) -> None:
    """Refuse an answer to what was not asked in this session or is answered, and a paper that was not taken for it.

    Raises:
        BadInput: no such request, or another answer was given.
        DocumentNotFound: the ticket has no such still, or it has answered another request.
    """
    row = await node.sessions.live(page)
    asked_ms, given = 0, dict[str, str]()
    for event in [entry.event() for entry in await node.sessions.log(row.session)]:
        if isinstance(event, StillRequested) and event.request == request:
            asked_ms = event.at_ms
        elif isinstance(event, StillAnswered):
            given[event.request] = event.document
    if not asked_ms:
        raise BadInput(field="request", why="unknown")
    if given.get(request, document) != document:
        raise BadInput(field="request", why="answered")
    if not document:
        return
    kept = await node.services.redis.hget(node.services.keys.documents(row.ticket), document)
    view = msgspec.json.decode(kept, type=DocumentView) if isinstance(kept, bytes) else None
    fits = view is not None and view.purpose is Purpose.STILL and view.stored_ms >= asked_ms - CLOCKS_APART_MS
    if not fits or any(one == document for name, one in given.items() if name != request):
        raise DocumentNotFound(document=document[:ID_MAX])


async def give_verdict(node: Node, page: Connection, frame: GiveVerdict) -> None:
    """Judge a document, in the call or in its wrap-up."""
    row = await node.sessions.at_desk(page)
    await _known(node, row, frame.document)
    event = VerdictGiven(
        seq=0,
        at_ms=0,
        document=frame.document,
        verdict=frame.verdict,
        note=bounded("note", frame.note, NOTE_MAX),
    )
    _ = await _note(node, page, frame.id, event, row)
    if page.login is not None:
        await node.trail.note(page.login, "verdict.given", frame.document, verdict=frame.verdict.value)


async def _known(node: Node, row: LiveTicket, document: str) -> None:
    known = await node.services.redis.hexists(node.services.keys.documents(row.ticket), document)
    if not known:
        raise DocumentNotFound


async def notes(node: Node, page: Connection, frame: Notes) -> None:
    """Keep the agent's notes, in the call or in its wrap-up."""
    text = bounded("text", frame.text, NOTES_MAX)
    row = await node.sessions.at_desk(page)
    _ = await _note(node, page, frame.id, NotesKept(seq=0, at_ms=0, text=text), row)


async def confirm_priority(node: Node, page: Connection, frame: ConfirmPriority) -> None:
    """Say whether the citizen's claim to priority is true, in the call or in its wrap-up; the same again does nothing.

    A card that tells the year of birth (a reader at the booth, the record of the person) will answer here, too, as
    another `by` of the same event: there is none yet, and the agent's word is all there is.

    Raises:
        BadInput: nothing was claimed, or the answer was changed once already.
    """
    row = await node.sessions.at_desk(page)
    if claim_of(about_of(row)) is PriorityClaim.NONE:
        raise BadInput(field="confirmed", why="not_claimed")
    log = [entry.event() for entry in await node.sessions.log(row.session)]
    answers = [event.confirmed for event in log if isinstance(event, PriorityConfirmed)]
    if answers[-1:] == [frame.confirmed]:
        return
    if len(answers) >= CLAIM_ANSWERS_MAX:
        raise BadInput(field="confirmed", why="settled")
    _ = await _note(node, page, frame.id, PriorityConfirmed(seq=0, at_ms=0, confirmed=frame.confirmed), row)
    if page.login is not None:
        await node.trail.note(page.login, "priority.confirmed", row.ticket, confirmed=frame.confirmed)


async def close_session(node: Node, page: Connection, frame: CloseSession) -> None:
    """End the session with an outcome."""
    row = await node.sessions.live(page)
    event = SessionClosed(seq=0, at_ms=0, **_closing(node, row, frame))
    # One closing a session, also under several ids; if the node dies in between, the next
    # `close_session` finds the note written and finishes.
    _ = await node.sessions.note(row, event, "seat", "closed")
    _ = await node.services.redis.set(node.services.keys.closed(page.seat), row.ticket, ex=CLOSED_KEPT_S)
    _ = await node.services.queue.seats.finish(row.ticket, row.fence)
    if page.login is not None:
        await node.trail.note(page.login, "session.closed", row.ticket, outcome=event.outcome)


async def amend_closing(node: Node, page: Connection, frame: AmendClosing) -> None:
    """Correct how the call just closed ended; to say the same again changes nothing."""
    row = await node.sessions.wrapping(page.seat, page.login.account if page.login else "")
    if row is None:
        raise WrapUpOver(seat=page.seat)
    event = ClosingAmended(seq=0, at_ms=0, **_closing(node, row, frame))
    view = await node.sessions.view(row, participant_of(page))
    if (view.outcome, view.summary, view.notice) == (event.outcome, event.summary, event.notice):
        return
    _ = await _note(node, page, frame.id, event, row)
    if page.login is not None:
        version = view.version + 1
        await node.trail.note(page.login, "closing.amended", row.ticket, outcome=event.outcome, version=version)


class _Closing(TypedDict):
    """Closing of a call, as the event carries it."""

    outcome: str
    receipt: str
    summary: str
    notice: tuple[str, ...]


def _closing(node: Node, row: LiveTicket, frame: CloseSession | AmendClosing) -> _Closing:
    """Return what closes a session, checked."""
    return _Closing(
        outcome=_outcome(frame).value,
        receipt=about_of(row).receipt,
        summary=bounded("summary", frame.summary, SUMMARY_MAX),
        notice=_notice(node, row, frame),
    )


def _outcome(frame: CloseSession | AmendClosing) -> Outcome:
    try:
        return Outcome(frame.outcome)
    except ValueError:
        raise OutcomeRequired(outcomes=",".join(Outcome)) from None


def _notice(node: Node, row: LiveTicket, frame: CloseSession | AmendClosing) -> tuple[str, ...]:
    """Return the missing materials by name (一次性告知)."""
    if frame.outcome == Outcome.CORRECTION and not frame.missing:
        raise BadInput(field="missing", why="empty")
    if len(frame.missing) > MISSING_MAX:
        raise BadInput(field="missing", why="length", max=MISSING_MAX)
    if not frame.missing:
        return ()
    item = about_of(row).item
    materials = node.services.directory.items.materials(item) if item else ()
    names = {one.key: one.name for one in materials}
    unknown = [key for key in frame.missing if key not in names]
    if unknown:
        raise BadInput(field="missing", why="unknown", key=unknown[0][:ID_MAX])
    return tuple(names[key] for key in dict.fromkeys(frame.missing))
