"""Needs of a ticket, abilities of a seat, and the test whether they fit."""

import msgspec

from protocol.errors import BadInput

LEVEL_MIN = 1
LEVEL_MAX = 5
ANY_DISTRICT = "*"


class SkillNeed(msgspec.Struct, frozen=True, order=True):
    """A skill with the least level (1-5) that will do."""

    skill: str
    level: int = LEVEL_MIN


class Needs(msgspec.Struct, frozen=True):
    """All that a seat must have to serve a ticket; empty fields ask for nothing."""

    skills: tuple[SkillNeed, ...] = ()
    language: str = ""
    authority: int = 0
    district: str = ""
    seat: str = ""
    """Only this seat ("same agent as before"); normally the first step of a widening policy."""

    def checked(self) -> "Needs":
        """Return these needs in canonical order.

        Raises:
            BadInput: a level out of 1-5, a skill twice, an empty skill name, or no need at all.
        """
        names = [need.skill for need in self.skills]
        if not all(names) or len(set(names)) != len(names):
            raise BadInput(field="needs.skills", why="empty_or_repeated")
        if any(not LEVEL_MIN <= need.level <= LEVEL_MAX for need in self.skills):
            raise BadInput(field="needs.skills.level", why="out_of_range")
        if not 0 <= self.authority <= LEVEL_MAX:
            raise BadInput(field="needs.authority", why="out_of_range")
        if not self.skills and not self.seat:
            raise BadInput(field="needs", why="empty")
        return msgspec.structs.replace(self, skills=tuple(sorted(self.skills)))


class Abilities(msgspec.Struct, frozen=True):
    """Abilities of a seat: skill levels, languages, authority, districts it acts for."""

    skills: tuple[SkillNeed, ...] = ()
    languages: tuple[str, ...] = ()
    authority: int = LEVEL_MAX
    districts: tuple[str, ...] = (ANY_DISTRICT,)

    def canonical(self) -> "Abilities":
        """Return the same abilities with every list sorted, so that equal seats share a profile."""
        return Abilities(
            skills=tuple(sorted(self.skills)),
            languages=tuple(sorted(self.languages)),
            authority=self.authority,
            districts=tuple(sorted(self.districts)),
        )


def fits(needs: Needs, seat: str, able: Abilities) -> bool:
    """Tell whether the seat with these abilities may serve a ticket with these needs."""
    levels = {held.skill: held.level for held in able.skills}
    return (
        (not needs.seat or needs.seat == seat)
        and all(levels.get(need.skill, 0) >= need.level for need in needs.skills)
        and (not needs.language or needs.language in able.languages)
        and needs.authority <= able.authority
        and (not needs.district or needs.district in able.districts or ANY_DISTRICT in able.districts)
    )
