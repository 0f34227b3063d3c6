"""Each cheap act has a bound that is told; a town behind one address lives within all of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from protocol.participants import CITIZEN
from protocol.rights import Role
from protocol.session_events import Chatted
from protocol.states import TicketState
from runtime.clock import ManualClock
from runtime.throttle import Limit
from signaling.socket import doors
from tests.support.nodes import Cluster, Running
from tests.support.patience import until
from tests.support.people import People
from tests.support.raw import PING, Raw, frame
from tests.support.samples import PNG
from tests.support.wire_page import WirePage
from tests.support.wire_socket import Frame


@asynccontextmanager
async def office(shared: Cluster, **settings: object) -> AsyncIterator[People]:
    """People at one node with these settings."""
    await shared.start(**settings)
    people = People(shared)
    try:
        yield people
    finally:
        await people.close()


def elsewhere(people: People, address: str = "127.0.1.2", role: str = "citizen") -> WirePage:
    """Return a page at another address of this machine."""
    http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(local_addr=(address, 0)))
    page = WirePage(people.at, role, http)
    people.pages.append(page)
    return page


async def test_a_town_behind_one_address_is_served(people: People) -> None:
    """300 citizens, all seats, and wallboards: 360 sockets, with the bounds as they are set when nobody sets them."""
    node = people.at.node
    citizens = [await people.citizen() for _ in range(300)]
    answers = await asyncio.gather(*(one.do("take_ticket", item="MZ01") for one in citizens))
    assert {answer["type"] for answer in answers} == {"ticket_taken"}
    entries = node.services.directory.seats.all()
    staff = []
    for number in range(60):
        page = WirePage(people.at, "seat" if number < len(entries) else "wallboard")
        seat = entries[number].id if number < len(entries) else ""
        cookie, _ = await node.services.logins.begin(f"p{number}", Role.AGENT if seat else Role.SUPERVISOR, seat, "x")
        page.http.cookie_jar.update_cookies({"window_login": cookie})
        people.pages.append(page)
        staff.append(await page.open())
    assert len(node.services.connections.all) == 360
    # The node restarts, or the line was down: all come back in the same moment.
    for page in citizens:
        await page.drop()
    back = await asyncio.gather(*(page.reopen() for page in citizens))
    assert {page.ticket["state"] for page in back} <= {"waiting", "reserved"}


async def test_one_page_cannot_take_and_leave_for_ever(people: People) -> None:
    page = await people.citizen()
    for _ in range(5):
        await page.done("take_ticket", item="MZ01")
        await page.done("leave_queue")
    refused = await page.do("take_ticket", item="MZ01")
    assert (refused["code"], refused["params"]["retry_after_s"]) == ("too_many_tries", 10)
    assert (await people.waiting(item="MZ01")).ticket["place"] == 1


async def test_one_address_takes_so_many_tickets_and_another_is_not_told_to_wait(shared: Cluster) -> None:
    async with office(shared, tickets_per_address_burst=3, tickets_per_address_per_min=1.0) as people:
        slip = await people.citizen()
        for _ in range(9):  # what the catalogue does not have costs neither the page nor the town a ticket
            assert await slip.refused("take_ticket", item="MZ99") == "unknown_item"
        first, *_ = [await people.waiting(item="MZ01") for _ in range(3)]
        fourth = await people.citizen()
        assert await fourth.refused("take_ticket", item="MZ01") == "too_many_tries"
        assert (await (await elsewhere(people).open()).done("take_ticket", item="MZ01"))["ticket"]["place"] == 4
        await first.drop()
        assert (await first.reopen()).ticket["place"] == 1  # to come back costs nothing
        assert (await fourth.done("take_ticket", id="stub", stub=first.stub))["ticket"]["place"] == 1


async def test_pages_of_one_address_share_what_they_send_and_another_address_is_served(
    shared: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many sockets, each within its own limits, would stall the node together."""
    monkeypatch.setattr(doors, "COMMANDS", Limit("commands", burst=20, per_minute=0.1))
    monkeypatch.setattr(doors, "FRAMES", Limit("frames", burst=400, per_minute=0.1))
    async with office(shared) as people:
        crowd = [await people.citizen() for _ in range(4)]
        told = [await page.refused("leave_queue") for page in crowd for _ in range(7)]
        assert told == ["ticket_not_found"] * 20 + ["too_fast"] * 8
        quiet = await elsewhere(people).open()
        assert (await quiet.done("take_ticket", item="MZ01"))["ticket"]["place"] == 1
        raw = [await Raw.open(people.at.url) for _ in range(5)]
        for one in raw:
            one.writer.write(frame(PING) * 150)
        assert await raw[0].flood(frame(PING) * 150)
        assert people.at.node.doors.frame("127.0.0.1") is False
        await quiet.done("leave_queue")
        for one in raw:
            one.writer.close()


@pytest.mark.parametrize(
    "most",
    [{"sockets_per_address": 2}, {"silent_sockets_per_address": 2}, {"sockets_max": 2}, {"silent_sockets_max": 2}],
)
async def test_more_sockets_than_may_be_are_refused_in_words(shared: Cluster, most: dict[str, int]) -> None:
    silent = "silent" in next(iter(most))
    async with office(shared, hello_s=30.0, **most) as people:
        held = [WirePage(people.at, "citizen") for _ in range(2)]
        people.pages += held
        for page in held:
            await (page.connect() if silent else page.open())
        late = WirePage(people.at, "citizen")
        people.pages.append(late)
        await late.connect()
        assert (await late.until("error"))["code"] == "too_many_sockets"
        assert (await late.closed()).code == 1013
        if "max" not in next(iter(most)):
            _ = await elsewhere(people).open()
        await (held[0].hello() if silent else held[0].drop())
        assert await until(lambda: is_welcome(people))


async def is_welcome(people: People) -> bool:
    """Tell whether one more page is let in."""
    page = WirePage(people.at, "citizen")
    people.pages.append(page)
    await page.connect()
    await page.socket.hello("citizen")
    return bool((await page.read())["type"] == "welcome")


async def test_an_address_that_opens_sockets_without_end_gets_no_handshake(shared: Cluster) -> None:
    async with office(shared, sockets_burst=3, sockets_per_s=0.01) as people:
        for _ in range(3):
            await people.citizen()
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await people.citizen()
        assert refused.value.status == 503
        _ = await elsewhere(people).open()


async def test_a_place_is_not_held_for_ever(shared: Cluster) -> None:
    async with office(shared, moves_per_ticket=2) as people:
        page = await people.waiting(item="MZ01")
        for _ in range(2):
            await page.done("hold_place", for_s=600)
            await page.done("resume_place")
        refused = await page.do("hold_place", for_s=600)
        assert (refused["code"], refused["params"]) == ("too_many_moves", {"max": 2})
        row = await people.at.node.services.queue.tickets.find(page.ticket["ticket"])
        assert row is not None
        assert row.state is TicketState.WAITING


async def test_a_ticket_whose_page_is_gone_rings_nobody_and_keeps_its_place(shared: Cluster) -> None:
    async with office(shared, page_away_s=0.05) as people:
        queue = people.at.node.services.queue
        first = await people.waiting(item="MZ01")

        async def is_held() -> bool:
            row = await queue.tickets.find(first.ticket["ticket"])
            return row is not None and row.state is TicketState.HELD

        await first.drop()
        assert await until(is_held)
        second = await people.waiting(item="MZ01")
        agent = await people.agent("S004")
        rings = (await agent.until("ringing"))["reservation"]
        assert rings["ticket"] == second.ticket["ticket"]
        assert (await first.reopen()).ticket["place"] == 1
        await agent.done("accept", reservation=rings["reservation"], fence=rings["fence"])
        await agent.done("close_session", outcome="answered")
        await agent.done("ready")
        assert (await agent.until("ringing"))["reservation"]["ticket"] == first.ticket["ticket"]


async def test_a_reload_changes_nothing_in_the_queue(people: People) -> None:
    page = await people.waiting(item="MZ01")
    await page.drop()
    await page.reopen()
    await people.at.node.presence.sweep()
    graces = await people.at.node.services.redis.zrange(people.at.node.services.keys.graces, 0, -1)
    assert [one for one in graces if not str(one).startswith("b'vouched ")] == []
    assert page.ticket["state"] == "waiting"


async def test_a_paused_agent_cannot_claim_what_it_just_declined(people: People) -> None:
    agent = await people.agent("S004")
    citizen = await people.waiting(item="MZ01")
    rings = (await agent.until("ringing"))["reservation"]
    await agent.done("decline", reservation=rings["reservation"], fence=rings["fence"], reason="x")
    await agent.done("pause", reason="break")
    assert await agent.refused("claim", ticket=citizen.ticket["ticket"]) == "seat_not_able"
    other = await people.waiting(item="MZ01")
    await agent.done("claim", ticket=other.ticket["ticket"])


async def test_what_a_side_writes_in_a_session_is_bounded_and_the_call_can_be_ended(shared: Cluster) -> None:
    async with office(shared, session_events_burst=3, session_events_per_min=1.0) as people:
        citizen, agent = await people.talking()
        for number in range(3):
            await citizen.done("chat", text=str(number))
        assert await citizen.refused("chat", text="4") == "too_many_tries"
        await agent.done("notes", text="the other side has its own")
        await citizen.done("hang_up")
        await agent.done("close_session", outcome="answered")


@pytest.mark.parametrize("most", [{"session_events_max": 2}, {"session_bytes_max": 300}])
async def test_a_session_holds_so_much_and_says_so(shared: Cluster, most: dict[str, int]) -> None:
    async with office(shared, **most) as people:
        citizen, agent = await people.talking()
        for _ in range(2):
            await citizen.done("chat", text="字" * 20)
        assert await citizen.refused("chat", text="字" * 20) == "session_full"
        await agent.done("chat", text="I can still write")
        await agent.done("close_session", outcome="answered")


async def earlier(at: Running, page: WirePage, before: int) -> Frame:
    """Ask for older lines."""
    headers = {"Authorization": f"Bearer {page.token}"} if page.token else {}
    url = f"{at.url}/api/conversation?before={before}&limit=200"
    async with page.http.get(url, headers=headers) as answer:
        assert answer.status == 200, await answer.text()
        found: Frame = await answer.json()
        return found


async def test_a_page_that_reloads_after_the_longest_chat_comes_in_and_can_read_all_of_it(shared: Cluster) -> None:
    lines = 1200
    async with office(shared) as people:
        citizen, agent = await people.talking()
        for page in (citizen, agent):
            await page.drop()
        row = await people.at.node.services.queue.tickets.find(citizen.ticket["ticket"])
        assert row is not None
        said = (Chatted(seq=0, at_ms=0, by=CITIZEN, text=f"{n:04}" + "字" * 1996) for n in range(lines))
        _ = await asyncio.gather(*(people.at.node.sessions.note(row, one, "citizen") for one in said))
        most = people.at.node.services.settings.outgoing_max_bytes
        for page in (agent, citizen):
            page.raw.clear()
            await page.reopen(resume="")
            await page.until("session")
            assert max(map(len, (text.encode() for text in page.raw))) <= most // 2
            view, seen = page.session, [line["text"][:4] for line in page.session["chat"]]
            before = view["chat_before"]
            while before:
                older = await earlier(people.at, page, before)
                seen = [line["text"][:4] for line in older["chat"]] + seen
                before = older["before"]
            assert sorted(seen) == [f"{number:04}" for number in range(lines)]
        # One that comes back with the number of an early event is shown where it stands, not sent 7 MB.
        await agent.drop()
        await agent.reopen(last_seq=5)
        assert (await agent.until("session"))["session"]["chat_before"]
        await agent.done("close_session", outcome="answered")


async def test_the_catalogue_is_searched_so_often_by_one_address(shared: Cluster) -> None:
    async with office(shared, searches_per_address_burst=3, searches_per_address_per_s=0.01) as people:
        page, other = await people.citizen(), await elsewhere(people).open()
        paths = ("catalogue/search?q=x", "items/MZ01", "public")
        for path in paths:
            async with page.http.get(f"{people.at.url}/api/{path}") as answer:
                assert answer.status == 200
        for path in paths:
            async with page.http.get(f"{people.at.url}/api/{path}") as answer:
                assert (answer.status, (await answer.json())["code"]) == (429, "too_many_tries")
                assert int(answer.headers["Retry-After"]) > 0
        async with page.http.post(f"{people.at.url}/api/checks", json={"kind": "phone", "value": "1"}) as answer:
            assert answer.status == 429
        async with other.http.get(f"{people.at.url}/api/public") as answer:
            assert answer.status == 200


class Desk:
    """Uploads of one page."""

    def __init__(self, page: WirePage) -> None:
        self.page = page
        self.base = page.at.url
        self.headers = {"Authorization": f"Bearer {page.token}", "Tus-Resumable": "1.0.0"}

    async def begin(self, size: int = len(PNG)) -> tuple[int, str]:
        """Begin an upload; return the status and its address, or the error's code."""
        async with self.page.http.post(
            f"{self.base}/api/uploads", headers={**self.headers, "Upload-Length": str(size)}
        ) as answer:
            if answer.status == 201:
                return 201, answer.headers["Location"]
            return answer.status, (await answer.json())["code"]

    async def send(self, place: str, content: bytes = PNG) -> int:
        """Send all of it."""
        headers = {**self.headers, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
        async with self.page.http.patch(f"{self.base}{place}", headers=headers, data=content) as answer:
            return answer.status

    async def give_up(self, place: str) -> int:
        """Give one up."""
        async with self.page.http.delete(f"{self.base}{place}", headers=self.headers) as answer:
            return answer.status


async def test_unfinished_uploads_are_counted_by_ticket_and_end(shared: Cluster) -> None:
    clock = shared.clock = ManualClock()
    async with office(shared, uploads_per_ticket=3, upload_bytes_per_ticket=3 * len(PNG), page_lease_s=10**6) as people:
        desk = Desk(await people.waiting(item="MZ01"))
        places = [(await desk.begin())[1] for _ in range(3)]
        assert await desk.begin() == (409, "too_many_uploads")
        assert await desk.give_up(places[0]) == 204
        assert await desk.begin(2 * len(PNG)) == (409, "too_many_uploads")
        assert (await desk.begin())[0] == 201
        assert await desk.send(places[1]) == 204
        assert await desk.send(places[2], b"x" * len(PNG)) == 415
        assert [(await desk.begin())[0] for _ in range(3)] == [201, 201, 409]
        clock.advance(3601)
        assert (await desk.begin())[0] == 201
        assert await people.at.node.services.documents.sweep_uploads(3600) == 3


async def test_the_most_documents_of_a_ticket_hold_for_what_was_begun_before(shared: Cluster) -> None:
    async with office(shared, documents_per_ticket=2) as people:
        desk = Desk(await people.waiting(item="MZ01"))
        places = [(await desk.begin())[1] for _ in range(2)]
        assert await desk.begin() == (409, "too_many_documents")
        assert [await desk.send(place) for place in places] == [204, 204]
        assert await desk.begin() == (409, "too_many_documents")


@pytest.mark.parametrize(
    ("most", "first", "then"),
    [
        ({"uploads_per_address": 1}, 201, (409, "too_many_uploads")),
        ({"upload_bytes_per_address": len(PNG)}, 201, (409, "too_many_uploads")),
        ({"uploads_max": 1}, 201, (503, "storage_full")),
        ({"upload_bytes_max": len(PNG)}, 201, (503, "storage_full")),
        ({"disk_reserve_bytes": 2**60}, 503, (503, "storage_full")),
    ],
)
async def test_unfinished_uploads_of_an_address_and_of_all_are_bounded(
    shared: Cluster, most: dict[str, int], first: int, then: tuple[int, str]
) -> None:
    async with office(shared, **most) as people:
        desks = [Desk(await people.waiting(item="MZ01")) for _ in range(2)]
        status, place = await desks[0].begin()
        assert status == first
        assert await desks[1].begin() == then
        if status == 201:
            assert await desks[0].send(place) == 204
            assert (await desks[1].begin())[0] == 201


async def test_a_visitor_with_a_network_of_addresses_is_one_visitor(shared: Cluster) -> None:
    """With IPv6 each request may come from another address of the visitor's own network."""
    narrow = {"tickets_per_address_burst": 2, "tickets_per_address_per_min": 0.1, "sockets_burst": 12}
    async with office(shared, proxies=1, sockets_per_s=0.01, **narrow) as people:
        url = f"{people.at.url}/api/receipts/20260101-MZ001-ABCDEF"
        statuses, taken = [], []
        async with aiohttp.ClientSession() as http:
            for number in range(22):
                async with http.get(url, headers={"X-Forwarded-For": f"2001:db8:0:{number:x}::1"}) as answer:
                    statuses.append(answer.status)
            async with http.get(url, headers={"X-Forwarded-For": "2001:db8:0:100::1"}) as answer:
                assert answer.status == 404
        assert statuses == [404] * 20 + [429] * 2
        for number in range(4):
            moved = aiohttp.ClientSession(headers={"X-Forwarded-For": f"2001:db8:1::{number + 1:x}"})
            page = WirePage(people.at, "citizen", moved)
            people.pages.append(page)
            _ = await page.open()
            taken.append((await page.do("take_ticket", item="MZ01"))["type"])
        assert taken == ["ticket_taken"] * 2 + ["error"] * 2
