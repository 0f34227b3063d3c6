"""Lines with very many rivals: those that matter are followed one by one, the others together."""

from matcher.drain import Rival
from matcher.lines import RIVALS_MAX, line_of


def test_many_small_rivals_become_one_that_weighs_as_much() -> None:
    small = [[1, 1, 4]] * 500
    line = line_of([0, 3, b"0.5", 10, *small, [40, 10, 10]])
    assert line.rivals[0] == Rival(40, 1.0, 0.0), "the one that matters most stands by itself"
    assert len(line.rivals) == RIVALS_MAX + 1
    assert sum(rival.ahead for rival in line.rivals) == 540
    assert abs(line.rivals[-1].shared - 0.1) < 1e-9


def test_few_rivals_are_as_the_script_tells_them() -> None:
    line = line_of([0, 3, b"0.5", 10, [1, 1, 4], [2, 5, 5]])
    assert [rival.ahead for rival in line.rivals] == [1, 2]
