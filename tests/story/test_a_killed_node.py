"""A node dies without a word (SIGKILL) while people wait, ring and talk: the other one goes on with all of them."""

from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from booth_client.citizen import Citizen
from booth_client.client import Client
from booth_client.simulated_seat import SeatClient
from matcher import Queue
from protocol.states import TicketState
from protocol.views import SessionView
from runtime.clock import SystemClock
from runtime.engines import EmbeddedValkey
from tests.support.served import door, served

BACK_S = 30.0
PATIENT: dict[str, Any] = {"ring_s": "60", "seat_lease_s": "30"}


async def meet(citizen: Citizen, seat: SeatClient, **wish: str) -> SessionView:
    """Bring a citizen and the only seat that is ready into a session."""
    await citizen.take(**wish)  # type: ignore[arg-type]
    session = await seat.accept(await seat.until(lambda: seat.ringing))
    assert await citizen.in_session(BACK_S)
    return session


async def say(speaker: Client, listener: Client, text: str) -> None:
    """Say something that the other side hears."""
    await speaker.say(text)
    view = listener.conversation
    await listener.until(lambda: view.view and text in [line.text for line in view.view.chat])


async def comes_to(page: Client, node: str) -> None:
    """Wait until a page is on this node."""
    await page.until(lambda: page.welcome.node == node, BACK_S)


async def part(seat: SeatClient, citizen: Citizen) -> None:
    """End a session."""
    await seat.close("answered")
    await citizen.until(lambda: citizen.conversation.closed)


async def test_nobody_is_lost_and_nothing_is_doubled_when_a_node_is_killed(
    valkey: EmbeddedValkey, redis: Redis, postgres_ledger: str, tmp_path: Path
):
    async with (
        served(valkey.url, postgres_ledger, tmp_path, node="one", **PATIENT) as one,
        served(valkey.url, postgres_ledger, tmp_path, node="two", **PATIENT) as two,
        door(one, two) as first,
        door(two, one) as second,
    ):
        # Of one pair both pages are on the node that dies, of another one is; two more citizens wait, one rings.
        citizen, seat = await first.citizen(), await first.seat("s004")
        session = await meet(citizen, seat, item="MZ01")
        await say(citizen, seat, "之前")
        far, near = await first.citizen(), await second.seat("s001")
        talk = await meet(far, near)
        waiting, behind = await first.citizen(), await second.citizen()
        before = [await waiting.take("MZ01"), await behind.take("MZ01")]
        assert [ticket.place for ticket in before] == [1, 2]
        ringing, huadu = await first.citizen(), await second.seat("s033")
        await ringing.take(site="HD-TB")
        rings = await huadu.until(lambda: huadu.ringing)
        assert {page.welcome.node for page in (citizen, seat, far, waiting, ringing)} == {"one"}
        assert {page.welcome.node for page in (near, behind, huadu)} == {"two"}

        await one.kill()

        for page in (citizen, seat, far, waiting, ringing):
            await comes_to(page, "two")
        await say(seat, citizen, "之后")
        await say(citizen, seat, "没断")
        await say(near, far, "听得到吗")
        after = waiting.ticket
        assert after is not None
        assert (after.ticket, after.place, after.state) == (before[0].ticket, 1, TicketState.WAITING)
        third = await huadu.accept(rings)
        assert await ringing.in_session(BACK_S)
        for agent, person in ((seat, citizen), (near, far), (huadu, ringing)):
            await part(agent, person)

        record = await second.record(session.session)
        assert [line.text for line in record.chat] == ["之前", "之后", "没断"]
        for other in (talk, third):
            assert (await second.record(other.session)).line.outcome == "answered"
        supervisor = await second.staff("sup")
        lines = (await second.ask(supervisor, "/api/sessions?limit=100"))["sessions"]
        assert isinstance(lines, list)
        assert sorted(line["session"] for line in lines) == sorted(one.session for one in (session, talk, third))
        assert await Queue(redis, "window", SystemClock()).care.check() == []
        assert "window_journal_set_aside 0" in (await second.get(supervisor, "/metrics")).decode()
