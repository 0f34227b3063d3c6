"""Admits a page: authenticates its first frame and shows it its state."""

import contextlib
import logging

from protocol.commands import Hello
from protocol.errors import (
    BadToken,
    LedgerUnavailable,
    NotAllowed,
    QueueUnavailable,
    ServiceError,
    SignInRequired,
    TicketNotFound,
    UnsupportedVersion,
)
from protocol.exhausted import SeatTaken
from protocol.frames import Error, Session, Ticket, Welcome
from protocol.participant_errors import ParticipationOver
from protocol.rights import Right
from protocol.states import TICKET_ENDS, SeatState, TicketState
from protocol.version import FEATURES, PROTOCOL_VERSION
from runtime.login import Login
from signaling.node import Node
from signaling.queue.tickets import GONE
from signaling.session import ended, papers
from signaling.session.about import readable_about
from signaling.session.consents import consents_of
from signaling.session.identity import language_of
from signaling.session.inheritance import inherit
from signaling.socket.connections import Connection
from signaling.socket.who import CitizenPage, GuestPage, SeatPage, WallboardPage

log = logging.getLogger(__name__)


async def admit(node: Node, page: Connection, hello: Hello, cookie: str) -> None:
    """Answer a `hello`: welcome, then snapshots or the missed events; staff is known by the `cookie`.

    Raises:
        UnsupportedVersion, BadToken, BadBoothProof, TokenExpired, SignInRequired, NotAllowed: it is not let in.
    """
    if hello.version != PROTOCOL_VERSION:
        raise UnsupportedVersion(supported=PROTOCOL_VERSION)
    page.locale = hello.locale
    if hello.role != "seat":
        missing = await _identify(node, page, hello, cookie)
        await _let_in(node, page, hello, missing)
        return
    login = await _login(node, cookie, Right.SERVE_CALLS)
    if not login.seat:
        raise NotAllowed(role=login.role, seat="")
    try:
        await _must_be_free(node, page, login, take_over=hello.take_over)
        page.who, page.scope = SeatPage(login), f"seat:{login.seat}"
        await _let_in(node, page, hello, None)
    finally:
        await node.presence.arrivals.end(page, login)


async def _let_in(node: Node, page: Connection, hello: Hello, missing: ServiceError | None) -> None:
    """Show a page whose identity is known where it stands; what is `missing` of it is said after the welcome."""
    before = await node.presence.resumption.recall(hello.resume)
    resumed = before is not None and before.identity == page.identity
    if before is not None and not page.identity and ":" not in before.scope:
        # The answer with the ticket's token may have been lost: its command is known by the old scope.
        page.scope, resumed = before.scope, True
    # Before the claim: from then on the page may be sent its ticket any moment, and `welcome` is promised to be first.
    _welcome(node, page, resumed=resumed)
    await node.presence.claim(page)
    if missing is not None:
        page.send(Error(id="", code=missing.code, params=missing.params))
    # A number means nothing in another session than the one it was counted in.
    last_seq = hello.last_seq if resumed else 0
    page.came_back_to = before.session if before is not None and resumed else ""
    await _show(node, page, last_seq, before.session if before else "")


async def _identify(node: Node, page: Connection, hello: Hello, cookie: str) -> ServiceError | None:
    if hello.role == "citizen":
        return await _citizen(node, page, hello)
    if hello.role == "participant":
        await _guest(node, page, hello)
        return None
    login = await _login(node, cookie, Right.WATCH_FLOOR)
    await node.trail.note(login, "wallboard.opened", "")
    page.who, page.scope = WallboardPage(login), f"account:{login.account}"
    return None


async def _login(node: Node, cookie: str, right: Right) -> Login:
    """Return the login of a cookie.

    Raises:
        SignInRequired: there is none.
        NotAllowed: it has not the right.
    """
    login = await node.services.logins.find(cookie)
    if login is None:
        raise SignInRequired
    _ = login.demand(right)
    return login


async def _must_be_free(node: Node, page: Connection, login: Login, *, take_over: bool) -> None:
    """Let one account at a time work at a seat; another one takes it knowingly, and never in the middle of a call.

    Raises:
        SeatTaken: somebody else is there, or is coming at this moment.
    """
    other = await node.presence.arrivals.begin(page, login)
    if other:
        raise SeatTaken(seat=login.seat, account=other, has_call=False)
    row = await node.services.queue.seats.find(login.seat)
    if row is None or row.state is SeatState.OFFLINE or row.account in {"", login.account}:
        return
    has_call = row.state not in {SeatState.IDLE, SeatState.PAUSED}
    if has_call or not take_over:
        raise SeatTaken(seat=login.seat, account=row.account, has_call=has_call)
    await node.trail.note(login, "seat.taken_over", login.seat, account=row.account)


async def _citizen(node: Node, page: Connection, hello: Hello) -> ServiceError | None:
    """Know a citizen by booth and ticket; a ticket that is gone is said, and the page is let in without."""
    if hello.booth:
        booth = await node.booths.prove(hello.booth)
        page.who = CitizenPage(booth=booth, site=node.services.directory.places.booth(booth).site)
    if not hello.token:
        return None
    token = node.services.signatures.read_token(hello.token)
    row = await node.services.queue.tickets.find(token.ticket)
    if row is None:
        if await ended.ended_if_told(node.services, token.ticket) is None:
            return TicketNotFound()
        page.shown = GONE
    elif readable_about(row) is None or await papers.is_closed(node, row):
        return TicketNotFound()
    page.who = CitizenPage(token.ticket, page.booth, page.site)
    page.scope = page.identity
    page.consents = await consents_of(node.services, token.ticket)  # it may be sent its ticket before `_show_ticket`
    return None


async def _guest(node: Node, page: Connection, hello: Hello) -> None:
    """Know an invited participant by the invitation.

    Raises:
        BadToken, TokenExpired: it is void, forged or too old.
        QueueUnavailable: the queue has forgotten the call (a wiped Redis); its agent's page brings it back.
    """
    invitation = node.services.signatures.read_invitation(hello.token)
    row = await node.services.queue.tickets.find(invitation.ticket)
    if row is None and not await papers.is_over(node, invitation.ticket, or_forgotten=True):
        raise QueueUnavailable
    guest = await node.sessions.guests.check(invitation)
    if row is None or row.session != invitation.session or row.state is not TicketState.SERVING:
        raise BadToken
    page.who = GuestPage(invitation.participant, invitation.ticket, guest.role)
    page.scope = page.identity


def _welcome(node: Node, page: Connection, *, resumed: bool) -> None:
    page.send(
        Welcome(
            version=PROTOCOL_VERSION,
            connection=page.id,
            server_ms=node.services.clock.now_ms(),
            node=node.services.node,
            features=tuple(FEATURES),
            resumed=resumed,
            ice_servers=node.turn.anonymous(),
            you=page.login.display_name if page.login else "",
        )
    )


async def _show(node: Node, page: Connection, last_seq: int, session: str) -> None:
    if page.role == "wallboard":
        await node.floor.open(page)
    elif page.seat:
        await _show_seat(node, page, last_seq, session)
    elif page.ticket:
        await _show_ticket(node, page, last_seq, session)
    elif page.guest:
        await _show_guest(node, page, last_seq, session)


async def _show_guest(node: Node, page: Connection, last_seq: int, session: str) -> None:
    """Let an invited participant join; one that comes back stands where it stood."""
    row = await node.services.queue.tickets.find(page.guest_of)
    if row is None or row.state is not TicketState.SERVING:
        raise ParticipationOver
    await node.sessions.join(row, page)
    await node.sessions.attach(page, row, last_seq if row.session == session else 0)
    await node.presence.resumption.remember(page)
    await node.sessions.presence(row)


async def _show_ticket(node: Node, page: Connection, last_seq: int, session: str) -> None:
    row = await node.services.queue.tickets.find(page.ticket)
    if row is None:
        await _show_ended(node, page)
        return
    view = await node.tickets.show(row)
    page.consents = view.consents
    page.send(Ticket(ticket=view))
    if row.session and (row.state is TicketState.SERVING or row.state in TICKET_ENDS):
        await node.sessions.attach(page, row, last_seq if row.session == session else 0)
        await node.presence.resumption.remember(page)
    if row.state is TicketState.SERVING:
        await node.sessions.presence(row)


async def enter_call(node: Node, page: Connection) -> None:
    """Show a page that was just given its ticket the ticket's call, if a seat accepted it before the page was known."""
    row = await node.services.queue.tickets.find(page.ticket)
    if row is None or row.state not in {TicketState.SERVING, TicketState.DONE} or not row.session:
        return
    if page.is_gone or page.session == row.session:
        return
    await node.sessions.attach(page, row)
    await node.presence.resumption.remember(page)
    await node.presence.here(page)


async def _show_ended(node: Node, page: Connection) -> None:
    """Show a citizen the end of a visit that the queue has forgotten, as the ledger knows it."""
    found = await ended.ended_if_told(node.services, page.ticket)
    if found is None:
        return
    page.send(Ticket(ticket=ended.ticket_view(node.services, found)))
    with contextlib.suppress(LedgerUnavailable):
        page.send(Session(session=await ended.session_view(node.services, found, language_of(page))))


async def _show_seat(node: Node, page: Connection, last_seq: int, session: str) -> None:
    services = node.services
    row = await services.queue.seats.sign_in(node.seats.card(page))
    page.announced = True
    ticket = await node.seats.held(row)
    node.seats.tell(page, row, ticket)
    if row.state is SeatState.RESERVED:
        node.seats.ring(page, row, ticket)
    elif row.state is SeatState.SERVING:
        if ticket is not None and ticket.session:
            await inherit(services, node.sessions, ticket)
            await node.sessions.attach(page, ticket, last_seq if ticket.session == session else 0)
            await node.presence.resumption.remember(page)
            await node.presence.here(page)
    elif row.state is SeatState.WRAP_UP:
        await node.sessions.show_closed(page)
    if row.duty == "part":
        await node.seats.alert(page)
