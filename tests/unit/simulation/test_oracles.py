"""The exact answers agree with published tables, with textbooks, and with each other."""

import pytest
from scipy.special import betainc

from simulation.oracles import erlang
from simulation.oracles.beta import regularized_beta
from simulation.oracles.product_form import SkillsGraph, class_waits


def graph(arrivals: dict[str, float], *seats: str, rate: float = 1.0) -> SkillsGraph:
    return SkillsGraph(arrivals, [(rate, frozenset(classes)) for classes in seats])


@pytest.mark.parametrize(
    ("servers", "load", "blocked"),
    [(1, 1.0, 0.5), (2, 1.0, 0.2), (5, 3.0, 0.11005), (10, 5.0, 0.018385), (100, 84.1, 0.0100)],
)
def test_erlang_b_gives_the_values_of_the_tables(servers, load, blocked):
    assert erlang.erlang_b(servers, load) == pytest.approx(blocked, abs=1e-4)


def test_erlang_c_gives_the_textbook_cases():
    two, three = erlang.erlang_c(2, 1.0, 1.0), erlang.erlang_c(3, 2.0, 1.0)
    assert (two.waits, two.mean_wait) == pytest.approx((1 / 3, 1 / 3))
    assert (three.waits, three.mean_wait, three.mean_queue) == pytest.approx((4 / 9, 4 / 9, 8 / 9))
    assert three.occupancy == pytest.approx(2 / 3)


def test_one_seat_is_the_formula_everybody_knows():
    waiting = erlang.erlang_c(1, 0.8, 1.0)
    assert waiting.waits == pytest.approx(0.8)
    assert waiting.mean_wait == pytest.approx(4.0)
    assert erlang.answered_within(1, 0.8, 1.0, 5.0) == pytest.approx(1 - 0.8 * 2.718281828**-1.0)


def test_too_much_work_without_patience_has_no_steady_state():
    with pytest.raises(erlang.UnstableError):
        erlang.erlang_c(3, 3.0, 1.0)
    with pytest.raises(erlang.UnstableError):
        class_waits(graph({"a": 1.1, "b": 0.1}, "a", "b"))


def test_the_pooled_bound_of_two_skills_are_enough_is_exact():
    # M/M/90 with 30 waiting places, 8.4 calls a minute of 10 minutes.
    pooled = erlang.finite_room(90, 30, 8.4, 0.1)
    assert pooled.blocked == pytest.approx(0.003643, abs=5e-7)
    assert pooled.mean_wait == pytest.approx(0.4500, abs=5e-5)
    assert pooled.waits == pytest.approx(0.3797, abs=5e-5)


def test_no_waiting_places_is_erlang_b_and_endless_ones_are_erlang_c():
    assert erlang.finite_room(10, 0, 8.0, 1.0).blocked == pytest.approx(erlang.erlang_b(10, 8.0))
    endless, exact = erlang.finite_room(10, 5_000, 8.0, 1.0), erlang.erlang_c(10, 8.0, 1.0)
    assert endless.mean_wait == pytest.approx(exact.mean_wait)
    assert endless.waits == pytest.approx(exact.waits)


def test_erlang_a_lies_between_erlang_b_and_erlang_c():
    patient, exact = erlang.erlang_a(10, 8.0, 1.0, 1e-7), erlang.erlang_c(10, 8.0, 1.0)
    assert patient.mean_wait == pytest.approx(exact.mean_wait, rel=1e-4)
    hasty = erlang.erlang_a(10, 8.0, 1.0, 1e6)
    assert hasty.abandons == pytest.approx(erlang.erlang_b(10, 8.0), rel=1e-3)


def test_erlang_a_gives_the_published_pooled_bound():
    # 72 seats, mean service 10 min, patience 5 min, load 1.0: 5.5 % give up.
    waiting = erlang.erlang_a(72, 7.2, 0.1, 0.2)
    assert waiting.abandons == pytest.approx(0.055, abs=5e-4)
    assert waiting.occupancy == pytest.approx(1 - waiting.abandons)


def test_service_level_under_abandonment_grows_to_those_who_stay():
    stay = 1 - erlang.erlang_a(72, 7.2, 0.1, 0.2).abandons
    levels = [erlang.erlang_a_within(72, 7.2, 0.1, 0.2, limit) for limit in (0.0, 0.5, 2.0, 1e6)]
    assert levels == sorted(levels)
    assert levels[0] == pytest.approx(1 - erlang.erlang_a(72, 7.2, 0.1, 0.2).waits)
    assert levels[-1] == pytest.approx(stay)


def test_the_beta_function_is_scipys():
    for x in (0.01, 0.3, 0.5, 0.9, 0.99):
        for a in (0.5, 3.0, 72.0, 900.0):
            for b in (1.0, 2.0, 30.0, 400.0):
                assert regularized_beta(x, a, b) == pytest.approx(betainc(a, b, x), abs=1e-12)


def test_the_w_graph_has_its_published_waits():
    waits = class_waits(graph({"a": 1.2, "b": 0.9}, "a", "ab", "b"))
    assert (waits["a"].mean_wait, waits["b"].mean_wait) == pytest.approx((0.9594, 0.6945), abs=5e-5)
    assert (waits["a"].waits, waits["b"].waits) == pytest.approx((0.6169, 0.5272), abs=5e-5)


def test_the_n_graph_has_its_published_waits():
    waits = class_waits(graph({"a": 2.2, "b": 1.0}, "a", "ab", "ab", "a"))
    assert (waits["a"].mean_wait, waits["b"].mean_wait) == pytest.approx((0.7097, 1.2884), abs=5e-5)
    assert (waits["a"].waits, waits["b"].waits) == pytest.approx((0.5678, 0.7680), abs=5e-5)


def test_seats_that_can_do_everything_are_erlang_c():
    waits = class_waits(graph({"a": 2.0, "b": 2.0, "c": 1.5}, *["abc"] * 7))
    exact = erlang.erlang_c(7, 5.5, 1.0)
    for name in "abc":
        assert waits[name].mean_wait == pytest.approx(exact.mean_wait)
        assert waits[name].waits == pytest.approx(exact.waits)


def test_classes_without_common_seats_do_not_feel_each_other():
    waits = class_waits(graph({"a": 1.5, "b": 0.6}, "a", "a", "b"))
    assert waits["a"].mean_wait == pytest.approx(erlang.erlang_c(2, 1.5, 1.0).mean_wait)
    assert waits["b"].mean_wait == pytest.approx(erlang.erlang_c(1, 0.6, 1.0).mean_wait)


@pytest.mark.parametrize("seats", [("a", ""), ("a", "a"), ("ab",) * 8])
def test_a_graph_that_cannot_be_solved_is_refused(seats):
    with pytest.raises(ValueError, match=r"seat|class"):
        class_waits(graph({"a": 0.1, "b": 0.1}, *seats))
