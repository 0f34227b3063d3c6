"""The relay as it is shipped: our credentials open it, media pass through it alone, it is no door into the network."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aioice import turn
from aioice.stun import TransactionFailed
from aiortc import RTCBundlePolicy, RTCConfiguration, RTCIceTransportPolicy, RTCPeerConnection

from booth_client.media import Capture
from booth_client.peer import Peer, chosen, close_connection
from booth_client.sources import camera_pattern, tone
from protocol.commands import Candidate
from protocol.frames import IceServer
from protocol.views import Slot
from runtime.clock import Clock, ManualClock, SystemClock
from runtime.settings import Settings
from signaling.session.turn import Turn
from tests.support.relay import SECRET, Relay, here, relay
from tests.support.seat_peer import SeatPeer

FORBIDDEN = 403
UNAUTHORISED = 401
TTL_S = 600


@pytest_asyncio.fixture
async def coturn(tmp_path: Path) -> AsyncIterator[Relay]:
    async with relay(tmp_path, allowed=here()) as found:
        yield found


def servers(at: Relay, *, secret: str = SECRET, clock: Clock | None = None) -> tuple[IceServer, ...]:
    """Return what a page is given in its welcome."""
    settings = Settings(turn_urls=(at.url,), turn_secret=secret, turn_ttl_s=TTL_S)
    return Turn(settings, clock or SystemClock()).servers("01J0CONNECTION")


async def through_the_relay_only(peer: Peer, at: Relay) -> None:
    """Leave a peer no way but the relay."""
    await close_connection(peer._connection)
    peer._connection = RTCPeerConnection(
        RTCConfiguration(
            iceServers=chosen(servers(at)),
            bundlePolicy=RTCBundlePolicy.MAX_BUNDLE,
            iceTransportPolicy=RTCIceTransportPolicy.RELAY,
        )
    )


async def test_a_booth_behind_a_wall_is_seen_and_heard_through_the_relay(coturn: Relay) -> None:
    microphone, camera = Capture("audio", tone()), Capture("video", camera_pattern("320x180", 10))
    seat = SeatPeer()
    booth = Peer((), {Slot.MICROPHONE: microphone.track(), Slot.CAMERA: camera.track()})
    await through_the_relay_only(booth, coturn)
    try:
        answer = await booth.answer(await seat.offer())
        kinds = {line.split(" typ ")[1].split()[0] for line in answer.splitlines() if "a=candidate" in line}
        assert kinds == {"relay"}
        await booth.add_candidate(Candidate(epoch=1, candidate=""))
        await seat.take_answer(answer)
        await seat.hears(Slot.MICROPHONE, Slot.CAMERA)
        async with asyncio.timeout(20):
            await booth.first_frame.wait()
    finally:
        await booth.close()
        await seat.close()
        await microphone.close()
        await camera.close()


async def allocate(at: Relay, server: IceServer) -> turn.TurnTransport:
    """Ask for an allocation, as a page's browser does."""
    transport, _ = await turn.create_turn_endpoint(
        asyncio.DatagramProtocol,
        server_addr=(at.address, at.port),
        username=server.username,
        password=server.credential,
    )
    return transport


async def test_the_relay_refuses_credentials_that_are_forged_or_over(coturn: Relay) -> None:
    past = ManualClock(SystemClock().now_ms() - 2 * TTL_S * 1000)
    for given in (servers(coturn, secret="another secret"), servers(coturn, clock=past)):
        with pytest.raises(TransactionFailed) as refused:
            await allocate(coturn, given[0])
        assert refused.value.response.attributes["ERROR-CODE"][0] == UNAUTHORISED


@pytest.mark.parametrize("inside", ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "172.16.0.1"])
async def test_the_relay_is_no_door_into_the_own_network(coturn: Relay, inside: str) -> None:
    transport = await allocate(coturn, servers(coturn)[0])
    inner = transport._TurnTransport__inner_protocol  # type: ignore[attr-defined]
    try:
        with pytest.raises(TransactionFailed) as refused:
            await inner.channel_bind(1 << 14, (inside, 6379))
        assert refused.value.response.attributes["ERROR-CODE"][0] == FORBIDDEN
    finally:
        transport.close()
        await asyncio.sleep(0)
