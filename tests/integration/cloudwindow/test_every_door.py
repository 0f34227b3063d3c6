"""Poison through every door of a node, composed as in production, on both engines: refused or counted, no bug.

The doors are not written down here: addresses, segments and bodies come from the router, fields of queries and forms
from the routes and the templates, frames from the protocol, entries from the journal's events, keys from the queue.
"""

import base64
import logging
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import quote_from_bytes

import msgspec
import pytest
import pytest_asyncio
from aiohttp import ClientSession, DummyCookieJar
from aiohttp.test_utils import TestServer
from hypothesis import HealthCheck, example, given, settings
from sqlalchemy import func, select
from yarl import URL

from cloudwindow.compose import node
from cloudwindow.installation import Installation
from protocol.commands import ClientFrame
from protocol.events import KINDS, journal_key
from protocol.rights import Right, Role, may
from records.journal.recorder import Recorder
from records.tables.base import Base
from records.tables.journal import SetAsideRow
from runtime import edge
from runtime.clock import SystemClock
from runtime.engines import EmbeddedValkey
from runtime.request_logins import COOKIE
from runtime.settings import Settings
from seat_console.pages import OPEN, PAGES
from signaling.api.table import Route
from signaling.app import ROUTES
from signaling.services import SERVICES, RealmServices
from tests.support.installed import SECRETS
from tests.support.poison import NAMED, Poison, of_field, some, spoilt
from tests.support.poison import POISON as ANY
from tests.support.wire_socket import Closed, WireSocket

ROOT: Final = Path(__file__).parents[3]
NAMES: Final = sorted(
    {
        name
        for file in ROOT.glob("*/templates/*.html")
        for name in re.findall(r'<(?:input|select|textarea)[^>]*\bname="(\w+)"', file.read_text(encoding="utf-8"))
    }
    | {"lang", "cursor", "before", "next", "number"}
)
"""Fields of all pages' forms and queries."""
URL_MAX: Final = 6000
LEAST: Final = 15
"""Fewer doors of a kind than this were not found rather than closed."""
CLOSE_BUG: Final = 1011
ENDS_LOGIN: Final = {"/api/logout", "/sign-out"}
WIDE: Final = {
    "frames_burst": 10**6, "commands_burst": 10**6, "candidates_burst": 10**6, "outgoing_max_frames": 10**5,
    "outgoing_max_bytes": 2**30, "sockets_burst": 10**6, "searches_per_address_burst": 10**6,
    "requests_per_address_burst": 10**6, "drain_s": 1,
}  # fmt: skip
"""Bounds that would refuse before the door is reached."""
LIVES: Final = {
    "audit", "audit_inbox", "audit_head", "audit_alarms", "logins", "journal_set_aside",
    "journal_entries", "journal_positions", "record_seals", "reservations", "seat_changes", "outbox", "outbox_heads",
}  # fmt: skip
"""Tables in which a refusal or a sign-in itself is told, or the queue's own course."""


class Site:
    """The node, with a citizen and an agent in a call."""

    def __init__(self, server: TestServer, http: ClientSession) -> None:
        """Know the server and a browser that keeps no cookies."""
        self.server, self.http = server, http
        self.services: RealmServices = server.app[SERVICES]
        self.token = ""

    async def login(self, role: Role) -> dict[str, str]:
        """Sign somebody in; return the headers of the requests that follow."""
        seat = "S004" if role is Role.AGENT else ""
        cookie, login = await self.services.logins.begin(role.value, role, seat, role.value)
        return {"Cookie": f"{COOKIE}={cookie}", "X-CSRF-Token": login.csrf}

    async def ask(
        self, method: str, path: str, said: dict[str, str], body: bytes | None = None, *, most: int = 499
    ) -> int:
        """Ask for something; return the status, which is no bug's."""
        while True:
            url = URL(f"{self.server.make_url('/')}{path.lstrip('/')}", encoded=True)
            async with self.http.request(method, url, headers=said, data=body, allow_redirects=False) as answer:
                text = await answer.text(errors="replace")
            if answer.status != 429:
                assert answer.status <= most, (method, path[:200], (body or b"")[:200], text[:300])
                return answer.status
            for key in await self.services.redis.keys("*:throttle:*"):  # the door behind it is to be reached
                await self.services.redis.delete(key)

    async def content(self) -> dict[str, list[str]]:
        """Return what each table holds once the journal is in it, but for what tells of refusals and sign-ins."""
        await Recorder(self.services.database, self.services.redis, self.services.settings.realm, "test").drain()
        async with self.services.database.engine.connect() as db:
            tables = [table for name, table in Base.metadata.tables.items() if name not in LIVES]
            return {
                table.name: sorted(
                    map(repr, await db.execute(select(table.c.id if table.name == "tickets" else table)))
                )
                for table in tables
            }


@pytest_asyncio.fixture
async def site(
    valkey: EmbeddedValkey, prepared_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Site]:
    """A whole node on one of the engines, which does not keep who was refused waiting."""
    monkeypatch.setattr(edge, "REFUSED_AFTER_S", 0.0)
    chosen = {
        "redis_url": valkey.url, "database_url": prepared_url, "documents_folder": str(tmp_path / "files"),
        "hours": "always", "factor_roles": (), **SECRETS, **WIDE,
    }  # fmt: skip
    async with node(msgspec.convert(chosen, Settings), Installation(tmp_path), SystemClock()) as app:
        server = TestServer(app)
        async with server, ClientSession(cookie_jar=DummyCookieJar()) as http:
            yield Site(server, http)


def places(path: str, fields: list[list[str]], poison: Poison) -> Iterator[str]:
    """Yield the address with the poison in each segment that varies, in the query's fields, and in an unknown one."""
    raw, blank = quote_from_bytes(poison.raw, safe="")[:URL_MAX], re.sub(r"{\w+}", "X", path)
    for segment in re.findall(r"{\w+(?:[^{}]*)}", path):
        yield re.sub(r"{\w+[^{}]*}", "X", path.replace(segment, raw))
    yield f"{blank}?{raw}={raw}"
    for together in fields:
        yield f"{blank}?" + "&".join(f"{name}={raw[: URL_MAX // len(together)]}" for name in together)


async def through_http(site: Site, poison: Poison) -> int:
    """Send the poison through every address, query, form, body and piece of metadata; return how many requests."""
    api: dict[tuple[str, str], Route] = {(route.method, route.path): route for route in ROUTES}
    rights: dict[tuple[str, str], Right] = {(method, path): right for method, path, _, right, _ in PAGES}
    rights |= {where: route.right for where, route in api.items() if route.right is not None}
    roles = {right: next(role for role in Role if may(role, right)) for right in set(rights.values())}
    logins = {role: await site.login(role) for role in set(roles.values())}
    served = {
        (method, route.resource.canonical)
        for route in site.server.app.router.routes()
        if route.resource is not None
        for method in ([route.method] if route.method != "*" else ["POST", "PATCH", "DELETE", "HEAD"])
    }
    assert {(method, path) for method, path, *_ in (*OPEN, *PAGES)} | set(api) <= served | {
        where for where in api if where[0] == "OPTIONS"
    }
    count = 0
    for method, path in sorted(served - {("GET", "/ws"), ("HEAD", "/ws")}):
        route, right = api.get((method, path)), rights.get((method, path))
        said = logins[roles[right]] if right is not None else {}
        if path in ENDS_LOGIN:
            said = await site.login(Role.SUPERVISOR)
        if route is not None and route.who in {"citizen", "party"}:
            metadata = base64.b64encode(poison.raw[:2000]).decode()
            said = {
                "Authorization": f"Bearer {site.token}", "Tus-Resumable": "1.0.0", "Upload-Length": "9",
                "Upload-Offset": "0", "Upload-Metadata": f"filename {metadata},material {metadata},purpose {metadata}",
                "Content-Type": "application/offset+octet-stream",
            }  # fmt: skip
        fields = [] if route is not None else [NAMES]
        if route is not None and route.query is not None:
            fields = [[name] for name in route.query.__struct_encode_fields__]
        for there in places(path, fields, poison):
            _ = await site.ask(method, there, said)
            count += 1
        if method in {"POST", "PATCH"}:
            count += await _bodies(site, method, re.sub(r"{\w+}", "S004", path), said, route, poison)
    return count


async def _bodies(site: Site, method: str, path: str, said: dict[str, str], route: Route | None, poison: Poison) -> int:
    """Send the poison as a body: the whole of it, each field of an object, all fields of a form."""
    sent = [(poison.json[:16_000], "application/json"), (poison.raw[:16_000], said.get("Content-Type", "text/plain"))]
    if route is not None and route.form is not None:
        raw = quote_from_bytes(poison.raw, safe="")[:400]
        names = route.form.__struct_fields__
        form = "application/x-www-form-urlencoded"
        sent += [
            ("&".join(f"{one}={raw if one in spoiled else 'x'}" for one in names).encode(), form)
            for spoiled in (*((name,) for name in names), names)
        ]
    if route is not None and route.body is not None:
        sent += [(body[:16_000], "application/json") for body in spoilt(route.body, poison)]
    if route is None:
        raw = quote_from_bytes(poison.raw, safe="")[:400]
        form = "&".join(f"{name}={raw}" for name in NAMES if name != "csrf")
        sent.append((f"{form}&csrf={said.get('X-CSRF-Token', '')}".encode(), "application/x-www-form-urlencoded"))
    for body, kind in sent:
        _ = await site.ask(method, path, {**said, "Content-Type": kind}, body)
    return len(sent)


async def through_frames(site: Site, poison: Poison) -> int:
    """Send every frame with each field spoilt, as a citizen and as an agent; every socket is still heard after it."""
    count = 0
    url = str(site.server.make_url("")).rstrip("/")
    for role, said in (("citizen", {}), ("seat", await site.login(Role.AGENT))):
        socket = await WireSocket.open(site.http, url, **said)
        await socket.hello(role)
        if role == "citizen":
            await socket.send({"type": "take_ticket", "id": "take"})
            site.token = (await socket.answer("take"))["token"]
        for kind in ClientFrame.__args__:
            for frame in spoilt(kind, poison, str(kind.__struct_config__.tag)):
                if len(frame) < 64_000:
                    await socket.send_as_text(frame)
                    count += 1
        await socket.send({"type": "resume_place", "id": "still here"})
        while (answer := await socket.read()).get("id") != "still here":
            assert answer["type"] != "done", answer
        await socket.close()
    return count


async def through_the_journal(site: Site, poison: Poison) -> int:
    """Write every entry with each field spoilt; each is applied or set aside and counted, and none stops the rest."""
    services = site.services
    recorder = Recorder(services.database, services.redis, services.settings.realm, "test")
    await recorder.drain()
    before, first = await recorder.status(), await _entries(site)
    count = 0
    for tag, kind in KINDS.items():
        info = msgspec.inspect.type_info(kind)
        assert isinstance(info, msgspec.inspect.StructType)
        good = {field.encode_name: str(some(field.type)).encode() for field in info.fields}
        for field in info.fields:
            spoilt_one = {**good, "type": tag.encode(), field.encode_name: of_field(poison, field.type).raw}
            await services.redis.xadd(journal_key(services.settings.realm), spoilt_one)  # type: ignore[arg-type]
            count += 1
    await recorder.drain()
    after, last = await recorder.status(), await _entries(site)
    aside = sum(after.set_aside.values()) - sum(before.set_aside.values())
    # The queue goes on meanwhile: what ends by itself is an entry, too.
    assert (after.behind, after.applied - before.applied + aside) == (0, last - first)
    assert last - first >= count
    async with services.database.read() as db:
        assert await db.scalar(select(func.count()).select_from(SetAsideRow)) == sum(after.set_aside.values())
    return count


async def _entries(site: Site) -> int:
    """Return how many entries the journal ever had."""
    return int((await site.services.redis.xinfo_stream(journal_key(site.services.settings.realm)))["entries-added"])


async def through_redis(site: Site, poison: Poison) -> int:
    """Spoil a key of each kind in turn; pages and sweeps go on, and what was spoilt is put right again."""
    services, said, count = site.services, await site.login(Role.SUPERVISOR), 0
    url, redis = str(site.server.make_url("")).rstrip("/"), site.services.redis
    keys = [key async for key in redis.scan_iter(f"cw:{{{services.settings.realm}}}:*") if isinstance(key, bytes)]
    kinds = {key.split(b":")[2]: key for key in sorted(keys)}
    for key in kinds.values():
        kept = await redis.dump(key)
        if kept is None or key == journal_key(services.settings.realm).encode():
            continue
        await _spoil(site, key, poison.raw)
        socket = await WireSocket.open(site.http, url)
        await socket.hello("citizen", token=site.token)
        await socket.send({"type": "resume_place", "id": f"probe{count}"})
        with suppress(Closed):
            _ = await socket.answer(f"probe{count}")
        assert socket.end is None or socket.end.code != CLOSE_BUG, (key, socket.end)
        await socket.close()
        assert await site.ask("GET", "/api/wallboard", said, most=503) in {200, 401, 503}, key
        _ = await services.queue.seats.sweep()
        await redis.restore(key, 0, kept, replace=True)
        count += 1
    return count


async def _spoil(site: Site, key: bytes, raw: bytes) -> None:
    """Put poison where a key has its values."""
    redis = site.services.redis
    match await redis.type(key):
        case b"string":
            await redis.set(key, raw)
        case b"hash":
            fields = await redis.hkeys(key)
            await redis.hset(key, mapping=dict.fromkeys(fields, raw))
        case b"zset":
            await redis.zadd(key, {raw: 1})
        case b"set":
            await redis.sadd(key, raw)
        case b"list":
            await redis.lpush(key, raw)
        case b"stream":
            await redis.xadd(key, {b"type": raw})
        case kind:
            raise AssertionError(kind)


def bugs(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what the log calls a bug."""
    return [
        f"{record.getMessage()} {vars(record).get('route', '')} {record.exc_text or record.exc_info or ''}"
        for record in caplog.records
        if record.levelno >= logging.ERROR or record.exc_info
    ]


async def through_every_door(site: Site, caplog: pytest.LogCaptureFixture, poison: Poison) -> None:
    """Send the poison through all doors and hold that it changed nothing and met no bug."""
    frames = await through_frames(site, poison)
    content = await site.content()
    asked = await through_http(site, poison)
    now = await site.content()
    assert [name for name in content if content[name] != now[name]] == []
    entries = await through_the_journal(site, poison)
    spoilt = await through_redis(site, poison)
    assert min(frames, asked, entries, spoilt) > LEAST
    assert bugs(caplog) == []


SUPPRESSED: Final = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]


@settings(max_examples=1, derandomize=True, suppress_health_check=SUPPRESSED)
@example(NAMED["nul"])
@example(NAMED["lone surrogate"])
@given(ANY)
@pytest.mark.timeout(120)
async def test_poison_through_any_door_is_refused_or_counted_and_changes_nothing(
    site: Site, caplog: pytest.LogCaptureFixture, poison: Poison
) -> None:
    await through_every_door(site, caplog, poison)


@settings(max_examples=40, suppress_health_check=SUPPRESSED)
@given(ANY)
@pytest.mark.long
@pytest.mark.timeout(600)
async def test_much_poison_through_any_door(site: Site, caplog: pytest.LogCaptureFixture, poison: Poison) -> None:
    await through_every_door(site, caplog, poison)
