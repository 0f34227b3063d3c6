"""Passes media frames between two participants of a live session, and never beyond."""

import asyncio

import msgspec

from protocol.commands import Candidate, Description, MediaFrame, MediaReady, MediaRestart
from protocol.errors import BadInput, NotAllowed, SessionNotFound
from protocol.participant_errors import ParticipantNotFound
from protocol.session_rights import SessionRight, may
from signaling.bus import Bus, Parcel, Relayed
from signaling.session.ice import AddressPolicy, is_silent
from signaling.socket import wire
from signaling.socket.connections import Connection, Connections
from signaling.socket.leg import Leg

DESCRIPTION = b'"description"'
"""Stands with its quotes in no text of a frame: there they are escaped."""


class _Offer(msgspec.Struct):
    epoch: int


class Relay:
    """The media plane that connects participants peer to peer: it passes their frames on, media never come here."""

    __slots__ = ("_addresses", "_bus", "_connections", "refused", "remote", "same_node")

    def __init__(self, bus: Bus, connections: Connections, addresses: AddressPolicy) -> None:
        """Use the bus for parties on other nodes only; `addresses` says which the parties may tell each other."""
        self._bus = bus
        self._connections = connections
        self._addresses = addresses
        self.same_node = self.remote = self.refused = 0

    def connect(self, page: Connection, near: str, to: str, route: str) -> None:
        """Give a page its leg to another participant, tied to that one's where both pages are on this node."""
        if page.live is None:
            return
        leg = page.live.legs[to] = Leg(page, near, to, route, self._connections.candidates_burst)
        other = self._connections.by_identity(route)
        far = other.live.legs.get(near) if other and other.live and other.session == page.session else None
        if far is not None and far.route == page.identity:
            leg.join(far)

    def disconnect(self, page: Connection, to: str = "") -> None:
        """Take a page's leg to a participant away, or all (empty)."""
        if not to:
            self._connections.unlink(page)
        elif page.live is not None and to in page.live.legs:
            page.live.legs.pop(to).part()

    def forward(self, sender: Connection, frame: MediaFrame, data: bytes) -> None:
        """Pass a decoded frame on to the participant it names, as the bytes it came in and `from` behind them.

        Addresses that the other side may not have are taken out. What is out of date, repeated or too often is dropped
        and counted.

        Raises:
            SessionNotFound: the sender stands in no session.
            ParticipantNotFound: it has no media connection with that participant.
            NotAllowed: a seat that answers, another side that offers, or that answers what was not offered to it.
            BadInput: `from` is said by the page, or a description is too large or none.
        """
        live = sender.live
        kind, leg = type(frame), None if live is None else live.legs.get(frame.to)
        if kind is Description:
            _check_description(sender, frame)  # type: ignore[arg-type]
        if leg is None:
            _check_nobody(sender, frame.to)
            return
        if frame.from_:
            raise BadInput(field="from", why="not_chosen")
        answers = -1
        if kind is Candidate:
            passed = self._candidate(leg, frame, data)  # type: ignore[arg-type]
        elif kind is Description:
            passed = self._description(leg, frame, data)  # type: ignore[arg-type]
            answers = frame.epoch if sender.role != "seat" else -1  # type: ignore[attr-defined]
        elif (kind is MediaReady or kind is MediaRestart) and leg.negotiation.spend(_now_s()) != "taken":
            passed = None
        else:
            passed = leg.signed(data)
        far = leg.far
        if passed is None or (far is not None and answers >= 0 and not far.takes_answer(answers)):
            self.refused += 1
        elif far is not None:
            self.same_node += 1
            if kind is Description and answers < 0:
                far.is_offered(frame.epoch)  # type: ignore[attr-defined]
            far.page.send_json(passed)
        else:
            self._send_away(leg, frame, passed, answers)

    def receive(self, order: Relayed) -> None:
        """Hand a frame from another node to its page, if it still stands in that session."""
        page = self._connections.by_identity(order.to)
        if page is None or page.session != order.session:
            return
        leg = page.live.legs.get(order.sender) if page.live is not None else None
        if order.answers >= 0 and (leg is None or not leg.takes_answer(order.answers)):
            self.refused += 1
            return
        frame = bytes(order.frame)
        if leg is not None and DESCRIPTION in frame and order.answers < 0:
            leg.is_offered(msgspec.json.decode(frame, type=_Offer).epoch)
        page.send_json(frame)

    def _candidate(self, leg: Leg, frame: Candidate, data: bytes) -> bytes | None:
        if frame.epoch < leg.epoch or leg.trickle.spend(_now_s()) != "taken":
            return None
        passed = self._addresses.candidate(frame.candidate)
        if passed is None or passed == frame.candidate:
            return None if passed is None else leg.signed(data)
        return wire.encode(msgspec.structs.replace(frame, candidate=passed, from_=leg.near))

    def _description(self, leg: Leg, frame: Description, data: bytes) -> bytes | None:
        if frame.epoch < leg.epoch:
            return None
        if frame.kind == "answer" and not leg.may_answer(frame.epoch):
            raise NotAllowed(frame="description", kind=frame.kind, why="not_offered")
        if leg.negotiation.spend(_now_s()) != "taken":
            return None
        passed = self._addresses.description(frame.sdp)
        if frame.kind == "offer":
            leg.offers(frame.epoch)
        if passed == frame.sdp:
            return leg.signed(data)
        return wire.encode(msgspec.structs.replace(frame, sdp=passed, from_=leg.near))

    def _send_away(self, leg: Leg, frame: MediaFrame, data: bytes, answers: int) -> None:
        if leg.page.is_over:
            return
        self.remote += 1
        tell = isinstance(frame, (Description, MediaRestart))
        order = Relayed(leg.route, leg.page.session, msgspec.Raw(data), leg.near, answers)
        self._bus.post(Parcel(leg.page, order, tell))


def _check_nobody(sender: Connection, to: str) -> None:
    """Tell why a page has no media connection with a participant.

    Raises:
        SessionNotFound: it stands in no session.
        ParticipantNotFound: there is no such connection in its call.
    """
    if sender.is_over or (sender.session and sender.live is None):
        return  # the call has ended: what was still under way is for nobody, and no fault of its sender
    if not sender.session:
        raise SessionNotFound
    raise ParticipantNotFound(participant=to)


def _check_description(sender: Connection, frame: Description) -> None:
    """Refuse an offer or answer of the wrong side, and one that sends where its role may only hear.

    Raises:
        NotAllowed: a seat that answers, another side that offers, or an observer that would send (`why` `sends`).
    """
    if (frame.kind == "offer") is not (sender.role == "seat"):
        raise NotAllowed(frame="description", kind=frame.kind)
    if sender.part is not None and not may(sender.part, SessionRight.SPEAK) and not is_silent(frame.sdp):
        raise NotAllowed(frame="description", kind=frame.kind, why="sends")


def _now_s() -> float:
    return asyncio.get_running_loop().time()
