"""An account sees its own district, department or site, nothing beyond: each route, page, frame and label is walked."""

import dataclasses
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final

import aiohttp
import pytest
import pytest_asyncio

from cloudwindow.commands.ledger import SAMPLE
from cloudwindow.compose import REALMS
from protocol.errors import BadInput, NotAllowed, SessionNotFound
from protocol.rights import Right, Role
from protocol.scopes import EVERYWHERE, Scope, ScopeKind
from records import audit
from records.catalogue.directory import Directory
from records.catalogue.file import import_catalogue, read_catalogue
from records.database import Database
from records.sessions.find import show
from records.signing import AuditKeys
from records.staff import grants
from records.staff.accounts import Account, create_account
from runtime.engines import EmbeddedValkey
from runtime.request_logins import COOKIE
from seat_console.pages import PAGES
from signaling.app import ROUTES
from signaling.node import NODE
from signaling.services import SERVICES
from tests.integration.cloudwindow.test_rights import served
from tests.integration.signaling.test_papers import upload
from tests.support.installed import PASSWORD
from tests.support.machines import bearer, make
from tests.support.nodes import Cluster, Running
from tests.support.patience import until
from tests.support.people import People
from tests.support.samples import PNG
from tests.support.wire_page import WirePage

BY_SCOPE: Final = frozenset(
    {Right.WATCH_FLOOR, Right.PAUSE_SEATS, Right.READ_RECORDS, Right.EXPORT_RECORDS, Right.READ_PAPERS}
    | {Right.READ_EVENTS}
)
"""The rights that reach as far as the account's scope."""
WALK: Final = {
    ("GET", "/api/sessions"): "/api/sessions?item=MZ01",
    ("GET", "/api/sessions.csv"): "/api/sessions.csv?item=MZ01",
    ("GET", "/api/sessions/{session}"): "/api/sessions/{session}",
    ("GET", "/api/events"): "/api/events",
    ("GET", "/api/events/kinds"): "/api/events/kinds",
    ("GET", "/api/wallboard"): "/api/wallboard",
    ("POST", "/api/seats/{seat}/pause"): "/api/seats/S004/pause",
    ("GET", "/api/documents/{document}"): "/api/documents/{document}",
    ("GET", "/api/documents/{document}/pages"): "/api/documents/{document}/pages",
    ("GET", "/api/documents/{document}/pages/{page}"): "/api/documents/{document}/pages/1",
    ("GET", "/wallboard"): "/wallboard",
    ("GET", "/records"): "/records?item=MZ01",
    ("GET", "/records.csv"): "/records.csv?item=MZ01",
    ("GET", "/records/{session}"): "/records/{session}",
}
"""How each route and page by scope is asked for; a new one must be here."""
NO_DATA: Final = {("GET", "/wallboard"), ("GET", "/api/events/kinds")}
"""A page that shows nothing before its socket does, and a list that is the same for everybody."""
OWN: Final = (Scope(ScopeKind.DISTRICT, "440113"), Scope(ScopeKind.DEPARTMENT, "MZ"), Scope(ScopeKind.SITE, "PY-HALL"))
FOREIGN: Final = (
    Scope(ScopeKind.DISTRICT, "440114"), Scope(ScopeKind.DEPARTMENT, "GZ"), Scope(ScopeKind.SITE, "HD-HALL"),
)  # fmt: skip
FLOOR: Final = frozenset({"/api/wallboard", "/api/seats/{seat}/pause"})
"""A department has no seats."""


EAST: Final = "east.example"
OPEN: Final = {"hours": "always", "factor_roles": ()}


@dataclasses.dataclass
class Call:
    """A call in Panyu that is on record, with the traces by which it would be recognised."""

    people: People
    ids: dict[str, str]
    traces: tuple[str, ...]

    def shows(self, text: str) -> bool:
        """Tell whether anything in a text is of this call."""
        return any(trace in text for trace in self.traces)


@pytest_asyncio.fixture
async def call(valkey: EmbeddedValkey, sqlite_ledger: str, tmp_path: Path) -> AsyncIterator[Call]:
    """A node composed as for production, and a call with a paper at a site in Panyu."""
    async with calling(valkey, Database(sqlite_ledger), tmp_path) as call:
        yield call


@asynccontextmanager
async def calling(valkey: EmbeddedValkey, database: Database, tmp_path: Path, **more: object) -> AsyncIterator[Call]:
    """Have the call on the first realm of a node."""
    async with AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        server = await stack.enter_async_context(served(valkey, database, tmp_path / "files", **OPEN, **more))
        services = server.app[SERVICES]
        cluster = Cluster(valkey.url, database, await Directory.load(database), tmp_path, services.clock, {})
        cluster.running.append(Running(str(server.make_url("")).rstrip("/"), server.app[NODE], server.app, stack))
        people = People(cluster)
        stack.push_async_callback(people.close)
        agent = await people.agent("S004")
        citizen = await people.waiting(item="MZ01", site="PY-HALL")
        rings = (await agent.until("ringing"))["reservation"]
        await agent.done("accept", reservation=rings["reservation"], fence=rings["fence"])
        session = (await agent.until("session"))["session"]["session"]
        document = await upload(citizen, PNG, material="idcard")
        await agent.sees(document)
        ids = {"session": session, "document": document}
        # The composed recorder writes what the walk reads.
        _ = await until(lambda: _is_on_record(database, session, document))
        ticket = citizen.ticket["ticket"]
        yield Call(people, ids, (session, ticket, document, citizen.ticket["about"]["receipt"], "S004", "坐席004"))


async def _is_on_record(database: Database, session: str, document: str) -> bool:
    async with database.read() as db:
        try:
            record = await show(db, session, EVERYWHERE)
        except SessionNotFound:
            return False
    return [one.document for one in record.documents] == [document]


async def asked(page: WirePage, ids: dict[str, str], method: str, path: str) -> tuple[int, str]:
    url = page.at.url + WALK[method, path].format(**ids)
    body = {"reason": "supervisor"} if method == "POST" else None
    async with page.http.request(method, url, json=body) as answer:
        raw = await answer.read()
        facts = " ".join(f"{name}: {value}" for name, value in answer.headers.items())
        is_picture = answer.content_type.startswith("image/")
        return answer.status, facts if is_picture else facts + raw.decode(errors="replace")


async def walk(call: Call, page: WirePage, scope: Scope, places: Sequence[tuple[str, str]]) -> None:
    """Ask for all of this, and hold that it shows the call where the page's scope reaches, and nothing elsewhere."""
    for method, path in places:
        status, text = await asked(page, call.ids, method, path)
        has_none = scope in FOREIGN or (scope.kind is ScopeKind.DEPARTMENT and path in FLOOR)
        where = (str(scope), method, path, status)
        if has_none:
            assert status in {200, 404}, where
            asked_for = {"S004", *call.ids.values()} if status == 404 else set()
            assert not call.shows(re.sub("|".join(asked_for) or "$", "", text)), where
            assert status == 404 or "{" not in path, where
        else:
            assert status == 200, (*where, text[:300])
            assert call.shows(text) or "document}" in path or (method, path) in NO_DATA, where


@pytest.mark.timeout(180)
async def test_every_operation_shows_a_machine_its_scope_and_nothing_beyond(call: Call) -> None:
    granted = [route for route in ROUTES if route.for_machines and route.right in BY_SCOPE]
    places = sorted((route.method, route.path) for route in granted)
    for scope in (EVERYWHERE, *OWN, *FOREIGN):
        page = await call.people.citizen()
        name = f"{scope.kind}-{scope.id or 'x'}".lower()
        key = await make(call.people.cluster.database, name, *(one.operation for one in granted), scope=scope)
        page.http.headers.update(bearer(key))
        await walk(call, page, scope, places)


@pytest.mark.timeout(180)
async def test_every_route_and_page_shows_an_account_its_scope_and_nothing_beyond(call: Call) -> None:
    routes = {(route.method, route.path) for route in ROUTES if route.right in BY_SCOPE}
    pages = {(method, path) for method, path, _, right, _ in PAGES if right in BY_SCOPE}
    assert routes | pages == set(WALK), "say how a new route shows its data"
    for scope in (EVERYWHERE, *OWN, *FOREIGN):
        page = await call.people.signed_in(f"{scope.kind}{scope.id}".lower(), Role.SUPERVISOR, "", scope=scope)
        await walk(call, page, scope, sorted(WALK))
    async with aiohttp.ClientSession() as http, http.get(f"{call.people.at.url}/metrics") as answer:
        text = await answer.text()
    assert answer.status == 200
    assert "window_" in text
    assert not call.shows(text)
    assert "440113" not in text


@pytest.mark.timeout(180)
async def test_every_route_and_page_shows_an_account_of_another_realm_nothing(
    valkey: EmbeddedValkey, sqlite_ledger: str, tmp_path: Path
) -> None:
    database = Database(sqlite_ledger)
    await import_catalogue(database.of_realm("east", AuditKeys()), read_catalogue(SAMPLE))
    async with calling(valkey, database, tmp_path, further_realms=(f"east={EAST}",)) as call:
        east = call.people.at.app[REALMS]["east"][SERVICES]
        cookie, login = await east.logins.begin("sup", Role.SUPERVISOR, "", "督导")
        said = {"Cookie": f"{COOKIE}={cookie}", "X-CSRF-Token": login.csrf}
        own = [trace for trace in call.traces if trace not in {"S004", "坐席004"}]  # seats of these names are there too
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
            for host in (EAST, "localhost"):
                for method, path in sorted(WALK):
                    url = call.people.at.url + WALK[method, path].format(**call.ids)
                    body = {"reason": "supervisor"} if method == "POST" else None
                    headers = {**said, "Host": host}
                    async with http.request(method, url, json=body, headers=headers, allow_redirects=False) as answer:
                        text = (await answer.read()).decode(errors="replace")
                    where = (host, method, path, answer.status)
                    assert answer.status in ({200, 404, 409} if host == EAST else {303, 401}), where
                    asked_for = set(call.ids.values()) if answer.status in {303, 404} else set()
                    assert not any(trace in re.sub("|".join(asked_for) or "$", "", text) for trace in own), where
        board = await call.people.signed_in("wall", Role.SUPERVISOR, "")
        _, text = await asked(board, call.ids, "GET", "/api/wallboard")
        assert '"paused"' not in text


async def test_a_wallboard_shows_the_seats_lanes_and_counts_of_its_scope_and_follows_only_these(call: Call) -> None:
    people = call.people
    boards: dict[str, WirePage] = {}
    for scope in (OWN[0], OWN[2], FOREIGN[0]):
        page = await people.signed_in(f"w{scope.kind}{scope.id}".lower(), Role.SUPERVISOR, "", scope=scope)
        page.role = "wallboard"
        boards[str(scope)] = await page.open()
    shown = {name: (await page.until("wallboard"))["wallboard"] for name, page in boards.items()}
    directory = people.cluster.directory
    for scope in (OWN[0], OWN[2], FOREIGN[0]):
        seats = {
            seat.id
            for seat in directory.seats.all()
            if scope.id in ({seat.district} if scope.kind is ScopeKind.DISTRICT else {seat.site})
        }
        assert {seat["seat"] for seat in shown[str(scope)]["seats"]} == seats != set(), str(scope)
        assert shown[str(scope)]["booths_known"] < len(directory.places.booths())
    assert [shown[str(scope)]["serving"] for scope in (OWN[0], OWN[2], FOREIGN[0])] == [1, 1, 0]
    assert [shown[str(scope)]["answered_today"] for scope in (OWN[0], OWN[2], FOREIGN[0])] == [1, 1, 0]
    waits = await people.waiting(item="MZ01", site="PY-HALL")
    ours, theirs = boards[str(OWN[0])], boards[str(FOREIGN[0])]
    delta = await ours.until("wallboard_delta", lambda frame: frame["waiting"] == 1)
    assert [lane["district"] for lane in delta["lanes"]] == ["440113"]
    assert await theirs.refused("pause_seat", seat="S004") == "seat_not_found"
    await ours.done("pause_seat", seat="S004")
    await waits.done("leave_queue")
    await ours.until("wallboard_delta", lambda frame: frame["waiting"] == 0)
    assert not any(call.shows(raw) for raw in theirs.raw if '"type":"error"' not in raw)
    assert all("440113" not in raw for raw in theirs.raw)


async def test_a_scope_is_changed_by_another_and_ends_the_sign_ins(call: Call) -> None:
    database = call.people.cluster.database
    page = await call.people.signed_in("sup", Role.SUPERVISOR, "")
    await create_account(database, Account("sec", Role.SECURITY), PASSWORD)
    ended = await grants.set_scope(database, "sup", FOREIGN[0], by="security:sec")
    assert len(ended) == 1
    async with database.read() as db:
        (entry,) = await audit.trail(db, action="account.scoped")
    assert (entry.actor, entry.subject) == ("security:sec", "sup")
    assert {"from": "realm", "to": "district:440114"}.items() <= entry.facts.items()
    with pytest.raises(NotAllowed):
        await grants.set_scope(database, "sec", EVERYWHERE, by="security:sec")
    for name, scope, why in (
        ("sec", FOREIGN[0], "realm_only"),
        ("sup", Scope(ScopeKind.SITE, "NOWHERE"), "unknown"),
        ("sup", Scope(ScopeKind.DISTRICT, "x" * 5000), "unknown"),
    ):
        with pytest.raises(BadInput) as refused:
            await grants.set_scope(database, name, scope)
        assert refused.value.params["why"] == why
    again = await call.people.signed_in("sup", Role.SUPERVISOR, "")
    async with again.http.get(f"{page.at.url}/api/me") as answer:
        assert (await answer.json())["scope"] == "district:440114"
