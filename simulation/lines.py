"""Lanes and profiles of the reference model: equal calls and equal seats, and which fit which."""

import heapq

from protocol.skills import ANY_DISTRICT, Abilities, Needs, fits
from simulation.world import World, seat_id

# As in the scripts: acting anywhere counts for so many districts when seats are compared by flexibility.
_ANYWHERE = 64
_FLEXIBILITY_MAX = 2047
_AWAY_TIERS = 2048


class Lane:
    """Waiting calls with equal needs, the lowest score first; entries of calls that left are skipped when met."""

    def __init__(self, needs: Needs) -> None:
        """Begin empty."""
        self.needs = needs
        self.heap: list[tuple[int, int]] = []
        self.waiting = 0
        self.seat = -1
        """The only seat it waits for, where it names one."""
        self.able: list[tuple[int, int]] = []
        """The profiles that fit, each with its cost: flexible seats and those of other districts are kept for later."""


class Profile:
    """Idle seats with equal abilities, the longest idle first; entries of seats not idle are skipped when met."""

    def __init__(self, abilities: Abilities, home: str) -> None:
        """Begin empty."""
        self.abilities = abilities
        self.home = home
        self.flexibility = flexibility(abilities)
        self.heap: list[tuple[int, int]] = []
        self.lanes: list[tuple[int, int]] = []
        """The lanes that fit and name no seat, each with the milliseconds that its calls wait longer here."""


def flexibility(abilities: Abilities) -> int:
    """Return how many kinds of call a seat could take."""
    districts = _ANYWHERE if ANY_DISTRICT in abilities.districts else max(1, len(abilities.districts))
    return min(_FLEXIBILITY_MAX, max(1, len(abilities.skills)) * max(1, len(abilities.languages)) * districts)


class Lines:
    """All lanes and profiles of a world."""

    def __init__(self, world: World) -> None:
        """Work out once what fits what."""
        self.lanes: list[Lane] = []
        self.profiles: list[Profile] = []
        self._known: dict[tuple[Abilities, str], int] = {}
        self._lane_of: dict[Needs, int] = {}
        self._away_ms = round(world.rules.away_s * 1000)
        self.profile_of = [self._profile(plan.abilities.canonical(), plan.home) for plan in world.seats]
        self._world = world
        self._steps: dict[tuple[int, int], list[tuple[int, int]]] = {}
        self.named: dict[int, list[tuple[int, int]]] = {}
        """By seat: the lanes that name it."""
        for kind in range(len(world.classes)):
            self.steps(kind)

    def steps(self, kind: int, named: int = -1) -> list[tuple[int, int]]:
        """Return the lanes of a class, each with the milliseconds of waiting from which on it is in it."""
        if (kind, named) not in self._steps:
            steps = self._world.classes[kind].steps("" if named < 0 else seat_id(named))
            self._steps[kind, named] = [
                (round(step.after_s * 1000), self._lane(step.needs.checked(), named if step.needs.seat else -1))
                for step in steps
            ]
        return self._steps[kind, named]

    def lane_after(self, kind: int, waited_ms: int, named: int = -1) -> int:
        """Return the lane that a call of this class has come to."""
        steps = self.steps(kind, named)
        if len(steps) == 1:
            return steps[0][1]
        return [lane for after_ms, lane in steps if after_ms <= waited_ms][-1]

    def park(self, lane: int, score: int, call: int) -> None:
        """Let a call wait."""
        self.lanes[lane].waiting += 1
        heapq.heappush(self.lanes[lane].heap, (score, call))

    def _profile(self, abilities: Abilities, home: str) -> int:
        key = (abilities, home)
        if key not in self._known:
            self._known[key] = len(self.profiles)
            self.profiles.append(Profile(abilities, home))
        return self._known[key]

    def _lane(self, needs: Needs, named: int) -> int:
        if needs not in self._lane_of:
            self._lane_of[needs] = len(self.lanes)
            lane = Lane(needs)
            self.lanes.append(lane)
            if named >= 0:
                lane.seat = named
                self.named.setdefault(named, []).append((len(self.lanes) - 1, 0))
                return self._lane_of[needs]
            for index, profile in enumerate(self.profiles):
                if fits(needs, "", profile.abilities):
                    away = bool(needs.district and profile.home and needs.district != profile.home)
                    lane.able.append((index, profile.flexibility + (_AWAY_TIERS if away else 0)))
                    profile.lanes.append((len(self.lanes) - 1, self._away_ms if away else 0))
        return self._lane_of[needs]
