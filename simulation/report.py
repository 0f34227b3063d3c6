"""What a simulation found, and its faces: tables on the terminal, a page with charts, and JSON for programs."""

import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined

from simulation.charts import Series, bars, figure, lines
from simulation.statistics import Figures, HalfHour, Results
from simulation.theory import Pooled

_DISTRICTS_SHOWN = 40


class Report(msgspec.Struct, frozen=True):
    """The results of a scenario and of its variants, with theory beside them."""

    name: str
    about: str
    engine: str
    days: int
    seats: int
    base: Results
    variants: Sequence[Results]
    theory: Sequence[Pooled]
    target_s: float
    took_s: float
    moves: int

    @property
    def all(self) -> list[Results]:
        """Return the base and its variants."""
        return [self.base, *self.variants]


def write(report: Report, folder: Path) -> Path:
    """Write `report.html` and `report.json` into the folder; return the page's path."""
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / "report.html"
    page.write_text(as_html(report), encoding="utf-8")
    (folder / "report.json").write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=1))
    return page


def as_html(report: Report) -> str:
    """Return one page that needs nothing else."""
    templates = Environment(
        loader=PackageLoader("simulation"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    templates.filters |= {"figure": figure, "percent": percent, "seconds": seconds, "clock": clock}
    return templates.get_template("report.html").render(report=report, charts=_charts(report))


def as_text(report: Report) -> str:
    """Return the tables for a terminal."""
    ran = f"{report.base.replications} x {report.days} day(s), {report.seats} seats, {report.moves:,} moves"
    parts = [
        f"{report.name}: {ran} on the {report.engine} in {report.took_s:.1f} s",
        table("What if", ("", *_HEADER, "worst", "gini"), [_variant_row(one) for one in report.all]),
    ]
    if report.base.by_district:
        parts.append(table("Districts", ("", *_HEADER), _rows(report.base.by_district.items())))
    parts.append(table("Classes", ("", *_HEADER), _rows(report.base.by_class.items())))
    parts.append(table("Half hours", ("", *_HEADER, *_THEORY), _half_hour_rows(report)))
    parts.append(
        table(
            "Seats",
            ("", "seats", "busy", "answered"),
            [
                (load.group, str(load.seats), percent(load.occupancy), figure(load.answered))
                for load in report.base.by_group
            ],
        )
    )
    return "\n\n".join(parts)


_HEADER = ("offered", "answered", "gave up", "in target", "mean wait", "95 %")
_THEORY = ("Erlang-C", "Erlang-A", "gives up")


def _row(name: str, figures: Figures) -> tuple[str, ...]:
    return (
        name,
        figure(figures.offered),
        figure(figures.answered),
        percent(figures.abandon_share),
        percent(figures.levels.of_offered),
        seconds(figures.mean_wait_s),
        seconds(figures.p95_wait_s),
    )


def _rows(named: Iterable[tuple[str, Figures]]) -> list[tuple[str, ...]]:
    return [_row(name, figures) for name, figures in named]


def _variant_row(found: Results) -> tuple[str, ...]:
    return (*_row(found.name, found.total), seconds(found.worst_district_s), f"{found.gini:.3f}")


def _half_hour_rows(report: Report) -> list[tuple[str, ...]]:
    theory = {row.from_s: row for row in report.theory}
    return [
        (*_row(clock(half.from_s), half.figures), *_theory_cells(theory.get(half.from_s)))
        for half in report.base.by_half_hour
    ]


def _theory_cells(row: Pooled | None) -> tuple[str, str, str]:
    if row is None:
        return ("-", "-", "-")
    return (
        "endless" if row.c_mean_wait_s is None else seconds(row.c_mean_wait_s),
        "-" if row.a_mean_wait_s is None else seconds(row.a_mean_wait_s),
        "-" if row.a_abandons is None else percent(row.a_abandons),
    )


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


def percent(share: float) -> str:
    """Return a share as a percentage."""
    return f"{share * 100:.1f} %"


def seconds(value: float) -> str:
    """Return seconds, or minutes from two minutes on."""
    return f"{value:.1f} s" if value < 120 else f"{value / 60:.1f} min"  # noqa: PLR2004  (two minutes)


def clock(from_s: int) -> str:
    """Return a time of day."""
    return f"{from_s // 3600:02d}:{from_s % 3600 // 60:02d}"


def _charts(report: Report) -> dict[str, str]:
    halves = report.base.by_half_hour
    names = [clock(half.from_s) for half in halves]
    charts = {
        "level": lines("Answered within the target, by half hour of arrival", names, _level_series(report), " %", 100),
        "wait": lines("Waits by half hour of arrival", names, _wait_series(report), " s"),
        "calls": lines("Calls by half hour", names, _call_series(halves), ""),
        "groups": bars(
            "Occupancy of seat groups",
            [f"{load.group} ({load.seats})" for load in report.base.by_group],
            [Series("busy", [load.occupancy * 100 for load in report.base.by_group], "one")],
            "%",
        ),
        "classes": _waits_chart("Mean wait and 95th percentile by class", report.base.by_class.items()),
    }
    if report.base.by_district:
        charts["districts"] = _waits_chart("Mean wait and 95th percentile by district", report.base.by_district.items())
    if report.variants:
        charts["variants"] = _waits_chart("What if", [(one.name, one.total) for one in report.all])
    return charts


def _level_series(report: Report) -> list[Series]:
    theory = {row.from_s: row for row in report.theory}
    halves = report.base.by_half_hour
    pooled = [_level(theory.get(half.from_s)) for half in halves]
    found = [Series("simulated", [half.figures.levels.of_offered * 100 for half in halves], "one")]
    found += [
        Series(one.name, [half.figures.levels.of_offered * 100 for half in one.by_half_hour], style)
        for one, style in zip(report.variants, ("three", "four"), strict=False)
        if [half.from_s for half in one.by_half_hour] == [half.from_s for half in halves]
    ]
    return [*found, Series("pooled in theory", pooled, "two")]


def _level(row: Pooled | None) -> float | None:
    level = None if row is None else row.a_level if row.a_level is not None else row.c_level
    return None if level is None else level * 100


def _wait_series(report: Report) -> list[Series]:
    halves = report.base.by_half_hour
    return [
        Series("mean", [half.figures.mean_wait_s for half in halves], "one"),
        Series("95 %", [half.figures.p95_wait_s for half in halves], "three"),
    ]


def _call_series(halves: Sequence[HalfHour]) -> list[Series]:
    return [
        Series("offered", [half.figures.offered for half in halves], "two"),
        Series("answered", [half.figures.answered for half in halves], "one"),
        Series("gave up", [half.figures.abandoned for half in halves], "four"),
    ]


def _waits_chart(title: str, named: Iterable[tuple[str, Figures]]) -> str:
    pairs = sorted(named, key=lambda pair: -pair[1].mean_wait_s)[:_DISTRICTS_SHOWN]
    return bars(
        title,
        [name for name, _ in pairs],
        [
            Series("mean", [figures.mean_wait_s for _, figures in pairs], "one"),
            Series("95 %", [figures.p95_wait_s for _, figures in pairs], "three"),
        ],
        "s",
    )
