"""Each place that refuses something about web-hooks and events is met by a row here, and changes nothing."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Final

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from protocol.errors import BadInput, ServiceError
from protocol.scopes import EVERYWHERE
from records import audit
from records.database import Database
from records.outbox import feed, letters
from records.outbox.hooks import HOOKS_MAX, SECRETS_MAX, HookSpec
from records.outbox.sending import HookTurn, HookTurns, TurnLost
from records.tables.hooks import HookDeliveryRow, HookRow
from records.tables.outbox import OutboxRow
from tests.support.hook_office import Office
from tests.support.refusals import came_from, places

MODULES: Final = tuple(f"records/outbox/{name}.py" for name in ("feed", "hooks", "letters", "sending"))
Row = Callable[["Desk"], Awaitable[object]]


class Desk:
    """An office with as many web-hooks as may be: one has a receiver not allowed any more, one is closed."""

    def __init__(self, office: Office) -> None:
        self.office, self.hooks = office, office.hooks
        self.spec = HookSpec(name="BI", url=office.receiver.url)
        self.open = self.banned = self.closed = ""
        self.turns = HookTurns(office.database, office.clock, "node", 60)
        self.lost = HookTurn("", 0, "", (), (), 0)

    async def furnish(self) -> None:
        """Make the web-hooks, one event beyond the scope of the open one, and secrets as many as there may be."""
        self.open, self.banned, self.closed = [(await self.hooks.make(self.spec)).hook.id for _ in range(3)]
        _ = await self.hooks.close(self.closed)
        _ = await self.hooks.change(self.open, replace(self.spec, scope="district:440113"))
        await self.office.happens("A", handling_district="440114", collecting_district="440114")
        async with self.office.database.begin() as db:
            row = await db.get(HookRow, self.banned)
            assert row is not None
            row.url = "http://127.0.0.1:1/"
        for _ in range(SECRETS_MAX - 1):
            _ = await self.hooks.rotate(self.open, 60)
        for _ in range(HOOKS_MAX - 2):
            _ = await self.hooks.make(self.spec)
        taken = await self.turns.take(self.open)
        assert taken is not None
        self.lost = replace(taken, token=taken.token - 1)

    async def event(self) -> str:
        async with self.office.database.read() as db:
            return (await db.scalars(select(OutboxRow.id))).one()


async def _read_feed(at: Desk, after: int) -> object:
    async with at.office.database.read() as db:
        return await feed.read(db, after, EVERYWHERE, 10)


async def _resend_beyond_its_scope(at: Desk) -> object:
    return await at.hooks.resend(at.open, [await at.event()])


WRONG: Final[Sequence[tuple[str, object]]] = (
    ("name", ""),
    ("name", " "),
    ("name", "BI\x1b[2J"),
    ("url", "http://127.0.0.1:1/"),
    ("url", "nonsense"),
    ("kinds", ("moon.landed",)),
    ("scope", "planet:3"),
    ("scope", "district:000000"),
)
ROWS: Final[Sequence[Row]] = (
    lambda at: at.hooks.make(at.spec),
    lambda at: at.hooks.rotate(at.open, 60),
    lambda at: at.hooks.open(at.banned),
    *(
        act
        for hook in ("closed", "nothing")
        for act in (
            lambda at, hook=hook: at.hooks.change(getattr(at, hook, hook), at.spec),
            lambda at, hook=hook: at.hooks.rotate(getattr(at, hook, hook), 0),
            lambda at, hook=hook: at.hooks.stop(getattr(at, hook, hook)),
            lambda at, hook=hook: at.hooks.open(getattr(at, hook, hook)),
            lambda at, hook=hook: at.hooks.close(getattr(at, hook, hook)),
            lambda at, hook=hook: at.hooks.resend(getattr(at, hook, hook)),
        )
    ),
    lambda at: at.hooks.resend(at.open, ["nothing"]),
    _resend_beyond_its_scope,
    lambda at: letters.dead(at.office.database, "nothing"),
    lambda at: _read_feed(at, 99),
    lambda at: at.turns.renew(at.lost),
    lambda at: at.turns.settle(at.lost, ()),
)


async def kept(database: Database) -> list[str]:
    """Return all that is kept of web-hooks and their deliveries, and the number of entries on the trail."""
    found: list[str] = []
    async with database.read() as db:
        for kind in (HookRow, HookDeliveryRow):
            columns = [column.key for column in kind.__table__.columns]
            found += [str([getattr(row, name) for name in columns]) for row in await db.scalars(select(kind))]
        return [*sorted(found), str(len(await audit.trail(db)))]


async def test_each_refusal_about_web_hooks_is_met_and_changes_nothing(stocked: Database, office: Office) -> None:
    desk = Desk(office)
    await desk.furnish()
    before, met = await kept(stocked), set()
    for field, value in WRONG:
        for refuses in (desk.hooks.make, partial(desk.hooks.change, desk.open)):
            with pytest.raises(BadInput) as told:
                pytest.fail(f"{field} {value} was not refused: {await refuses(replace(desk.spec, **{field: value}))}")
            assert told.value.params["field"] == field
            met.add(came_from(told.value))
    for number, refused in enumerate(ROWS):
        with pytest.raises((ServiceError, TurnLost)) as caught:
            pytest.fail(f"row {number} was not refused: {await refused(desk)}")
        met.add(came_from(caught.value))
        assert await kept(stocked) == before, f"row {number} left something behind"
    assert sorted(set(places(*MODULES)) - met) == [], "each refusal has a row"
    _ = await desk.hooks.close(desk.banned)
    assert (await desk.hooks.make(desk.spec)).hook.secrets == 1, "there is room again"
