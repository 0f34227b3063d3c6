"""Web-hooks over days: dead nodes and dead events, rotation, receivers that are given up, hooks that are closed."""

import asyncio
from collections.abc import Mapping

import pytest
from standardwebhooks import WebhookVerificationError

from hooks.client import HookClient
from hooks.sender import HookSender
from records import audit
from records.outbox import forget, letters
from records.outbox.hooks import SECRETS_MAX, Hooks
from records.outbox.sending import AWAY_AFTER, LEASE_MS
from records.tables.hooks import HookRow, HookState
from runtime.metrics import Metrics
from runtime.sealing import Sealing
from tests.support.hook_office import DAY_S, HOUR_S, MASTER, RETRY_S, Office, in_order
from tests.support.patience import PATIENCE_S, until


async def test_two_nodes_send_each_event_once_between_them(office: Office) -> None:
    await office.hook()
    other = office.another()
    for _ in range(5):
        await office.happens(*(f"T{number}" for number in range(20)))
        await asyncio.gather(*(office.sends(one) for one in (office.sender, other)))
    await office.sends()
    assert len(office.receiver.came) == len({one.event for one in office.receiver.came}) == 100
    assert in_order(office.receiver)


async def test_what_a_dead_node_had_begun_is_sent_again_after_its_lease_and_marked(office: Office) -> None:
    await office.hook()
    office.receiver.answering = office.receiver.hang
    await office.happens("A", "B")
    dying = asyncio.create_task(office.sends())
    _ = await until(lambda: office.receiver.begun == 2)
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    office.receiver.answering = None
    other = office.another()
    await office.sends(other)
    assert office.receiver.accepted == [], "the lease of the dead node has not ended"
    office.clock.advance(LEASE_MS / 1000)
    await office.sends(other)
    assert sorted((one.subject, one.attempt) for one in office.receiver.accepted) == [("A", 2), ("B", 2)]


async def test_a_node_whose_lease_cannot_be_renewed_in_time_sends_no_more_before_another_one_may(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.hook()
    office.receiver.answering = office.receiver.hang
    await office.happens("A")
    monkeypatch.setattr("hooks.sender.RENEW_S", 0.1)
    await office.sender._start_due()
    _ = await until(lambda: office.receiver.begun)
    async with office.database.begin() as db:
        _ = await db.get(HookRow, office.id, with_for_update=True)  # the ledger hangs
        # A wait for SQLite's lock ends with the lock alone, which is ten seconds at most.
        is_sqlite = office.database.url.startswith("sqlite")
        done, _ = await asyncio.wait(office.sender._running.values(), timeout=0.5 if is_sqlite else PATIENCE_S)
        assert done or is_sqlite
    await asyncio.gather(*office.sender._running.values())
    office.receiver.answering = None
    office.clock.advance(LEASE_MS / 1000)
    await office.sends()
    assert [(one.subject, one.attempt) for one in office.receiver.accepted] == [("A", 2)]


@pytest.mark.parametrize("waits", ["before", "after"])
async def test_what_waits_for_an_earlier_event_of_its_matter_comes_marked_after_its_node_died(
    office: Office, waits: str
) -> None:
    await office.hook()
    office.receiver.status = 500 if waits == "before" else 204
    await office.happens("A")
    await office.sends()
    await office.happens("A")
    if waits == "before":
        await office.sends()

    async def takes_one(headers: Mapping[str, str], body: bytes) -> int:
        return await office.receiver.hang(headers, body) if office.receiver.accepted else 204

    office.receiver.answering = takes_one
    office.clock.advance(HOUR_S)
    dying = asyncio.create_task(office.sends())
    _ = await until(lambda: len(office.receiver.accepted) == 1 and office.receiver.begun > len(office.receiver.came))
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    office.receiver.answering, office.receiver.status = None, 204
    if waits == "after":
        assert await office.hooks.resend(office.id, [office.receiver.accepted[0].event]) == 1
    office.clock.advance(LEASE_MS / 1000)
    await office.sends(office.another())
    assert office.receiver.accepted[-1].event != office.receiver.accepted[0].event
    assert office.receiver.accepted[-1].attempt == 2


async def test_an_event_that_a_receiver_refuses_for_days_is_dead_its_successors_come_and_it_can_be_sent_again(
    office: Office,
) -> None:
    made = await office.hook()
    await office.happens("A")
    office.receiver.status = 422
    await office.sends()
    office.receiver.status = 204
    refused = office.receiver.came[0].event

    async def refuses_one(headers: Mapping[str, str], _: bytes) -> int:
        return 422 if headers["webhook-id"] == refused else 204

    office.receiver.answering = refuses_one
    for _ in range(8):
        await office.happens("A", "B")
        await office.passes(RETRY_S / 6)
    [dead] = await letters.dead(office.database, office.id)
    assert (dead.event, dead.status, dead.subject) == (refused, 422, "A")
    assert office.receiver.subjects.count("A") == office.receiver.subjects.count("B") == 8
    office.receiver.answering = None
    assert await office.hooks.resend(office.id) == 1
    await office.sends()
    last = office.receiver.accepted[-1]
    assert (last.event, last.body) == (refused, office.receiver.came[0].body)
    assert last.attempt > 2
    assert await letters.dead(office.database, office.id) == []
    assert made.hook.state is HookState.ACTIVE


async def test_an_event_that_is_sent_again_after_a_week_verifies_at_a_strict_receiver(office: Office) -> None:
    now_ms = office.clock.now_ms()
    office.clock.advance(-7 * DAY_S)
    made = await office.hook()
    await office.happens("A")
    await office.sends()
    [first] = office.receiver.came
    with pytest.raises(WebhookVerificationError):
        _ = first.verified_by(made.secret)  # the library's clock is a week on
    office.clock.advance((now_ms - office.clock.now_ms()) / 1000)
    assert await office.hooks.resend(office.id, [first.event]) == 1
    await office.sends()
    again = office.receiver.came[-1]
    _ = again.verified_by(made.secret)
    assert (again.event, again.body, again.attempt) == (first.event, first.body, 2)


async def test_during_a_rotation_both_secrets_verify_and_afterwards_the_new_one_alone(office: Office) -> None:
    made = await office.hook()
    rotated = await office.hooks.rotate(office.id, HOUR_S)
    await office.happens("A")
    await office.sends()
    both = office.receiver.came[-1]
    assert len(both.headers["webhook-signature"].split()) == 2
    for secret in (made.secret, rotated.secret):
        _ = both.verified_by(secret)
    office.clock.advance(-HOUR_S)  # what follows is signed at the library's own time
    await office.hooks.rotate(office.id, 0)
    office.clock.advance(HOUR_S)
    await office.happens("B")
    await office.sends()
    alone = office.receiver.came[-1]
    assert len(alone.headers["webhook-signature"].split()) == 1
    for secret in (made.secret, rotated.secret):
        with pytest.raises(WebhookVerificationError):
            _ = alone.verified_by(secret)


async def test_a_secret_that_was_stolen_is_exchanged_at_once_however_many_overlap(office: Office) -> None:
    await office.hook()
    for _ in range(SECRETS_MAX - 1):
        await office.hooks.rotate(office.id, DAY_S)
    made = await office.hooks.rotate(office.id, 0)
    assert made.hook.secrets == 1
    await office.happens("A")
    await office.sends()
    assert office.receiver.accepted[0].verified_by(made.secret)


async def test_a_secret_in_the_address_of_a_receiver_is_not_on_the_trail(office: Office) -> None:
    await office.hook(office.receiver.url.rstrip("/") + "?key=hidden")
    async with office.database.read() as db:
        [told] = await audit.trail(db, action="hook.made")
    assert told.facts["host"] == f"127.0.0.1:{office.receiver.port}"


async def test_an_event_that_is_named_twice_is_sent_again_once(office: Office) -> None:
    await office.hook()
    await office.happens("A")
    await office.sends()
    event = office.receiver.accepted[0].event
    assert await office.hooks.resend(office.id, (event, event)) == 1
    await office.sends()
    assert office.receiver.subjects == ["A", "A"]


async def test_a_receiver_that_accepts_nothing_for_days_is_given_up_told_and_goes_on_when_opened(
    office: Office,
) -> None:
    await office.hook()
    office.receiver.status = 500
    await office.happens(*(f"T{number}" for number in range(AWAY_AFTER)))
    await office.passes(RETRY_S + DAY_S)
    [view] = await office.hooks.listed()
    assert (view.state, view.why) == (HookState.STOPPED, "failing")
    assert await office.acts() == ["hook.made", "hook.given_up"]
    tries = len(office.receiver.came)
    await office.happens("later")
    await office.passes(DAY_S)
    assert len(office.receiver.came) == tries
    office.receiver.status = 204
    await office.hooks.open(office.id)
    await office.sends()
    assert sorted(office.receiver.subjects) == sorted(["later", *(f"T{number}" for number in range(AWAY_AFTER))])


async def test_a_receiver_that_says_it_is_gone_is_given_up_at_once(office: Office) -> None:
    await office.hook()
    office.receiver.status = 410
    await office.happens("A")
    await office.sends()
    [view] = await office.hooks.listed()
    assert (view.state, view.why) == (HookState.STOPPED, "gone")
    await office.passes(DAY_S)
    assert len(office.receiver.came) == 1


async def test_what_retention_took_from_a_stopped_hook_is_told(office: Office) -> None:
    await office.hook()
    await office.hooks.stop(office.id)
    await office.happens("A", "B")
    assert await forget.sweep(office.database, office.clock.now_ms() + 1) == 2
    await office.happens("C")
    await office.hooks.open(office.id)
    await office.sends()
    assert office.receiver.subjects == ["C"]
    assert await office.acts() == ["hook.made", "hook.stopped", "hook.opened", "hook.missed"]


async def test_what_waits_in_a_stopped_hook_goes_with_its_retention_and_is_told(office: Office) -> None:
    await office.hook()
    office.receiver.status = 500
    await office.happens("A", "B")
    await office.sends()
    _ = await forget.sweep(office.database, office.clock.now_ms() + 1)
    assert (await office.hooks.listed())[0].waiting == 2, "it is tried until it is accepted or given up"
    await office.hooks.stop(office.id)
    _ = await forget.sweep(office.database, office.clock.now_ms())
    assert (await office.hooks.listed())[0].waiting == 2
    _ = await forget.sweep(office.database, office.clock.now_ms() + 1)
    assert (await office.hooks.listed())[0].waiting == 0
    async with office.database.read() as db:
        [missed] = await audit.trail(db, action="hook.missed")
    assert (missed.subject, missed.facts) == (office.id, {"events": 2})


async def test_a_closed_hook_is_sent_nothing_and_keeps_no_secret(office: Office) -> None:
    await office.hook()
    office.receiver.status = 500
    await office.happens("A")
    await office.sends()
    office.receiver.came.clear()
    view = await office.hooks.close(office.id)
    assert (view.state, view.secrets, view.waiting) == (HookState.CLOSED, 0, 0)
    await office.happens("A")
    await office.sends()
    assert office.receiver.came == []


async def test_secrets_are_sealed_anew_with_a_new_master_key_and_a_hook_without_one_waits(office: Office) -> None:
    made = await office.hook()
    new = Sealing("web-hook", b"n" * 32, [MASTER])
    await Hooks(office.database, office.clock, new, office.allowed).reseal()
    await office.happens("A")
    await office.sends()
    assert office.receiver.came == [], "the old key opens nothing any more"
    client = HookClient(office.allowed, 15)
    office.clients.append(client)
    keyed = Sealing("web-hook", b"n" * 32)
    sender = HookSender(office.database, office.clock, keyed, client, retry_s=RETRY_S, metrics=Metrics())
    office.clock.advance(10)
    await office.sends(sender)
    assert office.receiver.subjects == ["A"]
    assert len(made.secret) > 40
