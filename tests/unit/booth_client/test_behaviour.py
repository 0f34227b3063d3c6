"""Simulated people: draws that stay what their pace says."""

import random

from booth_client.behaviour import Behaviour, Pace
from protocol.outcomes import Outcome


def person(**pace: float) -> Behaviour:
    return Behaviour(Pace(**pace), random.Random(7))


def test_durations_have_the_mean_that_was_asked_for():
    someone = person()
    mean = sum(someone.lasts(60) for _ in range(4000)) / 4000
    assert 57 < mean < 63


def test_nothing_lasts_where_the_mean_is_zero():
    assert person().lasts(0) == 0


def test_counts_have_the_mean_that_was_asked_for():
    someone = person()
    for mean in (0.0, 0.8, 3.0):
        drawn = [someone.times(mean) for _ in range(4000)]
        assert abs(sum(drawn) / 4000 - mean) < 0.1


def test_no_outcome_that_needs_a_list_of_missing_materials_is_drawn():
    someone = person()
    assert Outcome.CORRECTION not in {someone.outcome() for _ in range(500)}
