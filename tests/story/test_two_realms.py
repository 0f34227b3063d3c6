"""Two realms in one process and one ledger, with the same seats, items and numbers: each whole, each for itself."""

import asyncio
import csv
import io
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import aiohttp
import msgspec
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from booth_client.address import Address
from booth_client.channel import EndedError, RefusedError
from cloudwindow.commands.ledger import SAMPLE
from protocol.states import TicketState
from records import audit
from records.catalogue.entries import MetaEntry
from records.catalogue.file import import_catalogue, read_catalogue
from records.catalogue.values import Located
from records.database import Database
from records.journal import seals
from records.signing import read_keys
from records.staff.accounts import Account, Role, create_account
from records.staff.hashing import PRINTED
from runtime.clock import SystemClock, local
from runtime.engines import EmbeddedValkey
from runtime.realms import settings_of
from runtime.settings import Settings
from tests.support.command_line import run
from tests.support.installed import PASSWORD, SECRETS
from tests.support.samples import PNG
from tests.support.window import Window, open_window

HOST: Final = "east.example"
ZONES: Final = {"window": "Pacific/Kiritimati", "east": "Pacific/Pago_Pago"}
"""25 hours apart: it is never the same day in both."""
SETTINGS: Final = msgspec.convert({**SECRETS, "further_realms": (f"east={HOST}",)}, Settings)


class ToLoopback(AbstractResolver):
    """Finds every name on this machine."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = ResolveResult(hostname=host, host="127.0.0.1", port=port, family=family, proto=0, flags=0)
        return [found]

    async def close(self) -> None:
        """Have nothing to close."""


class Realm(Window):
    """A realm of the server, as the people who come to it by its name see it."""

    def __init__(self, name: str, address: Address, stack: AsyncExitStack) -> None:
        super().__init__(address, stack)
        self.name = name

    async def http(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(resolver=ToLoopback())
        jar = aiohttp.CookieJar(unsafe=True)
        return await self._stack.enter_async_context(aiohttp.ClientSession(connector=connector, cookie_jar=jar))

    async def status(self, http: aiohttp.ClientSession, path: str, **headers: str) -> int:
        async with http.get(self.address.to(path), headers=headers, allow_redirects=False) as answer:
            return answer.status


@asynccontextmanager
async def ledger_of(url: str, realm: str) -> AsyncIterator[Database]:
    database = Database(url, read_keys(settings_of(SETTINGS, realm).audit_key), realm)
    try:
        yield database
    finally:
        await database.close()


async def furnish(url: str) -> None:
    """Give each realm the sample district in its own time zone, and its own people of the same names."""
    sample = read_catalogue(SAMPLE)
    for realm, zone in ZONES.items():
        async with ledger_of(url, realm) as database:
            meta = Located(0, MetaEntry(timezone=zone))
            await import_catalogue(database, msgspec.structs.replace(sample, meta=meta))
            if realm == "east":
                for account in (Account("sup", Role.SUPERVISOR), Account("s004", Role.AGENT, "S004", "东四")):
                    await create_account(database, account, PASSWORD, hasher=PRINTED)


@asynccontextmanager
async def two_realms(valkey: EmbeddedValkey, url: str, folder: Path) -> AsyncIterator[tuple[Realm, Realm]]:
    await furnish(url)
    async with (
        open_window(valkey.url, url, folder, further_realms=SETTINGS.further_realms) as window,
        AsyncExitStack() as stack,
    ):
        port = window.address.base.rpartition(":")[2]
        yield Realm("window", window.address, stack), Realm("east", Address.parse(f"http://{HOST}:{port}"), stack)


class Visit(msgspec.Struct):
    """What a visit left: ids, number, receipt, and the citizen's token."""

    number: str
    receipt: str
    ticket: str
    session: str
    document: str
    token: str

    def traces(self) -> tuple[str, ...]:
        """Return what would betray the visit."""
        return (self.receipt, self.ticket, self.session, self.document)


async def visit(realm: Realm) -> Visit:
    """Have a citizen come, talk, hand in a paper and rate; the agent closes."""
    seat, citizen = await realm.seat("s004"), await realm.citizen()
    ticket = await citizen.take("MZ01", site="HD-TB")
    session = await seat.accept(await seat.until(lambda: seat.ringing))
    assert await citizen.in_session(10)
    await citizen.say(f"来自{realm.name}")
    document = await citizen.upload("证.png", PNG, material="idcard")
    await seat.until(lambda: seat.conversation.view and seat.conversation.view.documents)
    await seat.close("answered", f"在{realm.name}已解答")
    closed = await citizen.until(lambda: citizen.conversation.closed)
    await citizen.until(lambda: citizen.state is TicketState.DONE)
    await citizen.rate(5)
    about = ticket.about
    return Visit(about.number, closed.receipt, ticket.ticket, session.session, document, citizen.token)


async def check_own(realm: Realm, own: Visit, other: Visit) -> None:
    """Hold that the realm's supervisor has the own visit whole and nothing of the other's."""
    supervisor = await realm.staff("sup")
    record = await realm.record(own.session, rated=True)
    assert [line.text for line in record.chat] == [f"来自{realm.name}"]
    assert [one.document for one in record.documents] == [own.document]
    day = local(SystemClock().now_ms(), zone_of(realm)).strftime("%Y%m%d")
    assert own.receipt.startswith(f"{day}-")
    pages = ["/api/sessions?item=MZ01", "/api/sessions.csv?item=MZ01", "/records?item=MZ01", "/api/wallboard"]
    pages += [f"/api/sessions?day={day}", f"/api/sessions?receipt={own.receipt}", "/records.csv?item=MZ01", "/metrics"]
    for path in pages:
        text = (await realm.get(supervisor, path)).decode()
        assert not [trace for trace in other.traces() if trace in text], path
        assert own.session in text or path in {"/api/wallboard", "/metrics"}, path
    (row,) = csv.DictReader(io.StringIO((await realm.get(supervisor, pages[1])).decode("utf-8-sig")))
    assert row["arrived_at"].endswith({"window": "+14:00", "east": "-11:00"}[realm.name])
    assert (await realm.ask(supervisor, "/api/wallboard"))["answered_today"] == 1
    page = (await realm.get(supervisor, f"/records/{own.session}")).decode()
    assert f'data-zone="{ZONES[realm.name]}"' in page
    for path in (f"/records/{other.session}", f"/api/sessions/{other.session}", f"/api/documents/{other.document}"):
        assert await realm.status(supervisor, path) == 404, path
    stranger = await realm.http()
    assert await realm.status(stranger, f"/api/receipts/{other.receipt}") == 404
    bearer = {"Authorization": f"Bearer {other.token}"}
    for document in (own.document, other.document):
        assert await realm.status(stranger, f"/api/documents/{document}", **bearer) in {401, 403, 404}


def zone_of(realm: Realm) -> ZoneInfo:
    return ZoneInfo(ZONES[realm.name])


@pytest.mark.timeout(180)
async def test_both_realms_are_whole_and_neither_sees_the_other(
    valkey: EmbeddedValkey, prepared_url: str, tmp_path: Path
) -> None:
    async with two_realms(valkey, prepared_url, tmp_path) as (west, east):
        ours, theirs = await asyncio.gather(visit(west), visit(east))
        assert ours.number == theirs.number
        await check_own(west, ours, theirs)
        await check_own(east, theirs, ours)
        await check_doors(west, east)
        supervisor = await west.staff("sup")
        metrics = (await west.get(supervisor, "/metrics")).decode()
        assert 'window_answered_today{realm="window"}' in metrics
        assert 'window_answered_today{realm="east"}' in metrics
    for realm, own, other in (("window", ours, theirs), ("east", theirs, ours)):
        async with ledger_of(prepared_url, realm) as database:
            async with database.begin() as db:
                while await audit.seal(db):
                    pass
            async with database.read() as db:
                assert (await audit.verify(db)).is_whole
                assert (await seals.verify(db)).is_whole
                said = str(await audit.trail(db, limit=1000))
            assert own.session in said
            # Where a look was refused its subject is on the trail, but nothing that anybody was shown.
            assert other.receipt not in said
    told = {
        **{f"WINDOW_{name.upper()}": key for name, key in SECRETS.items()},
        "WINDOW_DATABASE_URL": prepared_url,
        "WINDOW_DOCUMENTS_FOLDER": str(tmp_path / "files"),
        "WINDOW_ANCHORS_FOLDER": str(tmp_path / "anchors"),
    }
    both = await asyncio.to_thread(run, "verify", "--papers", WINDOW_FURTHER_REALMS=SETTINGS.further_realms[0], **told)
    assert both.exit_code == 0, both.output
    assert both.output.count("papers: whole, 1") == 2
    assert "realm east:" in both.output
    half = await asyncio.to_thread(run, "verify", **told)
    assert half.exit_code == 1
    assert "realm east: not checked" in half.output
    wrong = await asyncio.to_thread(run, "verify", "--realm", "south", **told)
    assert wrong.exit_code == 2
    assert "there is no such realm" in wrong.stderr


async def without_host(realm: Realm, path: str) -> int:
    """Return the status that a request of HTTP/1.0 without `Host` gets."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(realm.address.base.rpartition(":")[2]))
    writer.write(f"GET {path} HTTP/1.0\r\n\r\n".encode())
    said = await reader.read()
    writer.close()
    assert b"aiohttp" not in said
    return int(said.split()[1])


async def check_doors(west: Realm, east: Realm) -> None:
    """Hold that sign-ins and tickets of one realm count for nothing in the other, and that other hosts are refused."""
    http = await west.staff("sup")
    cookies = "; ".join(f"{cookie.key}={cookie.value}" for cookie in http.cookie_jar)
    stranger = await east.http()
    assert await west.status(stranger, "/api/me", Cookie=cookies) == 200
    assert await east.status(stranger, "/api/me", Cookie=cookies) == 401
    assert await east.status(stranger, "/livez", Host="south.example") == 200
    assert await east.status(stranger, "/api/public", Host="south.example") == 421
    assert [await without_host(west, path) for path in ("/livez", "/readyz", "/api/public")] == [200, 200, 421]
    citizen, forged, other = await west.citizen(), await east.citizen(), await east.citizen()
    await citizen.take("MZ01")
    forged.token, other.stub = citizen.token, citizen.stub
    await forged.channel.drop()
    with pytest.raises(EndedError, match="bad_token"):
        await forged.until(lambda: False)
    with pytest.raises(RefusedError, match="bad_stub"):
        await other.take("MZ01")
    await citizen.leave()
