"""Says whether this node lives and whether it should be sent pages."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

import msgspec

log = logging.getLogger(__name__)

CHECK_LIMIT_S = 2.0


class Health(msgspec.Struct, frozen=True):
    """The answer of `/readyz`: each part and whether it answers."""

    ready: bool
    parts: dict[str, bool]


async def check(parts: Mapping[str, Callable[[], Awaitable[object]]], *, draining: bool) -> Health:
    """Ask every part at once, with a deadline; a draining node is not ready for more pages."""
    answers = await asyncio.gather(*(_answers(name, ask) for name, ask in parts.items()))
    found = dict(zip(parts, answers, strict=True))
    return Health(ready=all(answers) and not draining, parts={**found, "serving": not draining})


async def _answers(name: str, ask: Callable[[], Awaitable[object]]) -> bool:
    try:
        async with asyncio.timeout(CHECK_LIMIT_S):
            await ask()
    except Exception as problem:  # noqa: BLE001 - whatever is wrong with a part, the answer is that it is
        log.warning("part_unhealthy", extra={"part": name, "why": type(problem).__name__})
        return False
    return True
