"""The demonstration: everything on one machine from nothing, and all of it found again the next time."""

import logging
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import msgspec
from aiohttp import web
from msgspec.structs import replace

from cloudwindow.banner import BannerFacts, SignIn, banner
from cloudwindow.certificates import self_signed
from cloudwindow.commands.ledger import SAMPLE, catalogue_of
from cloudwindow.compose import REALMS, node
from cloudwindow.engine import kept_running
from cloudwindow.installation import Installation
from cloudwindow.listening import listen, stop_asked, take_port
from cloudwindow.network import is_local_only, lan_addresses, names, urls
from cloudwindow.settings import with_own
from cloudwindow.stores import audit_keys
from records import migrations
from records.catalogue.directory import Directory
from records.catalogue.file import import_catalogue
from records.database import Database
from records.staff import booths
from records.staff.accounts import OPERATOR, Account
from records.staff.demo import SUPERVISOR, create_demo_accounts, demo_password
from runtime.business_clock import BusinessTime
from runtime.clock import Clock, SystemClock
from runtime.engines import EmbeddedValkey
from runtime.realms import settings_of
from runtime.redis_pool import open_redis, shown
from runtime.settings import Settings
from signaling.node import NODE
from signaling.services import SERVICES

log = logging.getLogger(__name__)

BOOTH = "HD-TB-01"
AGENT = "s004"
SIGN_INS = (
    SignIn(AGENT, "agent, civil affairs 民政 (seat S004)"),
    SignIn("s001", "agent, general help 综合导办 (seat S001)"),
    SignIn("s033", "agent in Huadu 花都, general help (seat S033)"),
    SignIn(SUPERVISOR, "supervisor: wallboard and records"),
    SignIn("admin", "system administrator: accounts, the machine"),
    SignIn("security", "security administrator: grants roles"),
    SignIn("auditor", "audit administrator: reads the audit trail"),
    SignIn("officer", "officer, clerk and guide: roles without a page of their own yet"),
    SignIn("clerk", "…"),
    SignIn("guide", "…"),
)
"""The accounts the banner names; there is one for each seat."""

ANYWHERE = ("0.0.0.0/0", "::/0")
"""Pages of a demonstration meet on one machine or in one room: they may tell each other every address."""


class Demo(msgspec.Struct, frozen=True):
    """Options of the demonstration from the command line."""

    settings: Settings
    installation: Installation
    self_signed: bool = False
    lively: int = 0
    business_time: BusinessTime | None = None
    """The time that the business clock shows from the start on; None: as it was set before, else the real one."""

    @property
    def secret(self) -> str:
        """Secret from which this installation's demonstration passwords are derived."""
        return self.installation.secret("demo-passwords")


async def run(demo: Demo, say: Callable[[str], None]) -> None:
    """Start everything, tell where it is, serve until Ctrl-C, end everything that was started."""
    clock = SystemClock()
    door = take_port(demo.settings.host, demo.settings.port)
    demo.installation.close_to_others()
    with door, stop_asked() as stop:
        async with AsyncExitStack() as stack:
            settings, fingerprint = _with_certificate(demo, _with_keys(demo), clock)
            settings = await stack.enter_async_context(_with_queue(settings, demo.installation, say))
            facts = await _prepared(demo, settings, door)
            app = await stack.enter_async_context(node(settings, demo.installation, is_demonstration=True))
            business = await _set_clock(app, demo.business_time)
            let_come = await stack.enter_async_context(_crowd(demo, app, facts.base))

            def opened() -> None:
                let_come()
                say(banner(replace(facts, fingerprint=fingerprint, business=business)))

            await listen(app, door, settings, stop, opened)
    say("Everything is ended.")


async def _set_clock(app: web.Application, time: BusinessTime | None) -> str:
    """Set the business clock of all realms, if a time is given; return what the first one's shows where it is set."""
    for of_realm in app.get(REALMS, {"": app}).values():
        one = of_realm[NODE]
        if one.sandbox is None:
            continue
        if time is None:
            await one.sandbox.follow()
        else:
            await one.sandbox.set_to(OPERATOR, time)
    services = app[SERVICES]
    business = services.business
    return f"{business.now().local(services.directory.zone):%Y-%m-%d %H:%M %z}" if business.offset_ms else ""


def _with_keys(demo: Demo) -> Settings:
    settings = with_own(demo.settings, demo.installation)
    return replace(settings, ice_networks=settings.ice_networks or ANYWHERE)


def _with_certificate(demo: Demo, settings: Settings, clock: Clock) -> tuple[Settings, str]:
    if not demo.self_signed:
        return settings, ""
    made = self_signed(demo.installation.folder / "tls", names(), ["127.0.0.1", *lan_addresses()], clock)
    return replace(settings, tls_cert=str(made.chain), tls_key=str(made.key)), made.fingerprint


@asynccontextmanager
async def _with_queue(
    settings: Settings, installation: Installation, say: Callable[[str], None]
) -> AsyncIterator[Settings]:
    """Start the embedded queue engine, unless another one is named; it is started again where it ends by itself."""
    if settings.redis_url:
        async with open_redis(settings.redis_url):  # before all the work on the ledger
            yield settings
        return
    async with EmbeddedValkey(installation.queue) as valkey, kept_running(valkey, say):
        yield replace(settings, redis_url=valkey.url)


async def _prepared(demo: Demo, settings: Settings, door: socket.socket) -> BannerFacts:
    """Make the ledger ready and return what there is to tell."""
    await migrations.upgrade(settings.database_url, realm=settings.realm)
    database = Database(settings.database_url, audit_keys(settings, demo.installation), settings.realm)
    try:
        for name in settings.realms[1:]:
            of_realm = database.of_realm(name, audit_keys(settings_of(settings, name), demo.installation))
            await _furnish(of_realm, demo.secret)
        directory, given = await _furnish(database, demo.secret)
        demo.installation.note("demo-passwords.txt", "".join(f"{one.name} {password}\n" for one, password in given))
        code = await booths.new_code(database, BOOTH)
    finally:
        await database.close()
    scheme, port = "https" if settings.is_tls else "http", door.getsockname()[1]
    outside = [] if is_local_only(settings.host) else lan_addresses()
    return BannerFacts(
        base=urls(scheme, ["localhost"], port)[0],
        lan=tuple(urls(scheme, outside, port)),
        booth_name=directory.places.booth(BOOTH).name,
        booth_code=code,
        sign_ins=SIGN_INS,
        passwords=tuple(demo_password(demo.secret, sign_in.name) for sign_in in SIGN_INS),
        hours=settings.hours,
        lively=demo.lively,
        engines=_engines(demo.settings),
        folder=str(demo.installation.folder),
    )


async def _furnish(database: Database, secret: str) -> tuple[Directory, list[tuple[Account, str]]]:
    """Give a realm the sample district and its people; return all accounts with their passwords."""
    await import_catalogue(database, catalogue_of(SAMPLE))
    directory = await Directory.load(database)
    return directory, await create_demo_accounts(database, directory, secret)


def _engines(settings: Settings) -> tuple[str, ...]:
    queue = f"Redis at {shown(settings.redis_url)}" if settings.redis_url else "embedded Valkey"
    ledger = "the database of WINDOW_DATABASE_URL" if settings.database_url else "SQLite"
    return (f"Queue: {queue}. Ledger: {ledger}.",)


@asynccontextmanager
async def _crowd(demo: Demo, app: web.Application, base: str) -> AsyncIterator[Callable[[], None]]:
    """Give what lets the simulated people come; they go at the end."""
    if not demo.lively:
        yield lambda: None
        return
    from cloudwindow.lively import crowd  # brings the media libraries, which nobody else here needs

    load = crowd(app[SERVICES].directory, base, demo.lively, demo.secret)
    try:
        yield load.start
    finally:
        await load.close()
