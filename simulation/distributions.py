"""Random times of the simulated world: service, patience, and how long a seat lets it ring."""

import math
from typing import Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Times(Protocol):
    """A distribution of seconds."""

    @property
    def mean_s(self) -> float:
        """Return the expected value."""
        ...

    def sample(self, rng: np.random.Generator, count: int) -> Floats:
        """Draw `count` independent values."""
        ...


class Exponential(msgspec.Struct, frozen=True):
    """Memoryless."""

    mean_s: float

    def sample(self, rng: np.random.Generator, count: int) -> Floats:
        """Draw `count` independent values."""
        return rng.exponential(self.mean_s, count)


class Lognormal(msgspec.Struct, frozen=True):
    """Log-normal distribution, the shape of measured handle times: positive, with a long tail."""

    mean_s: float
    sd_s: float

    def sample(self, rng: np.random.Generator, count: int) -> Floats:
        """Draw `count` independent values."""
        variance = math.log1p((self.sd_s / self.mean_s) ** 2)
        return rng.lognormal(math.log(self.mean_s) - variance / 2, math.sqrt(variance), count)


class Uniform(msgspec.Struct, frozen=True):
    """Equally likely between two bounds."""

    low_s: float
    high_s: float

    @property
    def mean_s(self) -> float:
        """Return the middle."""
        return (self.low_s + self.high_s) / 2

    def sample(self, rng: np.random.Generator, count: int) -> Floats:
        """Draw `count` independent values."""
        return rng.uniform(self.low_s, self.high_s, count)


class Constant(msgspec.Struct, frozen=True):
    """Always the same."""

    mean_s: float

    def sample(self, rng: np.random.Generator, count: int) -> Floats:
        """Return the value `count` times."""
        del rng
        return np.full(count, self.mean_s)


class Measured(msgspec.Struct, frozen=True):
    """Drawn from measured values as they were, each as likely as the others."""

    values_s: tuple[float, ...]

    @property
    def mean_s(self) -> float:
        """Return the sample's mean."""
        return float(np.mean(self.values_s))

    def sample(self, rng: np.random.Generator, count: int) -> Floats:
        """Draw `count` values, with replacement."""
        return rng.choice(np.asarray(self.values_s, dtype=np.float64), count)


class Endless(msgspec.Struct, frozen=True):
    """Patience of those who never give up."""

    @property
    def mean_s(self) -> float:
        """Return infinity."""
        return math.inf

    def sample(self, rng: np.random.Generator, count: int) -> Floats:
        """Return infinity `count` times."""
        del rng
        return np.full(count, math.inf)


NONE: Times = Constant(0.0)
NEVER: Times = Endless()
