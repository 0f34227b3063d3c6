"""When a seat fits a ticket."""

import pytest

from protocol.errors import BadInput
from protocol.skills import Abilities, Needs, SkillNeed, fits

LIN = Abilities(
    skills=(SkillNeed("MZ", 3), SkillNeed("CL", 2)),
    languages=("cmn", "yue"),
    authority=3,
    districts=("440113",),
)


@pytest.mark.parametrize(
    ("needs", "expected"),
    [
        (Needs(skills=(SkillNeed("MZ", 3),)), True),
        (Needs(skills=(SkillNeed("CL", 3),)), False),
        (Needs(skills=(SkillNeed("MZ", 1), SkillNeed("CL", 2))), True),
        (Needs(skills=(SkillNeed("MZ", 1), SkillNeed("YB", 1))), False),
        (Needs(skills=(SkillNeed("MZ", 1),), language="yue"), True),
        (Needs(skills=(SkillNeed("MZ", 1),), language="csl"), False),
        (Needs(skills=(SkillNeed("MZ", 1),), authority=4), False),
        (Needs(skills=(SkillNeed("MZ", 1),), district="440114"), False),
        (Needs(skills=(SkillNeed("MZ", 1),), seat="S005"), False),
        (Needs(seat="S004"), True),
    ],
)
def test_a_seat_fits_only_when_it_has_all_that_is_needed(needs, expected):
    assert fits(needs, "S004", LIN) is expected


@pytest.mark.parametrize(
    "needs",
    [
        Needs(),
        Needs(skills=(SkillNeed("", 1),)),
        Needs(skills=(SkillNeed("MZ", 0),)),
        Needs(skills=(SkillNeed("MZ", 6),)),
        Needs(skills=(SkillNeed("MZ", 1), SkillNeed("MZ", 2))),
        Needs(skills=(SkillNeed("MZ", 1),), authority=9),
    ],
)
def test_contradictory_or_empty_needs_are_refused(needs):
    with pytest.raises(BadInput):
        needs.checked()


def test_needs_in_another_order_are_the_same_needs():
    one = Needs(skills=(SkillNeed("MZ", 1), SkillNeed("CL", 2)))
    other = Needs(skills=(SkillNeed("CL", 2), SkillNeed("MZ", 1)))
    assert one.checked() == other.checked()
