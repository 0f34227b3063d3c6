"""One table over all operations of all ports and all faults: nothing is lost, nothing is done twice unmarked."""

import asyncio
from typing import Any

import msgspec
import pytest

from doubles.misbehaviour import Misbehaviour, SystemFault
from ports.kit.operation import PortOperation
from ports.kit.ports import Ports
from ports.register import OPERATIONS
from protocol.port_errors import PortRefused, PortUnavailable
from records import audit
from records.database import Database
from runtime.clock import ManualClock
from tests.support.stand_ins import StandIns

CHANGING = [one for one in OPERATIONS.values() if one.changes]
ASKING = [one for one in OPERATIONS.values() if not one.changes]
WHY = {
    SystemFault.SLOW: "too_slow",
    SystemFault.ERROR_500: "status_500",
    SystemFault.TWICE: "away",
    SystemFault.OUT_OF_ORDER: "other_call",
    SystemFault.WRONG_SIGNATURE: "wrong_signature",
    SystemFault.AWAY: "away",
}
"""What each fault looks like to the one who asks; a refusal is no fault of the line."""
DONE_AT_ONCE = {SystemFault.SLOW, SystemFault.TWICE, SystemFault.OUT_OF_ORDER, SystemFault.WRONG_SIGNATURE}
SHORT_S = 1.0
"""A slow answer is waited for no longer than this."""


async def kept(ports: Ports, ledger: Database, operation: PortOperation[Any, Any], fault: SystemFault) -> str:
    name = f"{operation.name} {fault}"
    async with ledger.begin() as db:
        return await ports.keep(db, operation, operation.example, once=name, about=name)


def seen(doubles: StandIns, key: str) -> int:
    """Tell how often the doubles received a call under its key."""
    return max((one.times for one in doubles.doubles.state().received if one.key == key), default=0)


def done(doubles: StandIns, operation: PortOperation[Any, Any]) -> int:
    """Tell how often a double did what an operation asks."""
    return doubles.doubles.state().done.get(operation.path, 0)


async def test_a_kept_call_is_answered_after_each_fault_and_done_once(
    doubles: StandIns, ledger: Database, clock: ManualClock
) -> None:
    async def meets(ports: Ports, operation: PortOperation[Any, Any], fault: SystemFault, before: int) -> None:
        key = await kept(ports, ledger, operation, fault)
        with pytest.raises(PortUnavailable) as caught:
            await ports.carry_out(operation, key)
        assert caught.value.params["why"] == WHY[fault], operation.path
        assert done(doubles, operation) == before + (fault in DONE_AT_ONCE), operation.path

    async with doubles.ports(ledger, clock) as ports:
        for before, fault in enumerate(WHY):
            doubles.doubles.mishaps.ask(Misbehaviour(fault))
            async with doubles.ports(ledger, clock, SHORT_S) as hasty:
                await asyncio.gather(*(meets(hasty, operation, fault, before) for operation in CHANGING))
            doubles.doubles.mishaps.behave()
            await ports.look()
            assert sum(one.calls.waiting for one in ports.health()) == len(CHANGING)
            assert await ports.go_on() == 0, "not before its time"
            clock.advance(60)
            assert await ports.go_on() == len(CHANGING)
            for operation in CHANGING:
                key = await kept(ports, ledger, operation, fault)
                assert type(await ports.carry_out(operation, key)) is operation.answers
                assert seen(doubles, key) == 2, "marked by its key"
                assert done(doubles, operation) == before + 1, operation.path
        await ports.look()
        assert all(health.calls.waiting == 0 and not health.problem for health in ports.health())


async def test_a_question_is_asked_again_at_once_in_each_fault_and_answered(
    doubles: StandIns, ledger: Database, clock: ManualClock
) -> None:
    async def asks(ports: Ports, operation: PortOperation[Any, Any]) -> None:
        answer = await ports.ask(operation, operation.example, about="case 1", actor="agent:li")
        assert answer == operation.example_answer

    # A fault is a port's: the operations of one port meet it one after the other.
    first = {operation.port: operation for operation in ASKING}
    second = {operation.port: operation for operation in reversed(ASKING)}
    async with doubles.ports(ledger, clock, SHORT_S) as ports:
        for fault in WHY:
            for by_port in (first, second):
                for port in by_port:
                    doubles.doubles.mishaps.ask(Misbehaviour(fault, port, times=1))
                await asyncio.gather(*(asks(ports, operation) for operation in by_port.values()))
    async with ledger.read() as db:
        noted = await audit.trail(db, action="port.asked")
    asked = sum(one.is_personal for one in (*first.values(), *second.values())) * len(WHY)
    assert len(noted) == asked, "once, however often it went out"
    assert {(one.actor, one.subject) for one in noted} == {("agent:li", "case 1")}


async def test_a_refusal_is_final_and_told_with_the_other_system_s_own_code(
    doubles: StandIns, ports: Ports, ledger: Database, clock: ManualClock
) -> None:
    doubles.doubles.mishaps.ask(Misbehaviour(SystemFault.REFUSE))
    for operation in CHANGING:
        key = await kept(ports, ledger, operation, SystemFault.REFUSE)
        for _ in range(2):
            with pytest.raises(PortRefused) as caught:
                await ports.carry_out(operation, key)
            assert caught.value.params["why"] == operation.refusals[0]
        clock.advance(3600)
        assert await ports.go_on() == 0
        assert seen(doubles, key) == 1
    for operation in ASKING:
        with pytest.raises(PortRefused):
            await ports.ask(operation, operation.example)


def test_every_example_is_what_its_contract_says() -> None:
    for operation in OPERATIONS.values():
        assert msgspec.json.decode(msgspec.json.encode(operation.example), type=operation.asks) == operation.example
        answer = msgspec.json.decode(msgspec.json.encode(operation.example_answer), type=operation.answers)
        assert answer == operation.example_answer
