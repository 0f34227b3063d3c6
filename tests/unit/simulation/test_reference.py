"""The reference model's rules, and its days: nothing lost, nobody idle while somebody fitting waits."""

import msgspec
import pytest

from matcher import Rules
from protocol.skills import Abilities, Needs, SkillNeed, fits
from simulation.calls import draw_calls
from simulation.command import SCENARIOS
from simulation.distributions import Exponential
from simulation.drivers import run_model
from simulation.lines import flexibility
from simulation.moves import Finish, Leave, Matches, Move, Ready, Sweep, Take
from simulation.outcome import End
from simulation.scenario import read_scenario
from simulation.world import CallClass, Closing, Rates, SeatPlan, Shift, Widening, World


def skills(*names: str) -> tuple[SkillNeed, ...]:
    return tuple(SkillNeed(name) for name in names)


def small(rate: float = 6.0, **more) -> World:
    kinds = tuple(
        CallClass(name, (Widening(0.0, Needs(skills=skills(name))),), Rates((0.0,), (rate,)), Exponential(900))
        for name in ("a", "b")
    )
    seats = tuple(
        SeatPlan(f"{index}", can, Abilities(skills=skills(*can)), (Shift(3600, 7 * 3600),))
        for index, can in enumerate(("a", "b", "ab"))
    )
    return World("small", kinds, seats, **more)


@pytest.mark.parametrize("name", ["sample_district_day", "overload", "bilingual"])
def test_every_call_ends_exactly_one_way(name):
    world = read_scenario(SCENARIOS / f"{name}.yaml").world
    outcome = run_model(world)
    assert all(call.end is not End.OPEN for call in outcome.calls)
    assert len(outcome.calls) >= len(draw_calls(world, 0))


def test_the_same_seed_gives_the_same_day_and_another_one_another():
    world = small()
    assert run_model(world) == run_model(world)
    assert run_model(world) != run_model(world, 1)


def test_calls_do_not_depend_on_seats_or_rules():
    world = small()
    other = msgspec.structs.replace(world, seats=world.seats[:1], rules=Rules(seat_rule="random"))
    assert draw_calls(world, 3) == draw_calls(other, 3)


class Floor:
    """Follows who waits and who is idle, and objects when one could have the other."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.waiting: dict[int, int] = {}
        self.idle: set[int] = set()

    def watch(self, move: Move, matches: Matches) -> None:
        match move:
            case Take(_, call, kind):
                self.waiting[call] = kind
            case Leave(_, call):
                self.waiting.pop(call, None)
            case Ready(_, seat):
                self.idle.add(seat)
            case Finish(_, ring):
                self.idle.add(ring.seat)
            case Sweep():
                pass
            case _:
                return
        for found in matches:
            self.waiting.pop(found.call, None)
            self.idle.discard(found.seat)
        for kind in set(self.waiting.values()):
            needs = self.world.classes[kind].widenings[0].needs
            assert not any(fits(needs, "", self.world.seats[seat].abilities) for seat in self.idle)


def test_no_seat_is_idle_while_a_fitting_call_waits():
    world = msgspec.structs.replace(small(9.0), closing=Closing(serve=False))
    always = tuple(msgspec.structs.replace(plan, shifts=(Shift(),)) for plan in world.seats)
    floor = Floor(world)
    run_model(msgspec.structs.replace(world, seats=always, days=5), watch=floor.watch)


def test_those_who_wait_at_the_end_are_served_within_the_overrun_or_sent_away():
    serving = run_model(small(12.0, closing=Closing(serve=True, overrun_s=1800)))
    clearing = run_model(small(12.0, closing=Closing(serve=False)))
    closes = 7 * 3600 * 1000
    late = [call.at_ms + call.wait_ms for call in serving.calls if call.end is End.SERVED]
    assert closes < max(late) < closes + 1_800_000
    assert max(call.at_ms + call.wait_ms for call in clearing.calls if call.end is End.SERVED) <= closes
    assert {call.end_ms for call in clearing.calls if call.end is End.CLOSED and call.at_ms < closes} == {closes}
    assert sum(call.end is End.CLOSED for call in serving.calls) <= sum(
        call.end is End.CLOSED for call in clearing.calls
    )


def test_seats_are_there_in_their_shifts_only():
    outcome = run_model(small(1.0, closing=Closing(serve=False)))
    for there_ms, busy_ms in zip(outcome.there_ms, outcome.busy_ms, strict=True):
        assert busy_ms <= there_ms
        assert there_ms >= 6 * 3600 * 1000


def test_a_specialist_is_less_flexible_than_one_who_acts_anywhere():
    here = Abilities(skills=skills("a"), districts=("N",))
    assert flexibility(here) < flexibility(Abilities(skills=skills("a")))
    assert flexibility(here) < flexibility(Abilities(skills=skills("a", "b"), districts=("N",)))


def test_full_lines_turn_calls_away():
    outcome = run_model(small(30.0, lines=4))
    blocked = sum(call.end is End.BLOCKED for call in outcome.calls)
    assert blocked > 0
    assert all(call.wait_ms == 0 for call in outcome.calls if call.end is End.BLOCKED)


def test_the_seat_whose_last_call_ends_sends_away_whoever_called_after_closing_time():
    closes = 7 * 3600 * 1000
    outcome = run_model(small(12.0, closing=Closing(serve=False)))
    for kind, able in enumerate(({0, 2}, {1, 2})):
        ends = {
            call.end_ms
            for call in outcome.calls
            if call.end is End.SERVED and call.end_ms > closes and call.seat in able
        }
        met = [call for call in outcome.calls if call.kind == kind and closes < call.at_ms < max(ends, default=0)]
        assert met
        assert {(call.end, call.end_ms in ends) for call in met} == {(End.CLOSED, True)}
