"""The policy of scopes in Python and its twin in SQL choose the same tickets, on both engines."""

from itertools import product

from sqlalchemy import select

from protocol.priorities import Priority
from protocol.scopes import EVERYWHERE, Place, Scope, ScopeKind
from protocol.states import TicketState
from records.database import Database
from records.scopes import has_ticket, within
from records.sessions import find as sessions
from records.sessions.today import Today, today
from records.tables.items import ItemRow
from records.tables.ledger import TicketRow

DAY = "20260304"
ANYTHING = sessions.SessionSearch(unanswered=True, limit=sessions.LIMIT_MAX)
STATES = (TicketState.WAITING, TicketState.ABANDONED, TicketState.DONE)
FACTS = {"receipt": "", "about": "{}", "needs": "{}", "mode": "consult", "language": "cmn", "channel": "pc"}


async def stocked_with_tickets(ledger: Database) -> dict[str, Place]:
    """Put a ticket of each combination of places on record; return their places."""
    places: dict[str, Place] = {}
    async with ledger.begin() as db:
        departments = {row.id: row.department for row in await db.scalars(select(ItemRow))}
        sides = product(
            ("440113", "440114", ""), ("440113", "440115"), ("PY-HALL", "HD-HALL", ""), ("MZ01", "RS02", "")
        )
        for number, (collecting, handling, site, item) in enumerate(sides):
            name = f"T{number:03d}"
            state = STATES[number % len(STATES)]
            db.add(
                TicketRow(
                    id=name,
                    number=name,
                    day=DAY,
                    state=state,
                    priority=Priority.NORMAL if number % 5 else Priority.PRIORITY,
                    item=item,
                    site=site,
                    collecting_district=collecting,
                    handling_district=handling,
                    arrived_ms=1000 + number,
                    taken_ms=1000 + number,
                    waited_ms=number * 1000 if state is TicketState.DONE else None,
                    session=f"S{number}" if state is TicketState.DONE else "",
                    **FACTS,
                )
            )
            districts = (collecting, handling)
            places[name] = Place(districts=districts, departments=(departments.get(item, ""),), sites=(site,))
    return places


async def test_the_policy_and_its_condition_choose_the_same_tickets_and_counts(stocked: Database) -> None:
    places = await stocked_with_tickets(stocked)
    scopes = [EVERYWHERE, Scope(ScopeKind.DISTRICT), Scope(ScopeKind.SITE), Scope(ScopeKind.DEPARTMENT)]
    scopes += [Scope(ScopeKind.DISTRICT, code) for code in ("440113", "440114", "440115", "440103")]
    scopes += [Scope(ScopeKind.DEPARTMENT, name) for name in ("MZ", "RS", "GZ")]
    scopes += [Scope(ScopeKind.SITE, name) for name in ("PY-HALL", "HD-HALL", "PY-WB")]
    for scope in scopes:
        wanted = {name for name, place in places.items() if scope.covers(place)}
        async with stocked.read() as db:
            found = set(await db.scalars(select(TicketRow.id).where(within(scope))))
            assert found == wanted, scope
            assert {name for name in ("T000", "T001", "T053") if await has_ticket(db, scope, name)} == found & {
                "T000",
                "T001",
                "T053",
            }
            page = await sessions.find(db, ANYTHING, scope)
            assert {one.ticket for one in page.sessions} == wanted
            assert await sessions.count(db, ANYTHING, scope) == len(wanted)
            urgent = await sessions.claims_by_site(db, ANYTHING, scope)
            assert sum(one.claimed for one in urgent) == len([name for name in wanted if int(name[1:]) % 5 == 0])
            counts = await today(db, DAY, scope, 20_000)
            assert await today(db, "20260305", scope, 20_000) == Today()
        numbers = {int(name[1:]) for name in wanted}
        waiting = {number for number in numbers if number % 3 == 0}
        assert counts == Today(
            waiting=len(waiting),
            oldest_ms=1000 + min(waiting) if waiting else 0,
            answered=len({number for number in numbers if number % 3 == 2}),
            answered_in_target=len({number for number in numbers if number % 3 == 2 and number <= 20}),
            abandoned=len({number for number in numbers if number % 3 == 1}),
        ), scope
