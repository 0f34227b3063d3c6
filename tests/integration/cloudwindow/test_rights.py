"""The table of roles and rights, walked on the composed server: every route and page, with every role."""

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import msgspec
import pytest
import pytest_asyncio
from aiohttp import ClientResponse, ClientSession, DummyCookieJar
from aiohttp.test_utils import TestServer

from cloudwindow.compose import node
from cloudwindow.installation import Installation
from protocol.errors import SignInRequired
from protocol.rights import Right, Role, may
from records.database import Database
from records.staff.accounts import Account, create_account
from records.staff.hashing import PRINTED
from runtime.clock import SystemClock
from runtime.engines import EmbeddedValkey
from runtime.login import STEP_ERRORS, SignInStep
from runtime.request_logins import COOKIE
from runtime.settings import Settings
from seat_console.guard import STEP_PAGES
from seat_console.pages import OPEN, PAGES
from signaling.app import ROUTES
from signaling.services import SERVICES
from tests.support.installed import PASSWORD, SECRETS
from tests.support.wire_socket import WireSocket

ANYBODY: Final = {
    *((route.method, route.path) for route in ROUTES if route.right is None),
    *((method, path) for method, path, _ in OPEN),
    *(
        ("GET", path)
        for path in ("/", "/booth", "/receipt", "/r/{link}", "/ws", "/livez", "/readyz", "/portz", "/metrics")
    ),
    ("GET", "/api/openapi.json"),
    *(("GET", path) for path in ("/privacy", "/accessibility", "/realm.css", "/emblem")),
    *(("GET", path) for path in ("/voice/{language}.json", "/voice/{language}/{clip}")),
    *(("POST", path) for path in ("/", "/booth")),  # the button, pressed before the script runs
    *(("*", path) for path in ("/api/uploads", "/api/uploads/{upload}")),  # says which methods there are
}
"""What nobody has to sign in for."""
STAFF: Final[dict[tuple[str, str], Right]] = {
    **{(route.method, route.path): route.right for route in ROUTES if route.right is not None},
    **{(method, path): right for method, path, _, right, _ in PAGES},
}
"""What each of the other routes and pages needs."""
DURING: Final = {
    **{(method, path): steps for method, path, _, _, steps in PAGES},
    ("POST", "/api/login/code"): (SignInStep.CODE,),
    ("POST", "/api/logout"): tuple(SignInStep),
    ("POST", "/api/password"): (SignInStep.PASSWORD,),
    ("GET", "/api/me"): tuple(SignInStep),
    **{route: tuple(SignInStep) for route in STAFF if route[1].startswith("/api/documents/")},  # say that there is none
}
"""What may be asked for while a step of the sign-in is missing."""
BODIES: Final = {
    "/api/password": {"old": "x" * 12, "new": "y"},
    "/api/seats/{seat}/pause": {"reason": "supervisor"},
    "/api/login/code": {"code": "1"},
}
TUS: Final = {"Tus-Resumable": "1.0.0", "Upload-Length": "3", "Upload-Offset": "0"}
PIECE: Final = {**TUS, "Content-Type": "application/offset+octet-stream"}
LAST: Final = {("POST", "/api/logout"), ("POST", "/sign-out")}
"""What ends a login."""
RIGHT: Final = re.compile(r'"right":|data-code="not_allowed"')
"""How a refusal for want of a right reads, as JSON and as a page."""

HEADERS: Final = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Server": "cloudwindow",
    "Strict-Transport-Security": None,
}
"""What every answer over plain HTTP carries. What a file of a citizen may do is stricter, see the tests of papers."""
POLICIES: Final = {
    "Content-Security-Policy": {
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' blob: data:", "font-src 'self'",
        "media-src 'self' blob:", "connect-src 'self'", "worker-src 'self'", "manifest-src 'self'", "base-uri 'none'",
        "form-action 'self'", "frame-ancestors 'none'",
    },
    "Permissions-Policy": {
        "camera=(self)", "microphone=(self)", "display-capture=(self)", "geolocation=()", "payment=()", "usb=()",
    },
}  # fmt: skip
MORE: Final = re.compile(r" 'sha256-[^']+'| 'wasm-unsafe-eval'|(?<=font-src 'self') data:")
"""What the policy of a page may say more than that of an answer: its import map, fonts of charts, decoders of sound."""
UNSAFE: Final = sorted((method, path) for method, path in STAFF if method not in {"GET", "HEAD"})


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def database(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Database]:
    """A ledger with an account of every role, named as the role."""
    opened = Database(f"sqlite:///{shutil.copy(sqlite_template, tmp_path_factory.mktemp('rights'))}")
    for role in Role:
        account = Account(role.value, role, "S004" if role is Role.AGENT else "")
        await create_account(opened, account, PASSWORD, hasher=PRINTED)
    yield opened
    await opened.close()


@asynccontextmanager
async def served(valkey: EmbeddedValkey, database: Database, folder: Path, **more: object) -> AsyncIterator[TestServer]:
    """Serve a node as production composes it."""
    settings = msgspec.convert(
        {
            "redis_url": valkey.url,
            "database_url": database.engine.url.render_as_string(),
            "documents_folder": str(folder),
            **SECRETS,
            **more,
        },
        Settings,
    )
    async with node(settings, Installation(folder), SystemClock()) as app:
        server = TestServer(app)
        async with server:
            yield server


async def cookie_of(server: TestServer, role: Role, step: SignInStep = SignInStep.NONE) -> dict[str, str]:
    """Sign somebody of a role in and return the headers of the requests that follow."""
    seat = "S004" if role is Role.AGENT else ""
    cookie, login = await server.app[SERVICES].logins.begin(role.value, role, seat, role.value, step)
    return {"Cookie": f"{COOKIE}={cookie}", "X-CSRF-Token": login.csrf}


def check_headers(answer: ClientResponse, method: str, path: str) -> None:
    """Hold that no other site can frame, read or guess an answer, and that no cache keeps what staff was shown."""
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, (method, path)
    for name, wanted in POLICIES.items():
        said = {MORE.sub("", one.strip()) for one in re.split("[;,]", answer.headers[name])}
        assert wanted <= said <= wanted | {"speaker-selection=(self)", "autoplay=(self)"}, (method, path, name)
    if answer.status == 200:
        assert "no-store" in answer.headers.get("Cache-Control", ""), (method, path)


async def refused(browser: ClientSession, server: TestServer, method: str, path: str, said: dict[str, str]) -> str:
    """Ask for something; return why it may not be had: `sign_in`, `right`, or nothing."""
    headers = {**said, **PIECE} if method == "PATCH" else {**said, **TUS}
    body = BODIES.get(path)
    path = re.sub(r"{\w+}", "0" * 26, path.replace("{seat}", "S004"))
    url = server.make_url(path)
    async with browser.request(method, url, json=body, headers=headers, allow_redirects=False) as answer:
        text = await answer.text()
        assert answer.status < 500, (method, path, text)
        check_headers(answer, method, path)
        if any(f'"{error.code}"' in text for error in STEP_ERRORS.values()):
            return "step"
        if answer.headers.get("Location", "") in STEP_PAGES.values():
            return "step" if answer.headers["Location"] != path else ""
        if SignInRequired.code in text or "/sign-in?next" in answer.headers.get("Location", ""):
            return "sign_in"
        if method == "HEAD" and answer.status == SignInRequired.http_status:
            return "sign_in"
        # Where a right was enough, the papers of others and a seat that serves nobody are refused all the same.
        return "right" if answer.status == 403 and (method == "HEAD" or RIGHT.search(text)) else ""


def routes(server: TestServer) -> set[tuple[str, str]]:
    """Return all that the server routes, but its static files and the HEAD that comes with a GET of a page."""
    found = {
        (route.method, route.resource.canonical)
        for route in server.app.router.routes()
        if route.resource is not None and not route.resource.canonical.startswith("/static")
    }
    return {(method, path) for method, path in found if method != "HEAD" or ("GET", path) not in found}


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.timeout(180)
async def test_every_route_is_open_to_the_roles_with_its_right_and_to_nobody_else(
    valkey: EmbeddedValkey, database: Database, tmp_path: Path
) -> None:
    async with served(valkey, database, tmp_path) as server:
        known = routes(server)
        assert known - ANYBODY - set(STAFF) == set(), "name the right of each new route"
        async with ClientSession(cookie_jar=DummyCookieJar()) as browser:
            steps = set(SignInStep) - {SignInStep.NONE}
            logins = {role: await cookie_of(server, role) for role in Role}
            halves = {step: await cookie_of(server, Role.AGENT, step) for step in steps}
            for method, path in sorted(STAFF, key=lambda route: (route in LAST, route)):
                for role in Role:
                    why = await refused(browser, server, method, path, logins[role])
                    # Who misses no step is sent on from the page of a step to the own work.
                    why = "" if why == "step" and path in STEP_PAGES.values() else why
                    is_open = may(role, STAFF[method, path]) or path.startswith("/api/documents/")
                    # HEAD has no body to say that it is the seat that serves nobody.
                    assert why == ("" if is_open else "right") or method == "HEAD", (role, method, path)
                    if (method, path) in LAST:
                        logins[role] = await cookie_of(server, role)
                for step in steps:
                    why = await refused(browser, server, method, path, halves[step])
                    wanted = "" if step in DURING.get((method, path), ()) else "step"
                    assert why == wanted or method == "HEAD", (step, method, path)
                    if (method, path) in LAST:
                        halves[step] = await cookie_of(server, Role.AGENT, step)
                assert await refused(browser, server, method, path, {}) == "sign_in", (method, path)


@pytest.mark.asyncio(loop_scope="module")
async def test_a_socket_is_for_the_roles_with_its_right(
    valkey: EmbeddedValkey, database: Database, tmp_path: Path
) -> None:
    async with served(valkey, database, tmp_path) as server:
        for role in Role:
            for kind, right in (("seat", Right.SERVE_CALLS), ("wallboard", Right.WATCH_FLOOR)):
                headers = await cookie_of(server, role)
                async with ClientSession() as browser:
                    socket = await WireSocket.open(browser, str(server.make_url("")).rstrip("/"), **headers)
                    await socket.hello(kind)
                    answer = await socket.read()
                    await socket.close()
                assert (answer["type"] == "welcome") is may(role, right), (role, kind)


@pytest.mark.asyncio(loop_scope="module")
async def test_nothing_is_done_for_staff_without_the_csrf_token_of_the_login(
    valkey: EmbeddedValkey, database: Database, tmp_path: Path
) -> None:
    async with served(valkey, database, tmp_path) as server, ClientSession(cookie_jar=DummyCookieJar()) as browser:
        for method, path in UNSAFE:
            role = next(one for one in Role if may(one, STAFF[method, path]))
            said = await cookie_of(server, role)
            other = await cookie_of(server, role)
            for csrf in ({}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": other["X-CSRF-Token"]}):
                headers = {"Cookie": said["Cookie"], **(PIECE if method == "PATCH" else TUS), **csrf}
                url = server.make_url(re.sub(r"{\w+}", "0" * 26, path.replace("{seat}", "S004")))
                async with browser.request(method, url, headers=headers, allow_redirects=False) as answer:
                    assert answer.status == 403, (method, path, csrf)
                    assert "bad_csrf" in await answer.text(), (method, path, csrf)
