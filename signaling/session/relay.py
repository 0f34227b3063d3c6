"""Passes media frames between the two parties of a live session, and never beyond."""

import asyncio

import msgspec

from protocol.commands import Candidate, Description, Frame, MediaReady, MediaRestart
from protocol.errors import NotAllowed, SessionNotFound
from signaling.bus import Bus, Parcel, Relayed
from signaling.session.ice import AddressPolicy
from signaling.socket import wire
from signaling.socket.connections import Connection, Connections


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
        kind = type(frame)
        answers = -1
        if kind is Candidate:
            passed = self._candidate(sender, frame, data)  # type: ignore[arg-type]
        elif kind is Description:
            passed = self._description(sender, frame, data)  # type: ignore[arg-type]
            answers = frame.epoch if sender.role == "citizen" else -1  # type: ignore[attr-defined]
        elif (kind is MediaReady or kind is MediaRestart) and sender.negotiation.spend(_now_s()) != "taken":
            passed = None
        else:
            passed = data
        if passed is None:
            self.refused += 1
            return
        peer = sender.peer
        if peer is not None:
            if answers >= 0 and not _takes_answer(peer, answers):
                self.refused += 1
                return
            self.same_node += 1
            peer.send_json(passed)
        else:
            self._send_away(sender, frame, passed, answers)

    def receive(self, order: Relayed) -> None:
        """Hand a frame from another node to its page, if it still stands in that session."""
        page = self._connections.by_identity(order.to)
        if page is None or page.session != order.session:
            return
        if order.answers >= 0 and not _takes_answer(page, order.answers):
            self.refused += 1
            return
        page.send_json(bytes(order.frame))

    def _candidate(self, sender: Connection, frame: Candidate, data: bytes) -> bytes | None:
        if not sender.session:
            raise SessionNotFound
        if frame.epoch < sender.epoch or sender.trickle.spend(_now_s()) != "taken":
            return None
        passed = self._addresses.candidate(frame.candidate)
        if passed is None or passed == frame.candidate:
            return None if passed is None else data
        return wire.encode(msgspec.structs.replace(frame, candidate=passed))

    def _description(self, sender: Connection, frame: Description, data: bytes) -> bytes | None:
        if (frame.kind == "offer") is not (sender.role == "seat"):
            raise NotAllowed(frame="description", kind=frame.kind)
        if not sender.session:
            raise SessionNotFound
        if frame.epoch < sender.epoch or sender.negotiation.spend(_now_s()) != "taken":
            return None
        passed = self._addresses.description(frame.sdp)
        if frame.kind == "offer":
            self._follow(sender, frame.epoch)
            sender.answers_due = 1
        return data if passed == frame.sdp else wire.encode(msgspec.structs.replace(frame, sdp=passed))

    def _follow(self, sender: Connection, epoch: int) -> None:
        """Remember the newest connection of the pair: whatever belongs to an older one is dropped."""
        if epoch > sender.epoch:
            sender.epoch = epoch
            if sender.peer is not None:
                sender.peer.epoch = epoch

    def _send_away(self, sender: Connection, frame: Frame, data: bytes, answers: int) -> None:
        if sender.over:
            return
        if not sender.session:
            raise SessionNotFound
        if not sender.other:
            return  # the call has ended: what was still under way is for nobody, and no fault of its sender
        self.remote += 1
        tell = isinstance(frame, (Description, MediaRestart))
        self._bus.post(Parcel(sender, sender.other, sender.session, data, tell, answers))


def _now_s() -> float:
    return asyncio.get_running_loop().time()


def _takes_answer(offerer: Connection, epoch: int) -> bool:
    """Tell whether an offerer waits for an answer of this epoch: each offer is answered once.

    A page that has just come back has not offered here yet; the answer to what it offered before is let through.
    """
    if offerer.answers_due < 1 or (offerer.epoch and epoch != offerer.epoch):
        return False
    offerer.answers_due -= 1
    return True
