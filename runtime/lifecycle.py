"""Owns background tasks: each has a name, ends with its owner, and a failure in one is logged once."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from typing import Final, TypeVar

from protocol.errors import Unavailable
from runtime.kept import Seldom

Result = TypeVar("Result")

log = logging.getLogger(__name__)

CLOSE_LIMIT_S = 5.0
CANCEL_AGAIN_S = 0.5
PAUSE_MAX_S = 5.0

failures: Final[Counter[str]] = Counter()
"""Failures of this process's tasks by name: bugs, not stores that are away; shown in the metrics."""


class Tasks:
    """A set of tasks that live no longer than it does."""

    def __init__(self, calm: tuple[type[Exception], ...] = ()) -> None:
        """Own nothing yet; `calm` are exceptions of a library that mean no more than "try again"."""
        self._calm: tuple[type[Exception], ...] = (ConnectionError, TimeoutError, *calm)
        self._seldom = Seldom()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    def __len__(self) -> int:
        """Count the tasks that run."""
        return len(self._tasks)

    def start(self, name: str, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        """Run `work` until it ends or the owner closes."""
        if self._closed:
            work.close()
            raise RuntimeError(f"{name}: the owner is closed")
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def every(self, name: str, seconds: float, work: Callable[[], Awaitable[object]]) -> None:
        """Run `work` again and again, `seconds` apart; a failure is logged and the next turn comes."""
        _ = self.start(name, self._repeat(name, seconds, work))

    def forever(self, name: str, work: Callable[[], Awaitable[object]]) -> None:
        """Run `work`, which should not end, and start it again with growing pauses when it does."""
        _ = self.start(name, self._restart(name, work))

    async def close(self) -> None:
        """Cancel everything and wait for its end."""
        self._closed = True
        ending = set(self._tasks)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + CLOSE_LIMIT_S
        while ending and loop.time() < deadline:
            for task in ending:
                # Again, because one may be lost: Python 3.11's `wait_for`, in which redis-py sends its commands, drops
                # a cancellation that comes just when the sending is done.
                task.cancel()
            _, ending = await asyncio.wait(ending, timeout=CANCEL_AGAIN_S)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and isinstance(problem := task.exception(), Exception):
            self._tell(task.get_name(), problem)

    async def _repeat(self, name: str, seconds: float, work: Callable[[], Awaitable[object]]) -> None:
        while True:
            await self._once(name, work)
            await asyncio.sleep(seconds)

    async def _restart(self, name: str, work: Callable[[], Awaitable[object]]) -> None:
        loop = asyncio.get_running_loop()
        pause = 0.05
        while True:
            began = loop.time()
            await self._once(name, work)
            # What ran well for a while starts again at once; what fails at once must not spin.
            pause = 0.05 if loop.time() - began > PAUSE_MAX_S else min(pause * 2, PAUSE_MAX_S)
            await asyncio.sleep(pause)

    async def _once(self, name: str, work: Callable[[], Awaitable[object]]) -> None:
        try:
            await work()
        except Exception as problem:  # noqa: BLE001 - each is told, and the task goes on
            self._tell(name, problem)

    def _tell(self, name: str, problem: Exception) -> None:
        """Log a failure, the same one of a task once a minute; a traceback is only for what is a bug of ours."""
        is_calm = isinstance(problem, (Unavailable, *self._calm))
        failures[name] += not is_calm
        why = problem.code if isinstance(problem, Unavailable) else type(problem).__name__
        if not (times := self._seldom.due(f"{name} {why}")):
            return
        facts = {"task": name, "why": why, "times": times}
        if is_calm:
            log.warning("task_waits", extra=facts)
        else:
            log.error("task_failed", extra=facts, exc_info=problem)


async def undisturbed(work: Coroutine[object, object, Result], limit_s: float) -> Result:
    """Do `work` to its end even when the caller is cancelled meanwhile, but then no longer than `limit_s`.

    For work that must not stop in mid-word, such as a database driver's.
    """
    task = asyncio.get_running_loop().create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=limit_s)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        raise
