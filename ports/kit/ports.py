"""The face of the kit: asks and calls the systems that the operator connected, and says how they are."""

import asyncio
import logging
import random
from collections.abc import Mapping
from typing import Final

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from ports.kit.breaker import BreakerPass, Circuit
from ports.kit.calls import KeptCall, PortCalls, PortCallTally, note
from ports.kit.connections import SystemConnection
from ports.kit.exchange import Exchange
from ports.kit.operation import Answered, Asked, PortOperation
from protocol.ids import new_id
from protocol.port_errors import PortNotSet, PortRefused, PortUnavailable
from records.audit.notes import keys_of
from records.database import Database
from records.tables.ports import PortCallState
from runtime.clock import Clock
from runtime.kept import Seldom
from runtime.sealing import Sealing

log = logging.getLogger(__name__)

PATIENCE_S: Final = 15.0
PAUSE_S: Final = (0.2, 0.6)
"""Between the tries of a caller that waits."""
TRIES: Final = 3
NOBODY: Final = "ports"
"""The actor on the trail where the caller names nobody."""

_jitter: Final = random.SystemRandom()


class PortHealth(msgspec.Struct, frozen=True):
    """The health of a port: connected or not, its breaker on this node, its last answer and problem, its kept calls."""

    port: str
    is_set: bool
    breaker: Circuit
    answered_ms: int
    problem: str
    calls: PortCallTally


class Ports:
    """The ports of one realm on one node."""

    def __init__(
        self,
        operations: Mapping[str, PortOperation[msgspec.Struct, msgspec.Struct]],
        connections: Mapping[str, SystemConnection],
        database: Database,
        clock: Clock,
        sealing: Sealing,
        patience_s: float = PATIENCE_S,
    ) -> None:
        """Know all `operations` by their paths, and connect to the systems of `connections` by port.

        A caller that waits for an answer gets one, or an error, within `patience_s` seconds.
        """
        self._operations = operations
        self._database = database
        self._clock = clock
        self._patience_s = patience_s
        self._seldom = Seldom()
        self._exchanges = {port: Exchange(port, connection, clock) for port, connection in connections.items()}
        self._told: dict[str, PortCallTally] = {}
        self.calls = PortCalls(database, clock, sealing)

    async def close(self) -> None:
        """Close all connections."""
        for exchange in self._exchanges.values():
            await exchange.close()

    async def ask(
        self, operation: PortOperation[Asked, Answered], asked: Asked, *, about: str = "", actor: str = NOBODY
    ) -> Answered:
        """Ask what changes nothing and return the answer.

        What is asked of a person is on the trail, by `actor` and about `about`, before it leaves.

        Raises:
            PortNotSet, PortUnavailable, PortRefused: there is no answer.
            LedgerUnavailable: it could not be written on the trail; nothing was asked.
        """
        assert not operation.changes, "what changes something is kept first"
        exchange = self._connected(operation.port)
        body, key = msgspec.json.encode(asked), new_id(self._clock.now_ms())
        if operation.is_personal:
            async with self._database.begin() as db:
                signed = keys_of(db).sign_named("port_call", operation.path, body.decode())
                await note(db, operation, about or key, actor, signed, self._clock)
        problem = PortUnavailable(port=operation.port, why="too_slow")
        try:
            async with asyncio.timeout(self._patience_s):
                for attempt in range(TRIES):
                    if attempt:
                        await asyncio.sleep(_jitter.uniform(*PAUSE_S))
                    try:
                        answer = await exchange.send(operation, key, body)
                    except PortUnavailable as one:
                        problem = one
                        if exchange.breaker.state is Circuit.OPEN:
                            break
                        continue
                    return msgspec.json.decode(answer, type=operation.answers)
        except TimeoutError:  # sooner than by the time that the operator gives the system
            exchange.breaker.fail(BreakerPass.CALL, "too_slow")
        raise problem

    async def keep(
        self,
        db: AsyncSession,
        operation: PortOperation[Asked, Answered],
        asked: Asked,
        *,
        once: str,
        about: str = "",
        actor: str = NOBODY,
    ) -> str:
        """Keep a call that changes something, in the caller's transaction, and return its key.

        It goes out when the transaction is done, at once with `carry_out` or else within a moment, in the order of its
        matter (`about`), until it is answered, refused or given up. `once` (at most 160 characters) is the caller's
        name for what is asked: a second call of the same name is the first one.

        Raises:
            PortNotSet: no system is connected.
            PortCallDiffers: the same was asked before, with another content.
        """
        assert operation.changes, "what changes nothing is asked"
        _ = self._connected(operation.port)
        return await self.calls.keep(db, operation, asked, once=once, about=about, actor=actor)

    async def carry_out(self, operation: PortOperation[Asked, Answered], key: str) -> Answered:
        """Try a kept call now and return its answer; a call that is over gives the answer that it had.

        Raises:
            PortUnavailable: there is no answer yet; the call goes on by itself.
            PortRefused: the system said no.
            PortCallNotFound: there is no such call.
            LedgerUnavailable: the ledger does not answer; the call goes on by itself.
        """
        await self._try(key)
        state, answer, problem = await self.calls.answer_of(key)
        match state:
            case PortCallState.ANSWERED:
                return msgspec.json.decode(answer, type=operation.answers)
            case PortCallState.REFUSED:
                raise PortRefused(port=operation.port, why=problem)
            case PortCallState.WAITING | PortCallState.GIVEN_UP:
                raise PortUnavailable(port=operation.port, why=problem or "waits")

    async def go_on(self, *ports: str) -> int:
        """Try the calls that are due, of all systems or those of `ports`, if they may be asked; return how many.

        Any node may do this, several at once too: a call is tried by one of them.

        Raises:
            LedgerUnavailable: the ledger does not answer.
        """
        ready = [port for port in ports or self._exchanges if self._exchanges[port].breaker.state is not Circuit.OPEN]
        return sum(await asyncio.gather(*map(self._go_on, ready)))

    async def _go_on(self, port: str) -> int:
        tried = 0
        breaker = self._exchanges[port].breaker
        for key in await self.calls.due(port):
            if breaker.state is Circuit.OPEN:
                break
            tried += await self._try(key)
        return tried

    async def _try(self, key: str) -> bool:
        """Try a call if its turn has come; return whether it was."""
        call = await self.calls.take(key)
        if call is None:
            return False
        operation = self._operations.get(f"{call.port}/{call.operation}")
        exchange = self._exchanges.get(call.port)
        if operation is None or exchange is None:
            return await self._wait(call, "not_set")
        try:
            answer = await exchange.send(operation, call.id, call.body)
        except PortRefused as problem:
            await self.calls.refused(call, str(problem.params["why"]))
            log.warning("port_refused", extra={"port": call.port, "call": call.id, "why": problem.params["why"]})
        except PortUnavailable as problem:
            return await self._wait(call, str(problem.params["why"]))
        except BaseException:
            # Cancelled, or a clock that is wrong: whether it arrived is not known, its key is the same next time.
            await asyncio.shield(self.calls.put_back(call, "broken_off"))
            raise
        else:
            await self.calls.answered(call, answer)
        return True

    async def _wait(self, call: KeptCall, why: str) -> bool:
        if why == "breaker_open":
            await self.calls.put_back(call, why)
            return False
        if not await self.calls.failed(call, why):
            log.error("port_call_given_up", extra={"port": call.port, "call": call.id, "why": why})
        elif times := self._seldom.due(f"{call.port} {why}"):
            log.warning("port_away", extra={"port": call.port, "why": why, "times": times})
        return True

    async def look(self) -> None:
        """Count the kept calls for metrics and health.

        Raises:
            LedgerUnavailable: the ledger does not answer.
        """
        self._told = await self.calls.tallies()

    def health(self) -> list[PortHealth]:
        """Return how each port is, as this node last saw it."""
        return [self._health(port) for port in sorted({one.port for one in self._operations.values()})]

    def _health(self, port: str) -> PortHealth:
        tally = self._told.get(port, PortCallTally())
        exchange = self._exchanges.get(port)
        if exchange is None:
            return PortHealth(port, False, Circuit.CLOSED, 0, "", tally)  # noqa: FBT003 - a field of the answer
        breaker = exchange.breaker
        return PortHealth(port, True, breaker.state, breaker.answered_ms, breaker.problem, tally)  # noqa: FBT003

    def _connected(self, port: str) -> Exchange:
        found = self._exchanges.get(port)
        if found is None:
            raise PortNotSet(port=port)
        return found
