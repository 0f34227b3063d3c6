"""Each act of the trail, done once on a composed node, leaves exactly one entry, and the entry says everything."""

import datetime as dt
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio

from cloudwindow.compose import node
from cloudwindow.installation import Installation
from cloudwindow.listening import take_port
from records import audit
from records.audit import AuditEntry
from records.audit.acts import ACTS
from records.catalogue.directory import Directory
from records.signing import read_keys
from runtime import door
from runtime.clock import CHINA, ManualClock
from runtime.engines import EmbeddedValkey
from runtime.settings import Settings
from signaling.node import NODE
from signaling.services import SERVICES
from tests.support import acts
from tests.support.command_line import log_left_alone
from tests.support.installed import SECRETS
from tests.support.nodes import Cluster, Running
from tests.support.noted import Place, places, watched
from tests.support.patience import until
from tests.support.people import People
from tests.support.scene import ROWS, Drive, Scene
from tests.support.stand_ins import WRITTEN

DAYTIME = dt.datetime(2026, 3, 4, 10, 0, tzinfo=CHINA)


@pytest_asyncio.fixture
async def scene(valkey: EmbeddedValkey, sqlite_ledger: str, tmp_path: Path) -> AsyncIterator[Scene]:
    """A node composed as for production but with a demonstration's clock, and its commands' environment."""
    lines = ("[window.messages]", 'url = "http://127.0.0.1:9/"', 'allowed = ["127.0.0.0/8"]', f'secret = "{WRITTEN}"')
    (tmp_path / "ports.toml").write_text("\n".join(lines))
    given = {
        "redis_url": valkey.url,
        "database_url": sqlite_ledger,
        "documents_folder": str(tmp_path / "files"),
        "anchors_folder": str(tmp_path / "anchors"),
        "ports_config": str(tmp_path / "ports.toml"),
        **SECRETS,
    }
    more = {"hours": "always", "drain_s": 2, "factor_roles": (), "exports_per_day": 1}
    settings = msgspec.convert({**given, **more}, Settings)
    clock = ManualClock(round(DAYTIME.timestamp() * 1000))
    told = {f"WINDOW_{name.upper()}": text for name, text in given.items()}
    async with AsyncExitStack() as stack:
        stack.enter_context(log_left_alone())
        app = await stack.enter_async_context(node(settings, Installation(tmp_path), clock, is_demonstration=True))
        port = take_port("127.0.0.1", 0)
        await stack.enter_async_context(door.opened(app, port, settings))
        services = app[SERVICES]
        window = Cluster(valkey.url, services.database, await Directory.load(services.database), tmp_path, clock, {})
        window.running.append(Running(f"http://127.0.0.1:{port.getsockname()[1]}", app[NODE], app, stack))
        people = People(window)
        stack.push_async_callback(people.close)
        yield Scene(people, services, clock, tmp_path, told, read_keys(SECRETS["audit_key"]))


async def entries(scene: Scene, act: str) -> dict[str, AuditEntry]:
    async with scene.services.database.read() as db:
        return {entry.id: entry for entry in await audit.trail(db, action=act)}


async def is_sealed(scene: Scene) -> bool:
    """Tell whether the composed node has chained all that was in the inbox."""
    async with scene.services.database.read() as db:
        return all(entry.seq for entry in await audit.trail(db))


async def seal(scene: Scene) -> None:
    """Chain what is in the inbox, as the node does every second."""
    is_more = True
    while is_more:
        async with scene.services.database.begin() as db:
            is_more = bool(await audit.seal(db))


@pytest.mark.timeout(180)
async def test_each_act_leaves_one_entry_that_says_who_did_what_to_what_from_where(scene: Scene) -> None:
    assert {name.partition(",")[0] for name in ROWS} == set(ACTS), f"each act has a row beside {acts.__name__}"
    faults: list[object] = []
    reached: set[Place] = set()
    _ = await until(lambda: is_sealed(scene))  # of itself; from now on nothing waits for its turn
    with watched() as written:
        for name, drive in ROWS.items():
            written.clear()
            faults += await done_once(scene, name, drive)
            reached |= {one for one in written if one.act in acts.SWEPT or one.act == name.partition(",")[0]}
    assert not faults, "\n".join(map(str, faults))
    assert sorted(set(places()) - reached) == [], "each place that notes an act has a row that fails without it"


async def done_once(scene: Scene, name: str, drive: Drive) -> list[object]:
    """Do an act; return what is wrong with its entry."""
    act = name.partition(",")[0]
    before = {} if act == "records.adopted" or act in acts.SWEPT else await entries(scene, act)
    said = await drive(scene)
    await seal(scene)
    found = [one for name, one in (await entries(scene, act)).items() if name not in before]
    wanted = (
        said.who.actor, said.who.seat, scene.keys.person(said.who.person), said.subject, said.result, said.place,
    )  # fmt: skip
    told = [(one.actor, one.seat, one.person, one.subject, one.result, one.origin) for one in found]
    faults: list[object] = [(name, "wanted", wanted, "found", told)] if told != [wanted] else []
    return faults + [
        (act, "request", one.request) for one in found if bool(one.request) is not (said.place == "loopback")
    ]
