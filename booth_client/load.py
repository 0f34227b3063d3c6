"""Fills a server with simulated citizens and seats over the real protocol: for a living demonstration, and for load."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from booth_client.channel import RefusedError, ServerAwayError
from booth_client.http_api import Credentials
from booth_client.people import Scene, SimulatedCitizen, SimulatedSeat
from runtime.lifecycle import Tasks

log = logging.getLogger(__name__)

AGAIN_S: Final = 5.0


class Load:
    """N citizens who come again and again, and seats who answer them; everybody goes when it is closed."""

    def __init__(self, scene: Scene, *, citizens: int, seats: Sequence[Credentials]) -> None:
        self.scene = scene
        self._citizens = citizens
        self._seats = seats
        self._tasks = Tasks()

    def start(self) -> None:
        """Let everybody come."""
        for credentials in self._seats:
            seat = SimulatedSeat(self.scene, credentials)
            _ = self._tasks.start(f"seat-{credentials.name}", self._again("seat", seat.run))
        for number in range(self._citizens):
            citizen = SimulatedCitizen(self.scene)
            _ = self._tasks.start(f"citizen-{number}", self._again("citizen", citizen.run))

    async def close(self) -> None:
        """Send everybody home."""
        await self._tasks.close()

    async def _again(self, who: str, visit: Callable[[], Awaitable[None]]) -> None:
        """Run one visit after the other; a refusal or a lost server ends the visit, not the load."""
        while True:
            try:
                await visit()
            except (RefusedError, ServerAwayError, TimeoutError) as problem:
                code = problem.code if isinstance(problem, RefusedError) else type(problem).__name__
                self.scene.tally.fail(code)
                log.info("simulated_visit_failed", extra={"who": who, "code": code})
                await asyncio.sleep(AGAIN_S * (0.5 + self.scene.draw.random()))
