"""Buckets of addresses in a node's memory: how much at once, when the next, and which address is forgotten."""

from runtime import throttle
from runtime.throttle import AddressBuckets, Limit


class Time:
    def __init__(self) -> None:
        self.s = 100.0

    def __call__(self) -> float:
        return self.s


def new_buckets(burst: int = 3, per_minute: float = 6) -> tuple[AddressBuckets, Time]:
    now = Time()
    return AddressBuckets(Limit("x", burst=burst, per_minute=per_minute), now), now


def test_so_many_at_once_and_the_next_when_it_says() -> None:
    buckets, now = new_buckets()
    assert [buckets.spend("a") for _ in range(5)] == [0, 0, 0, 10, 10]
    now.s += 9.5
    assert buckets.spend("a") == 1
    now.s += 0.5
    assert [buckets.spend("a"), buckets.spend("a")] == [0, 10]
    assert buckets.spend("b") == 0


def test_a_bucket_holds_no_more_than_its_size_however_long_nobody_came() -> None:
    buckets, now = new_buckets()
    assert buckets.spend("a") == 0
    now.s += 3600
    assert [buckets.spend("a") for _ in range(4)] == [0, 0, 0, 10]


def test_a_clock_that_goes_back_takes_nothing_away() -> None:
    buckets, now = new_buckets()
    assert buckets.spend("a") == 0
    now.s -= 50
    assert [buckets.spend("a") for _ in range(3)] == [0, 0, 10]


def test_a_wait_is_told_in_whole_seconds_and_never_none() -> None:
    buckets, now = new_buckets(burst=1, per_minute=600)
    assert [buckets.spend("a"), buckets.spend("a")] == [0, 1]
    now.s += 0.05
    assert buckets.spend("a") == 1
    buckets, now = new_buckets(burst=1, per_minute=40)
    assert [buckets.spend("a"), buckets.spend("a")] == [0, 2]


def test_the_address_that_asked_longest_ago_is_forgotten_first(monkeypatch) -> None:
    monkeypatch.setattr(throttle, "ADDRESSES_MAX", 2)
    buckets, _ = new_buckets(burst=1)
    assert [buckets.spend("a"), buckets.spend("b"), buckets.spend("a"), buckets.spend("c")] == [0, 0, 10, 0]
    assert buckets.spend("a") == 10, "asked after b did"
    assert buckets.spend("b") == 0
