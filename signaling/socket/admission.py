"""Admits a page: authenticates its first frame and shows it its state."""

import contextlib
import logging
from typing import NamedTuple

from matcher import LiveTicket, QueuePlace
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
from protocol.states import SeatState, TicketState
from protocol.version import FEATURES, PROTOCOL_VERSION
from records.sessions.ended import Ended
from runtime.login import Login
from signaling.node import Node
from signaling.queue.tickets import ANSWERED, GONE
from signaling.session import ended, papers
from signaling.session.about import readable_about
from signaling.session.consents import consents_of
from signaling.session.identity import language_of
from signaling.session.inheritance import inherit
from signaling.socket.connections import Connection
from signaling.socket.who import CitizenPage, GuestPage, SeatPage, WallboardPage

log = logging.getLogger(__name__)


class Stood(NamedTuple):
    """The place of a page before it came back: its session, and the last event of it that it was sent."""

    session: str
    last_seq: int

    def seq_in(self, session: str) -> int:
        """Return the last event that it was sent of a session: a number means nothing in another one."""
        return self.last_seq if session == self.session else 0


async def admit(node: Node, page: Connection, hello: Hello, cookie: str) -> None:
    """Answer a `hello`: welcome, then snapshots or the missed events; staff is known by the `cookie`.

    Raises:
        UnsupportedVersion, BadToken, BadBoothProof, TokenExpired, SignInRequired, NotAllowed: it is not let in.
    """
    if hello.version != PROTOCOL_VERSION:
        raise UnsupportedVersion(supported=PROTOCOL_VERSION)
    page.locale = hello.locale
    match hello.role:
        case "citizen":
            await _admit_citizen(node, page, hello)
        case "participant":
            await _admit_guest(node, page, hello)
        case "seat":
            await _admit_seat(node, page, hello, await _login(node, cookie, Right.SERVE_CALLS))
        case "wallboard":
            login = await _login(node, cookie, Right.WATCH_FLOOR)
            await node.trail.note(login, "wallboard.opened", "")
            page.who, page.scope = WallboardPage(login), f"account:{login.account}"
            _ = await _let_in(node, page, hello)
            await node.floor.open(page)


async def _admit_seat(node: Node, page: Connection, hello: Hello, login: Login) -> None:
    if not login.seat:
        raise NotAllowed(role=login.role, seat="")
    try:
        await _must_be_free(node, page, login, take_over=hello.take_over)
        page.who, page.scope = SeatPage(login), f"seat:{login.seat}"
        await _show_seat(node, page, await _let_in(node, page, hello))
    finally:
        await node.presence.arrivals.end(page, login)


async def _let_in(node: Node, page: Connection, hello: Hello, missing: ServiceError | None = None) -> Stood:
    """Welcome a page whose identity is known, and say what is `missing` of it; return where it stood before."""
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
    page.came_back_to = before.session if before is not None and resumed else ""
    return Stood(page.came_back_to, hello.last_seq)


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


async def _admit_citizen(node: Node, page: Connection, hello: Hello) -> None:
    """Let a citizen in, known by booth and ticket; one whose ticket is gone is told so, and is let in without."""
    if hello.booth:
        booth = await node.booths.prove(hello.booth)
        page.who = CitizenPage(booth=booth, site=node.services.directory.places.booth(booth).site)
    if not hello.token:
        _ = await _let_in(node, page, hello)
        return
    ticket = node.services.signatures.read_token(hello.token).ticket
    with node.tickets.watch(ticket) as watch:
        row = await node.services.queue.tickets.find(ticket)
        over = await ended.ended_if_told(node.services, ticket) if row is None else None
        if not (over or (row and readable_about(row) and not await papers.is_closed(node, row))):
            _ = await _let_in(node, page, hello, TicketNotFound())
            return
        if over is not None:
            page.shown = GONE
        page.who = CitizenPage(ticket, page.booth, page.site)
        page.scope = page.identity
        page.consents = await consents_of(node.services, ticket)  # it may be sent its ticket before it is shown below
        stood = await _let_in(node, page, hello)
        has_moved = watch.has_moved
    if row is not None and not has_moved and row.state in ANSWERED:
        await _show_ticket(node, page, row, None, stood)
        return
    # Where it stands is looked up, and the ticket with it: coming back may have let it wait on, too.
    place = await node.tickets.stand(ticket) if row is not None else None
    if place is None or place.row is None:
        await _show_ended(node, page, over)
    else:
        await _show_ticket(node, page, place.row, place, stood)


async def _admit_guest(node: Node, page: Connection, hello: Hello) -> None:
    """Let an invited participant in, known by the invitation; one that comes back stands where it stood.

    Raises:
        BadToken, TokenExpired: it is void, forged or too old.
        QueueUnavailable: the queue has forgotten the call (a wiped Redis); its agent's page brings it back.
        ParticipationOver: the call ended in this moment.
    """
    invitation = node.services.signatures.read_invitation(hello.token)
    tickets = node.services.queue.tickets
    with node.tickets.watch(invitation.ticket) as watch:
        row = await tickets.find(invitation.ticket)
        if row is None and not await papers.is_over(node, invitation.ticket, or_forgotten=True):
            raise QueueUnavailable
        guest = await node.sessions.guests.check(invitation)
        if row is None or row.session != invitation.session or row.state is not TicketState.SERVING:
            raise BadToken
        page.who = GuestPage(invitation.participant, invitation.ticket, guest.role)
        page.scope = page.identity
        stood = await _let_in(node, page, hello)
        now = await tickets.find(invitation.ticket) if watch.has_moved else row
    if now is None or now.state is not TicketState.SERVING:
        raise ParticipationOver
    await node.sessions.join(now, page)
    await _attach(node, page, now, stood)


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


async def _show_ticket(node: Node, page: Connection, row: LiveTicket, place: QueuePlace | None, stood: Stood) -> None:
    page.send(Ticket(ticket=node.tickets.view(row, place, page.consents)))
    if row.session and row.state in ANSWERED:
        await _attach(node, page, row, stood)


async def _attach(node: Node, page: Connection, row: LiveTicket, stood: Stood) -> None:
    """Put a page into the session of its ticket, and note that it is there while the call goes on."""
    await node.sessions.attach(page, row, stood.seq_in(row.session))
    await node.presence.resumption.remember(page)
    if row.state is TicketState.SERVING:
        await node.sessions.presence(row)


async def enter_call(node: Node, page: Connection) -> None:
    """Show a page that was just given its ticket the ticket's call, if a seat accepted it before the page was known."""
    row = await node.services.queue.tickets.find(page.ticket)
    if row is None or row.state not in {TicketState.SERVING, TicketState.DONE} or not row.session:
        return
    if not page.is_gone and page.session != row.session:
        await _attach(node, page, row, Stood("", 0))


async def _show_ended(node: Node, page: Connection, told: Ended | None) -> None:
    """Show a citizen the end of a visit that the queue has forgotten, as the ledger knows it or has `told` before."""
    found = told or await ended.ended_if_told(node.services, page.ticket)
    if found is None:
        return
    page.send(Ticket(ticket=ended.ticket_view(node.services, found)))
    with contextlib.suppress(LedgerUnavailable):
        page.send(Session(session=await ended.session_view(node.services, found, language_of(page))))


async def _show_seat(node: Node, page: Connection, stood: Stood) -> None:
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
            await _attach(node, page, ticket, stood)
    elif row.state is SeatState.WRAP_UP:
        await node.sessions.show_closed(page)
    if row.duty == "part":
        await node.seats.alert(page)
