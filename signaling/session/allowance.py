"""Bounds one side's writing in a session: rate, number of events, bytes in all."""

from pathlib import Path

from protocol.errors import TooManyTries
from protocol.exhausted import SessionFull
from signaling.services import RealmServices

_SCRIPT = (Path(__file__).parent / "lua" / "spend_words.lua").read_text(encoding="utf-8")


class Allowance:
    """The remaining entries and bytes of one side of a session, counted in Redis for all nodes."""

    def __init__(self, services: RealmServices) -> None:
        """Use the realm's keys."""
        self._services = services
        self._spend = services.redis.register_script(_SCRIPT)

    async def spend(self, session: str, side: str, size: int, kept_s: int) -> None:
        """Take one event of `size` bytes from a side's allowance.

        Raises:
            TooManyTries: it wrote too fast; `retry_after_s` says when.
            SessionFull: it wrote all that it may in one session.
        """
        most = self._services.settings
        keys = [self._services.keys.words(session, side)]
        args = [
            self._services.clock.now_ms(),
            most.session_events_per_min / 60,
            most.session_events_burst,
            most.session_events_max,
            most.session_bytes_max,
            size,
            kept_s,
        ]
        wait_ms = int(await self._spend(keys=keys, args=args))
        if wait_ms < 0:
            raise SessionFull(max=most.session_events_max)
        if wait_ms:
            raise TooManyTries(retry_after_s=-(-wait_ms // 1000))
