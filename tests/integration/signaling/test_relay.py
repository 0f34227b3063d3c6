"""The relay as it is shipped: our credentials open it, media pass through it alone, it is no door into the network."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aioice import stun, turn
from aioice.stun import TransactionFailed

from booth_client.media import Capture
from booth_client.peer import Peer
from booth_client.sources import camera_pattern, tone
from protocol.commands import Candidate
from protocol.frames import IceServer
from protocol.views import Slot
from runtime.clock import Clock, ManualClock, SystemClock
from runtime.settings import Settings
from signaling.session.turn import Turn
from tests.support.patience import PATIENCE_S
from tests.support.relay import PUBLIC, SECRET, Relay, here, here_6, relay
from tests.support.seat_peer import SeatPeer

UNAUTHORISED, FORBIDDEN, UNSUPPORTED_TRANSPORT, QUOTA_REACHED = 401, 403, 442, 486
TCP_TRANSPORT = 0x06000000
QUOTA = 12
TTL_S = 600


@pytest_asyncio.fixture
async def coturn(tmp_path: Path) -> AsyncIterator[Relay]:
    async with relay(tmp_path, allowed=here()) as found:
        yield found


def servers(at: Relay, *, secret: str = SECRET, clock: Clock | None = None) -> tuple[IceServer, ...]:
    """Return what a party of a call is given."""
    settings = Settings(turn_urls=(at.url,), turn_secret=secret, turn_ttl_s=TTL_S)
    return Turn(settings, clock or SystemClock()).servers("01J0SESSION", "citizen")


async def test_a_booth_behind_a_wall_is_seen_and_heard_through_the_relay(coturn: Relay) -> None:
    microphone, camera = Capture("audio", tone()), Capture("video", camera_pattern("320x180", 10))
    seat = SeatPeer()
    tracks = {Slot.MICROPHONE: microphone.track(), Slot.CAMERA: camera.track()}
    booth = Peer(servers(coturn), tracks, relay_only=True)
    try:
        answer = await booth.answer(await seat.offer())
        kinds = {line.split(" typ ")[1].split()[0] for line in answer.splitlines() if "a=candidate" in line}
        assert kinds == {"relay"}
        await booth.add_candidate(Candidate(to="seat", epoch=1, candidate=""))
        await seat.take_answer(answer)
        await seat.hears(Slot.MICROPHONE, Slot.CAMERA)
        async with asyncio.timeout(PATIENCE_S):
            await booth.first_frame.wait()
    finally:
        await booth.close()
        await seat.close()
        await microphone.close()
        await camera.close()


async def allocate(at: Relay, server: IceServer, address: str = "") -> turn.TurnTransport:
    """Ask for an allocation, as a page's browser does."""
    transport, _ = await turn.create_turn_endpoint(
        asyncio.DatagramProtocol,
        server_addr=(address or at.address, at.port),
        username=server.username,
        password=server.credential,
    )
    return transport


def code_of(refused: pytest.ExceptionInfo[TransactionFailed]) -> int:
    """Return the STUN error code of a refusal."""
    return int(refused.value.response.attributes["ERROR-CODE"][0])


@contextlib.asynccontextmanager
async def allocated(at: Relay, address: str = "") -> AsyncIterator[turn.TurnClientMixin]:
    """Give the client of one allocation that asks for permissions; nothing is ever sent to a peer."""
    transport = await allocate(at, servers(at)[0], address)
    try:
        yield transport._TurnTransport__inner_protocol  # type: ignore[attr-defined]
    finally:
        transport.close()
        await asyncio.sleep(0)


async def test_the_relay_refuses_credentials_that_are_forged_or_over(coturn: Relay) -> None:
    past = ManualClock(SystemClock().now_ms() - 2 * TTL_S * 1000)
    for given in (servers(coturn, secret="another secret"), servers(coturn, clock=past)):
        with pytest.raises(TransactionFailed) as refused:
            await allocate(coturn, given[0])
        assert code_of(refused) == UNAUTHORISED


INSIDE = (
    *("0.0.0.1", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "192.0.0.8", "192.0.2.77"),
    *("192.88.99.1", "192.168.0.1", "198.18.0.1", "198.19.255.254", "198.51.100.1", "203.0.113.77", "224.0.0.1"),
    *("240.0.0.1", "255.255.255.255", PUBLIC),
)
INSIDE_6 = (
    *("::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "100::1", "2001:0:1::1", "2001:db8::1"),
    *("2002:7f00:1::1", "3fff::1", "5f00::1", "fc00::1", "fd00::77", "fe80::1", "fec0::1", "ff02::1"),
)


@pytest.mark.parametrize(
    ("by", "outside", "inside"), [(here(), "8.8.8.8", INSIDE), (here_6(), "2a00:1450:4001::1", INSIDE_6)]
)
async def test_the_relay_is_no_door_into_the_own_network_or_to_itself(
    coturn: Relay, by: str, outside: str, inside: tuple[str, ...]
) -> None:
    async with allocated(coturn, by) as client:
        found = {}
        for number, address in enumerate(inside):
            with pytest.raises(TransactionFailed) as refused:
                await client.channel_bind(0x4000 + number, (address, 6379))
            found[address] = code_of(refused)
        assert found == dict.fromkeys(inside, FORBIDDEN)
        await client.channel_bind(0x4FFE, (outside, 50_000))  # a permission, and nothing more


async def test_nobody_has_tcp_connections_made_from_the_relay(coturn: Relay) -> None:
    server = servers(coturn)[0]
    loop = asyncio.get_running_loop()
    where = (coturn.address, coturn.port)
    transport, client = await loop.create_connection(
        lambda: turn.TurnClientTcpProtocol(
            where, username=server.username, password=server.credential, lifetime=600, channel_refresh_time=500
        ),
        *where,
    )
    try:
        request = stun.Message(message_method=stun.Method.ALLOCATE, message_class=stun.Class.REQUEST)
        request.attributes["LIFETIME"] = 600
        request.attributes["REQUESTED-TRANSPORT"] = TCP_TRANSPORT
        with pytest.raises(TransactionFailed) as refused:
            await client.request_with_retry(request)
        assert code_of(refused) in {FORBIDDEN, UNSUPPORTED_TRANSPORT}
    finally:
        transport.close()


async def test_the_allocations_of_one_leg_are_counted_together_under_all_its_credentials(coturn: Relay) -> None:
    later = ManualClock(SystemClock().now_ms() + 5000)
    held = [await allocate(coturn, servers(coturn)[0]) for _ in range(QUOTA)]
    try:
        for renewed in (servers(coturn)[0], servers(coturn, clock=later)[0]):
            with pytest.raises(TransactionFailed) as refused:
                await allocate(coturn, renewed)
            assert code_of(refused) == QUOTA_REACHED
        settings = Settings(turn_urls=(coturn.url,), turn_secret=SECRET, turn_ttl_s=TTL_S)
        other = Turn(settings, SystemClock()).servers("01J0SESSION", "seat")[0]
        held.append(await allocate(coturn, other))
    finally:
        for transport in held:
            transport.close()
        await asyncio.sleep(0)
