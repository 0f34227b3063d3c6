"""Counts what happens and shows it as Prometheus text; a handful of numbers, no library."""

import bisect
from collections.abc import Callable, Iterable

LATENCY_S = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5)


class Counter:
    """Only grows."""

    def __init__(self, name: str, says: str, label: str = "") -> None:
        """Describe it; `label` names what it is split by."""
        self.name, self.says, self.label = name, says, label
        self._values: dict[str, float] = {} if label else {"": 0}

    def add(self, value: float = 1, of: str = "") -> None:
        """Add to the count `of` one label value."""
        self._values[of] = self._values.get(of, 0) + value

    def value(self, of: str = "") -> float:
        """Return the count."""
        return self._values.get(of, 0)

    def lines(self) -> Iterable[str]:
        """Write the samples."""
        for of, value in sorted(self._values.items()):
            mark = f'{{{self.label}="{of}"}}' if self.label else ""
            yield f"{self.name}{mark} {value:g}"


class Gauge:
    """Reads a number when asked."""

    def __init__(self, name: str, says: str, read: Callable[[], float]) -> None:
        """Describe it."""
        self.name, self.says = name, says
        self._read = read

    def lines(self) -> Iterable[str]:
        """Write the sample."""
        yield f"{self.name} {self._read():g}"


class Histogram:
    """Sorts durations into buckets."""

    def __init__(self, name: str, says: str, bounds: tuple[float, ...] = LATENCY_S) -> None:
        """Describe it; `bounds` are upper bounds in seconds."""
        self.name, self.says, self._bounds = name, says, bounds
        self._counts = [0] * (len(bounds) + 1)
        self._sum = 0.0

    def observe(self, seconds: float) -> None:
        """Count one duration."""
        self._counts[bisect.bisect_left(self._bounds, seconds)] += 1
        self._sum += seconds

    def lines(self) -> Iterable[str]:
        """Write the samples, cumulative as Prometheus wants them."""
        total = 0
        for bound, count in zip(self._bounds, self._counts, strict=False):
            total += count
            yield f'{self.name}_bucket{{le="{bound:g}"}} {total}'
        total += self._counts[-1]
        yield f'{self.name}_bucket{{le="+Inf"}} {total}'
        yield f"{self.name}_sum {self._sum:g}"
        yield f"{self.name}_count {total}"


class Metrics:
    """All numbers of one node."""

    def __init__(self) -> None:
        """Know none yet."""
        self._all: dict[str, Counter | Gauge | Histogram] = {}

    def counter(self, name: str, says: str, label: str = "") -> Counter:
        """Make a counter."""
        counter = Counter(name, says, label)
        self._all[name] = counter
        return counter

    def gauge(self, name: str, says: str, read: Callable[[], float]) -> None:
        """Make a gauge."""
        self._all[name] = Gauge(name, says, read)

    def histogram(self, name: str, says: str) -> Histogram:
        """Make a histogram."""
        histogram = Histogram(name, says)
        self._all[name] = histogram
        return histogram

    def table(self) -> list[tuple[str, str, str]]:
        """Return name, type and meaning of each, for the documentation."""
        return [(name, type(one).__name__.lower(), one.says) for name, one in self._all.items()]

    def text(self) -> str:
        """Write everything in Prometheus's text format 0.0.4."""
        lines: list[str] = []
        for name, one in self._all.items():
            lines += [f"# HELP {name} {one.says}", f"# TYPE {name} {type(one).__name__.lower()}"]
            lines += one.lines()
        return "\n".join(lines) + "\n"
