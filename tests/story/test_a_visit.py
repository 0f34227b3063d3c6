"""A citizen's visit from the button to the record, over the real protocol."""

import hashlib

import msgspec
import pytest

from booth_client.channel import RefusedError
from booth_client.simulated_seat import SeatClient
from protocol.states import SeatState, TicketState
from protocol.views import DocumentView, Mode, ReservationView, Verdict
from tests.support.window import Window


async def ringing(seat: SeatClient) -> ReservationView:
    return await seat.until(lambda: seat.ringing)


async def documents(seat: SeatClient, count: int = 1) -> tuple[DocumentView, ...]:
    def there() -> tuple[DocumentView, ...] | None:
        view = seat.conversation.view
        return view.documents if view and len(view.documents) >= count else None

    return await seat.until(there)


async def test_from_the_button_to_the_record(window: Window, paper_jpeg: bytes):
    seat, citizen = await window.seat("s004"), await window.citizen()
    ticket = await citizen.take("MZ01", Mode.CONSULT, site="HD-TB")
    assert ticket.about.number.startswith("MZ")

    reservation = await ringing(seat)
    assert reservation.about.item_name == "广州市老年人优待卡首次申领"
    session = await seat.accept(reservation)
    assert await citizen.in_session(10)

    await citizen.say("您好,我想办老人卡")
    await seat.say("您好,请把身份证放在高拍仪下面")
    await citizen.until(lambda: citizen.conversation.view and len(citizen.conversation.view.chat) == 2)
    view = citizen.conversation.view
    assert view is not None
    assert [line.by for line in view.chat] == ["citizen", "seat"]

    await citizen.upload("身份证.jpg", paper_jpeg, material="idcard")
    (paper,) = await documents(seat)
    assert (paper.name, paper.media_type, paper.bytes) == ("身份证.jpg", "image/jpeg", len(paper_jpeg))
    await seat.judge(paper.document, Verdict.GOOD, "清楚")
    await citizen.until(lambda: citizen.conversation.view and citizen.conversation.view.documents[0].verdict)

    await seat.close("answered", "已解答")
    closed = await citizen.until(lambda: citizen.conversation.closed)
    assert closed.outcome == "answered"
    await citizen.until(lambda: citizen.state is TicketState.DONE)
    await seat.until(lambda: seat.state is SeatState.WRAP_UP)
    await citizen.rate(5)
    with pytest.raises(RefusedError) as again:
        await citizen.rate(4)
    assert again.value.code == "already_rated"

    record = await window.record(session.session, rated=True)
    assert (record.line.collecting_district, record.line.handling_district) == ("440114", "440113")
    assert (record.line.site, record.line.seat, record.line.outcome) == ("HD-TB", "S004", "answered")
    assert [line.text for line in record.chat] == ["您好,我想办老人卡", "您好,请把身份证放在高拍仪下面"]
    (kept,) = record.documents
    assert (kept.name, kept.sha256, kept.verdict) == ("身份证.jpg", hashlib.sha256(paper_jpeg).hexdigest(), "good")
    assert [rating.level for rating in record.ratings] == [5]
    assert record.case is not None
    assert (record.case.collecting_site, record.case.handling_district) == ("HD-TB", "440113")
    asked = await window.ask(await window.http(), f"/api/receipts/{closed.receipt}")
    assert asked["outcome"] == "answered"


async def test_a_seat_that_does_not_answer_is_put_away_and_the_ticket_goes_on_at_its_old_place(quick_window: Window):
    window = quick_window
    away, citizen = await window.seat("s004"), await window.citizen()
    first = await citizen.take("MZ02")
    assert (await ringing(away)).ticket == first.ticket
    second = await window.citizen()
    behind = await second.take("MZ02")

    await away.until(lambda: away.state is SeatState.PAUSED)
    assert away.seat is not None
    assert away.seat.reason == "missed"
    await citizen.until(lambda: citizen.ticket and citizen.ticket.state is TicketState.WAITING and citizen.ticket.place)
    assert citizen.ticket is not None
    assert citizen.ticket.place == 1

    other = await window.seat("s005", ready=False)
    await other.ready()
    alerted = await other.until(lambda: other.alerts)
    assert {alert.ticket for alert in alerted} == {first.ticket, behind.ticket}
    session = await other.claim(first.ticket)
    assert session.ticket == first.ticket


async def test_a_declined_ticket_rings_at_another_seat_and_stays_first(sqlite_window: Window):
    one, citizen = await sqlite_window.seat("s001"), await sqlite_window.citizen()
    ticket = await citizen.take("", site="PY-HALL")
    reservation = await ringing(one)
    other = await sqlite_window.seat("s003")
    await one.decline(reservation, "busy")
    assert (await ringing(other)).ticket == ticket.ticket
    await one.until(lambda: one.state is SeatState.IDLE)


async def test_an_outcome_is_required_to_close(sqlite_window: Window):
    seat, citizen = await sqlite_window.seat("s004"), await sqlite_window.citizen()
    await citizen.take("MZ01")
    await seat.accept(await ringing(seat))
    for outcome in ("", "nonsense"):
        with pytest.raises(RefusedError):
            await seat.close(outcome)
    assert seat.session is not None
    await seat.close("answered")


async def test_a_citizen_who_leaves_while_it_rings_frees_the_seat(sqlite_window: Window):
    seat, citizen = await sqlite_window.seat("s004"), await sqlite_window.citizen()
    await citizen.take("MZ01")
    await ringing(seat)
    await citizen.leave()
    await seat.until(lambda: seat.ringing is None and seat.state is SeatState.IDLE)
    await citizen.until(lambda: citizen.state is TicketState.ABANDONED)


async def test_the_same_ticket_goes_on_after_the_line_broke(sqlite_window: Window):
    seat, citizen = await sqlite_window.seat("s004"), await sqlite_window.citizen()
    await citizen.take("MZ01")
    await seat.accept(await ringing(seat))
    await citizen.in_session(10)
    await citizen.say("一")
    await citizen.channel.drop()
    await seat.say("二")
    await citizen.say("三")
    await citizen.until(lambda: citizen.conversation.view and len(citizen.conversation.view.chat) == 3)
    view = citizen.conversation.view
    assert view is not None
    assert sorted(line.text for line in view.chat) == sorted(["一", "二", "三"])
    assert citizen.channel.returns == 1


async def test_nobody_reads_anothers_ticket_or_papers(window: Window, paper_jpeg: bytes):
    seat, citizen, stranger = await window.seat("s004"), await window.citizen(), await window.citizen()
    await citizen.take("MZ01")
    await stranger.take("MZ02")
    await seat.accept(await ringing(seat))
    await citizen.in_session(10)
    document = await citizen.upload("id.jpg", paper_jpeg, material="idcard")
    address = window.address.to(f"/api/documents/{document}")
    for http, headers in (
        (await window.http(), {}),
        (stranger.http, {"Authorization": f"Bearer {stranger.token}"}),
        (await window.staff("s001"), {}),
    ):
        async with http.get(address, headers=headers) as answer:
            assert answer.status in {401, 403, 404}
    async with citizen.http.get(address, headers={"Authorization": f"Bearer {citizen.token}"}) as answer:
        assert await answer.read() == paper_jpeg


async def test_the_day_is_on_the_wallboard_and_in_the_export(window: Window):
    seat, citizen = await window.seat("s004"), await window.citizen()
    await citizen.take("MZ01", site="HD-TB")
    session = await seat.accept(await ringing(seat))
    await seat.close("answered")
    await window.record(session.session)
    supervisor = await window.staff("sup")
    board = await window.ask(supervisor, "/api/wallboard")
    assert msgspec.json.encode(board).count(b'"S004"') == 1
    export = (await window.get(supervisor, "/api/sessions.csv?seat=S004")).decode("utf-8-sig")
    assert session.about.number in export
