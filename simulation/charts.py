"""Draws charts as inline SVG: no script, no network; told by labels as well as by colour, in light and dark."""

from collections.abc import Sequence
from html import escape

import msgspec
from markupsafe import Markup

WIDTH, HEIGHT = 760, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 12, 14, 30
_ROW = 22
_LABEL = 190
_TICKS = 4
_LABELS_MAX = 12
_NICE = (1, 2, 4, 6, 8, 10)


class Series(msgspec.Struct, frozen=True):
    """Values over the chart's positions; a missing value breaks the line."""

    name: str
    values: Sequence[float | None]
    style: str
    """One of the stylesheet's classes `one` to `four`."""


def nice_top(value: float) -> float:
    """Return a round number at or a little above the value."""
    if value <= 0:
        return 1.0
    size = 10.0 ** _exponent(value)
    return next(step * size for step in _NICE if step * size >= value * (1 - 1e-9))


def _exponent(value: float) -> int:
    exponent = 0
    while value >= 10.0 ** (exponent + 1):
        exponent += 1
    while value < 10.0**exponent:
        exponent -= 1
    return exponent


def lines(title: str, positions: Sequence[str], series: Sequence[Series], unit: str, top: float = 0.0) -> Markup:
    """Draw lines over positions such as the half hours of a day."""
    known = [value for one in series for value in one.values if value is not None]
    top = top or nice_top(max(known, default=0.0))
    parts = [_grid(top, unit), _positions(positions)]
    parts += [_line(one, len(positions), top, positions, unit) for one in series]
    return _figure(title, "".join(parts), series, HEIGHT)


def bars(title: str, names: Sequence[str], series: Sequence[Series], unit: str) -> Markup:
    """Draw horizontal bars, one row a name and one bar a series."""
    top = nice_top(max((value for one in series for value in one.values if value is not None), default=0.0))
    thick = _ROW / len(series) - 3 if len(series) > 1 else _ROW - 8
    room = WIDTH - _LABEL - 90
    parts = []
    for row, name in enumerate(names):
        y = _TOP + row * (_ROW + 4)
        parts.append(f'<text x="{_LABEL - 8}" y="{y + _ROW / 2 + 3:.1f}" class="name">{escape(_short(name))}</text>')
        for number, one in enumerate(series):
            value = one.values[row] or 0.0
            at = y + number * (thick + 2)
            wide = room * min(1.0, value / top)
            parts.append(
                f'<rect x="{_LABEL}" y="{at:.1f}" width="{wide:.1f}" height="{thick:.1f}" class="bar {one.style}">'
                f"<title>{escape(f'{name}, {one.name}: {figure(value)} {unit}')}</title></rect>"
                f'<text x="{_LABEL + wide + 5:.1f}" y="{at + thick - 1:.1f}" class="value">{figure(value)}</text>'
            )
    return _figure(title, "".join(parts), series, _TOP * 2 + len(names) * (_ROW + 4))


def figure(value: float) -> str:
    """Return a number with three digits that matter."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"  # noqa: PLR2004  (three digits)


def _figure(title: str, inner: str, series: Sequence[Series], height: float) -> Markup:
    legend = "".join(f'<span class="key {one.style}">{escape(one.name)}</span>' for one in series)
    return Markup(  # noqa: S704  (everything variable is escaped above)
        f'<figure><figcaption>{escape(title)}<span class="legend">{legend}</span></figcaption>'
        f'<div class="scroll"><svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{escape(title)}">'
        f"{inner}</svg></div></figure>"
    )


def _grid(top: float, unit: str) -> str:
    parts = []
    for tick in range(_TICKS + 1):
        value = top * tick / _TICKS
        y = _y(value, top)
        parts.append(f'<line x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" class="grid"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" class="tick">{figure(value)}{escape(unit)}</text>')
    return "".join(parts)


def _positions(positions: Sequence[str]) -> str:
    every = max(1, -(-len(positions) // _LABELS_MAX))
    return "".join(
        f'<text x="{_x(index, len(positions)):.1f}" y="{HEIGHT - 8}" class="position">{escape(name)}</text>'
        for index, name in enumerate(positions)
        if index % every == 0
    )


def _line(one: Series, count: int, top: float, positions: Sequence[str], unit: str) -> str:
    path, drawing, dots = [], False, []
    for index, value in enumerate(one.values):
        if value is None:
            drawing = False
            continue
        x, y = _x(index, count), _y(min(value, top), top)
        path.append(f"{'L' if drawing else 'M'}{x:.1f} {y:.1f}")
        drawing = True
        dots.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" class="dot {one.style}">'
            f"<title>{escape(f'{positions[index]} {one.name}: {figure(value)}{unit}')}</title></circle>"
        )
    return f'<path d="{" ".join(path)}" class="line {one.style}"/>{"".join(dots)}'


def _x(index: int, count: int) -> float:
    return _LEFT + (WIDTH - _LEFT - _RIGHT) * (index + 0.5) / max(1, count)


def _y(value: float, top: float) -> float:
    return HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * value / top


def _short(name: str, most: int = 26) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"
