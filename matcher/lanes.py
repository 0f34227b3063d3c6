"""Names of shared things: lanes (tickets with the same needs), profiles (seats with the same abilities), policies."""

import hashlib
from collections.abc import Iterable
from functools import lru_cache

import msgspec

from matcher.seats import SeatCard
from matcher.tickets import Policy, Step, StoredStep, check_steps
from protocol.errors import BadInput
from protocol.skills import ANY_DISTRICT, LEVEL_MAX, LEVEL_MIN, Abilities, Needs

ANYWHERE = 64
"""Number of districts for which "acts anywhere" counts when seats are compared by flexibility."""
FLEXIBILITY_MAX = 2047


def digest(text: bytes) -> str:
    """Return a short name for a text; 80 bits, so that two texts never share one."""
    return hashlib.blake2b(text, digest_size=10).hexdigest()


def lane_of(needs: Needs) -> tuple[str, str]:
    """Return the lane of canonical needs and their JSON; a named seat's lane begins with `@`."""
    text = msgspec.json.encode(needs)
    return ("@" if needs.seat else "") + digest(text), text.decode()


@lru_cache(maxsize=16384)
def policy_of(steps: tuple[Step, ...], skills: frozenset[str] | None) -> Policy:
    """Return the checked policy of these steps; `check_steps` tells which are refused."""
    checked = tuple(check_steps(steps))
    _check_known((need.skill for step in checked for need in step.needs.skills), skills)
    stored = []
    for step in checked:
        lane, needs = lane_of(step.needs)
        stored.append(StoredStep(round(step.after_s * 1000), lane, ",".join(step.relaxed), needs))
    text = msgspec.json.encode(stored)
    return Policy(digest(text), text, tuple(stored))


def flexibility(able: Abilities) -> int:
    """Return how many kinds of ticket a seat could take, so that rare skills are kept free."""
    districts = ANYWHERE if ANY_DISTRICT in able.districts else max(1, len(able.districts))
    kinds = max(1, len(able.skills)) * max(1, len(able.languages)) * districts
    return min(FLEXIBILITY_MAX, kinds)


@lru_cache(maxsize=16384)
def profile_of(able: Abilities, duty: str, home: str, skills: frozenset[str] | None) -> tuple[str, str, int]:
    """Return the profile of a seat, its abilities' JSON and its flexibility.

    Raises:
        BadInput: a level out of range, a skill twice, or an unknown skill.
    """
    names = [held.skill for held in able.skills]
    if not all(names) or len(set(names)) != len(names):
        raise BadInput(field="abilities.skills", why="empty_or_repeated")
    if any(not LEVEL_MIN <= held.level <= LEVEL_MAX for held in able.skills):
        raise BadInput(field="abilities.skills.level", why="out_of_range")
    if not 0 <= able.authority <= LEVEL_MAX:
        raise BadInput(field="abilities.authority", why="out_of_range")
    _check_known(names, skills)
    text = msgspec.json.encode(able.canonical())
    return digest(b"|".join([text, duty.encode(), home.encode()])), text.decode(), flexibility(able)


def profile_of_card(card: SeatCard, skills: frozenset[str] | None) -> tuple[str, str, int]:
    """Return `profile_of` for a card."""
    return profile_of(card.abilities, card.duty, card.home, skills)


def _check_known(names: Iterable[str], skills: frozenset[str] | None) -> None:
    for name in names:
        if skills is not None and name not in skills:
            raise BadInput(field="skill", why="unknown", skill=name)
