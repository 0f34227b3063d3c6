"""What agents said of claims to priority: on the ticket, in the spreadsheet, and counted by site."""

import csv
import io

import msgspec
from redis.asyncio import Redis

from protocol.scopes import EVERYWHERE
from records.database import Database
from records.journal.recorder import Recorder
from records.sessions import find as sessions
from records.sessions.export import export_csv
from records.sessions.find import SessionSearch
from records.sessions.papers_of_ticket import papers
from records.sessions.views import ClaimFigures
from runtime.clock import ManualClock
from tests.support.journal import REALM, ScriptedVisit


async def test_claims_are_counted_by_site_for_what_the_search_finds(
    ledger: Database, redis: Redis, clock: ManualClock
) -> None:
    said = {"S001": [True], "S002": [True, False], "S003": [], "S004": [False]}
    windows = {}
    for seat, answers in said.items():
        clock.advance(60)
        window = windows[seat] = ScriptedVisit(redis, clock, seat)
        if seat == "S004":
            window.about = msgspec.structs.replace(window.about, site="PY-01")
        await window.takes_a_ticket()
        await window.is_reserved()
        await window.is_accepted()
        for confirmed in answers:
            await window.answers_the_claim(confirmed=confirmed)
    # Passed on to another seat: a second session, and still one claim.
    passed = windows["S002"]
    await passed.is_given_back()
    passed.session, passed.reservation, passed.seat = "S2", "R2", "S005"
    await passed.is_reserved()
    await passed.is_accepted()
    waits = ScriptedVisit(redis, clock, "S006")  # never answered
    await waits.takes_a_ticket()
    await Recorder(ledger, redis, REALM).drain()

    async with ledger.read() as db:
        found = await sessions.claims_by_site(db, SessionSearch(), EVERYWHERE)
        assert found == (ClaimFigures("HD-TB", 3, 1, 1), ClaimFigures("PY-01", 1, 0, 1))
        assert [one.unseen for one in found] == [1, 0]
        assert await sessions.claims_by_site(db, SessionSearch(seat="S004"), EVERYWHERE) == (
            ClaimFigures("PY-01", 1, 0, 1),
        )
        assert (await sessions.claims_by_site(db, SessionSearch(unanswered=True), EVERYWHERE))[0] == ClaimFigures(
            "HD-TB", 4, 1, 1
        )
        assert await sessions.claims_by_site(db, SessionSearch(seat="S999"), EVERYWHERE) == ()
    text = b"".join([piece async for piece in export_csv(ledger, SessionSearch(), EVERYWHERE)]).decode("utf-8-sig")
    by_seat = {row["seat"]: row["priority_claim"] for row in csv.DictReader(io.StringIO(text))}
    assert by_seat == {
        "S001": "confirmed", "S002": "refused", "S005": "refused", "S003": "claimed", "S004": "refused",
    }  # fmt: skip
    # What a mended session is laid out with.
    assert (await papers(ledger, passed.ticket, passed.session)).priority_claim == "refused"
    assert (await papers(ledger, waits.ticket, "")).priority_claim == ""
