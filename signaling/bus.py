"""Carries frames and orders between nodes over Redis publish/subscribe; same-node traffic never comes here."""

import asyncio
import contextlib
from collections.abc import Callable, Collection

import msgspec
from redis.asyncio import Redis

from protocol.errors import PeerAway
from protocol.frames import Error
from runtime.kept import read
from signaling.keys import Keys
from signaling.socket.connections import Connection

WAITING_MAX = 4096
BATCH = 128
ROUTE_KEPT_S = 5.0
ROUTES_MAX = 20_000
LISTEN_S = 2.0


class Relayed(msgspec.Struct, frozen=True, tag="relayed"):
    """A frame of the participant `sender` for the page of `to` (an identity), which must stand in `session`.

    `answers` is the epoch that it is an SDP answer of; -1 for any other frame.
    """

    to: str
    session: str
    frame: msgspec.Raw
    sender: str
    answers: int = -1


class Supersede(msgspec.Struct, frozen=True, tag="supersede"):
    """A newer window took the identity: the connection named is to go."""

    connection: str


class SignOut(msgspec.Struct, frozen=True, tag="sign_out"):
    """A login ended: its pages are to go; `leaves`: who signed out means to go, and no call waits for the seat."""

    login: str
    leaves: bool = False


class CatalogueChanged(msgspec.Struct, frozen=True, tag="catalogue_changed"):
    """The ledger has a newer catalogue."""


class EventsTold(msgspec.Struct, frozen=True, tag="events_told"):
    """The outbox has newer events, which were committed by the node that says so."""

    node: str


class StopBooth(msgspec.Struct, frozen=True, tag="stop_booth"):
    """An operator stopped a booth: its page is to go."""

    booth: str


class Parcel(msgspec.Struct, frozen=True):
    """A frame on its way to another node; its sender's page `page` hears when nobody is there, if `tell`."""

    page: Connection
    order: Relayed
    tell: bool


Order = Relayed | Supersede | SignOut | StopBooth | CatalogueChanged | EventsTold
_decode = msgspec.json.Decoder(Order).decode
_encode = msgspec.json.Encoder().encode


async def announce_catalogue(redis: Redis, keys: Keys) -> None:
    """Tell every node of a realm to look for a newer catalogue; a node that misses it looks by itself in seconds."""
    _ = await redis.publish(keys.nodes, _encode(CatalogueChanged()))


class Bus:
    """One node's mouth and ears."""

    def __init__(self, redis: Redis, keys: Keys, node: str) -> None:
        """Speak as `node`."""
        self._redis = redis
        self._keys = keys
        self._node = node
        self._waiting: asyncio.Queue[Parcel] = asyncio.Queue(WAITING_MAX)
        self._routes: dict[str, tuple[str, float]] = {}
        self.dropped = 0

    def post(self, parcel: Parcel) -> None:
        """Queue a frame for another node; when too many wait it is dropped, as ephemeral frames may be."""
        try:
            self._waiting.put_nowait(parcel)
        except asyncio.QueueFull:
            self.dropped += 1

    async def order(self, channel: str, order: Order) -> None:
        """Tell one node, or all."""
        _ = await self._redis.publish(channel, _encode(order))

    async def tell_node(self, node: str, order: Order) -> None:
        """Tell one node."""
        await self.order(self._keys.node(node), order)

    async def tell_all(self, order: Order) -> None:
        """Tell every node, this one included."""
        await self.order(self._keys.nodes, order)

    async def dismiss(self, logins: Collection[str], *, leaves: bool = False) -> None:
        """Close the sockets of ended logins on every node; a node that misses this does it at its next renewal."""
        for key in logins:
            await self.tell_all(SignOut(key, leaves))

    async def deliver(self) -> None:
        """Publish the waiting messages in order, for ever."""
        while True:
            parcels = [await self._waiting.get()]
            with contextlib.suppress(asyncio.QueueEmpty):
                while len(parcels) < BATCH:
                    parcels.append(self._waiting.get_nowait())
            await self._publish(parcels)

    async def _publish(self, parcels: list[Parcel]) -> None:
        await self._find_routes({parcel.order.to for parcel in parcels})
        pipe = self._redis.pipeline(transaction=False)
        for parcel in parcels:
            node = self._routes.get(parcel.order.to, ("", 0.0))[0]
            if node and node != self._node:
                _ = pipe.publish(self._keys.node(node), _encode(parcel.order))
            elif parcel.tell:
                parcel.page.send(Error(id="", code=PeerAway.code, params={}))
        _ = await pipe.execute()

    async def _find_routes(self, identities: set[str]) -> None:
        now = asyncio.get_running_loop().time()
        wanted = [one for one in identities if self._routes.get(one, ("", 0.0))[1] < now]
        if not wanted:
            return
        if len(self._routes) > ROUTES_MAX:
            self._routes.clear()
        found = await self._redis.mget([self._keys.page(one) for one in wanted])
        for one, place in zip(wanted, found, strict=True):
            node = place.decode(errors="replace").partition(" ")[0] if isinstance(place, bytes) else ""
            # An absent page may come back any moment: only a found one is remembered.
            self._routes[one] = (node, now + ROUTE_KEPT_S if node else 0.0)

    async def listen(self, obey: Callable[[Order], None]) -> None:
        """Receive the other nodes' messages, for ever."""
        pubsub = self._redis.pubsub(ignore_subscribe_messages=True)
        try:
            await pubsub.subscribe(self._keys.node(self._node), self._keys.nodes)
            while True:
                message = await pubsub.get_message(timeout=LISTEN_S)
                if message is not None:
                    self._obey(message["data"], obey)
        finally:
            await pubsub.aclose()  # type: ignore[no-untyped-call]  # so in redis-py

    def _obey(self, data: bytes, obey: Callable[[Order], None]) -> None:
        order = read("order", data, _decode)  # another release's may be unknown: the page's own lease heals it
        if order is not None:
            obey(order)
