"""Knows booths by the keys of their devices, also through an hour in which the ledger does not answer."""

import logging
import secrets

from redis.exceptions import RedisError

from protocol.booths import read_proof, signed_bytes
from protocol.errors import LedgerUnavailable, ServiceError, UnknownBooth
from protocol.identity_errors import BadBoothProof
from records.staff import booths
from runtime.device_keys import is_signed
from runtime.throttle import BOOTH_ALARM
from signaling.services import RealmServices

log = logging.getLogger(__name__)

CHALLENGE_S = 60
CHALLENGE_BYTES = 24
CHALLENGE_MAX = 64


class BoothKeys:
    """Gives challenges, and checks what devices make of them."""

    def __init__(self, services: RealmServices) -> None:
        """Know no booth yet."""
        self._services = services
        self._known: dict[str, booths.BoothState] = {}
        self._refused = services.metrics.counter(
            "window_booths_refused_total", "Devices that said to be a booth whose key they lack"
        )

    async def challenge(self, booth: str) -> str:
        """Return a challenge that this booth may answer once, within `CHALLENGE_S`."""
        fresh = secrets.token_urlsafe(CHALLENGE_BYTES)
        _ = await self._services.redis.set(self._services.keys.booth_challenge(fresh), booth, ex=CHALLENGE_S)
        return fresh

    async def prove(self, proof: str) -> str:
        """Return the booth that a proof is of; its challenge is used up.

        Raises:
            BadBoothProof: it is not made with this booth's key. A page that is open with the key stays open.
            LedgerUnavailable: the ledger does not answer and the booth was never seen here.
        """
        found = read_proof(proof)
        if found is None:
            raise BadBoothProof(why="format")
        booth, challenge, signature = found
        asked = await self._services.redis.getdel(self._services.keys.booth_challenge(challenge[:CHALLENGE_MAX]))
        if asked != booth.encode():
            raise BadBoothProof(why="challenge")
        known = await self._find(booth)
        if not is_signed(known.key, signed_bytes(booth, challenge), signature):
            why = "stopped" if known.stopped_ms else "key"
            await self._alarm(booth, why)
            raise BadBoothProof(why=why)
        return booth

    async def _find(self, booth: str) -> booths.BoothState:
        try:
            self._known[booth] = await booths.find(self._services.database, booth)
        except UnknownBooth:
            raise BadBoothProof(why="unknown") from None
        except LedgerUnavailable:
            if booth not in self._known:
                raise
        return self._known[booth]

    async def _alarm(self, booth: str, why: str) -> None:
        """Tell the log, the metrics and, a few times an hour, the audit trail."""
        self._refused.add()
        log.warning("booth_refused", extra={"booth": booth, "why": why})
        try:
            await self._services.throttle.spend(BOOTH_ALARM, booth)
            await booths.note_refused(self._services.database, booth, why, clock=self._services.clock)
        except (ServiceError, RedisError) as problem:
            log.info("booth_refusal_not_noted", extra={"booth": booth, "why": type(problem).__name__})
