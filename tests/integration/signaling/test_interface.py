"""The HTTP interface: documented by its own types, and closed to those whom it is not for."""

import asyncio

import pytest
from openapi_spec_validator import validate

from records.journal.recorder import Recorder
from records.staff.accounts import Role
from tests.support.described import DOCUMENT
from tests.support.gate import Gate
from tests.support.people import People


async def test_the_interface_describes_itself_as_valid_openapi(people: People) -> None:
    page = await people.citizen()
    async with page.http.get(f"{page.at.url}/api/openapi.json") as answer:
        document = await answer.json()
    validate(document)
    assert "/api/uploads/{upload}" in document["paths"]
    assert {"Problem", "GuideView", "WallboardView", "SessionRecord"} <= document["components"]["schemas"].keys()


async def test_every_api_route_is_in_the_document(people: People) -> None:
    page = await people.citizen()
    async with page.http.get(f"{page.at.url}/api/openapi.json") as answer:
        paths = (await answer.json())["paths"]
    served: dict[str, set[str]] = {}
    for route in page.at.app.router.routes():
        if route.resource is not None and route.resource.canonical.startswith(("/api/", "/.well-known/")):
            served.setdefault(route.resource.canonical, set()).add(route.method)
    del served["/api/openapi.json"]
    assert served.keys() == paths.keys()
    for path, methods in served.items():
        # `*` chooses by the header that tus asks for, among the methods that are described.
        assert methods in ({"*"}, {method.upper() for method in paths[path]}), path


@pytest.mark.parametrize(
    ("asked", "status", "answer"),
    [
        (
            {"kind": "resident_id", "value": "１１０１０５　19491231 002x"},
            200,
            {"ok": True, "normal": "11010519491231002X", "why": ""},
        ),
        ({"kind": "resident_id", "value": "110105194902310026"}, 200, {"ok": False, "normal": "", "why": "date"}),
        ({"kind": "shoe_size", "value": "42"}, 422, "bad_input"),
        ({"kind": "phone", "value": "1" * 201}, 422, "bad_input"),
        ({"kind": "phone"}, 422, "bad_input"),
    ],
)
async def test_a_number_is_checked_for_anybody_and_kept_nowhere(
    people: People, caplog: pytest.LogCaptureFixture, asked: dict[str, str], status: int, answer: object
) -> None:
    page = await people.citizen()
    async with page.http.post(f"{page.at.url}/api/checks", json=asked) as found:
        said = await found.json()
        assert (found.status, said if status == 200 else said["code"]) == (status, answer)
    assert "19490231" not in caplog.text
    assert "19491231" not in caplog.text


async def test_an_item_is_found_by_initials_and_an_unknown_one_is_said_to_be(people: People) -> None:
    page = await people.citizen()
    async with page.http.get(f"{page.at.url}/api/catalogue/search", params={"q": "lrk"}) as answer:
        assert any("老年人优待卡" in hit["name"] for hit in await answer.json())
    async with page.http.get(f"{page.at.url}/api/items/MZ01") as answer:
        assert (await answer.json())["materials"]
    for path, status, code in (
        ("/api/items/XX99", 404, "unknown_item"),
        ("/api/nowhere", 404, "not_found"),
        ("/api/catalogue/search?limit=9999", 422, "bad_input"),
        ("/api/catalogue/search?colour=red", 422, "bad_input"),
        ("/api/me?colour=red", 422, "bad_input"),
        ("/api/me", 401, "sign_in_required"),
        ("/api/wallboard", 401, "sign_in_required"),
        ("/api/sessions", 401, "sign_in_required"),
        ("/api/sessions.csv", 401, "sign_in_required"),
        ("/api/receipts/20260101-MZ001-AAAAAA", 404, "not_found"),
    ):
        async with page.http.get(page.at.url + path) as answer:
            assert (answer.status, (await answer.json())["code"]) == (status, code), path


async def test_an_agent_may_not_do_what_supervisors_do(people: People) -> None:
    agent = await people.agent()
    for path in ("/api/wallboard", "/api/sessions", "/api/sessions/X"):
        async with agent.http.get(agent.at.url + path) as answer:
            assert (answer.status, (await answer.json())["code"]) == (403, "not_allowed"), path
    async with agent.http.post(f"{agent.at.url}/api/seats/S001/pause", json={}) as answer:
        assert answer.status == 403


async def test_an_unsafe_request_without_its_csrf_token_is_refused(people: People) -> None:
    supervisor = await people.signed_in("sup", Role.SUPERVISOR, "")
    del supervisor.http.headers["X-CSRF-Token"]
    async with supervisor.http.post(f"{supervisor.at.url}/api/seats/S001/pause", json={}) as answer:
        assert (answer.status, (await answer.json())["code"]) == (403, "bad_csrf")


async def test_a_sign_in_form_of_another_site_is_refused(people: People) -> None:
    page = await people.citizen()
    body, headers = {"name": "x", "password": "y"}, {"Origin": "https://elsewhere.example"}
    async with page.http.post(f"{page.at.url}/api/login", json=body, headers=headers) as answer:
        assert (await answer.json())["code"] == "bad_origin"


async def test_guessing_a_password_is_slowed_down_by_account(people: People) -> None:
    page = await people.citizen()
    codes = []
    for _ in range(7):
        body = {"name": "nobody", "password": "guess"}
        async with page.http.post(f"{page.at.url}/api/login", json=body) as answer:
            codes.append((await answer.json())["code"])
    assert codes[0] == "bad_credentials"
    assert codes[-1] == "too_many_tries"


async def test_a_closed_session_is_found_by_receipt_and_by_supervisors(people: People) -> None:
    citizen, agent = await people.talking(item="MZ01")
    await agent.done("close_session", outcome="answered", summary="好")
    closed = await citizen.until("session_closed")
    node = people.at.node.services
    recorder = Recorder(node.database, node.redis, node.settings.realm, "test")
    await recorder.drain()
    async with citizen.http.get(f"{people.at.url}/api/receipts/{closed['receipt']}") as answer:
        assert (await answer.json())["outcome"] == "answered"
    supervisor = await people.signed_in("sup", Role.SUPERVISOR, "")
    async with supervisor.http.get(f"{people.at.url}/api/sessions", params={"seat": "S004"}) as answer:
        line = (await answer.json())["sessions"][0]
    async with supervisor.http.get(f"{people.at.url}/api/sessions/{line['session']}") as answer:
        assert (await answer.json())["outcome"]["summary"] == "好"
    async with supervisor.http.get(f"{people.at.url}/api/sessions.csv?from=2020-01-01") as answer:
        assert closed["receipt"] in await answer.text()


async def test_a_receipt_asked_for_at_once_waits_for_the_recorder(gated: tuple[People, Gate]) -> None:
    people, between = gated
    citizen, agent = await people.talking(item="MZ01")
    node = people.at.node.services
    recorder = Recorder(node.database, node.redis, node.settings.realm, "test")
    await recorder.drain()
    await agent.done("close_session", outcome="answered")
    receipt = (await citizen.until("session_closed"))["receipt"]

    async def ask() -> str:
        async with citizen.http.get(f"{people.at.url}/api/receipts/{receipt}") as answer:
            told = await answer.json()
            return f"{told['ticket_state']} {told['outcome']}"

    behind = between.stop(rb"_ticket\r\n.*" + citizen.ticket["ticket"].encode())
    asked = asyncio.ensure_future(ask())
    await behind.until_asked()  # the records say no more than `serving` yet, and the queue is asked
    assert not asked.done()
    await recorder.drain()
    behind.open()
    assert await asked == "done answered"


async def test_pages_carry_headers_that_keep_them_to_themselves(people: People) -> None:
    page = await people.citizen()
    async with page.http.get(f"{page.at.url}/api/public") as answer:
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["Permissions-Policy"].startswith("camera=(self)")
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert (await answer.json())["open_now"] is True


async def test_a_node_says_that_it_lives_and_is_ready_and_what_it_counts(people: People) -> None:
    page = await people.citizen()
    for path in ("/livez", "/readyz"):
        async with page.http.get(page.at.url + path) as answer:
            assert answer.status == 200
    async with page.http.get(f"{page.at.url}/metrics") as answer:
        assert "window_connections 1" in await answer.text()


async def test_an_answer_that_the_document_does_not_know_is_complained_of(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = await people.citizen()
    public = DOCUMENT["paths"]["/api/public"]["get"]["responses"]
    monkeypatch.setitem(public["200"], "headers", {"X-Other": {"required": True}})
    monkeypatch.delitem(public, "422")
    for path in ("/api/public", "/api/public?colour=red"):
        async with page.http.get(page.at.url + path) as answer:
            _ = await answer.read()
    found = people.cluster.described.complaints
    assert found == {
        "GET /api/public 200 brings ['x-request-id']",
        "GET /api/public 200 lacks ['x-other']",
        "GET /api/public 422",
    }
    found.clear()
