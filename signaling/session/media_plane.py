"""The media plane: what carries media between the participants of a call, whichever way it does."""

from collections.abc import Callable
from typing import Protocol

from protocol.commands import MediaFrame
from signaling.bus import Bus, Relayed
from signaling.session.ice import AddressPolicy
from signaling.socket.connections import Connection, Connections


class MediaPlane(Protocol):
    """Negotiates media between two participants of a live session.

    `signaling.session.relay` connects them peer to peer: it passes their frames on. An engine on the server's side
    answers the frames itself. `same_node`, `remote` and `refused` count frames: handled here, sent to another node,
    dropped by a rule.
    """

    same_node: int
    remote: int
    refused: int

    def connect(self, page: Connection, near: str, to: str, route: str) -> None:
        """Begin the media connection of the participant `near` with another one, `to`; begun again it is a new one.

        `route` is the identity (`ticket:…`, `seat:…`, `guest:…`) under which the other one's page is found.
        """

    def disconnect(self, page: Connection, to: str = "") -> None:
        """End a page's media connection with a participant, or with all (empty): nothing passes any more."""

    def forward(self, sender: Connection, frame: MediaFrame, data: bytes) -> None:
        """Take a media frame from a page; `data` are the bytes it was decoded from.

        Raises:
            SessionNotFound: the sender stands in no session.
            ParticipantNotFound: it has no media connection with the participant named in `to`.
            NotAllowed, BadInput: what the frame says is not the sender's to say.
        """

    def receive(self, order: Relayed) -> None:
        """Take a media frame that another node has for a page of this one; for one that is not there it is dropped."""


MakeMediaPlane = Callable[[Bus, Connections, AddressPolicy], MediaPlane]
"""Makes the media plane of a node."""
