"""Decide access to documents, and announce stored ones."""

import logging

import msgspec
from aiohttp import web

from matcher import LiveTicket
from protocol import ids
from protocol.errors import (
    BadToken,
    DocumentNotFound,
    LedgerUnavailable,
    NotAllowed,
    QueueUnavailable,
    SignInRequired,
    TicketNotFound,
)
from protocol.events import DocumentNoted
from protocol.exhausted import StorageFull
from protocol.participant_errors import ParticipantNotFound
from protocol.rights import Right
from protocol.scopes import EVERYWHERE
from protocol.session_rights import SessionRight, may
from protocol.states import TICKET_ENDS, SeatState, TicketState
from protocol.views import DocumentView
from records.audit import Who, who_of
from records.papers.documents import StoredDocument
from records.papers.files import CITIZEN
from records.scopes import has_ticket
from records.sessions import papers_of_ticket
from runtime import throttle
from runtime.api_keys import is_of_machine
from runtime.login import Login
from runtime.request_logins import bearer_of
from runtime.security import Invitation, TicketToken
from signaling.node import Node
from signaling.session.ended import ended
from signaling.session.sessions import KEPT_S

log = logging.getLogger(__name__)


def bearer(node: Node, request: web.Request) -> str:
    """Return the ticket whose token a request carries; empty when it carries none.

    Raises:
        BadToken, TokenExpired: it carries a wrong one.
    """
    token = _token(request)
    return node.services.signatures.read_token(token).ticket if token else ""


def _token(request: web.Request) -> str:
    token = bearer_of(request)
    if is_of_machine(token):
        return ""  # it was admitted, or refused, before
    if request.headers.get("Authorization") and not token:
        raise BadToken
    return token


async def uploader(node: Node, request: web.Request) -> tuple[LiveTicket, Who]:
    """Return the ticket that a request may add papers to, and who adds them, as the trail names them.

    That is a citizen's own ticket, or the one whose call an agent's account serves now.

    Raises:
        SignInRequired: it says neither.
        TicketNotFound: the ticket is over.
        QueueUnavailable: the queue has forgotten the ticket (a wiped Redis); its pages bring it back.
    """
    ticket = bearer(node, request)
    login = None if ticket else await node.services.request_logins.demand(request, Right.SERVE_CALLS)
    row = await node.services.queue.tickets.find(ticket) if login is None else await _served(node, login)
    if row is None and not await is_over(node, ticket):
        raise QueueUnavailable
    if row is None or row.state in TICKET_ENDS:
        raise TicketNotFound
    return row, Who(f"{CITIZEN}:{row.ticket}") if login is None else who_of(login)


async def _served(node: Node, login: Login) -> LiveTicket:
    """Return the ticket whose call this account serves now, even with another account at the seat."""
    seat = await node.services.queue.seats.find(login.seat) if login.seat else None
    if seat is None or seat.state is not SeatState.SERVING:
        raise NotAllowed(role=login.role)
    row = await node.services.queue.tickets.find(seat.ticket)
    if row is None or not serves(row, login):
        raise NotAllowed(role=login.role)
    return row


def serves(row: LiveTicket, login: Login) -> bool:
    """Tell whether a ticket's call is this account's. A call from before accounts were known is its seat's."""
    return row.account == login.account if row.account else row.seat == login.seat


async def is_over(node: Node, ticket: str, *, or_forgotten: bool = False) -> bool:
    """Tell whether a ticket that the queue does not know has ended; a wiped queue does not, the ledger does.

    A ticket that was ended because the queue forgot it stands again by its stub: it counts with `or_forgotten` alone.
    """
    if await node.services.redis.exists(node.services.keys.over(ticket)):
        return True
    try:
        return await papers_of_ticket.is_over(node.services.database, ticket, or_forgotten=or_forgotten)
    except LedgerUnavailable:
        return False  # better a place too many than a citizen who lost theirs


async def is_closed(node: Node, row: LiveTicket) -> bool:
    """Tell whether a ticket's end is so long ago that its token opens nothing any more: time for receipt and rating."""
    over = await node.services.redis.get(node.services.keys.over(row.ticket)) if row.state in TICKET_ENDS else None
    if not isinstance(over, bytes):
        return False
    return node.services.clock.now_ms() - int(over) > node.services.settings.papers_grace_s * 1000


async def served(node: Node, login: Login) -> str:
    """Return the ticket that an agent's account serves now.

    Raises:
        NotAllowed: none.
    """
    return (await _served(node, login)).ticket


async def at_desk(node: Node, login: Login) -> str:
    """Return the ticket that an agent serves or wraps up now.

    Raises:
        NotAllowed: none.
    """
    row = await node.sessions.wrapping(login.seat, login.account) if login.seat else None
    return row.ticket if row is not None else await served(node, login)


async def make_room(node: Node, row: LiveTicket, size: int, address: str) -> str:
    """Count an upload that begins and return its id.

    Raises:
        DocumentEmpty, DocumentTooLarge: nothing to send, or more than is accepted.
        TooManyTries: its ticket begins uploads too fast.
        TooManyDocuments, TooManyUploads, StorageFull: there is no room for one more.
    """
    services = node.services
    services.documents.check_size(size)
    await services.throttle.spend(throttle.UPLOAD, row.ticket)
    if await services.documents.free_bytes() < services.settings.disk_reserve_bytes + size:
        raise StorageFull
    upload = ids.new_id(services.clock.now_ms())
    await node.unfinished.begin(upload, size, row.ticket, address)
    return upload


async def is_full(node: Node, ticket: str) -> bool:
    """Tell whether a ticket has as many documents as it may have."""
    return (
        await node.services.redis.hlen(node.services.keys.documents(ticket))
        >= node.services.settings.documents_per_ticket
    )


async def arrived(node: Node, ticket: str, document: DocumentView, who: Who, uploaded_by: str = CITIZEN) -> None:
    """Tell the journal of a stored paper, in a call by its session's log; telling it again does no harm.

    `who` sent the last of it, `uploaded_by` began: `citizen`, or the account as `agent:NAME`.

    Raises:
        QueueUnavailable: the queue has forgotten the ticket.
    """
    services = node.services
    key = services.keys.documents(ticket)
    is_known = await services.redis.hexists(key, document.document)
    row = await services.queue.tickets.find(ticket)
    if row is None:
        raise QueueUnavailable
    serving = row.state is TicketState.SERVING
    if serving:
        await node.sessions.add_document(row, document, uploaded_by)
    elif not is_known:
        body = msgspec.json.encode(document).decode()
        event = DocumentNoted(
            at_ms=services.clock.now_ms(),
            ticket=ticket,
            document=document.document,
            body=body,
            uploaded_by=uploaded_by,
        )
        _ = await services.queue.journal.announce(event)
    if not is_known:
        await node.trail.note(
            who, "document.uploaded", document.document, ticket=ticket, purpose=document.purpose.value
        )
    # After the journal has it: twice in there is once on record, and in here alone would be never.
    _ = await services.redis.hset(key, document.document, msgspec.json.encode(document).decode())
    _ = await services.redis.expire(key, KEPT_S)
    if not serving:
        # A call that began meanwhile may have taken over the ticket's papers before this one was among them.
        now = await services.queue.tickets.find(ticket)
        if now is not None and now.state is TicketState.SERVING:
            await node.sessions.add_document(now, document, uploaded_by)


class PaperReader(msgspec.Struct, frozen=True):
    """The reader of a paper, as the trail names it; `opening` is the key under which an opening of it is known."""

    who: Who
    opening: str
    is_staff: bool = False


async def readable(node: Node, request: web.Request, document: str) -> tuple[StoredDocument, PaperReader]:
    """Return a paper that the asker may see, and who that is: staff, the ticket's citizen, or a guest of its call.

    Raises:
        DocumentNotFound: there is none, or the asker may not know that there is.
        SignInRequired: the asker says nothing of itself.
        BadToken, TokenExpired: its token or invitation opens nothing.
        TooManyTries: the ticket's papers were asked for too often.
    """
    token = _token(request)
    owner = _owner(node, token) if token else await node.services.request_logins.of(request)
    if owner is None:
        raise SignInRequired
    if not isinstance(owner, Login):
        asks = owner.participant if isinstance(owner, Invitation) else owner.ticket
        await node.services.throttle.spend(throttle.PAPER, asks)
    found = await node.services.documents.get(document)
    if not found.ticket:
        raise DocumentNotFound
    if isinstance(owner, Login):
        reader, seen = PaperReader(who_of(owner), owner.key, is_staff=True), await _may_see(node, owner, found.ticket)
    elif isinstance(owner, Invitation):
        reader = PaperReader(Who(f"guest:{owner.participant}"), owner.participant)
        seen = await _of_guest(node, owner, found)
    else:
        reader, seen = (
            PaperReader(Who(f"{CITIZEN}:{found.ticket}"), found.ticket),
            await _own(node, owner.ticket, found),
        )
    if not seen:
        raise DocumentNotFound(document=document)
    return found, reader


def _owner(node: Node, token: str) -> TicketToken | Invitation:
    """Read what a token says: the ticket that is its bearer's, or the call it is invited to."""
    try:
        return node.services.signatures.read_token(token)
    except BadToken:
        return node.services.signatures.read_invitation(token)


async def _of_guest(node: Node, invitation: Invitation, found: StoredDocument) -> bool:
    """Tell whether a paper is one of the call that a guest takes part in now, by a role that sees papers."""
    if found.ticket != invitation.ticket:
        return False
    try:
        guest = await node.sessions.guests.find(invitation.session, invitation.participant)
    except ParticipantNotFound:
        return False
    row = await node.services.queue.tickets.find(invitation.ticket)
    is_live = row is not None and row.state is TicketState.SERVING and row.session == invitation.session
    return is_live and guest.state == "joined" and may(guest.role, SessionRight.PAPERS)


async def _may_see(node: Node, login: Login, ticket: str) -> bool:
    """Supervisors see all of their scope; an agent the papers of the call that the account serves or wraps up."""
    if login.may(Right.READ_PAPERS):
        if login.scope == EVERYWHERE:
            return True
        async with node.services.database.read() as db:
            return await has_ticket(db, login.scope, ticket)
    if not login.may(Right.SERVE_CALLS):
        return False
    row = await node.services.queue.tickets.find(ticket)
    if row is None or not row.session or not login.seat or not serves(row, login):
        return False
    if row.state is TicketState.SERVING:
        return True
    seat = await node.services.queue.seats.find(login.seat)
    last = await node.services.redis.get(node.services.keys.closed(login.seat))
    return seat is not None and seat.state is SeatState.WRAP_UP and last == ticket.encode()


async def _own(node: Node, ticket: str, found: StoredDocument) -> bool:
    if found.ticket != ticket:
        return False
    row = await node.services.queue.tickets.find(ticket)
    if row is None:
        return await ended(node.services, ticket) is not None
    return not await is_closed(node, row)
