"""Measures of service: service level in its four usual definitions, abandonment, waits."""

import msgspec


class Service(msgspec.Struct):
    """Counts of one scope (the realm, a lane, a district) from which every figure follows."""

    taken: int = 0
    answered: int = 0
    answered_in_target: int = 0
    abandoned: int = 0
    abandoned_in_target: int = 0
    abandoned_short: int = 0
    widened: int = 0
    missed: int = 0
    declined: int = 0
    waits_ms: list[int] = msgspec.field(default_factory=list)

    @property
    def level_of_answered(self) -> float:
        """Answered in time / answered (Asterisk's SL)."""
        return _ratio(self.answered_in_target, self.answered)

    @property
    def level_with_abandoned(self) -> float:
        """(Answered in time + abandoned in time) / (answered + abandoned) (Asterisk's SL2)."""
        return _ratio(self.answered_in_target + self.abandoned_in_target, self.answered + self.abandoned)

    @property
    def level_without_short(self) -> float:
        """Answered in time / (answered + abandoned after the target)."""
        late = self.abandoned - self.abandoned_in_target
        return _ratio(self.answered_in_target, self.answered + late)

    @property
    def level_of_all(self) -> float:
        """Answered in time / (answered + abandoned): the strict one."""
        return _ratio(self.answered_in_target, self.answered + self.abandoned)

    @property
    def abandonment(self) -> float:
        """Share that gave up, those who left at once not counted."""
        gave_up = self.abandoned - self.abandoned_short
        return _ratio(gave_up, self.answered + gave_up)

    def wait_s(self, share: float) -> float:
        """Return the wait that `share` of the answered did not exceed, in seconds."""
        if not self.waits_ms:
            return 0.0
        ordered = sorted(self.waits_ms)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] / 1000


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 1.0
