"""The widening policy of a ticket: the seats that it asks for first, and the needs given up after each delay."""

from collections.abc import Collection, Iterable, Iterator
from itertools import combinations

from protocol.errors import NeverServed
from protocol.skills import Abilities, Needs, SkillNeed, fits
from protocol.views import Mode
from records.catalogue.entries import Cross, PolicyEntry, Relax

MODE_LEVEL: dict[Mode, int] = {Mode.CONSULT: 1, Mode.COACH: 2, Mode.HANDLE: 3}
"""The least skill level and authority of a seat that may help so far."""

OR = "+"
"""Sign that no catalogue id holds: `MZ+ZS` names the seats that have MZ or ZS and is no skill of its own."""

KNOWN_MAX = 100_000
"""Needs whose answer is remembered: skills by languages by districts by levels of a large network are fewer."""

Widening = tuple[float, Needs, tuple[str, ...]]


def first_needs(skill: str, mode: Mode, language: str, district: str) -> Needs:
    """Return a ticket's needs before any widening."""
    level = MODE_LEVEL[mode]
    return Needs(skills=(SkillNeed(skill, level),), language=language, authority=level, district=district)


def either(skill: str, general: str) -> str:
    """Return the name by which the queue asks for this skill or the general one."""
    return skill if skill == general else f"{skill}{OR}{general}"


def own_skill(skill: str) -> str:
    """Return the skill that a ticket first asked for, of a name that `either` may have made."""
    return skill.partition(OR)[0]


def with_either(able: Abilities, skills: Collection[str], general: str) -> Abilities:
    """Return the abilities with all names of `either` that the seat answers to: a queue's needs know no "or"."""
    held = {need.skill for need in able.skills}
    names = (skill for skill in skills if skill != general and (skill in held or general in held))
    more = tuple(SkillNeed(either(skill, general), 1) for skill in names)
    return Abilities((*able.skills, *more), able.languages, able.authority, able.districts).canonical()


def widen(needs: Needs, relax: Relax, policy: PolicyEntry, cross: Cross) -> Needs:
    """Return the needs after giving up one thing; the same when that may not be given up."""
    match relax:
        case Relax.DISTRICT:
            district = needs.district if cross is Cross.NONE else ""
            return Needs(needs.skills, needs.language, needs.authority, district)
        case Relax.LANGUAGE:
            return Needs(needs.skills, "", needs.authority, needs.district)
        case Relax.SKILL:
            # The general seat advises and books; it does not decide, so no authority is asked of it. Those who have
            # the skill itself go on being asked: who waited longer must not be passed by who came later.
            name = either(own_skill(needs.skills[0].skill), policy.general_skill)
            return Needs((SkillNeed(name, 1),), needs.language, 1, needs.district)


class Coverage:
    """The recorded seats by ability, so that a fitting one is found without a look at each seat.

    Seats that can do the same count once, and only those that have the skill are looked at.
    """

    __slots__ = ("_by_skill", "_known")

    def __init__(self, seats: Iterable[tuple[str, Abilities]]) -> None:
        """Sort (name, abilities) of all seats."""
        kinds: dict[str, dict[Abilities, None]] = {}
        for able in dict.fromkeys(able for _, able in seats):
            for held in able.skills:
                # All that is compared besides this skill's level: the others of the seat do not make another kind.
                kind = Abilities((held,), able.languages, able.authority, able.districts)
                kinds.setdefault(held.skill, {})[kind] = None
        self._by_skill = {skill: tuple(found) for skill, found in kinds.items()}
        self._known: dict[Needs, bool] = {}

    def has(self, needs: Needs) -> bool:
        """Tell whether any seat fits needs of one skill."""
        found = self._known.get(needs)
        if found is None:
            found = any(fits(needs, "", able) for able in self._by_skill.get(needs.skills[0].skill, ()))
            if len(self._known) >= KNOWN_MAX:
                self._known.clear()
            self._known[needs] = found
        return found


def steps(needs: Needs, cross: Cross, policy: PolicyEntry, floor: Coverage) -> tuple[Widening, ...]:
    """Return all steps of a ticket, the first at 0 s; each names all that is given up by then.

    What no seat on record could serve is given up at once, as little of it as will do, so that nobody waits for a
    seat that does not exist; steps that change nothing are left out.

    Raises:
        NeverServed: no seat fits, even with all given up that the policy allows.
    """
    policy_steps = sorted(policy.widening, key=lambda step: step.after_s)
    relaxes = [step.relax for step in policy_steps]
    for given_up in _fewest_first(relaxes):
        start = _without(needs, given_up, policy, cross)
        if floor.has(start):
            break
    else:
        raise NeverServed(skill=own_skill(needs.skills[0].skill))
    found: list[Widening] = [(0.0, start, tuple(relax.value for relax in given_up))]
    for step in policy_steps:
        given_up = (*given_up, step.relax)
        wider = _without(needs, given_up, policy, cross)
        if step.relax.value not in found[-1][2] and wider != found[-1][1]:
            found.append((float(step.after_s), wider, (*found[-1][2], step.relax.value)))
    return tuple(found)


def _fewest_first(relaxes: list[Relax]) -> Iterator[tuple[Relax, ...]]:
    for size in range(len(relaxes) + 1):
        yield from combinations(relaxes, size)


def _without(needs: Needs, given_up: Iterable[Relax], policy: PolicyEntry, cross: Cross) -> Needs:
    for relax in given_up:
        needs = widen(needs, relax, policy, cross)
    return needs
