"""Web-hooks: every event comes, signed, in the order of its matter, whatever the receiver does meanwhile."""

import random
import socket
from collections.abc import Mapping

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from standardwebhooks import WebhookVerificationError

from protocol.outbox import HeldData
from records.outbox.hooks import Hooks, HookSpec
from records.outbox.tell import Telling, tell
from runtime.receivers import AllowList
from runtime.sealing import Sealing
from tests.support.hook_office import DAY_S, HOUR_S, MASTER, Office, in_order
from tests.support.patience import until
from tests.support.receiver import receiving


async def test_an_event_comes_as_a_cloud_event_that_the_reference_library_verifies(office: Office) -> None:
    made = await office.hook()
    await office.happens("A")
    await office.sends()
    [one] = office.receiver.came
    assert one.verified_by(made.secret) == one.verified_by(made.secret)
    assert one.headers["Content-Type"] == "application/cloudevents+json; charset=utf-8"
    assert (one.subject, one.attempt) == ("A", 1)
    with pytest.raises(WebhookVerificationError):
        _ = one.verified_by("whsec_" + "A" * 44)
    await office.sends()
    assert len(office.receiver.came) == 1


async def test_a_hook_is_sent_its_kinds_within_its_scope_from_its_making_on(office: Office) -> None:
    await office.happens("before", handling_district="440113")
    await office.hook(kinds=("ticket.resumed",), scope="realm")
    await office.hooks.change(
        office.id, HookSpec(name="BI", url=office.receiver.url, kinds=("ticket.left",), scope="realm")
    )
    await office.happens("of another kind")
    await office.sends()
    assert office.receiver.came == []
    assert (await office.hooks.listed())[0].behind == 0


async def test_a_receiver_that_was_away_for_an_hour_gets_everything_once_and_in_order(office: Office) -> None:
    await office.hook()
    office.receiver.status = 500
    for number in range(10):
        await office.happens(*(f"T{(number + part) % 7}" for part in range(15)))
        await office.passes(HOUR_S / 10)
    tries = len(office.receiver.came)
    assert tries < 60, "a receiver that is away is tried now and then"
    office.receiver.status = 204
    await office.passes(600)
    assert len(office.receiver.accepted) == 150
    assert in_order(office.receiver)
    assert len({one.event for one in office.receiver.accepted}) == 150
    assert office.receiver.accepted[-1].attempt == 1, "what was never tried is no repetition"


async def test_an_outage_keeps_few_rows_however_much_happens_meanwhile(office: Office) -> None:
    await office.hook()
    office.receiver.status = 503
    await office.happens(*(f"T{number}" for number in range(300)))
    await office.passes(HOUR_S)
    [view] = await office.hooks.listed()
    assert view.waiting <= 100 + 12 * 2
    office.receiver.status = 204
    await office.passes(600)
    assert sorted(office.receiver.subjects) == sorted(f"T{number}" for number in range(300))


async def is_large(_: Mapping[str, str], __: bytes) -> web.StreamResponse:
    return web.Response(status=500, body=b"x" * 1_000_000)


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 404, 408, 429, 500, 503])
async def test_any_answer_but_success_is_tried_again(office: Office, status: int) -> None:
    await office.hook()
    office.receiver.status = status
    await office.happens("A")
    await office.sends()
    office.receiver.status = 200
    await office.passes(10)
    assert [one.status for one in office.receiver.came] == [status, 200]
    assert [one.attempt for one in office.receiver.came] == [1, 2]
    first, second = office.receiver.came
    assert (first.event, first.body) == (second.event, second.body)
    assert first.headers["webhook-timestamp"] < second.headers["webhook-timestamp"]
    assert first.headers["webhook-signature"] != second.headers["webhook-signature"]


async def test_a_pause_that_a_receiver_asks_for_is_an_hour_at_most(office: Office) -> None:
    async def for_ages(_: Mapping[str, str], __: bytes) -> web.StreamResponse:
        return web.Response(status=503, headers={"Retry-After": "9999999999"})

    await office.hook()
    office.receiver.answering = for_ages
    await office.happens("A")
    await office.sends()
    office.receiver.answering = None
    await office.sends()
    assert office.receiver.subjects == []
    await office.passes(HOUR_S)
    assert office.receiver.subjects == ["A"]


async def test_a_redirect_is_followed_nowhere(office: Office) -> None:
    async with receiving() as other:

        async def elsewhere(_: Mapping[str, str], __: bytes) -> web.StreamResponse:
            return web.Response(status=307, headers={"Location": other.url})

        await office.hook()
        office.receiver.answering = elsewhere
        await office.happens("A")
        await office.sends()
        assert other.came == []


async def test_a_receiver_that_does_not_answer_in_time_is_tried_again(office: Office) -> None:
    await office.hook()
    office.receiver.answering = office.receiver.hang
    office.sender = office.another(hook_answer_s=0.2)
    await office.happens("A", "B")
    await office.sends()
    office.receiver.answering = None
    await office.passes(10)
    assert sorted(office.receiver.subjects) == ["A", "B"]


async def test_a_long_answer_is_not_read_to_its_end(office: Office) -> None:
    await office.hook()
    office.receiver.answering = is_large
    await office.happens("A")
    await office.sends()
    office.receiver.answering = None
    await office.passes(10)
    assert office.receiver.subjects == ["A"]


@pytest.mark.parametrize("size", [0, 10, 10_000_000])
async def test_an_answer_counts_by_its_status_also_where_its_body_never_ends(office: Office, size: int) -> None:
    async def answers(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Length": str(size + 1)})
        _ = await answer.prepare(request)
        await answer.write(b"x" * size)
        await office.receiver.over.wait()
        return answer

    await office.hook()
    office.receiver.streaming = answers
    office.sender = office.another(hook_answer_s=5)
    await office.happens("A")
    await office.sends()
    await office.passes(HOUR_S)
    assert office.receiver.begun == 1
    office.receiver.over.set()


async def test_receivers_that_do_not_answer_hold_no_other_up(office: Office) -> None:
    async def hangs(headers: Mapping[str, str], body: bytes) -> int:
        return await office.receiver.hang(headers, body) if b"ticket.resumed" in body else 204

    office.receiver.answering = hangs
    slow, matters = 25, 5
    for _ in range(slow):
        await office.hook(kinds=("ticket.resumed",))
    await office.hook(kinds=("ticket.held",))
    await office.happens(*(f"T{number}" for number in range(matters)))
    await office.sender._start_due()
    _ = await until(lambda: office.receiver.begun == slow * matters)
    async with office.database.begin() as db:
        held = HeldData(ticket="H", state="held", until_ms=0)
        await tell(db, [Telling(cause="held", subject="H", data=held, at_ms=office.clock.now_ms())])
    await office.sender._start_due()
    [one] = await until(lambda: office.receiver.accepted)
    assert (one.subject, one.attempt) == ("H", 1)
    office.receiver.over.set()
    await office.sends()


async def test_a_change_of_the_scope_holds_for_what_waits_and_a_new_receiver_is_sent_it_at_once(
    office: Office,
) -> None:
    async with receiving() as other:
        office.allowed = AllowList((*office.listed, f"http://127.0.0.1:{other.port}"))
        office.hooks = Hooks(office.database, office.clock, Sealing("web-hook", MASTER), office.allowed)
        office.listed = (*office.listed, f"http://127.0.0.1:{other.port}")
        office.sender = office.another()
        await office.hook(kinds=("ticket.resumed", "ticket.held"))
        office.receiver.status = 500
        await office.happens("A")
        async with office.database.begin() as db:
            held = HeldData(ticket="H", state="held", until_ms=0)
            await tell(db, [Telling(cause="held", subject="H", data=held, at_ms=office.clock.now_ms())])
        await office.passes(HOUR_S)
        await office.hooks.change(office.id, HookSpec(name="BI", url=other.url, kinds=("ticket.held",)))
        await office.sends()
        assert other.subjects == ["H"]
        await office.hooks.change(office.id, HookSpec(name="BI", url=other.url))
        await office.passes(DAY_S)
        assert other.subjects == ["H"]


class Names(AbstractResolver):
    """A name server whose answer changes."""

    def __init__(self, address: str) -> None:
        self.address, self.asked = address, 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked += 1
        return [{"hostname": host, "host": self.address, "port": port, "family": family, "proto": 0, "flags": 0}]

    async def close(self) -> None: ...


async def test_a_name_that_comes_to_point_elsewhere_is_not_connected_to(office: Office) -> None:
    names = Names("127.0.0.1")
    await office.hook(f"http://moving.test:{office.receiver.port}/events")
    office.sender = office.another(names)
    await office.happens("A")
    await office.sends()
    assert office.receiver.subjects == ["A"]
    names.address = "127.0.0.2"
    await office.clients[-1].close()
    office.sender = office.another(names)  # its connection was kept; a new one asks anew
    await office.happens("B")
    await office.sends()
    assert office.receiver.subjects == ["A"]
    names.address = "127.0.0.1"
    await office.passes(10)
    assert office.receiver.subjects == ["A", "B"]


async def test_a_later_event_of_a_matter_waits_for_an_earlier_one_and_other_matters_go_on(office: Office) -> None:
    async def refuses_a(_: Mapping[str, str], body: bytes) -> int:
        return 422 if b'"subject":"A"' in body else 204

    await office.hook()
    office.receiver.answering = refuses_a
    for _ in range(4):
        await office.happens("A", "B", "C")
        await office.passes(30)
    assert office.receiver.subjects.count("B") == office.receiver.subjects.count("C") == 4
    assert len({one.event for one in office.receiver.came if one.subject == "A"}) == 1
    office.receiver.answering = None
    await office.passes(DAY_S)
    assert office.receiver.subjects.count("A") == 4
    assert in_order(office.receiver)


async def test_by_chance_answers_nothing_is_lost_doubled_or_out_of_order(office: Office) -> None:
    chance = random.Random(7)

    async def by_chance(_: Mapping[str, str], __: bytes) -> int:
        return chance.choice((204, 204, 204, 500, 422, 429))

    await office.hook()
    office.receiver.answering = by_chance
    told = 0
    for _ in range(12):
        subjects = [f"T{chance.randrange(6)}" for _ in range(chance.randrange(1, 9))]
        told += len(subjects)
        await office.happens(*subjects)
        await office.passes(chance.choice((1, 60, 600)))
    office.receiver.answering = None
    await office.passes(DAY_S)
    assert len(office.receiver.accepted) == len({one.event for one in office.receiver.accepted}) == told
    assert in_order(office.receiver)
