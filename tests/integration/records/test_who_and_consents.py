"""On record: who of the staff spoke, and each word of the citizen about consents; read on both engines."""

import csv
import io

import pytest
from msgspec.structs import replace
from redis.asyncio import Redis

from protocol import session_events
from protocol.errors import BadInput
from protocol.events import ConsentNoted
from protocol.scopes import EVERYWHERE
from protocol.views import ConsentHow, ConsentKind
from records.catalogue.file import CatalogueFaults, import_catalogue
from records.catalogue.values import Catalogue, Located
from records.database import Database
from records.journal import seals
from records.journal.recorder import Recorder
from records.sessions import find as sessions
from records.sessions.export import BOM, export_csv
from records.sessions.find import SessionSearch
from records.staff.accounts import Account, Role, create_account
from records.staff.badges import describe
from records.staff.hashing import PRINTED
from runtime.clock import ManualClock
from tests.support.journal import REALM, ScriptedVisit


async def says(window: ScriptedVisit, kind: ConsentKind, *, given: bool, session: str = "") -> None:
    window.clock.advance(1)
    await window.write(
        ConsentNoted(
            at_ms=window.now,
            ticket=window.ticket,
            consent=kind,
            given=given,
            version="2026-11-01",
            locale="zh-Hant",
            how=ConsentHow.TOUCH,
            session=session,
        )
    )


async def test_each_word_of_the_citizen_and_who_spoke_are_on_record_and_in_the_file(
    ledger: Database, redis: Redis, clock: ManualClock
) -> None:
    window = ScriptedVisit(redis, clock)
    await window.takes_a_ticket()
    await says(window, ConsentKind.SERVICE, given=True)
    await says(window, ConsentKind.PICTURE, given=False)
    await window.is_reserved()
    await window.is_accepted()
    await window.notes(
        session_events.AgentIntroduced(**window.next(), name="林晓文", staff_number="130004", department="MZ"), "server"
    )
    await says(window, ConsentKind.PICTURE, given=True, session=window.session)
    await says(window, ConsentKind.PICTURE, given=False, session=window.session)
    for _ in range(2):  # the same journal twice changes nothing
        await Recorder(ledger, redis, REALM).drain()

    async with ledger.read() as db:
        record = await sessions.show(db, window.session, EVERYWHERE)
        assert (await seals.verify(db)).is_whole
    assert [(one.kind, one.given) for one in record.consents] == [
        ("service", True),
        ("picture", False),
        ("picture", True),
        ("picture", False),
    ]
    assert {(one.version, one.locale, one.how) for one in record.consents} == {("2026-11-01", "zh-Hant", "touch")}
    assert (record.line.agent, record.line.staff_number, record.line.department) == ("林晓文", "130004", "MZ")
    text = (
        b"".join([piece async for piece in export_csv(ledger, SessionSearch(), EVERYWHERE)]).decode().removeprefix(BOM)
    )
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["agent"], row["staff_number"], row["department"]) == ("林晓文", "130004", "MZ")


async def test_a_badge_names_a_department_that_there_is(stocked: Database, clock: ManualClock) -> None:
    asked = Account("lin", Role.NONE, "", "林晓文", "0123", "NOWHERE")
    with pytest.raises(BadInput):
        await create_account(stocked, asked, "correct horse battery", clock=clock, hasher=PRINTED)
    _ = await create_account(
        stocked, Account("lin", Role.NONE, "", "林晓文"), "correct horse battery", clock=clock, hasher=PRINTED
    )
    await describe(stocked, "lin", staff_number="0123", department="MZ", by="system:wang", clock=clock)
    for wrong in ({"staff_number": "1" * 33}, {"staff_number": "1\n2"}, {"department": "X"}, {"display_name": " "}):
        with pytest.raises(BadInput):
            await describe(stocked, "lin", **wrong, by="system:wang", clock=clock)


async def test_a_notice_that_changed_needs_a_new_version_and_nothing_is_imported_without(
    stocked: Database, sample: Catalogue, clock: ManualClock
) -> None:
    def with_text(version: str) -> Catalogue:
        notices = sample.notices.entry
        passage = notices.privacy["en"][0]
        changed = {**notices.privacy, "en": (type(passage)(passage.heading, "Everything is different."),)}
        entry = type(notices)(version=version, privacy=changed, accessibility=notices.accessibility)
        return replace(sample, notices=Located(7, entry))

    with pytest.raises(CatalogueFaults, match="line 7: notice_version_used"):
        await import_catalogue(stocked, with_text(sample.notices.entry.version), clock)
    assert (await import_catalogue(stocked, sample, clock)).changed_nothing
    assert not (await import_catalogue(stocked, with_text("2026-12-01"), clock)).changed_nothing
