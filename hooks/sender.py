"""Sends what web-hooks are to be sent: several at once, each in turns, each matter in its order."""

import asyncio
import logging
import secrets
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from hooks.client import HookClient
from protocol.errors import Unavailable
from protocol.outbox import MEDIA
from records.database import Database
from records.outbox.letters import Delivery
from records.outbox.sending import AWAY_AFTER, LEASE_MS, DeliveryResult, HookTurn, HookTurns, TurnLost
from runtime import signatures
from runtime.bell import Bell
from runtime.clock import Clock
from runtime.lifecycle import Tasks
from runtime.metrics import Metrics
from runtime.sealing import Sealing, Unsealable

log = logging.getLogger(__name__)

LOOK_S: Final = 1.0
"""Retries become due without a ring."""
RENEW_S: Final = LEASE_MS / 3000
MATTERS_AT_ONCE: Final = 8
"""Deliveries of one web-hook that are under way, each of another matter."""
ATTEMPT: Final = "webhook-attempt"
UNSEALABLE: Final = "secret"


class HookSender:
    """Sends a realm's events as one node."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        sealing: Sealing,
        client: HookClient,
        *,
        retry_s: float,
        metrics: Metrics,
    ) -> None:
        """Send by `client`, with the secrets that `sealing` opens; try again for `retry_s` seconds."""
        # A name of this process alone: a node that is started anew is another sender.
        self._turns = HookTurns(database, clock, f"sender-{secrets.token_hex(8)}", retry_s)
        self._clock = clock
        self._sealing = sealing
        self._client = client
        self._counted = metrics.counter(
            "window_hook_deliveries_total", "Attempts to deliver events to web-hooks", "result"
        )
        self._given_up = metrics.counter("window_hooks_given_up_total", "Web-hooks stopped because of their receiver")
        self._tasks = Tasks()
        self._running: dict[str, asyncio.Task[None]] = {}

    async def run(self, bell: Bell) -> None:
        """Send events for ever; `bell` rings when the outbox has newer ones."""
        self._tasks, self._running = Tasks(), {}
        try:
            while True:
                seen = bell.rings
                with suppress(Unavailable):  # the next look will do it
                    await self._start_due()
                await bell.wait(seen, LOOK_S)
        finally:
            try:
                await self._tasks.close()
            finally:
                await self._client.close()

    async def _start_due(self) -> None:
        self._running = {hook: task for hook, task in self._running.items() if not task.done()}
        for hook in await self._turns.due():
            if hook not in self._running:  # all at once: a slow receiver holds no other up
                self._running[hook] = self._tasks.start(f"hook {hook}", self._send_all(hook))

    async def _send_all(self, hook: str) -> None:
        """Take turns at a web-hook until there is nothing to do; what fails is tried again when its lease has ended."""
        try:
            await self._take_turns(hook)
        except TurnLost:
            log.info("hook_turn_lost", extra={"hook": hook})
        except Unavailable as problem:
            log.warning("hook_waits", extra={"hook": hook, "why": problem.code})
        except Exception:
            log.exception("hook_failed", extra={"hook": hook})

    async def _take_turns(self, hook: str) -> None:
        while (turn := await self._turns.take(hook)) is not None:
            results = await self._send(turn)
            if why := await self._turns.settle(turn, results):
                self._given_up.add()
                log.warning("hook_given_up", extra={"hook": hook, "why": why})

    async def _send(self, turn: HookTurn) -> list[DeliveryResult]:
        """Send a turn's deliveries; of one matter the next only once the one before is accepted."""
        try:
            async with asyncio.TaskGroup() as group:
                keeping = group.create_task(self._keep(turn))
                results = await _Round(self._client, self._clock, self._opened(turn)).send(turn)
                _ = keeping.cancel()
        except ExceptionGroup as problems:
            raise problems.exceptions[0] from None
        for one in results:
            if one.was_tried:
                self._counted.add(of=one.why or "accepted")
        return results

    async def _keep(self, turn: HookTurn) -> None:
        """Renew a turn's lease; where that takes too long the turn is over before another node has the next one."""
        while True:
            await asyncio.sleep(RENEW_S)
            try:
                async with asyncio.timeout(RENEW_S):
                    await self._turns.renew(turn)
            except TimeoutError:
                raise TurnLost from None

    def _opened(self, turn: HookTurn) -> list[bytes]:
        """Return the secrets that sign now, newest first; none where the master key was lost."""
        now_ms = self._clock.now_ms()
        try:
            return [
                signatures.read_secret(self._sealing.open(one.sealed, turn.hook))
                for one in turn.secrets
                if not one.until_ms or one.until_ms > now_ms
            ]
        except Unsealable:
            return []


class _Round:
    """The sending of one turn; it ends early when the receiver seems to be away."""

    def __init__(self, client: HookClient, clock: Clock, keys: Sequence[bytes]) -> None:
        self._client = client
        self._clock = clock
        self._keys = keys
        self._free = asyncio.Semaphore(MATTERS_AT_ONCE)
        self._failed = 0
        self._results: list[DeliveryResult] = []

    async def send(self, turn: HookTurn) -> list[DeliveryResult]:
        """Send all and return the results in the order of the events."""
        matters: dict[str, list[Delivery]] = {}
        for one in turn.deliveries:
            matters.setdefault(one.subject, []).append(one)
        async with asyncio.TaskGroup() as group:
            for deliveries in matters.values():
                _ = group.create_task(self._send_matter(turn.url, deliveries))
        return sorted(self._results, key=lambda one: one.delivery.seq)

    async def _send_matter(self, url: str, deliveries: Sequence[Delivery]) -> None:
        is_blocked = False
        for one in deliveries:
            async with self._free:
                if is_blocked or self._failed >= AWAY_AFTER:
                    self._results.append(DeliveryResult(one))
                    continue
                result = await self._attempt(url, one)
            self._results.append(result)
            is_blocked = not result.is_accepted
            self._failed = 0 if result.is_accepted else self._failed + 1

    async def _attempt(self, url: str, one: Delivery) -> DeliveryResult:
        if not self._keys:
            return DeliveryResult(one, why=UNSEALABLE)
        headers = {
            "Content-Type": f"{MEDIA}; charset=utf-8",
            **signatures.headers(self._keys, one.event, self._clock.now_ms() // 1000, one.body),
            ATTEMPT: str(one.attempt),
        }
        answer = await self._client.post(url, headers, one.body)
        return DeliveryResult(one, not answer.why, answer.status, answer.why, answer.after_ms)
