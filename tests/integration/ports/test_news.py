"""News of other systems: believed by signature alone, taken once, handled in the order of their matter."""

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest
import pytest_asyncio
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ports.kit.inbox import GAP_S, KEPT_S, NewsInbox, NewsTaken, Told
from ports.kit.order import MatterStanding, moved, place
from ports.messages import DELIVERED, FAILED, SENDING
from ports.register import NOTICES
from protocol.errors import BadInput
from protocol.port_errors import BadNews, NewsDiffer
from records import audit
from records.database import Database
from records.tables.ports import NewsState, PortMatterRow, PortNewsRow
from runtime import signatures
from runtime.clock import ManualClock
from tests.support.stand_ins import SEALING, SECRET, StandIns

HANDLED, WAITING, SUPERSEDED = NewsState.HANDLED, NewsState.WAITING, NewsState.SUPERSEDED


class Handled:
    """The effects of later features: they note what they were given."""

    def __init__(self) -> None:
        self.told: list[Told] = []
        self.fails = False

    async def note(self, _db: AsyncSession, told: Told) -> None:
        if self.fails:
            raise RuntimeError
        self.told.append(told)


@pytest.fixture
def handled() -> Handled:
    return Handled()


@pytest_asyncio.fixture
async def inbox(doubles: StandIns, ledger: Database, clock: ManualClock, handled: Handled) -> AsyncIterator[NewsInbox]:
    made = NewsInbox(NOTICES, {"messages": doubles.connection("messages")}, ledger, clock, SEALING)
    made.effects = {f"messages/{one.kind}": handled.note for one in (SENDING, DELIVERED, FAILED)}
    yield made


def body(kind: str, sequence: int, matter: str = "m-1", reason: str = "") -> bytes:
    data = {"message": matter, "reason": reason}
    return msgspec.json.encode({"kind": kind, "matter": matter, "sequence": sequence, "data": data})


async def tell(inbox: NewsInbox, clock: ManualClock, message: str, text: bytes) -> NewsTaken:
    told = signatures.headers([SECRET], message, clock.now_ms() // 1000, text)
    return await inbox.take("messages", inbox.believe("messages", told, text), text)


async def state_of(ledger: Database, message: str) -> NewsState:
    async with ledger.read() as db:
        return (await db.scalars(select(PortNewsRow.state).where(PortNewsRow.id == message))).one()


def test_forged_old_and_unknown_news_read_alike(inbox: NewsInbox, clock: ManualClock) -> None:
    text, now_s = body("delivered", 1), clock.now_ms() // 1000
    good = signatures.headers([SECRET], "e1", now_s, text)
    for port, told, said in (
        ("messages", signatures.headers([b"x" * 32], "e1", now_s, text), text),
        ("messages", good, text + b" "),
        ("messages", {**good, signatures.ID: "e2"}, text),
        ("messages", {}, text),
        ("messages", signatures.headers([SECRET], "e1", now_s - signatures.LEEWAY_S - 1, text), text),
        ("courier", good, text),
        ("nothing", good, text),
    ):
        with pytest.raises(BadNews) as caught:
            inbox.believe(port, told, said)
        assert caught.value.params == {}
    with pytest.raises(BadInput):
        inbox.believe("messages", signatures.headers([SECRET], "e" * 65, now_s, text), text)


async def left(ledger: Database) -> tuple[int, int]:
    """Return how many news and matters are kept."""
    async with ledger.read() as db:
        news, matters = await db.scalars(select(PortNewsRow.id)), await db.scalars(select(PortMatterRow.matter))
        return len(news.all()), len(matters.all())


async def test_a_replay_changes_nothing_however_late_and_another_text_under_its_id_is_refused(
    inbox: NewsInbox, ledger: Database, clock: ManualClock, handled: Handled
) -> None:
    assert await tell(inbox, clock, "e1", body("sending", 1)) == NewsTaken(known=False, state=HANDLED)
    clock.advance(KEPT_S - 1)
    assert await inbox.forget() == 0
    assert await tell(inbox, clock, "e1", body("sending", 1)) == NewsTaken(known=True, state=HANDLED)
    with pytest.raises(NewsDiffer):
        await tell(inbox, clock, "e1", body("failed", 1))
    assert [one.kind for one in handled.told] == ["sending"]
    assert await left(ledger) == (1, 1)
    clock.advance(1.001)
    assert await inbox.forget() == 1
    assert await left(ledger) == (0, 0), "nor does the matter stay"


async def test_later_news_wait_for_earlier_ones_and_are_handled_with_them(
    inbox: NewsInbox, ledger: Database, clock: ManualClock, handled: Handled
) -> None:
    assert (await tell(inbox, clock, "e2", body("delivered", 2))).state is WAITING
    assert (await tell(inbox, clock, "x2", body("sending", 2, "m-2"))).state is WAITING
    assert (await tell(inbox, clock, "e1", body("sending", 1))).state is HANDLED
    assert await state_of(ledger, "e2") is HANDLED
    assert [(one.kind, one.matter) for one in handled.told] == [("sending", "m-1"), ("delivered", "m-1")]
    clock.advance(GAP_S)
    assert await inbox.go_on() == 1
    assert [(one.kind, one.matter) for one in handled.told[2:]] == [("sending", "m-2")]
    assert await inbox.go_on() == 0
    assert (await tell(inbox, clock, "x1", body("sending", 1, "m-2"))).state is SUPERSEDED


async def test_a_last_state_waits_for_nobody_and_nothing_lower_overwrites_it(
    inbox: NewsInbox, ledger: Database, clock: ManualClock, handled: Handled
) -> None:
    assert (await tell(inbox, clock, "e1", body("sending", 1))).state is HANDLED
    assert (await tell(inbox, clock, "e3", body("failed", 3, reason="off"))).state is HANDLED
    assert (await tell(inbox, clock, "e2", body("delivered", 2))).state is SUPERSEDED
    assert (await tell(inbox, clock, "e4", body("delivered", 4))).state is SUPERSEDED
    assert [one.kind for one in handled.told] == ["sending", "failed"]
    async with ledger.read() as db:
        noted = await audit.trail(db, action="port.told")
    assert [one.facts["state"] for one in noted] == ["superseded", "superseded", "handled", "handled"]
    assert {(one.actor, one.subject) for one in noted} == {("port:messages", "m-1")}


async def test_an_effect_that_fails_keeps_nothing_so_that_the_sender_comes_again(
    inbox: NewsInbox, clock: ManualClock, handled: Handled
) -> None:
    handled.fails = True
    with pytest.raises(RuntimeError):
        await tell(inbox, clock, "e1", body("sending", 1))
    handled.fails = False
    assert await tell(inbox, clock, "e1", body("sending", 1)) == NewsTaken(known=False, state=HANDLED)


async def test_news_that_cannot_be_carried_out_hold_no_other_matter_up(
    inbox: NewsInbox, ledger: Database, clock: ManualClock, handled: Handled, caplog: pytest.LogCaptureFixture
) -> None:
    async def refuse(db: AsyncSession, told: Told) -> None:
        if told.matter == "m-1":
            raise RuntimeError
        await handled.note(db, told)

    inbox.effects["messages/sending"] = refuse
    for matter in ("m-1", "m-2"):
        assert (await tell(inbox, clock, matter, body("sending", 2, matter))).state is WAITING
    clock.advance(GAP_S)
    assert await inbox.go_on() == 2
    assert [await state_of(ledger, matter) for matter in ("m-1", "m-2")] == [WAITING, HANDLED]
    assert await inbox.go_on() == 1
    assert [one.message for one in caplog.records if one.levelname == "ERROR"] == ["port_news_failed"]


async def test_two_nodes_that_take_the_same_and_the_next_at_once_handle_each_once(
    inbox: NewsInbox, ledger: Database, clock: ManualClock, handled: Handled
) -> None:
    news = [(f"e{number % 4}", body("sending", number % 4 + 1)) for number in range(12)]
    taken = await asyncio.gather(*(tell(inbox, clock, message, text) for message, text in news))
    assert sum(not one.known for one in taken) == 4
    assert len(handled.told) == 4
    async with ledger.read() as db:
        assert set(await db.scalars(select(PortNewsRow.state))) == {HANDLED}


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"\xff",
        body("sings", 1),
        body("sending", 0),
        body("sending", 1, ""),
        b'{"kind": "sending", "matter": "m", "sequence": 1, "data": {"message": 7}}',
        b'{"kind": "sending", "matter": "m", "sequence": 1}',
        b'{"kind": "sending", "matter": "m\\u0000", "sequence": 1, "data": {"message": "m"}}',
        b'{"kind": "sending", "matter": "m\\u001b[2J", "sequence": 1, "data": {"message": "m"}}',
        b'{"kind": "sending", "matter": "m", "sequence": 1, "data": {"message": "m", "reason": "\\u0000"}}',
        b'{"kind": "sending", "matter": "m", "sequence": 1, "data": {"message": "m"}, "passed": "\xff"}',
        b'{"kind": "sending", "matter": "m", "sequence": 1, "data": {"message": "m", "passed": "\xff"}}',
        b'{"kind": "sending", "matter": "m", "sequence": 1, "data": %b}' % (b"[" * 5000 + b"]" * 5000),
    ],
)
async def test_believed_news_of_no_known_form_are_refused_and_not_kept(
    text: bytes, inbox: NewsInbox, ledger: Database, clock: ManualClock
) -> None:
    with pytest.raises(BadInput):
        await tell(inbox, clock, "e1", text)
    async with ledger.read() as db:
        assert (await db.scalars(select(PortNewsRow))).all() == []


async def test_what_is_told_of_a_person_is_sealed(inbox: NewsInbox, ledger: Database, clock: ManualClock) -> None:
    await tell(inbox, clock, "e1", body("failed", 1, reason="陈桂花关机"))
    async with ledger.read() as db:
        row = (await db.scalars(select(PortNewsRow))).one()
    assert "陈桂花" not in row.body
    assert "陈桂花" in SEALING.open(row.body, "messages e1")


def test_any_order_of_arrival_ends_at_the_highest_rank() -> None:
    """The law behind it: a matter's rank never falls, and no news is handled twice or left when its time is over."""
    standing = MatterStanding()
    for sequence, rank in ((3, 1), (1, 2), (2, 2), (5, 3), (4, 3), (6, 1)):
        found = place(standing, sequence, rank, is_last=rank == 3, has_waited=True)
        assert found is not WAITING
        after = moved(standing, sequence, rank) if found is HANDLED else standing
        assert after.rank >= standing.rank
        standing = after
    assert standing == MatterStanding(5, 3)
