"""The report as a page with charts that needs nothing but itself."""

from collections.abc import Iterable, Mapping, Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined

from simulation.charts import Series, bars, lines
from simulation.found import Report
from simulation.statistics import Figures, HalfHour
from simulation.theory import Pooled
from simulation.words import Words, clock

_NAMES_SHOWN = 40


def as_html(report: Report, words: Words) -> str:
    """Return one page that needs nothing else."""
    templates = Environment(
        loader=PackageLoader("simulation"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    templates.filters |= words.filters()
    templates.globals.update(gettext=words.gettext, language=words.tag)
    return templates.get_template("report.html").render(report=report, charts=_Charts(report, words).all())


class _Charts:
    def __init__(self, report: Report, words: Words) -> None:
        self.report = report
        self.gettext = words.gettext
        self.second = words.gettext("s")
        self.halves = report.base.by_half_hour
        self.times = [clock(half.from_s) for half in self.halves]

    def all(self) -> dict[str, str]:
        gettext, report = self.gettext, self.report
        charts = {
            "level": lines(
                gettext("Answered within the target, by half hour of arrival"), self.times, self._levels(), " %", 100
            ),
            "wait": lines(
                gettext("Waits by half hour of arrival"),
                self.times,
                _waits([half.figures for half in self.halves], gettext("mean"), gettext("95 % within")),
                f" {self.second}",
            ),
            "calls": lines(gettext("Calls by half hour"), self.times, self._calls(self.halves), ""),
            "groups": self._groups(),
            "classes": self._named(gettext("Mean wait, and within which 95 % were, by class"), report.base.by_class),
        }
        if report.base.by_district:
            title = gettext("Mean wait, and within which 95 % were, by district")
            charts["districts"] = self._named(title, report.base.by_district)
        if report.variants:
            found = {gettext(one.name): one.total for one in report.all}
            charts["variants"] = self._bars(gettext("Waits of each variant"), found.items())
        return charts

    def _groups(self) -> str:
        loads = self.report.base.by_group
        names = [f"{load.group} ({load.seats})" for load in loads]
        busy = Series(self.gettext("busy"), [load.occupancy * 100 for load in loads], "one")
        return bars(self.gettext("Occupancy of seat groups"), names, [busy], "%")

    def _levels(self) -> list[Series]:
        found = [
            Series(self.gettext("simulated"), [half.figures.levels.of_offered * 100 for half in self.halves], "one")
        ]
        found += [
            Series(one.name, [half.figures.levels.of_offered * 100 for half in one.by_half_hour], style)
            for one, style in zip(self.report.variants, ("three", "four"), strict=False)
            if [half.from_s for half in one.by_half_hour] == [half.from_s for half in self.halves]
        ]
        pooled = [_level(self.report.pooled(half.from_s)) for half in self.halves]
        return [*found, Series(self.gettext("pooled in theory"), pooled, "two")]

    def _calls(self, halves: Sequence[HalfHour]) -> list[Series]:
        return [
            Series(self.gettext("offered"), [half.figures.offered for half in halves], "two"),
            Series(self.gettext("answered"), [half.figures.answered for half in halves], "one"),
            Series(self.gettext("gave up"), [half.figures.abandoned for half in halves], "four"),
        ]

    def _named(self, title: str, named: Mapping[str, Figures]) -> str:
        return self._bars(title, sorted(named.items(), key=lambda pair: -pair[1].mean_wait_s)[:_NAMES_SHOWN])

    def _bars(self, title: str, named: Iterable[tuple[str, Figures]]) -> str:
        pairs = list(named)
        series = _waits([figures for _, figures in pairs], self.gettext("mean"), self.gettext("95 % within"))
        return bars(title, [name for name, _ in pairs], series, self.second)


def _waits(found: Sequence[Figures], mean: str, most: str) -> list[Series]:
    return [
        Series(mean, [figures.mean_wait_s for figures in found], "one"),
        Series(most, [figures.p95_wait_s for figures in found], "three"),
    ]


def _level(row: Pooled | None) -> float | None:
    level = None if row is None else row.a_level if row.a_level is not None else row.c_level
    return None if level is None else level * 100
