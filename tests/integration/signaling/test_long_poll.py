"""The long poll's own rules: what is lost comes again, what comes twice counts once, a channel is its page's."""

import asyncio
import json
import secrets
from typing import Any

import pytest

from tests.support.nodes import Cluster, Running
from tests.support.people import People
from tests.support.wire_page import WirePage
from tests.support.wire_poll import WirePoll

HELLO = json.dumps({"type": "hello", "version": 2, "role": "citizen"})
NAME = "a-name-that-a-page-makes-up"


class Channel:
    """A channel whose requests are made one by one."""

    def __init__(self, page: WirePage, at: Running) -> None:
        self.http, self.url = page.http, at.url
        self.headers = {"Window-Channel": secrets.token_urlsafe(16)}

    async def ask(self, act: str, body: object = None, **headers: str) -> tuple[int, Any]:
        """Return the status and the body of a request's answer."""
        url = f"{self.url}/api/channel/{act}"
        async with self.http.post(url, json=body, headers={**self.headers, **headers}) as answer:
            return answer.status, await answer.json()

    async def open(self) -> "Channel":
        """Open it and say hello."""
        status, said = await self.ask("open")
        assert status == 200, said
        self.headers["Window-Channel"] = said["channel"]
        assert await self.ask("send", {"first": 1, "frames": [HELLO]}) == (200, {"received": 1})
        return self

    async def poll(self, seen: int) -> dict[str, Any]:
        """Return what a poll is answered with."""
        status, said = await self.ask("poll", {"seen": seen})
        assert status == 200, said
        return dict(said)


def kinds(said: dict[str, Any]) -> list[str]:
    return [json.loads(text)["type"] for text in said["frames"]]


async def channel(people: People, page: WirePage | None = None) -> Channel:
    return await Channel(page or WirePage(people.at, "citizen"), people.at).open()


async def test_an_answer_that_was_lost_comes_again_and_one_that_was_confirmed_does_not(people: People) -> None:
    page = await channel(people)
    first = await page.poll(0)
    assert (first["first"], kinds(first)) == (1, ["welcome"])
    assert await page.poll(0) == first
    await page.ask("send", {"first": 2, "frames": ['{"type":"leave_queue","id":"1"}']})
    after = await page.poll(1)
    assert (after["first"], kinds(after)) == (2, ["error"])
    assert (await page.ask("poll", {"seen": 9}))[0] == 422
    await page.http.close()


async def test_frames_that_are_sent_again_are_carried_out_once_and_none_may_be_missing(people: People) -> None:
    page = await channel(people)
    body = {"first": 2, "frames": ['{"type":"take_ticket","id":"1"}', '{"type":"leave_queue","id":"2"}']}
    for _ in range(3):
        assert await page.ask("send", body) == (200, {"received": 3})
    status, said = await page.ask("send", {"first": 9, "frames": ["{}"]})
    assert (status, said["params"]) == (422, {"field": "first", "why": "gap"})
    seen: list[str] = []
    while len(seen) < 4:
        seen += kinds(await page.poll(len(seen)))
    assert seen.count("ticket_taken") == seen.count("done") == 1
    await page.http.close()


async def test_a_newer_poll_ends_the_older_one_which_gets_nothing(people: People) -> None:
    page = await channel(people)
    await page.poll(0)
    older = asyncio.create_task(page.poll(1))
    await asyncio.sleep(0)
    newer = asyncio.create_task(page.poll(1))
    done, _ = await asyncio.wait({older, newer}, return_when=asyncio.FIRST_COMPLETED)
    assert [task.result()["frames"] for task in done] == [[]]
    await page.ask("send", {"first": 2, "frames": ['{"type":"leave_queue","id":"1"}']})
    assert kinds(await (newer if older in done else older)) == ["error"]
    await page.http.close()


async def test_a_channel_is_nobody_elses_and_no_other_site_s(people: People) -> None:
    agent = await people.agent()
    mine = await channel(people, agent)
    other = Channel(WirePage(people.at, "citizen"), people.at)
    other.headers = dict(mine.headers)  # the id without the login's cookie
    for act, body in (("poll", {"seen": 0}), ("send", {"first": 2, "frames": []})):
        assert (await other.ask(act, body))[0] == 404
        status, said = await mine.ask(act, body, Origin="https://elsewhere.example")
        assert (status, said["code"]) == (403, "bad_origin")
        status, said = await mine.ask(act, body, **{"Window-Channel": f"{NAME}.{secrets.token_urlsafe(24)}"})
        assert (status, said["code"]) == (404, "channel_gone")
    assert (await other.ask("close"))[0] == 200  # which closes nothing
    assert kinds(await mine.poll(0)) == ["welcome"]
    status, said = await mine.ask("open", Origin="https://elsewhere.example", **{"Window-Channel": NAME})
    assert (status, said["code"]) == (403, "bad_origin")
    status, said = await mine.ask("open", **{"Window-Channel": "short"})
    assert (status, said["params"]["field"]) == (422, "Window-Channel")
    await other.http.close()


async def test_a_channel_without_a_hello_is_closed_and_says_so_until_it_is_forgotten(shared: Cluster) -> None:
    await shared.start(hello_s=0.2)
    people = People(shared)
    page = Channel(WirePage(people.at, "citizen"), people.at)
    _, said = await page.ask("open")
    page.headers["Window-Channel"] = said["channel"]
    said = await page.poll(0)
    while not said["closed"]:
        said = await page.poll(0)
    assert (kinds(said), said["closed"]["code"]) == (["error"], 1002)
    assert (await page.poll(1))["closed"] == {"code": 1002, "reason": "hello_expected"}
    assert await page.ask("send", {"first": 1, "frames": [HELLO]}) == (200, {"received": 1})  # dropped
    await page.http.close()


async def test_a_page_that_closes_is_gone_at_once(people: People) -> None:
    page = await channel(people)
    connections = people.at.node.services.connections
    assert len(connections.all) == 1
    assert kinds(await page.poll(0)) == ["welcome"]
    assert await page.ask("close") == (200, {})
    while (await page.poll(1))["closed"] is None:
        pass
    assert connections.all == {}
    await page.http.close()


async def test_requests_cost_what_frames_cost_and_a_flood_of_them_ends_the_channel(shared: Cluster) -> None:
    await shared.start(frames_burst=10, frames_per_s=0.001)
    people = People(shared)
    page = await channel(people)
    codes = set()
    while (said := await page.ask("send", {"first": 2, "frames": []}))[0] == 429 or said[0] == 200:
        codes.add(said[1].get("code", ""))
        if people.at.node.services.connections.all == {}:
            break
    assert codes == {"", "too_fast"}
    _, said = await page.ask("poll", {"seen": 0})
    assert said.get("closed", {"code": 1008})["code"] == 1008
    await page.http.close()


async def test_a_flood_of_frames_is_closed_with_1008(people: People) -> None:
    page = WirePage(people.at, "citizen")
    people.at.wire, people.pages = WirePoll, [page]
    await page.open()
    for _ in range(2000):
        await page.send("{}")
    assert (await page.closed()).code == 1008


async def test_more_than_one_request_may_bring_is_refused_whole(people: People) -> None:
    page = await channel(people)
    longest = 2 * people.at.node.services.settings.frame_max_bytes
    status, said = await page.ask("send", {"first": 2, "frames": ["x" * longest, "x" * longest]})
    assert (status, said["code"]) == (413, "body_too_large")
    status, said = await page.ask("send", {"first": 2, "frames": ["{}"] * 300})
    assert (status, said["code"]) == (422, "bad_input")
    quotes = json.dumps({"type": "chat", "id": "1", "text": '"' * 1900})
    assert await page.ask("send", {"first": 2, "frames": [quotes]}) == (200, {"received": 2})
    await page.http.close()


@pytest.mark.parametrize("most", [{"sockets_per_address": 1}, {"sockets_max": 1}])
async def test_channels_and_sockets_are_counted_together(shared: Cluster, most: dict[str, int]) -> None:
    await shared.start(**most)
    people = People(shared)
    await people.citizen()
    people.at.wire = WirePoll
    late = await WirePage(people.at, "citizen").connect()
    await late.socket.hello("citizen")
    assert (await late.until("error"))["code"] == "too_many_sockets"
    assert (await late.closed()).code == 1013
    await late.leave()
    await people.close()


async def test_an_address_that_opens_channels_without_end_gets_none(shared: Cluster) -> None:
    await shared.start(sockets_burst=2, sockets_per_s=0.001)
    people = People(shared)
    page = WirePage(people.at, "citizen")
    answers = [await Channel(page, people.at).ask("open") for _ in range(3)]
    assert [status for status, _ in answers] == [200, 200, 503]
    assert answers[-1][1]["code"] == "too_many_sockets"
    await page.leave()
