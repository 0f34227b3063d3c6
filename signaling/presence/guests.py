"""Lets guests whose page is gone, in order or with its node, leave the session when their grace is over."""

import contextlib

from protocol.participant_errors import ParticipantNotFound
from signaling.presence.graces import Graces, grace_s, serving
from signaling.presence.routes import Routes
from signaling.presence.vouching import Vouched
from signaling.services import RealmServices
from signaling.session.sessions import Sessions
from signaling.socket.connections import Connection


def name_of(page: Connection) -> str:
    """Return the name of a guest's grace: `TICKET PARTICIPANT`."""
    return f"{page.guest_of} {page.guest}"


def identity_of(name: str) -> str:
    """Return the identity of the guest with that name."""
    return f"guest:{name.partition(' ')[2]}"


class GuestGraces:
    """The grace periods of guests, under the names `TICKET PARTICIPANT`."""

    def __init__(self, services: RealmServices, sessions: Sessions, graces: Graces, routes: Routes) -> None:
        """Use the realm's list of graces."""
        self._services, self._sessions, self._graces, self._routes = services, sessions, graces, routes

    @property
    def vouched(self) -> Vouched:
        """The graces by which nodes vouch for guests."""
        return Vouched("guest_vouched", "guest_doubted", identity_of, self._missed, self._found_again)

    async def begin(self, page: Connection, *, tell: bool) -> None:
        """Begin the grace of a guest whose page is gone; `tell` the participants that remain."""
        row = await serving(self._services, page.guest_of)
        if row is None:
            return
        await self._graces.begin("guest", name_of(page), grace_s(self._services))
        if tell:
            await self._sessions.presence(row)

    async def end(self, page: Connection) -> None:
        """End the grace of a guest whose page is back."""
        await self._graces.end(name_of(page), "guest")

    async def lose(self, name: str) -> None:
        """Let a guest leave whose page has not come back in time."""
        ticket, _, participant = name.partition(" ")
        row = await serving(self._services, ticket)
        if row is None or await self._routes.place(identity_of(name)) is not None:
            return
        with contextlib.suppress(ParticipantNotFound):  # of an earlier session, or dismissed meanwhile
            await self._sessions.part(row, participant, "lost")

    async def _missed(self, name: str) -> None:
        """Begin the grace of a guest whose node died; it is not told anew of one that left in order before."""
        row = await serving(self._services, name.partition(" ")[0])
        if row is not None:
            await self._graces.begin("guest", name, grace_s(self._services), anew=False)
            await self._sessions.presence(row)

    async def _found_again(self, name: str) -> None:
        """End the grace that another node began, which took the page for gone."""
        await self._graces.end(name, "guest")
        row = await serving(self._services, name.partition(" ")[0])
        if row is not None:
            await self._sessions.presence(row)
