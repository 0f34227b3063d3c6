"""Keeps for a while whose commands a connection carried and in which session it stood, so that the next one resumes."""

import msgspec

from runtime.kept import read
from signaling.services import RealmServices
from signaling.socket.connections import Connection

KEPT_S = 600


class Resumable(msgspec.Struct, frozen=True):
    """The state of a connection that a later one of the same page takes over."""

    identity: str
    scope: str
    """The scope in which the ids of its commands are unique."""
    session: str = ""


_decode = msgspec.json.Decoder(Resumable).decode


class Resumption:
    """The kept states of connections, by the connection's id."""

    def __init__(self, services: RealmServices) -> None:
        """Use the realm's states."""
        self._keys, self._redis, self._connections = services.keys, services.redis, services.connections

    async def remember(self, page: Connection) -> None:
        """Keep the state of a connection for `KEPT_S` from now on."""
        state = msgspec.json.encode(Resumable(page.identity, page.scope, page.session))
        _ = await self._redis.set(self._keys.scope(page.id), state, ex=KEPT_S)

    async def recall(self, connection: str) -> Resumable | None:
        """Return the kept state of an earlier connection; None for no id and for one that is forgotten."""
        kept = await self._redis.get(self._keys.scope(connection)) if connection else None
        return read("scope", kept, _decode) if isinstance(kept, bytes) else None

    async def renew(self) -> None:
        """Keep the states of this node's connections for another `KEPT_S`."""
        pipe = self._redis.pipeline(transaction=False)
        for page in self._connections.all.values():
            if page.claimed:
                _ = pipe.expire(self._keys.scope(page.id), KEPT_S)
        _ = await pipe.execute()
