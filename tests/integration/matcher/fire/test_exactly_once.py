"""Exactly once under fire: nodes and server die at random; by the journal everybody was served, and only once."""

import os
import sys
from collections import Counter
from pathlib import Path

import pytest

from matcher import Queue
from protocol.events import Event, ReservationAccepted, ReservationMade, TicketDone, TicketLeft, TicketTaken
from runtime.engines import EmbeddedValkey
from tests.integration.matcher.journal_laws import check_journal
from tests.support.fire import Fire, open_tickets
from tests.support.fire_worker import told

LONG = [pytest.mark.long, pytest.mark.timeout(3060)]
SEED = int(os.environ.get("WINDOW_TEST_SEED", "12"))


@pytest.mark.parametrize("kills", [pytest.param(60, marks=pytest.mark.timeout(180)), pytest.param(1000, marks=LONG)])
async def test_everybody_is_served_once_whoever_dies(
    kills: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with EmbeddedValkey(tmp_path / "valkey", appendfsync="always") as server:
        fire = Fire(server, tmp_path, SEED)
        await fire.burn(kills)
        events = await fire.journal()
        heard = [line for ledger in fire.ledgers for line in told(ledger)]
        with capsys.disabled():
            sys.stdout.write(f"\n{summary(fire.done, events)}\n")

        assert open_tickets(events) == set(), "stuck"
        check_journal(events)
        nobody_is_lost(events, heard)
        nobody_is_served_by_two(events, heard)
        async with server.client() as redis:
            queue = Queue(redis, fire.queue.realm, fire.queue.clock, fire.queue.rules)
            assert await queue.care.check() == []


def nobody_is_lost(events: list[Event], heard: list[list[str]]) -> None:
    taken = [event.ticket for event in events if isinstance(event, TicketTaken)]
    assert len(taken) == len(set(taken))
    wanted = {ticket for _, what, ticket, *_ in heard if what in {"wants", "has"}}
    assert wanted == set(taken)
    ends = Counter(event.ticket for event in events if isinstance(event, TicketDone | TicketLeft))
    assert ends == Counter(taken), "each ticket ends once"
    left = {event.ticket for event in events if isinstance(event, TicketLeft)}
    assert {ticket for _, what, ticket, *_ in heard if what == "left"} <= left


def nobody_is_served_by_two(events: list[Event], heard: list[list[str]]) -> None:
    accepted = [event for event in events if isinstance(event, ReservationAccepted)]
    sessions = {(event.ticket, event.fence): event.session for event in accepted}
    assert len(sessions) == len(accepted), "a fence is accepted once"
    last = {event.ticket: event.fence for event in accepted}
    for life, what, ticket, *fence in heard:
        if what == "serves":
            assert sessions[ticket, int(fence[0])].startswith(f"{life}-"), f"{life} was told that {ticket} is its own"
        elif what == "served":
            assert last[ticket] == int(fence[0]), f"{life} was told that it had finished {ticket}"


def summary(accidents: Counter[str], events: list[Event]) -> str:
    kinds = Counter(type(event) for event in events)
    facts = {
        **accidents,
        "tickets": kinds[TicketTaken],
        "reservations": kinds[ReservationMade],
        "accepted": kinds[ReservationAccepted],
        "done": kinds[TicketDone],
        "left": kinds[TicketLeft],
        "stuck": len(open_tickets(events)),
    }
    return ", ".join(f"{name} {count}" for name, count in facts.items())
