"""Pages that reload, drop and come back: same ticket, same call, nothing lost, nothing twice."""

from tests.support.nodes import Cluster
from tests.support.patience import until
from tests.support.people import People
from tests.support.wires import each_wire

pytestmark = each_wire


async def test_a_reloaded_page_stands_where_it_stood(people: People) -> None:
    first = await people.waiting(item="MZ01")
    second = await people.waiting(item="MZ01")
    before = second.ticket
    await second.drop()
    welcome_again = await second.reopen(resume="", last_seq=0)
    shown = (await welcome_again.until("ticket"))["ticket"]
    assert (shown["ticket"], shown["taken_ms"]) == (before["ticket"], before["taken_ms"])
    assert shown["place"] == 2
    await first.done("leave_queue")
    await second.until("ticket", lambda frame: frame["ticket"]["place"] == 1)


async def test_what_was_said_while_a_page_was_away_is_replayed_once(people: People) -> None:
    citizen, agent = await people.talking()
    await agent.done("chat", text="一")
    await citizen.until("chatted")
    await citizen.drop()
    for text in ("二", "三"):
        await agent.done("chat", text=text)
    await citizen.reopen()
    await agent.done("chat", text="四")
    assert await citizen.hears("四") == ["一", "二", "三", "四"]
    assert not any(frame["type"] == "session" for frame in citizen.frames)


async def test_a_page_that_kept_nothing_but_its_token_gets_the_whole_session(people: People) -> None:
    citizen, agent = await people.talking()
    for text in ("一", "二"):
        await citizen.done("chat", text=text)
    await citizen.drop()
    await citizen.reopen(resume="", last_seq=0)
    snapshot = (await citizen.until("session"))["session"]
    assert [line["text"] for line in snapshot["chat"]] == ["一", "二"]
    await agent.done("chat", text="三")
    assert (await citizen.until("chatted"))["text"] == "三"


async def test_a_snapshot_with_the_events_after_it_is_what_a_fresh_snapshot_says(people: People) -> None:
    citizen, agent = await people.talking()
    await citizen.done("chat", text="一")
    await agent.done("notes", text="记")
    await agent.done("chat", text="二")
    await agent.until("chatted", lambda frame: frame["text"] == "二")
    lines = [*agent.session["chat"]]
    seen = [text for text in agent.raw if '"chatted"' in text]
    await agent.drop()
    await agent.reopen(resume="", last_seq=0)
    fresh = (await agent.until("session"))["session"]
    assert [line["text"] for line in fresh["chat"]] == ["一", "二"]
    assert len(fresh["chat"]) == len(lines) + len(seen)
    assert fresh["notes"] == "记"


async def test_a_command_sent_again_after_a_drop_is_done_once(people: People) -> None:
    citizen, agent = await people.talking()
    await citizen.done("chat", id="same", text="只说一次")
    await citizen.drop()
    await citizen.reopen()
    assert (await citizen.do("chat", id="same", text="只说一次"))["type"] == "done"
    await citizen.done("chat", text="第二句")
    said = [(await agent.until("chatted"))["text"] for _ in range(2)]
    assert said == ["只说一次", "第二句"]


async def test_a_ticket_whose_answer_was_lost_is_given_again_and_not_twice(people: People) -> None:
    citizen = await people.citizen()
    first = await citizen.do("take_ticket", id="press", item="MZ01")
    await citizen.drop()
    await citizen.reopen(token="", last_seq=0)
    again = await citizen.do("take_ticket", id="press", item="MZ01")
    assert (again["ticket"]["ticket"], again["token"]) == (first["ticket"]["ticket"], first["token"])
    await citizen.done("leave_queue")
    await citizen.until("ticket", lambda frame: frame["ticket"]["state"] == "abandoned")


async def test_a_strangers_command_id_gives_nothing_away(people: People) -> None:
    mei, stranger = await people.citizen(), await people.citizen()
    one = await mei.do("take_ticket", id="press", item="MZ01")
    other = await stranger.do("take_ticket", id="press", item="MZ01")
    assert one["ticket"]["ticket"] != other["ticket"]["ticket"]
    assert one["token"] != other["token"]


async def test_the_newer_window_of_a_ticket_wins_and_the_older_one_says_so(people: People) -> None:
    citizen = await people.waiting(item="MZ01")
    newer = await people.citizen(token=citizen.token)
    assert (await citizen.closed()).code == 4001
    assert (await newer.until("ticket"))["ticket"]["ticket"] == citizen.ticket["ticket"]


async def test_the_newer_window_of_a_seat_wins_and_goes_on_with_the_call(people: People) -> None:
    citizen, agent = await people.talking()
    newer = await people.agent("S004", ready=False)
    assert (await agent.closed()).code == 4001
    assert (await newer.until("session"))["session"]["session"] == citizen.session["session"]
    await newer.send({"type": "media_restart", "epoch": 1})
    await citizen.until("media_restart")


async def test_a_lost_seat_gives_its_citizen_back_to_the_head_with_papers_and_notes(shared: Cluster) -> None:
    await shared.start(seat_grace_s=0.5)
    people = People(shared)
    citizen, agent = await people.talking("S004")
    behind = await people.waiting(item="MZ01")
    await agent.done("notes", text="缺户口簿")
    await agent.drop()
    moved = await citizen.until("session_moved", lambda frame: "seat" not in frame["here"])
    assert moved["state"] == "suspended"
    back = await citizen.until("ticket", lambda frame: frame["ticket"]["state"] == "waiting")
    assert back["ticket"]["place"] == 1
    other = await people.agent("S005", ready=False)
    alerts = (await other.until("alerts", lambda frame: bool(frame["alerts"])))["alerts"]
    assert alerts[0]["ticket"] == citizen.ticket["ticket"]
    await other.done("claim", ticket=alerts[0]["ticket"])
    first = await other.until("session")
    if not first["session"]["notes"]:
        assert (await other.until("notes_kept"))["text"] == "缺户口簿"
    assert (await citizen.until("session"))["session"]["seat"] == "S005"
    assert behind.ticket["state"] == "waiting"
    await people.close()


async def test_a_citizen_who_is_gone_too_long_has_hung_up(shared: Cluster) -> None:
    await shared.start(citizen_grace_s=0.5)
    people = People(shared)
    citizen, agent = await people.talking()
    await citizen.drop()
    await agent.until("session_moved", lambda frame: "citizen" not in frame["here"])
    await agent.until("hung_up")
    await agent.done("close_session", outcome="interrupted")
    await people.close()


async def test_a_citizen_who_comes_back_in_time_is_here_again(people: People) -> None:
    citizen, agent = await people.talking()
    await citizen.done("media_up", epoch=1)
    await citizen.drop()
    await agent.until("session_moved", lambda frame: frame["state"] == "suspended")
    await citizen.reopen()
    await agent.until("session_moved", lambda frame: frame["state"] == "active" and "citizen" in frame["here"])


async def test_when_redis_was_wiped_the_stub_gives_the_place_back(people: People) -> None:
    first, second = await people.waiting(item="MZ01"), await people.waiting(item="MZ01")
    await people.at.node.services.redis.flushall()
    await first.until("error", lambda frame: frame["code"] == "ticket_not_found")
    newcomer = await people.waiting(item="MZ01")
    restored = await second.do("take_ticket", id="again", item="MZ01", stub=second.stub)
    assert restored["ticket"]["ticket"] == second.ticket["ticket"]
    again = await first.do("take_ticket", id="again", item="MZ01", stub=first.stub)
    assert again["ticket"]["place"] == 1
    await newcomer.until("ticket", lambda frame: frame["ticket"]["place"] == 3)


async def test_an_agent_is_back_at_work_after_redis_was_wiped(shared: Cluster) -> None:
    await shared.start()
    people = People(shared)
    agent = await people.agent("S004")
    await people.at.node.services.redis.flushall()
    await people.at.node.presence.beat()
    await agent.until("seat", lambda frame: frame["seat"]["state"] == "paused")
    await agent.done("ready")
    await people.close()


async def test_a_stub_of_a_ticket_that_is_over_brings_nothing_back(people: People) -> None:
    citizen = await people.waiting(item="MZ01")
    await citizen.done("leave_queue")
    await citizen.until("ticket", lambda frame: frame["ticket"]["state"] == "abandoned")
    key = people.at.node.services.keys.over(citizen.ticket["ticket"])
    _ = await until(lambda: people.at.node.services.redis.exists(key))
    assert await citizen.refused("take_ticket", item="MZ01", stub=citizen.stub) == "ticket_not_found"
    fresh = await citizen.do("take_ticket", item="MZ01")
    assert fresh["ticket"]["ticket"] != citizen.token


async def test_a_login_that_ended_closes_its_pages(people: People) -> None:
    agent = await people.agent("S004")
    async with agent.http.post(f"{agent.at.url}/api/logout") as answer:
        assert answer.status == 200
    assert (await agent.closed()).code == 4002
