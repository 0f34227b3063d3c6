"""A breaker stops asking after so many failures, lets one call at a time try, and believes an answer at once."""

from ports.kit.breaker import FAILURES_MAX, OPEN_MAX_S, OPEN_S, Breaker, BreakerPass, Circuit
from runtime.clock import ManualClock

CALL, PROBE = BreakerPass.CALL, BreakerPass.PROBE


def opened(clock: ManualClock) -> Breaker:
    breaker = Breaker(clock)
    for _ in range(FAILURES_MAX):
        assert breaker.enter() is CALL
        breaker.fail(CALL, "away")
    return breaker


def test_it_opens_at_the_last_of_so_many_failures_in_a_row_and_not_before(clock: ManualClock) -> None:
    breaker = Breaker(clock)
    for _ in range(FAILURES_MAX - 1):
        breaker.fail(CALL, "away")
    breaker.succeed()
    assert (breaker.answered_ms, breaker.problem) == (clock.now_ms(), "")
    for _ in range(FAILURES_MAX - 1):
        breaker.fail(CALL, "away")
    assert breaker.state is Circuit.CLOSED
    breaker.fail(CALL, "too_slow")
    assert (breaker.state, breaker.enter(), breaker.problem) == (Circuit.OPEN, None, "too_slow")


def test_one_probe_at_a_time_decides(clock: ManualClock) -> None:
    breaker = opened(clock)
    clock.advance(OPEN_S - 0.001)
    assert not breaker.enter()
    clock.advance(0.001)
    assert [breaker.enter(), breaker.enter()] == [PROBE, None]
    breaker.leave(PROBE)
    assert breaker.enter() is PROBE, "one that was given up says nothing"
    breaker.succeed()
    assert breaker.state is Circuit.CLOSED


def test_calls_that_went_out_before_it_opened_neither_end_the_probe_nor_keep_it_open_longer(
    clock: ManualClock,
) -> None:
    breaker = opened(clock)
    clock.advance(OPEN_S / 2)
    breaker.fail(CALL, "too_slow")
    clock.advance(OPEN_S / 2)
    assert breaker.enter() is PROBE
    breaker.leave(CALL)
    breaker.fail(CALL, "too_slow")
    assert (breaker.state, breaker.enter()) == (Circuit.HALF_OPEN, None)
    breaker.fail(PROBE, "away")
    clock.advance(2 * OPEN_S)
    assert breaker.enter() is PROBE


def test_each_probe_that_fails_doubles_the_wait_up_to_a_bound(clock: ManualClock) -> None:
    breaker = opened(clock)
    waits = [OPEN_S]
    for _ in range(8):
        clock.advance(waits[-1])
        assert breaker.enter() is PROBE
        breaker.fail(PROBE, "away")
        waits.append(min(2 * waits[-1], OPEN_MAX_S))
        clock.advance(waits[-1] - 0.001)
        assert not breaker.enter()
        clock.advance(0.001 - waits[-1])
    assert waits[-1] == OPEN_MAX_S
