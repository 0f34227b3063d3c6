"""A token bucket for the frames of one page, kept in memory."""

import dataclasses
from collections.abc import Callable
from typing import Literal

Verdict = Literal["taken", "refused", "flooded"]


class Budget:
    """A token bucket that also counts refusals: going on after many of them is a flood.

    `left` is public for the relay's short way, which takes a frame without a call when at least one is left.
    """

    __slots__ = ("_burst", "_filled_s", "_shared", "left", "per_s", "refused")

    def __init__(self, per_s: float, burst: int, now_s: float, shared: Callable[[], bool] | None = None) -> None:
        """Begin full: `burst` frames at once, `per_s` a second on average; `now_s` is the event loop's time.

        `shared` takes one from what the page has in common with others of its address; False: that is used up.
        """
        self._shared = shared
        self.per_s, self._burst = per_s, burst
        self.left = float(burst)
        self.refused = 0
        self._filled_s = now_s

    def spend(self, now_s: float) -> Verdict:
        """Take one frame.

        Returns `taken`; `refused` while the bucket is empty (that costs nothing, or a fast page would never come
        back); `flooded` once so many more were refused than taken as the bucket holds.
        """
        if self.left < 1:
            self.left = min(float(self._burst), self.left + max(0.0, now_s - self._filled_s) * self.per_s)
            self._filled_s = now_s
            if self.left < 1:
                return self._refuse()
        if self._shared is not None and not self._shared():
            return self._refuse()
        if self.refused:
            self.refused -= 1
        self.left -= 1
        return "taken"

    def _refuse(self) -> Verdict:
        self.refused += 1
        return "flooded" if self.refused > self._burst else "refused"


@dataclasses.dataclass(frozen=True, slots=True)
class PageLimits:
    """Budgets of one page: for frames of any kind, for the commands among them, and for `take_ticket` among these."""

    frames: Budget
    commands: Budget
    takes: Budget
