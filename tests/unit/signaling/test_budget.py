"""A page's budget: what is over it is refused, and a page that does not heed that floods, fast or slowly."""

from signaling.socket.budget import Budget


def said(budget: Budget, per_s: int, seconds: int) -> list[str]:
    """Return what a page is told that sends evenly for so long."""
    return [budget.spend(number / per_s) for number in range(per_s * seconds)]


def test_within_the_budget_nothing_is_refused() -> None:
    assert set(said(Budget(50, 200, 0), 50, 60)) == {"taken"}


def test_a_page_a_little_too_fast_is_refused_and_let_be() -> None:
    told = said(Budget(50, 200, 0), 60, 120)
    assert set(told) == {"taken", "refused"}
    assert told.count("refused") < 120 * 10


def test_a_slow_flood_floods_too() -> None:
    for per_s, within_s in ((10_000, 1), (600, 2), (150, 12)):
        told = said(Budget(50, 200, 0), per_s, within_s)
        assert told[-1] == "flooded", per_s
        assert told.count("refused") >= 200


def test_a_page_that_pauses_is_forgiven() -> None:
    budget = Budget(50, 200, 0)
    for second in range(10):
        told = [budget.spend(second * 10) for _ in range(300)]
        assert "flooded" not in told
        assert [budget.spend(second * 10 + 5 + step / 50) for step in range(100)] == ["taken"] * 100


def test_when_the_share_of_an_address_is_used_up_only_a_page_that_sends_much_floods() -> None:
    left = [4]

    def shared() -> bool:
        left[0] -= 1
        return left[0] >= 0

    quiet, busy = Budget(50, 200, 0, shared), Budget(50, 200, 0, shared)
    assert [quiet.spend(0), *(busy.spend(0) for _ in range(3))] == ["taken"] * 4
    assert [busy.spend(0) for _ in range(201)] == ["refused"] * 200 + ["flooded"]
    assert [quiet.spend(0) for _ in range(100)] == ["refused"] * 100
    left[0] = 1
    assert quiet.spend(0) == "taken"
