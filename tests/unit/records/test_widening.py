"""A ticket asks for the right seat first, then for less, and never for a seat that does not exist."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.errors import NeverServed
from protocol.skills import Abilities, Needs, SkillNeed, fits
from protocol.views import Mode
from records.catalogue.entries import Cross, PolicyEntry, Relax, WideningEntry
from records.catalogue.widening import Coverage, first_needs, own_skill, steps, with_either

POLICY = PolicyEntry(
    widening=(
        WideningEntry(after_s=60, relax=Relax.DISTRICT),
        WideningEntry(after_s=90, relax=Relax.LANGUAGE),
        WideningEntry(after_s=120, relax=Relax.SKILL),
    )
)
MZ = Abilities((SkillNeed("MZ", 3),), ("cmn", "yue"), 3, ("440113",))
GENERAL = Abilities((SkillNeed("ZS", 3),), ("cmn",), 3, ("440113",))
SEATS = tuple((seat, with_either(able, ("MZ", "YJ", "ZS"), "ZS")) for seat, able in (("S1", MZ), ("S2", GENERAL)))


def of(needs: Needs, cross: Cross = Cross.FULL_ONLINE, seats: tuple[tuple[str, Abilities], ...] = SEATS):
    return [(after_s, relaxed) for after_s, _, relaxed in steps(needs, cross, POLICY, Coverage(seats))]


def test_a_common_need_is_widened_in_the_policys_order():
    assert of(first_needs("MZ", Mode.HANDLE, "yue", "440113")) == [
        (0.0, ()),
        (60.0, ("district",)),
        (90.0, ("district", "language")),
        (120.0, ("district", "language", "skill")),
    ]


def test_an_item_of_one_district_alone_never_leaves_it():
    needs = first_needs("MZ", Mode.HANDLE, "yue", "440113")
    assert of(needs, Cross.NONE) == [(0.0, ()), (90.0, ("language",)), (120.0, ("language", "skill"))]
    assert all(step[1].district == "440113" for step in steps(needs, Cross.NONE, POLICY, Coverage(SEATS)))


def test_a_language_nobody_speaks_is_given_up_at_once_and_the_district_is_not():
    first = steps(first_needs("MZ", Mode.CONSULT, "hak", "440113"), Cross.FULL_ONLINE, POLICY, Coverage(SEATS))[0]
    assert (first[0], first[1].language, first[1].district, first[2]) == (0.0, "", "440113", ("language",))


def test_a_skill_nobody_has_goes_to_the_general_seat_at_once():
    first = steps(first_needs("YJ", Mode.COACH, "cmn", "440113"), Cross.FULL_ONLINE, POLICY, Coverage(SEATS))[0]
    assert first[1].skills == (SkillNeed("YJ+ZS", 1),)
    assert first[1].authority == 1
    assert first[2] == ("skill",)


def test_a_ticket_of_the_general_skill_has_nothing_wider_to_ask_for():
    assert [relaxed for _, relaxed in of(first_needs("ZS", Mode.CONSULT, "cmn", ""))] == [(), ("language",)]


def test_the_general_step_still_asks_those_who_have_the_skill():
    last = steps(first_needs("MZ", Mode.HANDLE, "cmn", "440113"), Cross.FULL_ONLINE, POLICY, Coverage(SEATS))[-1][1]
    assert [seat for seat, able in SEATS if fits(last, seat, able)] == ["S1", "S2"]
    assert own_skill(last.skills[0].skill) == "MZ"


def test_what_nobody_could_ever_serve_is_refused():
    with pytest.raises(NeverServed):
        of(first_needs("YJ", Mode.COACH, "cmn", "440113"), seats=(("S1", MZ),))


@pytest.mark.parametrize(("mode", "level"), [(Mode.CONSULT, 1), (Mode.COACH, 2), (Mode.HANDLE, 3)])
def test_the_further_the_help_goes_the_more_authority_it_needs(mode: Mode, level: int):
    needs = first_needs("MZ", mode, "cmn", "440113")
    assert (needs.skills[0].level, needs.authority) == (level, level)


@given(
    st.lists(st.builds(lambda skill, level, language, authority, district: (
        "S", Abilities((SkillNeed(skill, level),), (language,), authority, (district,))),
        st.sampled_from("ABZ"), st.integers(1, 3), st.sampled_from("xy"), st.integers(1, 3),
        st.sampled_from(["1", "2", "*"])), max_size=6),
    st.builds(lambda skill, level, language, authority, district: Needs(
        (SkillNeed(skill, level),), language, authority, district),
        st.sampled_from("ABCZ"), st.integers(1, 3), st.sampled_from(["x", "y", ""]), st.integers(1, 3),
        st.sampled_from(["1", "2", ""])),
)  # fmt: skip
def test_the_index_of_seats_says_what_a_look_at_every_seat_says(seats: list[tuple[str, Abilities]], needs: Needs):
    floor = Coverage(seats)
    assert [floor.has(needs), floor.has(needs)] == [any(fits(needs, seat, able) for seat, able in seats)] * 2
