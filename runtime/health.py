"""Says whether this node lives and whether it should be sent pages."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

import msgspec

from protocol.errors import ServiceError

log = logging.getLogger(__name__)

CHECK_LIMIT_S = 2.0


class Health(msgspec.Struct, frozen=True):
    """The answer of `/readyz`: each part and whether it answers; `problems` are the codes of those that say why not."""

    ready: bool
    parts: dict[str, bool]
    problems: dict[str, str] = {}


class Parts:
    """The parts of a node that must answer; a change of one's health is logged once, however often it is asked for."""

    def __init__(self, parts: Mapping[str, Callable[[], Awaitable[object]]]) -> None:
        """Take each part's name and the question it must answer; every part is taken for healthy until it is asked."""
        self._parts = parts
        self._known: dict[str, str] = {}

    async def check(self, *, draining: bool) -> Health:
        """Ask every part at once, with a deadline; a draining node is not ready for more pages."""
        answers = await asyncio.gather(*(self._problem(name, ask) for name, ask in self._parts.items()))
        found = dict(zip(self._parts, answers, strict=True))
        return Health(
            ready=not (any(found.values()) or draining),
            parts={**{name: not problem for name, problem in found.items()}, "serving": not draining},
            problems={name: problem for name, problem in found.items() if problem},
        )

    async def _problem(self, name: str, ask: Callable[[], Awaitable[object]]) -> str:
        """Return what is wrong with a part: the code of its error, `away` where it has none, or nothing."""
        code = why = ""
        try:
            async with asyncio.timeout(CHECK_LIMIT_S):
                await ask()
        except Exception as problem:  # noqa: BLE001 - any fault of a part is the same answer
            code = problem.code if isinstance(problem, ServiceError) else "away"
            why = type(problem).__name__
        if code and code != self._known.get(name, ""):
            log.warning("part_unhealthy", extra={"part": name, "why": why})
        elif self._known.get(name) and not code:
            log.info("part_healthy", extra={"part": name})
        self._known[name] = code
        return code
