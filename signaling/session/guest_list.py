"""The list of a session's invited guests with the state of each: kept in Redis for all nodes."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final, Literal

import msgspec

from matcher import LiveTicket
from protocol import ids
from protocol.errors import BadToken, TokenExpired
from protocol.participant_errors import ParticipantNotFound, TooManyParticipants
from protocol.participants import PARTICIPANTS_MAX, ParticipantRole, ParticipantView
from runtime import kept
from runtime.security import Invitation
from signaling.services import RealmServices

INVITATION_S: Final = 600
"""An invitation is good so long for the first `hello`; who has joined comes back with it to the end of the call."""
KEPT_S: Final = 48 * 3600
_MARK: Final = (Path(__file__).parent / "lua" / "mark_guest.lua").read_text(encoding="utf-8")


class Guest(msgspec.Struct, frozen=True):
    """An invited guest; `until_ms` ends the invitation, unless the guest has joined by then."""

    role: ParticipantRole
    name: str
    until_ms: int
    state: Literal["invited", "joined", "gone"] = "invited"


_decode = msgspec.json.Decoder(Guest).decode


class GuestList:
    """The guest lists of a realm's sessions."""

    def __init__(self, services: RealmServices) -> None:
        """Use the realm's keys."""
        self._services = services
        self._replace = services.redis.register_script(_MARK)

    async def invite(self, row: LiveTicket, role: ParticipantRole, name: str) -> tuple[Invitation, Guest]:
        """Put somebody on the list of a ticket's session; return the claims of the invitation.

        Raises:
            TooManyParticipants: so many are invited or there already.
        """
        now_ms = self._services.clock.now_ms()
        listed = [one for one in (await self._listed(row.session)).values() if one.state != "gone"]
        coming = [one for one in listed if one.state == "joined" or one.until_ms > now_ms]
        if len(coming) + 2 >= PARTICIPANTS_MAX:
            raise TooManyParticipants(max=PARTICIPANTS_MAX)
        invitation = Invitation(row.session, row.ticket, ids.new_id(now_ms))
        guest = Guest(role, name, now_ms + INVITATION_S * 1000)
        await self._put(row.session, invitation.participant, guest)
        return invitation, guest

    async def find(self, session: str, participant: str) -> Guest:
        """Return a guest who was invited to a session and is not gone.

        Raises:
            ParticipantNotFound: nobody of that id is.
        """
        return (await self._entry(session, participant))[1]

    async def _entry(self, session: str, participant: str) -> tuple[bytes, Guest]:
        raw = await self._services.redis.hget(self._services.keys.guests(session), participant)
        guest = kept.read("guest", raw, _decode) if isinstance(raw, bytes) else None
        if not isinstance(raw, bytes) or guest is None or guest.state == "gone":
            raise ParticipantNotFound(participant=participant)
        return raw, guest

    async def check(self, invitation: Invitation) -> Guest:
        """Return the guest of an invitation.

        Raises:
            BadToken: it is void: its guest left, was dismissed, or the session is forgotten.
            TokenExpired: it was not used in time.
        """
        try:
            guest = await self.find(invitation.session, invitation.participant)
        except ParticipantNotFound:
            raise BadToken from None
        if guest.state == "invited" and guest.until_ms <= self._services.clock.now_ms():
            raise TokenExpired
        return guest

    async def mark(self, session: str, participant: str, state: Literal["joined", "gone"]) -> Guest:
        """Write down how far a guest has come; return the guest as it was. One who is gone stays gone.

        Raises:
            ParticipantNotFound: it is gone already, or was never invited.
        """
        while True:  # each turn but the last sees a state that is further on, and there are three
            raw, guest = await self._entry(session, participant)
            new = msgspec.json.encode(msgspec.structs.replace(guest, state=state))
            keys = [self._services.keys.guests(session)]
            if await self._replace(keys=keys, args=[participant, raw, new, KEPT_S]):
                return guest

    async def restore(self, session: str, guests: Iterable[ParticipantView]) -> None:
        """Put guests back who had joined a session that the queue forgot; one who is on the list stays as it is."""
        key = self._services.keys.guests(session)
        for one in guests:
            guest = msgspec.json.encode(Guest(one.role, one.name, 0, "joined")).decode()
            _ = await self._services.redis.hsetnx(key, one.id, guest)
        _ = await self._services.redis.expire(key, KEPT_S)

    async def joined(self, session: str) -> tuple[str, ...]:
        """Return the ids of the guests who have joined a session and not left it."""
        return tuple(name for name, guest in (await self._listed(session)).items() if guest.state == "joined")

    async def _put(self, session: str, participant: str, guest: Guest) -> None:
        key = self._services.keys.guests(session)
        _ = await self._services.redis.hset(key, participant, msgspec.json.encode(guest).decode())
        _ = await self._services.redis.expire(key, KEPT_S)

    async def _listed(self, session: str) -> dict[str, Guest]:
        found = await self._services.redis.hgetall(self._services.keys.guests(session))
        guests = {
            name.decode(): kept.read("guest", raw, _decode)
            for name, raw in found.items()
            if isinstance(name, bytes) and isinstance(raw, bytes)
        }
        return {name: guest for name, guest in guests.items() if guest is not None}
