"""The expected wait where lines share seats, where some overtake, and where a ticket widens."""

import itertools
import random
import statistics

import pytest

from matcher.drain import Line, Rival, drained
from matcher.estimate import expected_wait, wait_in_line
from matcher.lines import line_of, overtaking
from protocol.priorities import HEAD_START_S

TALK_S = 500.0
GIVES_UP = 1 / 480


def mean_of(line: Line, **more) -> float:
    wait = wait_in_line([line], more.get("giving_up", 0.0), more.get("overtaking", ()))
    assert wait is not None
    assert wait.low_s < wait.mean_s < wait.high_s
    return wait.mean_s


def test_a_line_of_its_own_is_the_sum_of_its_stages():
    exact = expected_wait(7, 0.02, GIVES_UP)
    assert exact is not None
    assert mean_of(Line(0, 7, 0.02), giving_up=GIVES_UP) == pytest.approx(exact.mean_s)
    assert drained(Line(0, 7, 0.02), GIVES_UP, ())[0] == pytest.approx(exact.mean_s)


def test_a_rival_at_the_very_same_seats_is_one_line_with_ours():
    together = mean_of(Line(0, 7, 0.02))
    assert mean_of(Line(0, 3, 0.02, (Rival(4, 1.0, 0.0),))) == pytest.approx(together, rel=0.1)


def test_a_rival_that_wants_none_of_our_seats_costs_nothing():
    assert mean_of(Line(0, 3, 0.02, (Rival(9, 0.0, 0.01),))) == pytest.approx(mean_of(Line(0, 3, 0.02)))


OWN, GENERAL = (7, 5, 4, 3, 3, 2), 8


def happens(chance: random.Random, lane: int, ahead: tuple[int, ...]) -> float:
    """Let one hall of six lanes and general seats run until the last ticket of this lane has a seat."""
    queue = [number for number, count in enumerate(ahead) for _ in range(count)]
    chance.shuffle(queue)
    queue.append(lane)
    seats = [*itertools.chain.from_iterable([number] * count for number, count in enumerate(OWN)), *[-1] * GENERAL]
    now = 0.0
    while True:
        leaving = GIVES_UP * (len(queue) - 1)
        rate = len(seats) / TALK_S + leaving
        now += chance.expovariate(rate)
        if chance.random() < leaving / rate:
            queue.pop(chance.randrange(len(queue) - 1))
            continue
        seat = chance.choice(seats)
        served = next((index for index, of in enumerate(queue) if seat in {-1, of}), None)
        if served == len(queue) - 1:
            return now
        if served is not None:
            queue.pop(served)


@pytest.mark.parametrize(
    ("lane", "ahead"),
    [(0, (2, 1, 1, 1, 1, 0)), (5, (0, 0, 0, 2, 0, 1)), (2, (2, 0, 1, 3, 2, 0)), (1, (1, 1, 0, 0, 2, 2))],
)
def test_lanes_that_share_general_seats_wait_as_they_do_when_played_out(lane, ahead):
    chance = random.Random(lane)
    played = statistics.fmean(happens(chance, lane, ahead) for _ in range(1500))
    seats = OWN[lane] + GENERAL
    rivals = tuple(
        Rival(count, GENERAL / seats, OWN[other] / TALK_S)
        for other, count in enumerate(ahead)
        if other != lane and count
    )
    line = Line(0, ahead[lane], seats / TALK_S, rivals)
    assert mean_of(line, giving_up=GIVES_UP) == pytest.approx(played, rel=0.15)


def test_a_third_that_overtakes_makes_the_wait_half_as_long_again_while_its_head_start_lasts():
    line = Line(0, 5, 0.02)
    alone = mean_of(line)
    assert mean_of(line, overtaking=((1e9, 1 / 3),)) == pytest.approx(1.5 * alone)
    assert alone < mean_of(line, overtaking=((60.0, 1 / 3),)) < 1.2 * alone


def test_whoever_has_a_head_start_is_overtaken_by_higher_classes_only():
    classes = (100.0, 1.0, 0.0, 0.0, 30.0)
    assert overtaking(classes, HEAD_START_S, b"normal", 60_000) == ((12 * 3600 - 60, 0.01), (540, 0.3))
    assert overtaking(classes, HEAD_START_S, b"priority", 0) == ((12 * 3600 - 600, 0.01),)
    assert overtaking(classes, HEAD_START_S, b"sos", 0) == ()
    assert overtaking((0.0,) * 5, HEAD_START_S, b"normal", 0) == ()


def test_a_ticket_that_widens_is_served_soon_after_by_the_wider_line():
    narrow, wide = Line(0, 9, 0.01), Line(60, 0, 1.0)
    wait = wait_in_line([narrow, wide], 0.0, ())
    assert wait is not None
    assert 55 < wait.mean_s < 70
    assert wait.low_s <= 60 <= wait.high_s < 70


def test_a_step_that_takes_seats_away_ends_what_was_hoped_from_them():
    quick, slow = Line(0, 0, 0.01), Line(60, 9, 0.01)
    wait = wait_in_line([quick, slow], 0.0, ())
    assert wait is not None
    assert wait.low_s < 60 < wait.mean_s
    assert wait.high_s > 500


def test_a_line_nobody_serves_yet_waits_for_its_widening():
    wait = wait_in_line([Line(0, 0, 0.0), Line(30, 0, 0.1)], 0.0, ())
    assert wait is not None
    assert wait.low_s >= 30
    assert wait_in_line([Line(0, 0, 0.0)], 0.0, ()) is None


def test_what_the_script_says_is_read_into_lines_with_rates_per_seat():
    line = line_of([90_000, 4, b"0.02", 10, [3, 5, 8], [2, 10, 10]])
    near, all_ours = line.rivals
    assert (line.in_s, line.ahead, line.rate) == (90.0, 4, 0.02)
    assert (near.ahead, near.shared) == (3, 0.5)
    assert near.rate == pytest.approx(0.006)
    assert all_ours == Rival(2, 1.0, 0.0)
