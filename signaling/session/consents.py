"""Read a ticket's consents: the latest of each kind, kept in Redis as long as its papers."""

import msgspec

from protocol.exhausted import TooManyMoves
from protocol.views import ConsentView
from runtime import kept
from signaling.services import Services

CHANGES_MAX = 60
KEPT_S = 48 * 3600
_COUNT = "changes"
_decode = msgspec.json.Decoder(ConsentView).decode


async def consents_of(its: Services, ticket: str) -> tuple[ConsentView, ...]:
    """Return the newest answer of each kind of a ticket's citizen."""
    found = await its.redis.hgetall(its.keys.consents(ticket))
    words = (kept.read("consent", raw, _decode) for field, raw in found.items() if field != _COUNT.encode())
    return tuple(sorted((one for one in words if one is not None), key=lambda one: one.kind))


async def keep_consent(its: Services, ticket: str, now: ConsentView) -> None:
    """Keep the citizen's answer."""
    key = its.keys.consents(ticket)
    _ = await its.redis.hset(key, now.kind.value, msgspec.json.encode(now).decode())
    _ = await its.redis.expire(key, KEPT_S)


async def spend_change(its: Services, ticket: str) -> None:
    """Count that something is agreed to; each can be taken back once, so that taking back needs no bound.

    Raises:
        TooManyMoves: as often as one may.
    """
    if await its.redis.hincrby(its.keys.consents(ticket), _COUNT, 1) > CHANGES_MAX:
        raise TooManyMoves(max=CHANGES_MAX)
