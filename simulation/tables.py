"""The report's tables for a terminal."""

import unicodedata
from collections.abc import Iterable, Sequence

from simulation.charts import figure
from simulation.found import Report
from simulation.statistics import Figures, GroupLoad, Results
from simulation.theory import Pooled
from simulation.words import Words, clock, percent


def as_text(report: Report, words: Words) -> str:
    """Return all tables."""
    return _Tables(report, words).text()


class _Tables:
    def __init__(self, report: Report, words: Words) -> None:
        self.report = report
        self.words = words
        gettext = words.gettext
        self.head = (
            "",
            gettext("Offered"),
            gettext("Answered"),
            gettext("Gave up"),
            gettext("In target"),
            gettext("Mean wait"),
            gettext("95 % within"),
        )

    def text(self) -> str:
        report, gettext = self.report, self.words.gettext
        ran = gettext(
            "{replications} x {days} day(s), {seats} seats, {moves} moves on the {engine} in {seconds} s",
            replications=report.base.replications,
            days=report.days,
            seats=report.seats,
            moves=f"{report.moves:,}",
            engine=gettext(report.engine),
            seconds=f"{report.took_s:.1f}",
        )
        worst = gettext("Worst district") if report.base.by_district else gettext("Worst class")
        beside = (worst, gettext("Gini"))
        theory = (gettext("Erlang-C wait"), gettext("Erlang-A wait"), gettext("Erlang-A gives up"))
        seats = ("", gettext("Seats"), gettext("Busy"), gettext("Answered"))
        parts = [
            f"{report.name}: {ran}",
            table(gettext("What if"), (*self.head, *beside), [self._variant(one) for one in report.all]),
        ]
        if report.base.by_district:
            parts.append(table(gettext("Districts"), self.head, self._rows(report.base.by_district.items())))
        parts += [
            table(gettext("Classes"), self.head, self._rows(report.base.by_class.items())),
            table(gettext("Half hours"), (*self.head, *theory), self._half_hours()),
            table(gettext("Seats"), seats, [self._load(load) for load in report.base.by_group]),
        ]
        return "\n\n".join(parts)

    def _row(self, name: str, figures: Figures) -> tuple[str, ...]:
        return (
            name,
            figure(figures.offered),
            figure(figures.answered),
            percent(figures.abandon_share),
            percent(figures.levels.of_offered),
            self.words.seconds(figures.mean_wait_s),
            self.words.seconds(figures.p95_wait_s),
        )

    def _rows(self, named: Iterable[tuple[str, Figures]]) -> list[tuple[str, ...]]:
        return [self._row(name, figures) for name, figures in named]

    def _variant(self, found: Results) -> tuple[str, ...]:
        name = self.words.gettext(found.name)
        return (*self._row(name, found.total), self.words.seconds(found.worst_district_s), f"{found.gini:.3f}")

    def _half_hours(self) -> list[tuple[str, ...]]:
        return [
            (*self._row(clock(half.from_s), half.figures), *self._theory(self.report.pooled(half.from_s)))
            for half in self.report.base.by_half_hour
        ]

    def _theory(self, row: Pooled | None) -> tuple[str, str, str]:
        if row is None:
            return ("-", "-", "-")
        seconds = self.words.seconds
        return (
            self.words.gettext("endless") if row.c_mean_wait_s is None else seconds(row.c_mean_wait_s),
            "-" if row.a_mean_wait_s is None else seconds(row.a_mean_wait_s),
            "-" if row.a_abandons is None else percent(row.a_abandons),
        )

    def _load(self, load: GroupLoad) -> tuple[str, ...]:
        return (load.group, str(load.seats), percent(load.occupancy), figure(load.answered))


def table(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return an aligned table; the first column to the left, numbers to the right."""
    widths = [max(_width(row[column]) for row in (header, *rows)) for column in range(len(header))]
    lines_of_text = [
        "  ".join(
            cell + " " * (width - _width(cell)) if not column else " " * (width - _width(cell)) + cell
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in (header, *rows)
    ]
    return "\n".join((title, *lines_of_text))


def _width(text: str) -> int:
    """Return how many cells a terminal needs; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
