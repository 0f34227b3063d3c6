"""A media plane whose far end is on the server: a double for an engine, which takes frames and answers them itself."""

from protocol.commands import Candidate, Description, MediaFrame
from protocol.errors import SessionNotFound
from protocol.participant_errors import ParticipantNotFound
from signaling.bus import Bus, Relayed
from signaling.session.ice import AddressPolicy
from signaling.socket.connections import Connection, Connections

ANSWER = "v=0\r\no=hub 0 0 IN IP4 127.0.0.1\r\n"


class HubPlane:
    """Answers each offer with `ANSWER` in the name of whom it was for; no frame reaches another page."""

    def __init__(self, bus: Bus, connections: Connections, addresses: AddressPolicy) -> None:
        self.same_node = self.remote = self.refused = 0
        self.held: dict[tuple[str, str], str] = {}
        """The far participant's route by connection and participant."""

    def connect(self, page: Connection, near: str, to: str, route: str) -> None:
        self.held[page.id, to] = route

    def disconnect(self, page: Connection, to: str = "") -> None:
        self.held = {key: route for key, route in self.held.items() if key[0] != page.id or (to and key[1] != to)}

    def forward(self, sender: Connection, frame: MediaFrame, data: bytes) -> None:
        if (sender.id, frame.to) not in self.held:
            if not sender.session:
                raise SessionNotFound
            if sender.call is not None:
                raise ParticipantNotFound(participant=frame.to)
            return
        self.same_node += 1
        if isinstance(frame, Description) and frame.kind == "offer":
            near = "seat" if sender.seat else "citizen"
            answer = Description(to=near, from_=frame.to, epoch=frame.epoch, kind="answer", sdp=ANSWER)
            sender.send(answer)
            sender.send(Candidate(to=near, from_=frame.to, epoch=frame.epoch, candidate=""))

    def receive(self, order: Relayed) -> None:
        self.refused += 1
