"""Behaviour of simulated people as data and random draws; no wire here."""

import random
from typing import Final, TypeVar

import msgspec

from protocol.outcomes import Outcome
from protocol.views import Verdict

T = TypeVar("T")

LINES: Final = (
    "您好，请问这件事怎么办？",
    "要带哪些材料？",
    "好的，我看到了。",
    "身份证原件在这里。",
    "可以代办吗？",
    "谢谢您！",
)
REPLIES: Final = (
    "您好，请问您要办什么事？",
    "请把材料放到镜头下面。",
    "收到，材料清楚。",
    "这份有点模糊，请再拍一次。",
    "已经登记，请记下回执编号。",
)
OUTCOMES: Final = (
    (Outcome.ANSWERED, 50),
    (Outcome.ACCEPTED, 25),
    (Outcome.PRECHECKED, 10),
    (Outcome.ACCEPTED_DEFERRED, 5),
    (Outcome.REFERRED, 5),
    (Outcome.ABANDONED, 5),
)
"""Outcomes that need no list of missing materials, with their weights."""
VERDICTS: Final = ((Verdict.GOOD, 85), (Verdict.BLURRED, 12), (Verdict.WRONG, 3))
RATINGS: Final = ((5, 80), (4, 14), (3, 6))


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """Pace and fickleness of people; times are means of exponential draws, in seconds."""

    between_visits_s: float = 40.0
    patience_s: float = 300.0
    patience_max_s: float = 1800.0
    answer_s: float = 4.0
    talk_s: float = 60.0
    wrap_up_s: float = 8.0
    break_s: float = 60.0
    breaks: float = 0.05
    """Probability of a break after a call."""
    declines: float = 0.02
    lines: float = 3.0
    """Mean number of chat lines each side writes."""
    documents: float = 0.8
    """Mean number of papers a citizen hands in."""


class Behaviour:
    """One person's draws."""

    def __init__(self, pace: Pace, draw: random.Random) -> None:
        self.pace = pace
        self._draw = draw

    def lasts(self, mean_s: float) -> float:
        """Return how long something takes this time."""
        return self._draw.expovariate(1 / mean_s) if mean_s > 0 else 0.0

    def patience(self) -> float:
        """Return how long it waits this time before it leaves."""
        return min(1 + self.lasts(self.pace.patience_s), self.pace.patience_max_s)

    def happens(self, probability: float) -> bool:
        """Tell whether it happens this time."""
        return self._draw.random() < probability

    def times(self, mean: float) -> int:
        """Return how many times something happens."""
        whole = int(mean)
        return whole + self.happens(mean - whole) if mean < 1 else self._draw.randint(0, 2 * whole)

    def one_of(self, choices: tuple[str, ...]) -> str:
        """Choose evenly."""
        return self._draw.choice(choices)

    def outcome(self) -> Outcome:
        """Choose how a session ends."""
        return self._weighted(OUTCOMES)

    def verdict(self) -> Verdict:
        """Choose a paper's verdict."""
        return self._weighted(VERDICTS)

    def rating(self) -> int:
        """Choose a level of satisfaction that needs no reason."""
        return self._weighted(RATINGS)

    def _weighted(self, table: tuple[tuple[T, int], ...]) -> T:
        return self._draw.choices([one for one, _ in table], [weight for _, weight in table])[0]
