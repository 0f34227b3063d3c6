"""Whatever a page sends, it gets a clear error and nothing changes."""

import json

import aiohttp
import pytest

from records.staff import booths
from runtime.clock import ManualClock
from tests.support.device import Device
from tests.support.nodes import Cluster
from tests.support.people import People
from tests.support.wire_page import WirePage

HELLO = {"type": "hello", "version": 2, "role": "citizen"}


async def test_a_page_that_says_nothing_is_sent_away(shared: Cluster) -> None:
    at = await shared.start(hello_s=0.1)
    page = await WirePage(at, "citizen").connect()
    assert (await page.until("error"))["code"] == "hello_expected"
    assert (await page.closed()).code == 1002
    await page.leave()


@pytest.mark.parametrize(
    ("first", "code"),
    [
        ("not json", "bad_frame"),
        ("[]", "bad_frame"),
        (json.dumps({"type": "ready", "id": "1"}), "hello_expected"),
        (json.dumps({**HELLO, "version": 99}), "unsupported_version"),
        (json.dumps({**HELLO, "role": "king"}), "bad_frame"),
        (json.dumps({**HELLO, "locale": "xx"}), "bad_frame"),
        (json.dumps({**HELLO, "last_seq": 10**400}), "bad_frame"),
        ("[" * 5000, "bad_frame"),
        (json.dumps({**HELLO, "surprise": 1}), "bad_frame"),
        (json.dumps({**HELLO, "token": "forged"}), "bad_token"),
        (json.dumps({**HELLO, "booth": "nobody's"}), "bad_booth_proof"),
        (json.dumps({**HELLO, "role": "seat"}), "sign_in_required"),
        (json.dumps({**HELLO, "role": "wallboard"}), "sign_in_required"),
        (json.dumps({**HELLO, "client": "x" * 70_000}), "frame_too_large"),
    ],
)
async def test_a_first_frame_that_is_no_good_hello_ends_the_socket(people: People, first: str, code: str) -> None:
    page = await WirePage(people.at, "citizen").connect()
    people.pages.append(page)
    await page.send(first)
    assert (await page.until("error"))["code"] == code
    assert (await page.closed()).code == 1002


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("{", "bad_frame"),
        ('{"type":"chat"}', "bad_frame"),
        ('{"type":"chat","id":7,"text":"x"}', "bad_frame"),
        ('{"type":"chat","id":"1","text":"x","more":1}', "bad_frame"),
        ('{"type":"fly","id":"1"}', "bad_frame"),
        ('{"a":' * 990 + "1" + "}" * 990, "bad_frame"),
        ("[" * 5000, "bad_frame"),
        (json.dumps({"type": "media_up", "id": "1", "of": "seat", "epoch": 1, "after_ms": 10**400}), "bad_frame"),
        (json.dumps({"type": "media_up", "id": "1", "of": "seat", "epoch": 2**53}), "bad_frame"),
        ('{"type":"hold_place","id":"1","for_s":1e400}', "bad_frame"),
        ('{"type":"chat","id":"","text":"x"}', "bad_frame"),
        ('{"type":"chat","id":"1","text":"x"}', "session_not_found"),
        ('{"type":"ready","id":"1"}', "not_allowed"),
        ('{"type":"pause_seat","id":"1","seat":"S001"}', "not_allowed"),
        ('{"type":"close_session","id":"1","outcome":"answered"}', "not_allowed"),
        ('{"type":"candidate","to":"seat","epoch":1,"candidate":"x"}', "session_not_found"),
        ('{"type":"description","to":"seat","epoch":1,"kind":"offer","sdp":"x"}', "not_allowed"),
        ('{"type":"leave_queue","id":"1"}', "ticket_not_found"),
        ('{"type":"rate","id":"1","level":5}', "ticket_not_found"),
        ('{"type":"take_ticket","id":"1","item":"XX99"}', "unknown_item"),
        ('{"type":"take_ticket","id":"1","site":"XX99"}', "unknown_site"),
        ('{"type":"take_ticket","id":"1","language":"xx"}', "bad_input"),
        ('{"type":"take_ticket","id":"1","item":"MZ05","mode":"handle"}', "mode_not_offered"),
        ('{"type":"take_ticket","id":"1","priority":"sos"}', "not_allowed"),
        ('{"type":"take_ticket","id":"1","stub":"forged"}', "bad_stub"),
    ],
)
async def test_a_bad_frame_is_refused_and_the_page_goes_on(people: People, frame: str, code: str) -> None:
    page = await people.citizen()
    await page.send(frame)
    assert (await page.until("error"))["code"] == code
    assert (await page.done("take_ticket"))["ticket"]["state"] == "waiting"


async def test_a_frame_that_no_decoder_reads_is_refused_under_its_id(people: People) -> None:
    page = await people.citizen()
    for frame in (
        '{"type":"chat","id":"deep","text":' + "[" * 3000 + "]" * 3000 + "}",
        '{"type":"media_up","id":"deep","of":"seat","epoch":1,"after_ms":' + "9" * 400 + "}",
    ):
        await page.send(frame)
        refused = await page.until("error")
        assert (refused["id"], refused["code"]) == ("deep", "bad_frame")
    async with page.http.post(
        f"{people.at.url}/api/login", data="[" * 5000, headers={"Content-Type": "application/json"}
    ) as answer:
        assert answer.status == 422


async def test_the_time_to_the_first_picture_is_never_longer_than_the_session(people: People) -> None:
    citizen, _ = await people.talking()
    for number in range(3):
        await citizen.done("media_up", id=f"up{number}", epoch=1, after_ms=2**53 - 1)
    async with citizen.http.get(f"{people.at.url}/metrics") as answer:
        lines = dict(line.rsplit(" ", 1) for line in (await answer.text()).splitlines() if not line.startswith("#"))
    assert float(lines["window_media_up_seconds_count"]) == 1
    assert float(lines["window_media_up_seconds_sum"]) < 3600


async def test_bytes_that_are_no_text_never_reach_the_other_side(people: People) -> None:
    citizen, agent = await people.talking()
    bad = b'{"type":"candidate","to":"seat","epoch":1,"candidate":"\xff\xfe"}'
    await citizen.socket.send_as_text(bad)
    assert (await citizen.until("error"))["code"] == "bad_frame"
    await agent.done("chat", text="still here")
    assert (await citizen.until("chatted"))["text"] == "still here"


async def test_binary_and_oversized_frames_end_the_socket(people: People) -> None:
    page = await people.citizen()
    await page.send(b"\x00\x01")
    assert (await page.until("error"))["code"] == "bad_frame"
    assert (await page.closed()).code == 1002
    large = await people.citizen()
    await large.send(json.dumps({"type": "chat", "id": "1", "text": "x" * 70_000}))
    assert (await large.until("error"))["code"] == "frame_too_large"
    assert (await large.closed()).code == 1002


async def test_a_page_of_another_site_gets_no_socket(people: People) -> None:
    page = WirePage(people.at, "citizen")
    people.pages.append(page)
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await page.connect(Origin="https://elsewhere.example")
    assert refused.value.status == 403


async def test_a_page_that_floods_is_slowed_then_sent_away(shared: Cluster) -> None:
    await shared.start(frames_per_s=1.0, frames_burst=10)
    people = People(shared)
    page = await people.citizen()
    for number in range(30):
        await page.send({"type": "leave_queue", "id": str(number)})
    assert (await page.until("error", lambda frame: frame["code"] == "too_fast"))["id"]
    assert (await page.closed()).code == 1008
    await people.close()


async def test_a_token_that_is_too_old_is_said_to_be(shared: Cluster) -> None:
    clock = shared.clock = ManualClock()
    at = await shared.start(ticket_token_s=60.0)
    people = People(shared)
    citizen = await people.waiting(item="MZ01")
    clock.advance(60 + 61)  # clocks of nodes may differ by a minute
    late = await WirePage(at, "citizen").connect()
    await late.send({**HELLO, "token": citizen.token})
    assert (await late.until("error"))["code"] == "token_expired"
    await late.leave()
    await people.close()


async def test_outside_hours_the_next_opening_is_told(shared: Cluster) -> None:
    shared.clock = ManualClock(1_767_229_200_000 + 14 * 3_600_000)  # 23:00 in Guangzhou
    await shared.start(hours="real")
    people = People(shared)
    page = await people.citizen()
    answer = await page.do("take_ticket", item="MZ01", site="PY-HALL")
    assert answer["code"] == "closed_now"
    assert answer["params"]["next_open"].endswith("+08:00")
    await people.close()


async def test_an_sos_is_taken_from_a_booth_alone_and_goes_to_the_head(people: People) -> None:
    database, directory = people.cluster.database, people.cluster.directory
    booth = directory.places.booths()[0]
    code = await booths.new_code(database, booth.id)
    page = WirePage(people.at, "citizen")
    people.pages.append(page)
    device = await Device().enrol(page.http, people.at.url, code=code)
    again = {"code": code, "key": device.key}
    async with page.http.post(f"{people.at.url}/api/booths/enrol", json=again) as answer:
        assert (await answer.json())["code"] == "unknown_booth"
    await people.waiting()
    await page.open(booth=await device.proof(page.http, people.at.url))
    taken = await page.do("take_ticket", priority="sos")
    assert taken["ticket"]["about"]["site"] == booth.site
    assert (await page.until("ticket", lambda frame: frame["ticket"]["place"] == 1))["ticket"]["about"]["booth"]


async def test_closing_needs_an_outcome_and_a_correction_names_what_is_missing(people: People) -> None:
    citizen, agent = await people.talking(item="MZ01")
    assert await agent.refused("close_session", outcome="gone") == "outcome_required"
    assert await agent.refused("close_session", outcome="correction") == "bad_input"
    assert await agent.refused("close_session", outcome="correction", missing=["nothing"]) == "bad_input"
    assert await agent.refused("close_session", outcome="correction", missing=["idcard"] * 51) == "bad_input"
    assert await citizen.refused("rate", level=5) == "session_not_found"
    await agent.done("close_session", outcome="correction", missing=["idcard"] * 50)
    assert (await citizen.until("session_closed"))["notice"] == ["居民身份证"]
    assert await agent.refused("chat", text="late") in {"session_over", "session_not_found"}
    await citizen.until("ticket", lambda frame: frame["ticket"]["state"] == "done")
    assert await citizen.refused("rate", level=1) == "reason_required"
    assert await citizen.refused("rate", level=9) == "bad_input"
    assert await citizen.refused("rate", level=2, reasons=["because"]) == "bad_input"
    await citizen.done("rate", level=2, reasons=["服务态度差"])


async def test_a_reservation_that_is_over_cannot_be_taken(people: People) -> None:
    agent = await people.agent("S004")
    citizen = await people.waiting(item="MZ01")
    rings = (await agent.until("ringing"))["reservation"]
    assert await agent.refused("accept", reservation=rings["reservation"], fence=rings["fence"] + 1) == (
        "reservation_stale"
    )
    await citizen.done("leave_queue")
    assert (await agent.until("ringing_over"))["state"] == "rescinded"
    assert await agent.refused("accept", reservation=rings["reservation"], fence=rings["fence"]) == (
        "reservation_stale"
    )


@pytest.mark.parametrize("about", [b"\xed\xa0\x80", rb'{"number":"\ud800"}', b"[" * 5000, b""])
async def test_a_page_whose_ticket_cannot_be_read_any_more_is_told_and_let_in(people: People, about: bytes) -> None:
    page, other = await people.waiting(item="MZ01"), await people.waiting(item="MZ01")
    queue, ticket = people.at.node.services.queue, page.ticket["ticket"]
    await people.at.node.services.redis.set(queue.key(f"about:{ticket}"), about)
    people.at.node.tickets.changed(ticket)
    people.at.node.tickets.changed(other.ticket["ticket"])
    await page.until("error", lambda frame: frame["code"] == "ticket_not_found")
    await page.drop()
    await page.reopen()
    await page.until("error", lambda frame: frame["code"] == "ticket_not_found")
    assert (await page.done("take_ticket", item="MZ01"))["ticket"]["ticket"] != ticket
    await other.done("leave_queue")


async def test_a_spoilt_value_is_no_outage_and_keeps_nobody_else_from_their_news(
    people: People, caplog: pytest.LogCaptureFixture
) -> None:
    page, other = await people.waiting(item="MZ01"), await people.waiting(item="MZ01")
    node, ticket = people.at.node, page.ticket["ticket"]
    for name in (f"ticket:{ticket}", f"documents:{other.ticket['ticket']}"):
        await node.services.redis.delete(node.services.queue.key(name))
        await node.services.redis.set(node.services.queue.key(name), "spoilt")
    node.tickets.changed(ticket)
    await page.until("error", lambda frame: frame["code"] == "ticket_not_found")
    answer = await page.do("leave_queue")
    assert (answer["code"], answer["retry"]) == ("failure", "no")
    begins = {"Tus-Resumable": "1.0.0", "Authorization": f"Bearer {other.token}", "Upload-Length": "10"}
    async with other.http.post(f"{other.at.url}/api/uploads", headers=begins) as refused:
        assert (refused.status, (await refused.json())["code"]) == (500, "failure")
    third = await people.waiting(item="MZ01")
    await other.done("leave_queue")
    await third.until("ticket", lambda frame: frame["ticket"]["place"] == 2)  # the spoilt one still stands in the line
    said = {line.getMessage() for line in caplog.records}
    assert "kept_unreadable" in said
    assert not said & {"redis_away", "socket_failed", "request_failed", "task_failed"}
