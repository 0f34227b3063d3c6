"""What a citizen agrees to: told to the agent, kept through reloads, on record word by word, taken back at any time."""

import pytest

from protocol.events import journal_key
from records.catalogue.directory import Directory
from records.tables.settings import NoticeVersionRow
from tests.support.nodes import Cluster
from tests.support.people import People
from tests.support.wire_page import WirePage

VERSION = "2026-11-01"


def words(view: dict) -> dict[str, bool]:
    return {one["kind"]: one["given"] for one in view["consents"]}


async def agree(citizen: WirePage, kind: str, *, given: bool = True) -> None:
    await citizen.done("consent", kind=kind, given=given, version=VERSION)


async def test_what_was_agreed_while_waiting_is_known_in_the_call_and_can_be_taken_back(people: People) -> None:
    citizen = await people.waiting(item="MZ01")
    for kind in ("service", "sound"):
        await agree(citizen, kind)
    await agree(citizen, "picture", given=False)
    await citizen.drop()
    await citizen.reopen()
    assert words((await citizen.until("ticket"))["ticket"]) == {"service": True, "sound": True, "picture": False}

    agent = await people.agent("S004")
    rings = (await agent.until("ringing"))["reservation"]
    await agent.done("accept", reservation=rings["reservation"], fence=rings["fence"])
    await agent.until("consent_changed", lambda event: event["kind"] == "picture" and not event["given"])
    await agree(citizen, "picture")
    await agent.until("consent_changed", lambda event: event["kind"] == "picture" and event["given"])
    await agree(citizen, "sound", given=False)
    await agree(citizen, "sound", given=False)  # said twice, on record once
    await agent.until("consent_changed", lambda event: event["kind"] == "sound" and not event["given"])
    await citizen.drop()
    await citizen.reopen(last_seq=0)
    seen = (await citizen.until("session"))["session"]
    assert words(seen) == {"service": True, "sound": False, "picture": True}


@pytest.mark.parametrize("kind", ["recording", "face"])
async def test_what_the_product_does_not_do_is_not_agreed_to(people: People, kind: str) -> None:
    citizen = await people.waiting(item="MZ01")
    assert await citizen.refused("consent", kind=kind, given=True, version=VERSION) == "bad_input"


async def test_only_a_notice_that_there_was_is_agreed_to_and_only_with_a_ticket(people: People) -> None:
    citizen = await people.waiting(item="MZ01")
    assert await citizen.refused("consent", kind="sound", given=True, version="never") == "bad_input"
    assert await (await people.citizen()).refused("consent", kind="sound", given=True, version=VERSION) == (
        "ticket_not_found"
    )


async def test_agreeing_has_a_bound_and_taking_back_has_none(shared: Cluster) -> None:
    await shared.start(commands_burst=200)  # on a quick machine this other bound would be met first
    async with People(shared) as people:
        citizen = await people.waiting(item="MZ01")
        said = []
        for number in range(124):
            given = number % 2 == 0
            frame = await citizen.do("consent", kind="sound", given=given, version=VERSION)
            said.append((given, frame.get("code", "")))
    assert {code for given, code in said if given} == {"", "too_many_moves"}
    assert {code for given, code in said if not given} == {""}


@pytest.mark.parametrize(("locale", "heading"), [("", "谁"), ("en", "Who")])
async def test_a_foreign_client_reads_the_notice_that_it_agrees_to(people: People, locale: str, heading: str) -> None:
    citizen = await people.waiting(item="MZ01")
    async with citizen.http.get(f"{citizen.at.url}/api/public", params={"locale": locale}) as answer:
        notice = (await answer.json())["notice"]
    assert notice["text"][0]["heading"].startswith(heading)
    await citizen.done("consent", kind="service", given=True, version=notice["version"])


async def test_the_scheme_of_a_token_may_be_written_in_any_letters_and_may_not_be_missing(people: People) -> None:
    citizen = await people.waiting(item="MZ01")
    said = {"Bearer {}": 404, "bearer {}": 404, "BEARER  {}": 404, "{}": 401, "Basic {}": 401, "Bearer": 401}
    for text, status in said.items():
        headers = {"Authorization": text.format(citizen.token)}
        async with citizen.http.get(f"{citizen.at.url}/api/documents/X", headers=headers) as answer:
            assert answer.status == status, text


async def test_taking_back_again_under_another_version_of_the_notice_is_recorded_once(shared: Cluster) -> None:
    async with shared.database.begin() as db:
        db.add(NoticeVersionRow(version="2026-10-01", text="{}", digest="0" * 64, since_ms=1))
    shared.directory = await Directory.load(shared.database)
    at = await shared.start()
    key = journal_key(at.node.services.settings.realm)
    async with People(shared) as people:
        citizen = await people.waiting(item="MZ01")
        await agree(citizen, "sound", given=False)
        before = await at.node.services.redis.xlen(key)
        for number in range(10):
            await citizen.done("consent", kind="sound", given=False, version=("2026-10-01", VERSION)[number % 2])
        assert await at.node.services.redis.xlen(key) == before
        await citizen.done("consent", kind="sound", given=True, version="2026-10-01")
        assert await at.node.services.redis.xlen(key) == before + 1
