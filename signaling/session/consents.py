"""Read a ticket's consents: the latest of each kind, kept in Redis as long as its papers."""

from collections.abc import Mapping

import msgspec

from protocol.exhausted import TooManyMoves
from protocol.views import ConsentView
from runtime import kept
from signaling.services import RealmServices

CHANGES_MAX = 60
KEPT_S = 48 * 3600
_COUNT = "changes"
_decode = msgspec.json.Decoder(ConsentView).decode


async def consents_of(services: RealmServices, ticket: str) -> tuple[ConsentView, ...]:
    """Return the newest answer of each kind of a ticket's citizen."""
    return read_consents(await services.redis.hgetall(services.keys.consents(ticket)))


def read_consents(found: Mapping[bytes | str, bytes | str]) -> tuple[ConsentView, ...]:
    """Return the answers that a hash of `keys.consents` holds."""
    words = (kept.read("consent", raw, _decode) for field, raw in found.items() if field != _COUNT.encode())
    return tuple(sorted((one for one in words if one is not None), key=lambda one: one.kind))


async def keep_consent(services: RealmServices, ticket: str, now: ConsentView) -> None:
    """Keep the citizen's answer."""
    key = services.keys.consents(ticket)
    _ = await services.redis.hset(key, now.kind.value, msgspec.json.encode(now).decode())
    _ = await services.redis.expire(key, KEPT_S)


async def spend_change(services: RealmServices, ticket: str) -> None:
    """Count that something is agreed to; each can be taken back once, so that taking back needs no bound.

    Raises:
        TooManyMoves: as often as one may.
    """
    if await services.redis.hincrby(services.keys.consents(ticket), _COUNT, 1) > CHANGES_MAX:
        raise TooManyMoves(max=CHANGES_MAX)
