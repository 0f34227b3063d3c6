"""The four kinds of pages: a citizen's, a seat's, a wallboard's, a guest's; a connection is one of them."""

import dataclasses
from typing import ClassVar, Literal

from protocol.participants import ParticipantRole
from runtime.login import Login

Role = Literal["citizen", "seat", "wallboard", "participant"]


@dataclasses.dataclass(frozen=True, slots=True)
class CitizenPage:
    """A citizen's page: the ids of its ticket (empty until there is one), and of booth and site if it is a booth's."""

    role: ClassVar[Role] = "citizen"
    ticket: str = ""
    booth: str = ""
    site: str = ""

    @property
    def identity(self) -> str:
        """The address that frames for it are routed to; empty without a ticket."""
        return f"ticket:{self.ticket}" if self.ticket else ""


@dataclasses.dataclass(frozen=True, slots=True)
class SeatPage:
    """An account at the seat of its login."""

    role: ClassVar[Role] = "seat"
    login: Login

    @property
    def identity(self) -> str:
        """The address that frames for it are routed to."""
        return f"seat:{self.login.seat}"


@dataclasses.dataclass(frozen=True, slots=True)
class WallboardPage:
    """A supervisor's account at the wallboard; nothing is routed to it."""

    role: ClassVar[Role] = "wallboard"
    identity: ClassVar[str] = ""
    login: Login


@dataclasses.dataclass(frozen=True, slots=True)
class GuestPage:
    """An invited `participant` of the session of a `ticket`; `part` is its role there."""

    role: ClassVar[Role] = "participant"
    participant: str
    ticket: str
    part: ParticipantRole

    @property
    def identity(self) -> str:
        """The address that frames for it are routed to."""
        return f"guest:{self.participant}"


Who = CitizenPage | SeatPage | WallboardPage | GuestPage
