"""Passes media frames between the two parties of a live session, and never beyond."""

import asyncio

import msgspec

from protocol.commands import Candidate, Description, Frame, MediaReady, MediaRestart
from protocol.errors import NotAllowed, SessionNotFound
from signaling.bus import Bus, Parcel, Relayed
from signaling.session.ice import AddressPolicy
from signaling.socket import wire
from signaling.socket.connections import Connection, Connections
from signaling.socket.leg import Leg


class Relay:
    """The media switchboard of one node."""

    __slots__ = ("_addresses", "_bus", "_connections", "refused", "remote", "same_node")

    def __init__(self, bus: Bus, connections: Connections, addresses: AddressPolicy) -> None:
        """Use the bus for parties on other nodes only; `addresses` says which the parties may tell each other."""
        self._bus = bus
        self._connections = connections
        self._addresses = addresses
        self.same_node = self.remote = self.refused = 0

    def forward(self, sender: Connection, frame: Frame, data: bytes) -> None:
        """Pass a decoded frame on as the bytes it came in, but for addresses that the other side may not have.

        What is out of date, repeated or too often is dropped and counted.

        Raises:
            SessionNotFound: the sender stands in no session.
            NotAllowed: a seat that answers, or a citizen that offers.
            BadInput: a description that is too large or none.
        """
        kind, leg = type(frame), sender.leg
        if kind is Description:
            _check_direction(sender, frame)  # type: ignore[arg-type]
        if leg is None:
            if not sender.session and not sender.over:
                raise SessionNotFound
            return  # the call has ended: what was still under way is for nobody, and no fault of its sender
        answers = -1
        if kind is Candidate:
            passed = self._candidate(leg, frame, data)  # type: ignore[arg-type]
        elif kind is Description:
            passed = self._description(leg, frame, data)  # type: ignore[arg-type]
            answers = frame.epoch if sender.role == "citizen" else -1  # type: ignore[attr-defined]
        elif (kind is MediaReady or kind is MediaRestart) and leg.negotiation.spend(_now_s()) != "taken":
            passed = None
        else:
            passed = data
        far = leg.far
        if passed is None or (far is not None and answers >= 0 and not far.takes_answer(answers)):
            self.refused += 1
        elif far is not None:
            self.same_node += 1
            far.page.send_json(passed)
        else:
            self._send_away(leg, frame, passed, answers)

    def receive(self, order: Relayed) -> None:
        """Hand a frame from another node to its page, if it still stands in that session."""
        page = self._connections.by_identity(order.to)
        if page is None or page.session != order.session:
            return
        if order.answers >= 0 and (page.leg is None or not page.leg.takes_answer(order.answers)):
            self.refused += 1
            return
        page.send_json(bytes(order.frame))

    def _candidate(self, leg: Leg, frame: Candidate, data: bytes) -> bytes | None:
        if frame.epoch < leg.epoch or leg.trickle.spend(_now_s()) != "taken":
            return None
        passed = self._addresses.candidate(frame.candidate)
        if passed is None or passed == frame.candidate:
            return None if passed is None else data
        return wire.encode(msgspec.structs.replace(frame, candidate=passed))

    def _description(self, leg: Leg, frame: Description, data: bytes) -> bytes | None:
        if frame.epoch < leg.epoch or leg.negotiation.spend(_now_s()) != "taken":
            return None
        passed = self._addresses.description(frame.sdp)
        if frame.kind == "offer":
            leg.offers(frame.epoch)
        return data if passed == frame.sdp else wire.encode(msgspec.structs.replace(frame, sdp=passed))

    def _send_away(self, leg: Leg, frame: Frame, data: bytes, answers: int) -> None:
        if leg.page.over:
            return
        self.remote += 1
        tell = isinstance(frame, (Description, MediaRestart))
        self._bus.post(Parcel(leg.page, leg.other, leg.page.session, data, tell, answers))


def _check_direction(sender: Connection, frame: Description) -> None:
    """Refuse an offer or answer of the wrong side.

    Raises:
        NotAllowed: a seat that answers, or a citizen that offers.
    """
    if (frame.kind == "offer") is not (sender.role == "seat"):
        raise NotAllowed(frame="description", kind=frame.kind)


def _now_s() -> float:
    return asyncio.get_running_loop().time()
