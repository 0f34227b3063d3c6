"""An invitation opens until its time and counts as a place so long; who joined with it stays."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from matcher import LiveTicket
from protocol.errors import BadToken, TokenExpired
from protocol.participant_errors import TooManyParticipants
from protocol.participants import PARTICIPANTS_MAX, ParticipantRole
from runtime.clock import ManualClock
from signaling.session.guest_list import INVITATION_S, GuestList
from tests.support.nodes import Cluster
from tests.support.people import People

FAMILY = ParticipantRole.FAMILY
LEFT_S = 0.001


@pytest_asyncio.fixture
async def hall(shared: Cluster) -> AsyncIterator[tuple[GuestList, LiveTicket, ManualClock]]:
    """The list of guests of a ticket, and the clock of its node."""
    clock = shared.clock = ManualClock()
    node = (await shared.start()).node
    people = People(shared)
    citizen = await people.waiting(item="MZ01")
    row = await node.services.queue.tickets.find(citizen.ticket["ticket"])
    assert row is not None
    yield node.sessions.guests, row, clock
    await people.close()


async def test_an_invitation_opens_until_its_time_and_whoever_joined_stays(
    hall: tuple[GuestList, LiveTicket, ManualClock],
) -> None:
    guests, row, clock = hall
    (late, _), (early, _), (gone, _) = [await guests.invite(row, FAMILY, "孙女") for _ in range(3)]
    clock.advance(INVITATION_S - LEFT_S)
    assert (await guests.check(late)).state == "invited"
    _ = await guests.mark(early.session, early.participant, "joined")
    _ = await guests.mark(gone.session, gone.participant, "gone")
    clock.advance(LEFT_S)
    with pytest.raises(TokenExpired):
        _ = await guests.check(late)
    assert (await guests.check(early)).state == "joined"
    with pytest.raises(BadToken):
        _ = await guests.check(gone)


async def test_invitations_take_places_until_their_time(hall: tuple[GuestList, LiveTicket, ManualClock]) -> None:
    guests, row, clock = hall
    for _ in range(PARTICIPANTS_MAX - 2):  # beside the citizen and the agent
        _ = await guests.invite(row, FAMILY, "孙女")
    clock.advance(INVITATION_S - LEFT_S)
    with pytest.raises(TooManyParticipants):
        _ = await guests.invite(row, FAMILY, "孙女")
    clock.advance(LEFT_S)
    _ = await guests.invite(row, FAMILY, "孙女")
