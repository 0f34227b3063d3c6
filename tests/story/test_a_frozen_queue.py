"""Valkey stands still for a while, or a node dies in the middle of a command: who asked is answered soon, and once."""

import asyncio
import itertools
import os
import signal
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from booth_client.client import Client
from protocol.commands import Pause
from protocol.states import PauseReason, SeatState, TicketState
from runtime.clock import SystemClock
from runtime.engines import EmbeddedValkey
from runtime.redis_pool import ANSWER_LIMIT_S
from signaling.services import SERVICES
from signaling.socket.answers import ALIVE_S, Mark, digest_of
from tests.support.patience import until
from tests.support.window import OwnWindow, open_window

PROMISED_S = 3
FROZEN_S = 4.0
LONG_FROZEN_S = ANSWER_LIMIT_S + 1
"""Longer than a node waits for an answer: it has asked again meanwhile, on other connections."""


@asynccontextmanager
async def frozen(valkey: EmbeddedValkey, for_s: float) -> AsyncIterator[None]:
    """Let Valkey stand still at the beginning of the block, and go on at its end, `for_s` seconds later."""
    async with valkey.client() as redis:
        pid = int((await redis.info("server"))["process_id"])
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
        on_ms = SystemClock().now_ms() + 1000 * for_s
        _ = await until(lambda: SystemClock().now_ms() > on_ms)
    finally:
        os.kill(pid, signal.SIGCONT)


async def lines(page: Client) -> list[str]:
    """Return both lines of the chat, once they are there."""
    told = page.conversation
    await page.until(lambda: told.view and len(told.view.chat) >= 2)
    assert told.view is not None
    return sorted(line.text for line in told.view.chat)


async def rounds(answers: Awaitable[object]) -> int:
    """Return how many seconds of this loop pass before the answers are there: on a busy machine these are long, too."""
    loop, passed = asyncio.get_running_loop(), itertools.count()
    timers: list[asyncio.TimerHandle] = []

    def one_more() -> None:
        _ = next(passed)
        timers.append(loop.call_later(1, one_more))

    timers.append(loop.call_later(1, one_more))
    try:
        await answers
    finally:
        timers[-1].cancel()
    return next(passed)


@pytest.mark.parametrize("for_s", [FROZEN_S, LONG_FROZEN_S])
async def test_what_was_asked_of_a_frozen_queue_is_answered_soon_after_it_goes_on_and_done_once(
    tmp_path: Path, sqlite_ledger: str, for_s: float
) -> None:
    async with (
        EmbeddedValkey(tmp_path / "valkey") as valkey,
        open_window(valkey.url, sqlite_ledger, tmp_path, seat_lease_s=60, page_lease_s=60) as window,
    ):
        citizen, seat, _ = await window.talking()
        waiting, newcomer = await window.citizen(), await window.citizen()
        idle = await window.seat("s033", ready=False)
        await waiting.take("MZ01")
        returns = [page.channel.returns for page in (citizen, seat, waiting, newcomer)]
        async with frozen(valkey, for_s):
            asked = asyncio.gather(
                citizen.say("在吗"),
                waiting.leave(),
                newcomer.take("MZ01"),
                idle.pause(PauseReason.MEAL),
                seat.say("在"),
            )
        assert await rounds(asked) <= PROMISED_S
        for page in (citizen, seat):
            assert await lines(page) == ["在", "在吗"]
        await waiting.until(lambda: waiting.state is TicketState.ABANDONED)
        await newcomer.until(lambda: newcomer.ticket and newcomer.ticket.place == 1)
        await idle.until(lambda: idle.seat and idle.seat.reason == PauseReason.MEAL)
        # On the connections that were there before: none was cut.
        assert [page.channel.returns for page in (citizen, seat, waiting, newcomer)] == returns


async def test_a_command_whose_node_died_is_answered_by_another_one_as_soon_as_that_is_known(
    sqlite_window: OwnWindow,
) -> None:
    seat = await sqlite_window.seat("s004")
    services, command = sqlite_window.app[SERVICES], Pause(id=seat.channel.new_id(), reason=PauseReason.MEAL)
    mark = msgspec.json.encode(Mark(digest_of(command), "a-node-that-died", "x"))
    await services.redis.set(services.keys.answer("seat:S004", command.id), mark, ex=25)
    await services.redis.set(services.keys.alive("a-node-that-died"), b"1", ex=ALIVE_S)  # it died in this moment
    assert ALIVE_S <= PROMISED_S
    assert await rounds(seat.channel.ask(command)) <= PROMISED_S
    await seat.until(lambda: seat.state is SeatState.PAUSED)
