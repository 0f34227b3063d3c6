"""Passes media frames between the two parties of a live session, and never beyond."""

from protocol.commands import Candidate, Description, Frame, MediaRestart
from protocol.errors import NotAllowed, SessionNotFound
from signaling.bus import Bus, Parcel, Relayed
from signaling.socket.connections import Connection, Connections


class Relay:
    """The media switchboard of one node."""

    __slots__ = ("_bus", "_connections", "remote", "same_node")

    def __init__(self, bus: Bus, connections: Connections) -> None:
        """Use the bus for parties on other nodes only."""
        self._bus = bus
        self._connections = connections
        self.same_node = self.remote = 0

    def forward(self, sender: Connection, frame: Frame, data: bytes) -> None:
        """Pass a decoded frame on as the bytes it came in.

        Raises:
            SessionNotFound: the sender stands in no session.
            NotAllowed: a seat that answers, or a citizen that offers.
        """
        kind = type(frame)
        if kind is Description:
            if (frame.kind == "offer") is not (sender.role == "seat"):  # type: ignore[attr-defined]
                raise NotAllowed(frame="description", kind=frame.kind)  # type: ignore[attr-defined]
            self._follow(sender, frame.epoch)  # type: ignore[attr-defined]
        if (kind is Description or kind is Candidate) and frame.epoch < sender.epoch:  # type: ignore[attr-defined]
            return
        peer = sender.peer
        if peer is not None:
            self.same_node += 1
            peer.send_json(data)
        else:
            self._send_away(sender, frame, data)

    def receive(self, order: Relayed) -> None:
        """Hand a frame from another node to its page, if it still stands in that session."""
        page = self._connections.by_identity(order.to)
        if page is not None and page.session == order.session:
            page.send_json(bytes(order.frame))

    def _follow(self, sender: Connection, epoch: int) -> None:
        """Remember the newest connection of the pair: whatever belongs to an older one is dropped."""
        if epoch > sender.epoch:
            sender.epoch = epoch
            if sender.peer is not None:
                sender.peer.epoch = epoch

    def _send_away(self, sender: Connection, frame: Frame, data: bytes) -> None:
        if sender.over:
            return
        if not sender.session:
            raise SessionNotFound
        if not sender.other:
            return  # the call has ended: what was still under way is for nobody, and no fault of its sender
        self.remote += 1
        tell = isinstance(frame, (Description, MediaRestart))
        self._bus.post(Parcel(sender, sender.other, sender.session, data, tell))
