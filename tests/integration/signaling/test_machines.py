"""Programs of other systems: each does what it was granted, where it was granted, with a right key, and no more."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from functools import partial
from typing import Final

import aiohttp
import pytest
import pytest_asyncio

from protocol.errors import TooManyTries
from protocol.rights import Role
from protocol.scopes import Scope, ScopeKind
from records import audit
from records.database import Database
from records.staff import machine_keys, machines
from runtime import throttle
from runtime.api_keys import id_of, new_key
from runtime.request_logins import COOKIE
from signaling.api.machines import METADATA_PATH, TOKEN_PATH
from signaling.api.table import Route
from signaling.app import ROUTES
from tests.support.machines import GRANTABLE, basic, bearer, expire, make, token_of
from tests.support.nodes import Running
from tests.support.patience import until
from tests.support.people import People

PERSONAL: Final = frozenset(
    {
        "post_login", "post_login_code", "post_logout", "post_password", "get_me", "get_conversation",
        "post_audit_alarms", "options_uploads", "post_uploads", "head_uploads_upload", "patch_uploads_upload",
        "delete_uploads_upload", "post_channel_open", "post_channel_poll", "post_channel_send", "post_channel_close",
        "post_booths_enrol", "post_booths_challenge", "get_receipts_receipt", "get_receipts_receipt_code",
        "get_receipts_receipt_link", "get_hooks", "post_hooks", "post_hooks_hook", "get_hooks_hook_dead",
        "post_hooks_hook_close", "post_hooks_hook_open", "post_hooks_hook_resend", "post_hooks_hook_rotate",
        "post_hooks_hook_stop", "post_ports_port_news",
        "get_messages_schema_json", "get_messages_d_ts", "post_oauth_token",
        "get_well_known_oauth_authorization_server",
    }
)  # fmt: skip
"""Acts of a person, of a ticket or of a booth, what a program needs before it has a key, and news, which are signed."""
MISSING: Final = {
    "get_items_item", "get_sessions_session", "get_documents_document", "get_documents_document_pages",
    "get_documents_document_pages_page", "post_seats_seat_pause",
}  # fmt: skip
"""What is asked for is not there."""
OPERATIONS: Final = sorted(GRANTABLE)
BODIES: Final = {
    "post_seats_seat_pause": {"reason": "supervisor"},
    "post_checks": {"kind": "phone", "value": "13800138000"},
}
BAD: Final = (401, "bad_key", 'Bearer realm="cloudwindow", error="invalid_token"')


@pytest_asyncio.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """A program's client: it keeps no cookies."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as client:
        yield client


async def asked(
    http: aiohttp.ClientSession, at: Running, route: Route, headers: dict[str, str]
) -> tuple[int, str, str]:
    """Ask for a route; return the status, the code of a refusal and the challenge beside it."""
    path = re.sub(r"{\w+}", "0" * 26, route.path.replace("{seat}", "S001"))
    path += {"get_sessions_csv": "?seat=S001"}.get(route.operation, "")
    body = BODIES.get(route.operation)
    async with http.request(route.method, at.url + path, json=body, headers=headers) as answer:
        is_problem = answer.status >= 400 and answer.content_type == "application/json" and route.method != "HEAD"
        code = str((await answer.json())["code"]) if is_problem else ""
        return answer.status, code, answer.headers.get("WWW-Authenticate", "")


def by_name(operation: str) -> Route:
    return next(route for route in ROUTES if route.operation == operation)


@pytest.mark.timeout(120)
async def test_a_key_that_may_do_one_operation_of_the_table_does_that_one_and_no_other(
    people: People, http: aiohttp.ClientSession
) -> None:
    names = [route.operation for route in ROUTES]
    assert len(names) == len(set(names)), "two operations of one name would be granted together"
    assert set(names) == set(GRANTABLE) | PERSONAL, "say whether machines may be granted a new operation"
    for granted in OPERATIONS:
        key = await make(people.cluster.database, granted.replace("_", "-"), granted)
        for route in ROUTES:
            status, code, said = await asked(http, people.at, route, bearer(key))
            where = (granted, route.operation, status, code)
            if route.operation == granted:
                assert status == (404 if granted in MISSING else 200), where
            else:
                assert (status, code) == (403, "" if route.method == "HEAD" else "not_allowed"), where
                scope = f', scope="{route.operation}"' if route.for_machines else ""
                assert said == f'Bearer realm="cloudwindow", error="insufficient_scope"{scope}', where


async def test_a_machine_without_an_operation_and_one_with_all_of_a_role_do_as_much_as_they_were_granted(
    people: People, http: aiohttp.ClientSession
) -> None:
    key = await make(people.cluster.database, "wide")
    for operations in ((), tuple(name for name in OPERATIONS if name != "get_audit"), ()):
        await machines.allow(people.cluster.database, "wide", operations, GRANTABLE)
        for name in OPERATIONS:
            status, _, _ = await asked(http, people.at, by_name(name), bearer(key))
            assert (status == 403) is (name not in operations), (operations, name, status)


async def test_stolen_expired_ended_and_malformed_keys_read_alike_and_open_nothing(
    people: People, http: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    database = people.cluster.database
    good = await make(database, "bi", "get_sessions", "get_public")
    token = await token_of(http, people.at.url, "bi", good)
    expired = await make(database, "old", "get_sessions")
    await expire(database, expired)
    ended = await make(database, "ended", "get_sessions")
    token_of_ended = await token_of(http, people.at.url, "ended", ended)
    await machine_keys.end(database, "ended", id_of(ended))
    closed = await make(database, "closed", "get_sessions")
    await machines.close(database, "closed")
    other_realm = await make(database.of_realm("east", database.keys), "bi")
    wrong = {
        "expired": expired, "ended": ended, "closed": closed, "of another realm": other_realm,
        "a token of an ended key": token_of_ended, "never made": new_key(), "cut": good[:-1],
        "of small letters": good.lower(), "another's check": good[:-7] + new_key()[-7:], "a cut token": token[:-1],
        "a token of nothing": "cwt_", "a ticket's": "eyJ0Ijox.x.y", "a long one": f"cwm_{'A' * 5000}",
    }  # fmt: skip
    caplog.set_level(logging.DEBUG)
    for what, credential in wrong.items():
        await people.at.node.services.throttle.clear(throttle.MACHINE_KEY, "127.0.0.1")
        assert await asked(http, people.at, by_name("get_sessions"), bearer(credential)) == BAD, what
        if credential.startswith(("cwm_", "cwt_")):
            assert await asked(http, people.at, by_name("get_public"), bearer(credential)) == BAD, what
    assert (await asked(http, people.at, by_name("get_sessions"), bearer(good)))[0] == 200
    async with database.read() as db:
        trail = [entry for entry in await audit.trail(db) if entry.action == "machine.refused"]
    assert {(entry.subject, entry.facts["why"]) for entry in trail} == {
        ("old", "expired"), ("ended", "ended"), ("closed", "closed"),
    }  # fmt: skip
    async with http.get(f"{people.at.url}/metrics") as answer:
        metrics = await answer.text()
    assert "window_machine_keys_refused_total" in metrics
    told = metrics + repr(trail) + "".join(repr(vars(record)) for record in caplog.records)
    for credential in (good, token, *wrong.values()):
        assert credential[15:] not in told or len(credential) < 20


async def test_what_is_no_key_and_no_bearer_is_what_it_was_before(people: People, http: aiohttp.ClientSession) -> None:
    challenge = 'Bearer realm="cloudwindow"'
    for headers in ({}, {"Authorization": "Basic eDp5"}, {"Authorization": "cwm_"}):
        found = await asked(http, people.at, by_name("get_sessions"), headers)
        assert found == (401, "sign_in_required", challenge), headers
        assert await asked(http, people.at, by_name("get_public"), headers) == (200, "", "")
    citizen = await people.waiting(item="MZ01")
    assert (await asked(http, people.at, by_name("get_public"), bearer(citizen.token)))[0] == 200
    assert (await asked(http, people.at, by_name("get_conversation"), bearer(citizen.token)))[1] == "bad_input"
    assert await asked(http, people.at, by_name("get_sessions"), bearer(citizen.token)) == BAD


async def test_a_key_counts_alone_where_a_cookie_comes_too_and_needs_no_csrf_token(
    people: People, http: aiohttp.ClientSession
) -> None:
    _ = await people.agent("S001")
    key = await make(people.cluster.database, "planner", "post_seats_seat_pause")
    cookie, _ = await people.at.node.services.logins.begin("sup", Role.SUPERVISOR, "", "sup")
    both = {**bearer(key), "Cookie": f"{COOKIE}={cookie}"}
    assert (await asked(http, people.at, by_name("post_seats_seat_pause"), both))[0] == 200
    assert (await asked(http, people.at, by_name("get_sessions"), both))[:2] == (403, "not_allowed")
    wrong = {**bearer(new_key()), "Cookie": f"{COOKIE}={cookie}"}
    assert await asked(http, people.at, by_name("get_sessions"), wrong) == BAD
    async with people.cluster.database.read() as db:
        (entry,) = await audit.trail(db, action="seat.paused")
    assert (entry.actor, entry.subject, entry.person) == ("machine:planner", "S001", "")


async def test_a_machine_of_one_district_pauses_no_seat_of_another(people: People, http: aiohttp.ClientSession) -> None:
    directory = people.cluster.directory
    here = directory.seats.find("S001").district
    there = next(seat for seat in directory.seats.all() if seat.district != here)
    for seat in ("S001", there.id):
        _ = await people.agent(seat)
    operation = "post_seats_seat_pause"
    for seat, status in (("S001", 200), (there.id, 404), ("NOWHERE", 404)):
        name = f"planner-{status}{seat}".lower()
        key = await make(people.cluster.database, name, operation, scope=Scope(ScopeKind.DISTRICT, here))
        url = f"{people.at.url}/api/seats/{seat}/pause"
        async with http.post(url, json={"reason": "supervisor"}, headers=bearer(key)) as answer:
            assert answer.status == status, await answer.text()


async def test_a_key_that_is_ended_opens_nothing_from_that_moment_on_on_no_node(
    town: tuple[People, Running, Running], http: aiohttp.ClientSession
) -> None:
    people, *nodes = town
    database, route = people.cluster.database, by_name("get_wallboard")
    first = await make(database, "screen", "get_wallboard")
    second = await machine_keys.rotate(database, "screen")
    token = await token_of(http, nodes[0].url, "screen", first)

    async def opens(*credentials: str) -> list[list[int]]:
        return [[(await asked(http, at, route, bearer(one)))[0] for at in nodes] for one in credentials]

    assert await opens(first, second, token) == [[200, 200]] * 3
    await machine_keys.end(database, "screen", id_of(first))
    assert await opens(first, second, token) == [[401, 401], [200, 200], [401, 401]]
    token = await token_of(http, nodes[1].url, "screen", second)
    await machines.allow(database, "screen", (), GRANTABLE)
    assert await opens(second, token) == [[403, 403]] * 2
    await machines.close(database, "screen")
    assert await opens(second, token) == [[401, 401]] * 2


async def test_a_guess_spends_tries_by_address_and_the_right_key_is_not_told_to_wait(
    people: People, http: aiohttp.ClientSession
) -> None:
    key, route = await make(people.cluster.database, "bi", "get_sessions"), by_name("get_sessions")
    found = [await asked(http, people.at, route, bearer(new_key())) for _ in range(throttle.MACHINE_KEY.burst)]
    assert found == [BAD] * throttle.MACHINE_KEY.burst
    assert (await asked(http, people.at, route, bearer(new_key())))[:2] == (429, "too_many_tries")
    assert (await asked(http, people.at, route, bearer(key)))[0] == 200


async def test_while_the_ledger_is_away_a_machine_waits_and_others_are_served(
    people: People, http: aiohttp.ClientSession
) -> None:
    key, cluster = await make(people.cluster.database, "bi", "get_public"), people.cluster
    ledger, cluster.database = cluster.database, Database("postgresql://nobody@127.0.0.1:1/nothing")
    node = await cluster.start()
    found = [await asked(http, node, by_name("get_public"), headers) for headers in (bearer(key), {})]
    assert [(status, code) for status, code, _ in found] == [(503, "ledger_unavailable"), (200, "")]
    await ledger.close()


async def test_a_machine_asks_so_often_and_another_is_not_told_to_wait(
    people: People, http: aiohttp.ClientSession
) -> None:
    one, other = [await make(people.cluster.database, name, "get_public") for name in ("one", "other")]
    spend = partial(people.at.node.services.throttle.spend, throttle.MACHINE, "one")

    async def is_told_to_wait() -> bool:
        tries = (spend() for _ in range(throttle.MACHINE.burst))  # it fills by one in 50 ms
        _ = await asyncio.gather(*tries, return_exceptions=True)
        return await asked(http, people.at, by_name("get_public"), bearer(one)) == (429, "too_many_tries", "")

    _ = await until(is_told_to_wait)
    assert (await asked(http, people.at, by_name("get_public"), bearer(other)))[0] == 200


async def test_a_stolen_key_that_is_tried_without_end_is_on_the_trail_a_few_times(
    people: People, http: aiohttp.ClientSession
) -> None:
    key = await make(people.cluster.database, "bi", "get_sessions")
    await machines.close(people.cluster.database, "bi")
    for _ in range(throttle.MACHINE_ALARM.burst + 2):
        assert await asked(http, people.at, by_name("get_sessions"), bearer(key)) == BAD
    async with people.cluster.database.read() as db:
        entries = await audit.trail(db, action="machine.refused")
    assert [entry.facts["key"] for entry in entries] == [id_of(key)] * throttle.MACHINE_ALARM.burst


async def test_a_token_is_for_the_operations_that_were_asked_for_and_never_more_than_the_machines(
    people: People, http: aiohttp.ClientSession
) -> None:
    database = people.cluster.database
    key = await make(database, "bi", "get_sessions", "get_public")
    token = await token_of(http, people.at.url, "bi", key, "get_public")
    found = [(await asked(http, people.at, by_name(name), bearer(token)))[0] for name in ("get_public", "get_sessions")]
    assert found == [200, 403]
    whole = await token_of(http, people.at.url, "bi", key)
    await machines.allow(database, "bi", ["get_sessions", "get_wallboard"], GRANTABLE)
    names = ("get_public", "get_sessions", "get_wallboard")
    assert [(await asked(http, people.at, by_name(name), bearer(whole)))[0] for name in names] == [403, 200, 403]


async def test_a_token_is_given_by_both_ways_of_the_standard_and_refused_in_its_words(
    people: People, http: aiohttp.ClientSession
) -> None:
    key = await make(people.cluster.database, "bi", "get_public")
    grant, posted = {"grant_type": "client_credentials"}, {"client_id": "bi", "client_secret": key}
    right = basic("bi", key)

    async def ask(form: object, auth: dict[str, str] | None = None, **headers: str) -> tuple[int, str, str]:
        async with http.post(people.at.url + TOKEN_PATH, data=form, headers={**headers, **(auth or {})}) as answer:
            said = await answer.json()
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["Pragma"] == "no-cache"
            if answer.status == 200:
                assert (said["token_type"], said["expires_in"], said["scope"]) == ("Bearer", 600, "get_public")
            return answer.status, said.get("error", ""), answer.headers.get("WWW-Authenticate", "")

    assert await ask(grant, right) == (200, "", "")
    assert await ask({**grant, **posted}) == (200, "", "")
    says = 'Basic realm="cloudwindow"'
    for name, form, auth, wanted in (
        ("no client", grant, None, (401, "invalid_client", says)),
        ("a wrong key", grant, basic("bi", new_key()), (401, "invalid_client", says)),
        ("another's key", grant, basic("other", key), (401, "invalid_client", says)),
        ("two ways", {**grant, **posted}, right, (400, "invalid_request", "")),
        ("two names", {**grant, "client_id": "other"}, right, (400, "invalid_request", "")),
        ("no grant", posted, None, (400, "invalid_request", "")),
        ("another grant", {**posted, "grant_type": "password"}, None, (400, "unsupported_grant_type", "")),
        ("more than granted", {**grant, "scope": "get_public get_sessions"}, right, (400, "invalid_scope", "")),
        ("a field twice", b"grant_type=client_credentials&grant_type=x", right, (400, "invalid_request", "")),
    ):
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if isinstance(form, bytes) else {}
        assert await ask(form, auth, **headers) == wanted, name
    assert await ask(b"{}", right, **{"Content-Type": "application/json"}) == (400, "invalid_request", "")
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for value in ("Basic", "Basic %", "Basic /w==", "Digest x"):
        found = await ask(b"grant_type=client_credentials", None, Authorization=value, **form)
        assert found == (401, "invalid_client", says), value
    async with http.post(f"{people.at.url}{TOKEN_PATH}?client_secret={key}", data=grant, headers=right) as answer:
        assert (answer.status, (await answer.json())["code"]) == (422, "bad_input")
    async with people.cluster.database.read() as db:
        made = await audit.trail(db, action="machine.token_made")
    assert {(entry.actor, entry.subject) for entry in made} == {("machine:bi", "bi")}


async def test_a_program_that_asks_for_a_token_at_each_request_floods_no_trail(
    people: People, http: aiohttp.ClientSession
) -> None:
    key = await make(people.cluster.database, "bi", "get_public")
    with suppress(TooManyTries):
        while True:
            await people.at.node.services.throttle.spend(throttle.MACHINE_TOKEN, "bi")
    form = {"grant_type": "client_credentials", "client_id": "bi", "client_secret": key}
    found = []
    for _ in range(2):  # one may have come back meanwhile
        async with http.post(people.at.url + TOKEN_PATH, data=form) as answer:
            found.append((answer.status, (await answer.json()).get("code")))
    assert found[-1] == (429, "too_many_tries")
    async with people.cluster.database.read() as db:
        assert len(await audit.trail(db, action="machine.token_made")) <= 1
    assert (await asked(http, people.at, by_name("get_public"), bearer(key)))[0] == 200


async def test_a_foreign_client_finds_its_way_by_the_metadata_alone(
    people: People, http: aiohttp.ClientSession
) -> None:
    key = await make(people.cluster.database, "bi", "get_public")
    async with http.get(people.at.url + METADATA_PATH) as answer:
        said = await answer.json()
    assert said["issuer"] == people.at.url
    assert said["scopes_supported"] == OPERATIONS
    assert {"client_secret_basic", "client_secret_post"} == set(said["token_endpoint_auth_methods_supported"])
    form = {"grant_type": "client_credentials", "client_id": "bi", "client_secret": key}
    async with http.post(said["token_endpoint"], data=form) as answer:
        token = (await answer.json())["access_token"]
    async with http.get(said["service_documentation"]) as answer:
        paths = (await answer.json())["paths"]
    (path,) = [path for path, one in paths.items() if one.get("get", {}).get("operationId") == "get_public"]
    assert {"client": ["get_public"]} in paths[path]["get"]["security"]
    async with http.get(people.at.url + path, headers=bearer(token)) as answer:
        assert answer.status == 200


async def test_a_screen_that_asks_for_the_board_all_day_is_on_the_trail_once_an_hour(
    people: People, http: aiohttp.ClientSession
) -> None:
    key = await make(people.cluster.database, "screen", "get_wallboard")
    found = [(await asked(http, people.at, by_name("get_wallboard"), bearer(key)))[0] for _ in range(3)]
    assert found == [200] * 3
    async with people.cluster.database.read() as db:
        entries = await audit.trail(db, action="wallboard.opened")
    assert [entry.actor for entry in entries] == ["machine:screen"]


async def test_a_machine_that_asks_at_once_from_many_sides_is_one_machine(
    people: People, http: aiohttp.ClientSession
) -> None:
    key = await make(people.cluster.database, "bi", "get_public")
    found = await asyncio.gather(*(asked(http, people.at, by_name("get_public"), bearer(key)) for _ in range(20)))
    assert {status for status, _, _ in found} == {200}
    (state,) = await machine_keys.keys_of(people.cluster.database, "bi")
    assert state.used_ms % machine_keys.HOUR_MS == 0 < state.used_ms
