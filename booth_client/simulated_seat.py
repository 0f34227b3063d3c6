"""An agent's seat at the wire, without a face: what load and stories need to answer citizens."""

import aiohttp

from booth_client.address import Address
from booth_client.client import Client
from protocol.commands import (
    Accept,
    Claim,
    CloseSession,
    Decline,
    GiveVerdict,
    Hello,
    MediaUp,
    Notes,
    Pause,
    Ready,
    RequestStill,
)
from protocol.frames import Alerts, Ringing, RingingOver, Seat, ServerFrame
from protocol.participants import CITIZEN
from protocol.states import PauseReason, SeatState, SessionState
from protocol.version import PROTOCOL_VERSION
from protocol.views import AlertView, ReservationView, SeatView, SessionView, Verdict


class SeatClient(Client):
    """Everything a seat may do, as verbs; sign in over HTTP first, with the same HTTP session."""

    def __init__(self, http: aiohttp.ClientSession, address: Address) -> None:
        super().__init__(http, address)
        self.seat: SeatView | None = None
        self.ringing: ReservationView | None = None
        self.alerts: tuple[AlertView, ...] = ()

    async def greet(self, resume: str) -> Hello:
        """Come as the seat of the login's account."""
        last_seq = self.conversation.seq if self.session else 0
        return Hello(version=PROTOCOL_VERSION, role="seat", resume=resume, last_seq=last_seq)

    def apply(self, frame: ServerFrame) -> None:
        """Keep the seat's state, its ringing ticket, and the claimable ones."""
        match frame:
            case Seat(seat=seat):
                self.seat = seat
            case Ringing(reservation=reservation):
                self.ringing = reservation
            case RingingOver(reservation=over) if self.ringing and self.ringing.reservation == over:
                self.ringing = None
            case Alerts(alerts=alerts):
                self.alerts = alerts
            case _:
                pass

    @property
    def state(self) -> SeatState | None:
        """The seat's state."""
        return self.seat.state if self.seat else None

    @property
    def session(self) -> SessionView | None:
        """The session it is in."""
        view = self.conversation.view
        return view if view and view.state not in {SessionState.CLOSED, SessionState.WRAP_UP} else None

    async def ready(self) -> None:
        """Take tickets from now on."""
        await self.channel.ask(Ready(id=self.channel.new_id()))

    async def pause(self, reason: PauseReason = PauseReason.BREAK) -> None:
        """Take none."""
        await self.channel.ask(Pause(id=self.channel.new_id(), reason=reason))

    async def accept(self, reservation: ReservationView) -> SessionView:
        """Take the ringing ticket and return the session it begins."""
        await self.channel.ask(
            Accept(id=self.channel.new_id(), reservation=reservation.reservation, fence=reservation.fence)
        )
        return await self._session_of(reservation.ticket)

    async def decline(self, reservation: ReservationView, reason: str = "") -> None:
        """Refuse the ringing ticket."""
        await self.channel.ask(
            Decline(
                id=self.channel.new_id(),
                reservation=reservation.reservation,
                fence=reservation.fence,
                reason=reason,
            )
        )

    async def claim(self, ticket: str) -> SessionView:
        """Take an alerted ticket and return the session it begins."""
        await self.channel.ask(Claim(id=self.channel.new_id(), ticket=ticket))
        return await self._session_of(ticket)

    async def request_still(self, material: str = "") -> None:
        """Ask for a picture of the papers."""
        await self.channel.ask(RequestStill(id=self.channel.new_id(), material=material))

    async def judge(self, document: str, verdict: Verdict, note: str = "") -> None:
        """Give a verdict on a document."""
        await self.channel.ask(GiveVerdict(id=self.channel.new_id(), document=document, verdict=verdict, note=note))

    async def note(self, text: str) -> None:
        """Keep notes."""
        await self.channel.ask(Notes(id=self.channel.new_id(), text=text))

    async def media_up(self, epoch: int = 1) -> None:
        """Tell that the other side's first frame was seen."""
        await self.channel.ask(MediaUp(id=self.channel.new_id(), of=CITIZEN, epoch=epoch))

    async def close(self, outcome: str, summary: str = "", missing: tuple[str, ...] = ()) -> None:
        """End the session with an outcome."""
        await self.channel.ask(
            CloseSession(id=self.channel.new_id(), outcome=outcome, summary=summary, missing=missing)
        )
        # The answer may come before the event: until then the session would still look open.
        await self.until(lambda: self.session is None)

    async def _session_of(self, ticket: str) -> SessionView:
        def begun() -> SessionView | None:
            return self.session if self.session and self.session.ticket == ticket else None

        return await self.until(begun)
