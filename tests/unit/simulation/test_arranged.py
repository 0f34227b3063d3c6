"""What was arranged beforehand: part-time seats that claim, appointments, the agent of last time."""

import msgspec
import pytest

from protocol.priorities import Priority
from simulation.calls import draw_calls
from simulation.distributions import Constant, Exponential
from simulation.drivers import run_model
from simulation.moves import Accept, Arrive, Book, Claim, Come, Matches, Move, Ready, Take
from simulation.outcome import End
from simulation.reference import ReferenceQueue
from simulation.scenario import ScenarioFaults, read_scenario
from simulation.statistics import results
from simulation.world import Appointments, SameSeat, World
from tests.integration.simulation.worlds import calls, seats

DAY_MS = 86_400_000


def world(*kinds, desks=("a", "a"), claims=(), **more) -> World:
    after = dict(claims)
    plans = (msgspec.structs.replace(plan, claims=after.get(index)) for index, plan in enumerate(seats(*desks)))
    return World("arranged", kinds, tuple(plans), **more)


class Story(list):
    def watch(self, move: Move, matches: Matches) -> None:
        self.append((move, matches))

    def of(self, kind: type) -> list:
        return [(move, matches) for move, matches in self if isinstance(move, kind)]


def test_a_part_time_seat_is_given_nothing_and_serves_what_it_claims():
    story = Story()
    outcome = run_model(world(calls("a", 1.2), claims=[(1, Constant(5.0))]), watch=story.watch)
    assert {found.seat for move, matches in story if not isinstance(move, Claim) for found in matches} == {0}
    claimed = [found for _, matches in story.of(Claim) for found in matches]
    assert {found.seat for found in claimed} == {1}
    assert all(outcome.calls[found.call].end is End.SERVED for found in claimed)
    assert not any(move.match.seat == 1 for move, _ in story.of(Accept))
    waits = [outcome.calls[found.call].wait_ms for found in claimed]
    assert min(waits) >= 1


def test_a_call_that_waits_is_claimed_after_the_part_timers_reaction():
    story = Story()
    outcome = run_model(world(calls("a", 0.05), desks=("a",), claims=[(0, Constant(7.0))]), watch=story.watch)
    alone = [call for call in outcome.calls if call.end is End.SERVED]
    assert alone
    assert sum(call.wait_ms == 7_000 for call in alone) > len(alone) / 2


def test_the_faster_of_two_part_timers_has_the_call():
    claims = [(0, Constant(9.0)), (1, Constant(3.0))]
    outcome = run_model(world(calls("a", 0.02), claims=claims))
    served = [call.seat for call in outcome.calls if call.end is End.SERVED]
    assert served.count(1) > 0.9 * len(served)


def test_an_appointment_on_time_has_its_head_start_and_a_missed_one_is_no_call():
    booked = calls("b", 0.3, appointments=Appointments(3600.0, Constant(60.0), 0.0, 0.25))
    busy = world(calls("a", 1.6), booked, desks=("ab", "ab"), days=3)
    outcome = run_model(busy)
    ends = [call.end for call in outcome.calls if call.kind == 1]
    missed = ends.count(End.NO_SHOW)
    assert 0.1 < missed / len(ends) < 0.4
    found = results("x", busy, [outcome])
    assert found.by_class["b"].no_shows == missed
    assert found.by_class["b"].offered == len(ends) - missed
    assert found.by_class["b"].mean_wait_s < 0.5 * found.by_class["a"].mean_wait_s


@pytest.mark.parametrize(
    ("early_s", "own", "first"),
    [
        (0, Priority.NORMAL, True),
        (599, Priority.NORMAL, True),
        (900, Priority.NORMAL, False),
        (900, Priority.SOS, True),
    ],
)
def test_an_appointment_goes_before_who_came_ten_minutes_sooner_if_it_is_on_time(early_s, own, first):
    queue = ReferenceQueue(world(calls("a", 1.0), desks=("a",)))
    comes_ms = DAY_MS - early_s * 1000
    queue.apply(Book(0, 1, 0, own, DAY_MS))
    queue.apply(Take(comes_ms - 600_000, 0, 0, Priority.NORMAL))
    assert queue.apply(Come(comes_ms, 1)) == ()
    queue.apply(Arrive(comes_ms, 0))
    (found,) = queue.apply(Ready(comes_ms, 0))
    assert found.call == int(first)


def test_whoever_comes_later_than_on_time_is_missed():
    kind = calls("a", 0.2, appointments=Appointments(3600.0, Constant(601.0), 1.0, 0.0))
    assert {call.end for call in run_model(world(kind)).calls} == {End.NO_SHOW}


def test_how_much_counts_as_on_time_is_a_rule_of_the_scenario(tmp_path):
    file = tmp_path / "arranged.yaml"
    file.write_text(WRITTEN.replace("classes:", "rules: {on_time: 3 min}\nclasses:", 1))
    found = read_scenario(file).world
    missed = [call for call in draw_calls(found, 0) if call.due_ms >= 0 and not call.comes]
    assert missed
    assert {call.at_ms - call.due_ms for call in missed} == {180_000}


def test_every_appointment_is_booked_before_its_citizen_comes():
    story = Story()
    kind = calls("a", 0.3, appointments=Appointments(1.0, Exponential(500.0), 0.5, 0.1))
    run_model(world(kind), watch=story.watch)
    came = {move.call: move.at_ms for move, _ in story.of(Come)}
    assert came
    assert all(call.booked_ms < came[call.index] for call in draw_calls(world(kind), 0) if call.comes)


def test_a_citizen_waits_for_the_agent_of_last_time_and_then_for_anybody():
    story = Story()
    kind = calls("a", 0.6, Constant(400.0), same_seat=SameSeat(1.0, 30.0))
    outcome = run_model(world(kind, desks=("a", "a", "a")), watch=story.watch)
    named = {move.call: move.named for move, _ in story.of(Take)}
    assert set(named.values()) == {0, 1, 2}
    own = [call for index, call in enumerate(outcome.calls) if call.seat == named[index]]
    others = [call for index, call in enumerate(outcome.calls) if call.seat not in {-1, named[index]}]
    assert len(own) > len(others) > 0
    assert min(call.wait_ms for call in others) >= 30_000


def test_the_same_calls_come_whoever_is_asked_for():
    plain, asking = calls("a", 0.6), calls("a", 0.6, same_seat=SameSeat(0.5, 30.0))
    before, after = (draw_calls(world(kind, days=20), 0) for kind in (plain, asking))
    assert [(call.at_ms, call.service_ms) for call in before] == [(call.at_ms, call.service_ms) for call in after]
    assert 0.4 < sum(call.named >= 0 for call in after) / len(after) < 0.6


WRITTEN = """
name: arranged
classes:
  - name: calls
    skills: [MZ]
    arrivals: {per_hour: 10}
    service: {exponential: 5 min}
    same_seat: {share: 0.4, for: 30 s}
    widening: [{after: 60 s, skills: [ZS]}]
  - name: booked
    skills: [MZ]
    arrivals: {per_hour: 2}
    service: {exponential: 5 min}
    appointments: {booked: 2 h, off: {exponential: 3 min}, late: 0.2, no_shows: 0.1}
seats:
  - {name: desk, count: 1, skills: [MZ]}
  - {name: at home, count: 2, skills: [MZ], claims: {exponential: 30 s}}
"""


def test_a_scenario_says_all_of_it(tmp_path):
    file = tmp_path / "arranged.yaml"
    file.write_text(WRITTEN)
    found = read_scenario(file).world
    assert found.classes[0].same_seat == SameSeat(0.4, 30.0)
    assert [step.after_s for step in found.classes[0].steps("S000000")] == [0.0, 30.0, 60.0]
    assert found.classes[1].appointments == Appointments(7200.0, Exponential(180.0), 0.2, 0.1)
    assert [plan.claims for plan in found.seats] == [None, Exponential(30.0), Exponential(30.0)]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("for: 30 s", "for: 90 s"), "it is not over before the first widening"),
        (("share: 0.4, ", ""), "share is missing"),
        (("booked: 2 h, ", ""), "booked is missing"),
        (("no_shows: 0.1", "no_shows: 2"), "2 is not between 0 and 1"),
        (("claims: {exponential: 30 s}", "claims: soon"), "'soon' is no duration"),
    ],
)
def test_what_is_wrong_with_it_is_told(tmp_path, change, why):
    file = tmp_path / "arranged.yaml"
    file.write_text(WRITTEN.replace(*change))
    with pytest.raises(ScenarioFaults) as caught:
        read_scenario(file)
    assert why in str(caught.value)
