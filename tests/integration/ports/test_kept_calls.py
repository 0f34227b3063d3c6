"""A kept call outlives its process, keeps the order of its matter, and is one call however often it is asked for."""

import asyncio

import msgspec
import pytest
from sqlalchemy import select, update

from doubles.behaviour import REFUSED_PHONE
from doubles.misbehaviour import Misbehaviour, SystemFault
from ports.card_reader import READ
from ports.courier import ORDER
from ports.kit.breaker import FAILURES_MAX, OPEN_S, Circuit
from ports.kit.calls import GIVE_UP_S, KEPT_S, LEASE_S, WAIT_MAX_S
from ports.kit.ports import Ports
from ports.messages import SEND, TextMessage
from ports.register import OPERATIONS
from protocol.port_errors import PortCallDiffers, PortCallNotFound, PortNotSet, PortRefused, PortUnavailable
from records import audit
from records.database import Database
from records.tables.ports import PortCallRow, PortCallState
from runtime.clock import ManualClock
from tests.support.stand_ins import SEALING, StandIns

NEWS = TextMessage("13800138000", "callback_soon", 1, "zh-CN", {"time": "14:30"})
LATER = TextMessage("13800138000", "callback_missed", 1, "zh-CN")


async def kept(ports: Ports, ledger: Database, once: str, message: TextMessage = NEWS, about: str = "t1") -> str:
    async with ledger.begin() as db:
        return await ports.keep(db, SEND, message, once=once, about=about, actor="agent:li")


async def test_a_process_that_dies_with_a_call_in_flight_leaves_it_to_another_with_the_same_key(
    doubles: StandIns, ledger: Database, clock: ManualClock
) -> None:
    doubles.doubles.mishaps.ask(Misbehaviour(SystemFault.TWICE, times=1))
    async with doubles.ports(ledger, clock) as dying:
        key = await kept(dying, ledger, "t1 soon")
        call = await dying.calls.take(key)
        assert call is not None
        with pytest.raises(PortUnavailable):
            await dying._exchanges["messages"].send(SEND, call.id, call.body)  # and dies before it notes anything
    async with doubles.ports(ledger, clock) as other:
        assert await other.go_on() == 0, "as long as the dead one's lease lasts"
        clock.advance(LEASE_S + 1)
        assert await other.go_on() == 1
        assert (await other.carry_out(SEND, key)).message == "m-1"
    received = doubles.doubles.state().received
    assert [(one.key, one.times) for one in received] == [(key, 2), (key, 1)]
    assert doubles.doubles.state().done == {"messages/send": 1}


async def test_a_try_that_outlives_its_lease_ends_no_try_of_the_process_that_took_over(
    doubles: StandIns, ledger: Database, clock: ManualClock
) -> None:
    async with doubles.ports(ledger, clock) as late, doubles.ports(ledger, clock) as other:
        key = await kept(late, ledger, "t1 soon")
        old = await late.calls.take(key)
        assert old is not None
        clock.advance(GIVE_UP_S + 1)
        taken = await other.calls.take(key)
        assert taken is not None
        await late.calls.put_back(old, "broken_off")
        assert await late.calls.failed(old, "too_slow"), "it is not given up: another one tries it"
        assert await late.calls.take(key) is None, "the lease of the other one stands"
        await other.calls.answered(taken, msgspec.json.encode(SEND.example_answer))
        assert await late.carry_out(SEND, key) == SEND.example_answer


async def test_an_answer_ends_a_call_also_when_another_process_tries_it_meanwhile(
    ports: Ports, ledger: Database, clock: ManualClock
) -> None:
    key = await kept(ports, ledger, "t1 soon")
    old = await ports.calls.take(key)
    assert old is not None
    clock.advance(LEASE_S + 1)
    taken = await ports.calls.take(key)
    assert taken is not None
    await ports.calls.answered(old, msgspec.json.encode(SEND.example_answer))
    assert await ports.calls.failed(taken, "away")
    assert await ports.carry_out(SEND, key) == SEND.example_answer


async def test_a_call_that_no_key_opens_waits_and_holds_no_other_up(
    doubles: StandIns, ports: Ports, ledger: Database
) -> None:
    poison, good = await kept(ports, ledger, "1"), await kept(ports, ledger, "2", about="t2")
    async with ledger.begin() as db:
        await db.execute(update(PortCallRow).where(PortCallRow.id == poison).values(body="spoilt"))
    assert await ports.go_on() == 1
    assert [one.key for one in doubles.doubles.state().received] == [good]
    assert await ports.calls.answer_of(poison) == (PortCallState.WAITING, b"", "unsealable")


async def test_two_nodes_at_once_try_a_call_once(doubles: StandIns, ledger: Database, clock: ManualClock) -> None:
    async with doubles.ports(ledger, clock) as one, doubles.ports(ledger, clock) as other:
        for number in range(5):
            await kept(one, ledger, f"t{number}", about=f"t{number}")
        assert sum(await asyncio.gather(one.go_on(), other.go_on(), one.go_on())) == 5
    assert len(doubles.doubles.state().received) == 5


async def test_the_calls_of_one_matter_go_out_in_their_order(
    doubles: StandIns, ports: Ports, ledger: Database, clock: ManualClock
) -> None:
    doubles.doubles.mishaps.ask(Misbehaviour(SystemFault.ERROR_500, times=1))
    first, second = await kept(ports, ledger, "1"), await kept(ports, ledger, "2", LATER)
    other = await kept(ports, ledger, "3", about="t2")
    with pytest.raises(PortUnavailable):
        await ports.carry_out(SEND, first)
    with pytest.raises(PortUnavailable, match="waits"):
        await ports.carry_out(SEND, second)
    await ports.carry_out(SEND, other)
    clock.advance(60)
    while await ports.go_on():
        pass
    assert [one.key for one in reversed(doubles.doubles.state().received) if one.done] == [other, first, second]


async def test_what_is_asked_for_twice_is_one_call_and_another_content_is_refused(
    doubles: StandIns, ports: Ports, ledger: Database
) -> None:
    key = await kept(ports, ledger, "t1 soon")
    assert await kept(ports, ledger, "t1 soon") == key
    with pytest.raises(PortCallDiffers):
        await kept(ports, ledger, "t1 soon", LATER)
    await ports.carry_out(SEND, key)
    assert await kept(ports, ledger, "t1 soon") == key
    assert (await ports.carry_out(SEND, key)).message == "m-1"
    assert doubles.doubles.state().done == {"messages/send": 1}


async def test_what_two_nodes_ask_for_at_once_is_one_call(
    doubles: StandIns, ledger: Database, clock: ManualClock
) -> None:
    async with doubles.ports(ledger, clock) as one, doubles.ports(ledger, clock) as other:
        found = await asyncio.gather(*(kept(ports, ledger, "x") for ports in (one, other) * 4))
    assert len(set(found)) == 1
    async with ledger.read() as db:
        assert len(await audit.trail(db, action="port.asked")) == 1


async def test_a_call_whose_transaction_is_undone_never_was(ports: Ports, ledger: Database) -> None:
    async with ledger.begin() as db:
        key = await ports.keep(db, SEND, NEWS, once="x")
        await db.rollback()
    with pytest.raises(PortCallNotFound):
        await ports.carry_out(SEND, key)
    async with ledger.read() as db:
        assert await audit.trail(db, action="port.asked") == []


async def test_what_is_said_of_a_person_is_sealed_and_on_the_trail_by_its_purpose_and_hash(
    ports: Ports, ledger: Database
) -> None:
    key = await kept(ports, ledger, "t1 soon")
    await ports.carry_out(SEND, key)
    async with ledger.read() as db:
        row = (await db.scalars(select(PortCallRow))).one()
        [entry] = await audit.trail(db, action="port.asked")
    assert not any("13800138000" in str(getattr(row, name)) for name in PortCallRow.__table__.columns.keys())  # noqa: SIM118
    assert "13800138000" in SEALING.open(row.body, key)
    assert (entry.actor, entry.subject, entry.facts["purpose"]) == ("agent:li", "t1", SEND.purpose)
    assert row.body_hash.startswith(str(entry.facts["hash"]))


async def test_the_breaker_spares_a_system_that_is_away_and_one_probe_finds_it_back(
    doubles: StandIns, ports: Ports, ledger: Database, clock: ManualClock
) -> None:
    doubles.doubles.mishaps.ask(Misbehaviour(SystemFault.AWAY, "messages"))
    keys = [await kept(ports, ledger, f"{number}", about=f"t{number}") for number in range(FAILURES_MAX + 5)]
    await ports.go_on()
    await ports.look()
    found = next(one for one in ports.health() if one.port == "messages")
    assert (found.breaker, found.problem) == (Circuit.OPEN, "away")
    assert found.calls.waiting == len(keys)
    assert len(doubles.doubles.state().received) == FAILURES_MAX
    with pytest.raises(PortUnavailable, match="breaker_open"):
        await ports.carry_out(SEND, keys[-1])
    clock.advance(OPEN_S)
    await ports.go_on()
    assert len(doubles.doubles.state().received) == FAILURES_MAX + 1, "one probe"
    clock.advance(OPEN_S)
    await ports.go_on()
    assert len(doubles.doubles.state().received) == FAILURES_MAX + 1, "it stays open for twice as long"
    doubles.doubles.mishaps.behave()
    clock.advance(WAIT_MAX_S)
    while await ports.go_on():
        pass
    await ports.look()
    found = next(one for one in ports.health() if one.port == "messages")
    assert (found.breaker, found.calls.waiting, found.problem) == (Circuit.CLOSED, 0, "")
    assert doubles.doubles.state().done == {"messages/send": len(keys)}


async def test_a_system_that_is_away_for_days_is_given_up_aloud_and_a_hand_sends_it_again(
    doubles: StandIns, ports: Ports, ledger: Database, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    doubles.doubles.mishaps.ask(Misbehaviour(SystemFault.ERROR_500))
    key = await kept(ports, ledger, "x")
    await ports.go_on()
    clock.advance(GIVE_UP_S)
    await ports.go_on()
    assert "port_call_given_up" in caplog.messages
    await ports.look()
    assert next(one for one in ports.health() if one.port == "messages").calls.given_up == 1
    assert [one.id for one in await ports.calls.listed(PortCallState.GIVEN_UP, 10)] == [key]
    clock.advance(GIVE_UP_S)
    assert await ports.go_on() == 0
    doubles.doubles.mishaps.behave()
    await ports.calls.try_again(key, "operator")
    await ports.carry_out(SEND, key)
    with pytest.raises(PortCallNotFound):
        await ports.calls.try_again(key, "operator")
    clock.advance(KEPT_S)
    assert await ports.calls.forget() == 0
    clock.advance(0.001)
    assert await ports.calls.forget() == 1
    with pytest.raises(PortCallNotFound):
        await ports.carry_out(SEND, key)


async def test_a_port_without_a_system_says_so_before_anything_is_kept(
    ports: Ports, ledger: Database, clock: ManualClock
) -> None:
    bare = Ports(OPERATIONS, {}, ledger, clock, SEALING)
    with pytest.raises(PortNotSet):
        await kept(bare, ledger, "x")
    assert {one.is_set for one in bare.health()} == {False}
    key = await kept(ports, ledger, "x")
    await bare._try(key)
    clock.advance(60)
    await ports.carry_out(SEND, key)


async def test_a_refused_phone_ends_the_call_with_the_gateway_s_word(ports: Ports, ledger: Database) -> None:
    key = await kept(ports, ledger, "x", TextMessage(REFUSED_PHONE, "callback_soon", 1, "zh-CN"))
    with pytest.raises(PortRefused, match="phone_refused"):
        await ports.carry_out(SEND, key)


async def test_the_calls_of_one_system_go_out_by_themselves(ports: Ports, ledger: Database) -> None:
    message, parcel = await kept(ports, ledger, "x"), ""
    async with ledger.begin() as db:
        parcel = await ports.keep(db, ORDER, ORDER.example, once="x")
    assert await ports.go_on("messages") == 1
    assert [(await ports.calls.answer_of(one))[0] for one in (message, parcel)] == [
        PortCallState.ANSWERED, PortCallState.WAITING,
    ]  # fmt: skip


async def test_a_system_that_keeps_those_who_ask_waiting_is_asked_no_more_however_long_it_may_take(
    doubles: StandIns, ledger: Database, clock: ManualClock
) -> None:
    doubles.doubles.mishaps.ask(Misbehaviour(SystemFault.SLOW))
    line = {READ.port: doubles.connection(READ.port)}
    ports = Ports(OPERATIONS, line, ledger, clock, SEALING, patience_s=0.05)
    for _ in range(FAILURES_MAX):
        with pytest.raises(PortUnavailable, match="too_slow"):
            await ports.ask(READ, READ.example)
    with pytest.raises(PortUnavailable, match="breaker_open"):
        await ports.ask(READ, READ.example)
    await ports.close()
