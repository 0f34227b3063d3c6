"""Counts what happens on one node and shows it as Prometheus reads it; each node has a registry of its own."""

import logging
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final

from prometheus_client import CollectorRegistry, disable_created_metrics, generate_latest
from prometheus_client import Counter as PrometheusCounter
from prometheus_client import Gauge as PrometheusGauge
from prometheus_client import Histogram as PrometheusHistogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

Family = type[CounterMetricFamily] | type[GaugeMetricFamily]
REALM: Final = "realm"
LATENCY_S: Final = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10)
WAIT_S: Final = (5, 10, 20, 30, 60, 120, 180, 300, 600, 1200, 1800, 3600)

disable_created_metrics()  # type: ignore[no-untyped-call]


class Counter:
    """Only grows; may be split by one label."""

    def __init__(self, made: PrometheusCounter, label: str) -> None:
        """Count in this series."""
        self._made, self._label = made, label

    def add(self, value: float = 1, of: str = "") -> None:
        """Add to the count `of` one label value."""
        (self._made.labels(of) if self._label else self._made).inc(value)


class Histogram:
    """Sorts durations into buckets, in seconds."""

    def __init__(self, made: PrometheusHistogram) -> None:
        """Count in this series."""
        self._made = made

    def observe(self, seconds: float) -> None:
        """Count one duration."""
        self._made.observe(seconds)


class Tallies(Collector):
    """A counter or gauge whose values are kept elsewhere, by label value."""

    def __init__(
        self, family: Family, name: str, says: str, label: str, read: Callable[[], Mapping[str, float]]
    ) -> None:
        """Show what `read` returns."""
        self._empty, self._read = partial(family, name, says, labels=[label]), read

    def describe(self) -> list[Metric]:
        """Name it without reading."""
        return [self._empty()]

    def collect(self) -> Iterator[Metric]:
        """Read it."""
        family = self._empty()
        for of, value in sorted(self._read().items()):
            family.add_metric([of], value)
        yield family


class Metrics:
    """All numbers of one realm on one node."""

    def __init__(self, beside: "dict[str, Metrics] | None" = None) -> None:
        """Know none yet; `beside` are the numbers of all realms of this process by realm, these included."""
        self._registry = CollectorRegistry()
        self._all: dict[str, tuple[str, str]] = {}
        self._beside = beside if beside is not None else {"": self}
        self._of_process: set[str] = set()

    def counter(self, name: str, says: str, label: str = "", *, of_process: bool = False) -> Counter:
        """Make a counter; `label` names its one label. What counts for the whole process has no realm."""
        if of_process:
            self._of_process.add(name)
        self._all[name] = ("counter", says)
        return Counter(PrometheusCounter(name, says, [label] if label else [], registry=self._registry), label)

    def tallies(self, name: str, says: str, label: str, read: Callable[[], Mapping[str, float]]) -> None:
        """Show counts that are kept elsewhere for the whole process, split by `label`."""
        self._of_process.add(name)
        self._all[name] = ("counter", says)
        self._registry.register(Tallies(CounterMetricFamily, name, says, label, read))

    def gauge(self, name: str, says: str, read: Callable[[], float]) -> None:
        """Make a gauge that is read when it is asked for."""
        self._all[name] = ("gauge", says)
        PrometheusGauge(name, says, registry=self._registry).set_function(read)

    def gauges(self, name: str, says: str, label: str, read: Callable[[], Mapping[str, float]]) -> None:
        """Make a gauge split by `label` that is read when it is asked for."""
        self._all[name] = ("gauge", says)
        self._registry.register(Tallies(GaugeMetricFamily, name, says, label, read))

    def histogram(self, name: str, says: str, bounds: tuple[float, ...] = LATENCY_S) -> Histogram:
        """Make a histogram; `bounds` are upper bounds in seconds."""
        self._all[name] = ("histogram", says)
        return Histogram(PrometheusHistogram(name, says, buckets=bounds, registry=self._registry))

    def table(self) -> list[tuple[str, str, str]]:
        """Return name, type and meaning of each, for the documentation."""
        return [(name, kind, says) for name, (kind, says) in self._all.items()]

    def text(self) -> str:
        """Write everything of the process in Prometheus's text format 0.0.4; of several realms each has its label."""
        if len(self._beside) == 1:
            return generate_latest(self._registry).decode()
        return generate_latest(_Merged(self._beside)).decode()

    def collect(self, realm: str) -> Iterator[Metric]:
        """Read everything, each sample with the label `realm` but for what counts for the whole process."""
        for family in self._registry.collect():
            if not self.is_of_process(family):
                family.samples = [one._replace(labels={**one.labels, REALM: realm}) for one in family.samples]
            yield family

    def is_of_process(self, family: Metric) -> bool:
        """Tell whether the whole process has these numbers once."""
        return not {family.name, f"{family.name}_total"}.isdisjoint(self._of_process)


class MetricsOfRealms:
    """The numbers of all realms of one process, shown together."""

    def __init__(self) -> None:
        """Know no realm yet."""
        self._all: dict[str, Metrics] = {}

    def of(self, realm: str) -> Metrics:
        """Make a realm's numbers."""
        return self._all.setdefault(realm, Metrics(self._all))


class _Merged(CollectorRegistry):
    """The families of several realms, each family once."""

    def __init__(self, parts: Mapping[str, Metrics]) -> None:
        super().__init__()
        self._parts = parts

    def collect(self) -> Iterator[Metric]:
        found: dict[str, Metric] = {}
        for realm, metrics in self._parts.items():
            for family in metrics.collect(realm):
                known = found.setdefault(family.name, family)
                if known is not family and not metrics.is_of_process(family):
                    known.samples += family.samples
        yield from found.values()


class ErrorCount(logging.Handler):
    """Counts log lines of level error by event: each of them is a bug or something an operator must mend."""

    def __init__(self, counter: Counter) -> None:
        """Count in this counter."""
        super().__init__(logging.ERROR)
        self._counter = counter

    def emit(self, record: logging.LogRecord) -> None:
        """Count one log line by its event, a constant word; any other text counts as `other`."""
        self._counter.add(of=record.msg if isinstance(record.msg, str) and record.msg.isidentifier() else "other")
