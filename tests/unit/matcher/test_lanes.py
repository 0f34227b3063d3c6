"""Names of lanes and profiles: the same things share them, different ones never do."""

from matcher.lanes import flexibility, lane_of, policy_of, profile_of
from matcher.tickets import Step, stored_steps
from protocol.skills import Abilities, Needs, SkillNeed

MZ, HJ = SkillNeed("MZ", 2), SkillNeed("HJ", 1)


def test_needs_in_any_order_are_one_lane() -> None:
    one, other = (policy_of((Step(0, Needs(skills)),), None) for skills in ((MZ, HJ), (HJ, MZ)))
    assert one.name == other.name


def test_every_part_of_the_needs_makes_another_lane() -> None:
    kinds = [Needs((MZ,)), Needs((HJ,)), Needs((MZ,), "cmn"), Needs((MZ,), "", 1), Needs((MZ,), "", 0, "HD")]
    assert len({lane_of(needs)[0] for needs in kinds}) == len(kinds)
    assert lane_of(Needs((MZ,), seat="S1"))[0].startswith("@")


def test_abilities_in_any_order_are_one_profile_but_duty_and_home_are_not() -> None:
    one = profile_of(Abilities((MZ, HJ), ("cmn", "yue")), "full", "", None)
    assert one == profile_of(Abilities((HJ, MZ), ("yue", "cmn")), "full", "", None)
    assert one[0] != profile_of(Abilities((MZ, HJ), ("cmn", "yue")), "part", "", None)[0]
    assert one[0] != profile_of(Abilities((MZ, HJ), ("cmn", "yue")), "full", "HD", None)[0]


def test_who_can_do_more_is_more_flexible() -> None:
    few, many = Abilities((MZ,), ("cmn",), 5, ("HD",)), Abilities((MZ, HJ), ("cmn", "yue"), 5, ("*",))
    assert flexibility(few) < flexibility(many)


def test_what_was_given_up_adds_up_over_the_steps() -> None:
    steps = (Step(0, Needs((MZ,), "yue", 0, "HD")), Step(60, Needs((MZ,), "yue"), ("district",)))
    wide = (*steps, Step(90, Needs((MZ,)), ("language",)))
    found = stored_steps(policy_of(wide, None).text)
    assert [relaxed for _, relaxed in found] == [(), ("district",), ("district", "language")]
