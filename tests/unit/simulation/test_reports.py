"""What a report says agrees with what happened, on the terminal, on the page and in the file for programs."""

import asyncio
import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from simulation.charts import Series, bars, figure, lines, nice_top
from simulation.command import SCENARIOS, simulate
from simulation.intervals import interval, student
from simulation.outcome import End, Outcome, Record
from simulation.report import as_html, as_text
from simulation.scenario import read_scenario
from simulation.statistics import gini, results
from simulation.tables import table
from simulation.theory import pooled_day
from simulation.words import AS_IT_IS, TAGS, Words
from simulation.world import World


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    found = asyncio.run(simulate(SCENARIOS / "sample_district_day.yaml", folder, engine="model", replications=2))
    return found, folder


def outcome_of(world: World, *calls: Record) -> Outcome:
    outcome = Outcome.begin(world, 0)
    outcome.calls.extend(calls)
    return outcome


def test_the_four_service_levels_count_what_they_say():
    world = read_scenario(SCENARIOS / "sample_district_day.yaml").world
    outcome = outcome_of(
        world,
        Record(0, 0, End.SERVED, 30_000, 0),
        Record(0, 0, End.SERVED, 90_000, 1),
        Record(0, 0, End.ABANDONED, 5_000),
        Record(0, 0, End.ABANDONED, 70_000),
        Record(0, 0, End.BLOCKED),
    )
    total = results("x", world, [outcome]).total
    assert (total.offered, total.answered, total.abandoned, total.short, total.blocked) == (5, 2, 2, 1, 1)
    levels = total.levels
    assert levels.of_answered == pytest.approx(1 / 2)
    assert levels.of_ended == pytest.approx(2 / 4)
    assert levels.of_patient == pytest.approx(1 / 3)
    assert levels.of_offered == pytest.approx(1 / 5)


def test_every_call_is_counted_once_in_classes_districts_and_half_hours(report):
    base = report[0].base
    for parts in (base.by_class.values(), base.by_district.values(), [half.figures for half in base.by_half_hour]):
        found = list(parts)
        assert sum(part.offered for part in found) == pytest.approx(base.total.offered)
        assert sum(part.answered for part in found) == pytest.approx(base.total.answered)
    assert sum(load.answered for load in base.by_group) == pytest.approx(base.total.answered)


def test_variants_meet_the_same_calls(report):
    base, *others = report[0].all
    more_calls = others.pop()
    assert {one.total.offered for one in others} == {base.total.offered}
    assert more_calls.total.offered > base.total.offered


class Page(HTMLParser):
    """Collects what a page loads and which elements it leaves open."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.loads += [value for name, value in attrs if name in {"src", "href"} and value]


def test_the_page_needs_nothing_but_itself(report):
    page = Page()
    text = (report[1] / "report.html").read_text(encoding="utf-8")
    page.feed(text)
    assert page.loads == []
    assert "script" not in page.tags
    assert page.tags.count("svg") >= 6
    assert "http" not in re.sub(r'xmlns="[^"]*"', "", text)


def test_the_file_for_programs_says_the_same(report):
    data = json.loads((report[1] / "report.json").read_bytes())
    assert data["base"]["total"]["offered"] == report[0].base.total.offered
    assert len(data["variants"]) == len(report[0].variants)


@pytest.mark.parametrize("tag", TAGS)
def test_the_tables_name_every_class_variant_and_group(report, tag):
    words = Words(tag)
    text = as_text(report[0], words)
    found = report[0]
    groups = [load.group for load in found.base.by_group]
    for name in [*found.base.by_class, *(words.gettext(one.name) for one in found.all), *groups]:
        assert name in text


def visible(html: str) -> str:
    """Return what a reader sees and hears of a page, without styles and marks."""
    without_style = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    said = " ".join(re.findall(r'aria-label="([^"]*)"', without_style))
    return re.sub(r"<[^>]*>", " ", without_style) + said


def test_the_page_is_simplified_chinese_unless_asked_otherwise(report):
    page = (report[1] / "report.html").read_text(encoding="utf-8")
    assert '<html lang="zh-Hans">' in page
    own = " ".join([report[0].name, report[0].about, *(one.name for one in report[0].variants)])
    allowed = set(re.findall(r"[A-Za-z]+", own)) | {"Erlang", "A", "C"}
    assert set(re.findall(r"[A-Za-z]+", visible(page))) <= allowed


def test_the_page_speaks_three_languages(report):
    pages = {tag: as_html(report[0], Words(tag)) for tag in TAGS}
    assert len(set(pages.values())) == len(TAGS)
    for (tag, page), words in zip(pages.items(), ("平均等待", "平均等候", "Mean wait"), strict=True):
        assert f'<html lang="{tag}">' in page
        assert words in page
    assert AS_IT_IS in pages["en"]
    assert Words("zh-Hans").gettext(AS_IT_IS) in pages["zh-Hans"]


def test_chinese_names_stay_in_their_column():
    rows = table("t", ("", "n"), [("番禺", "1"), ("abcdef", "10")]).splitlines()[1:]
    assert rows == ["         n", "番禺     1", "abcdef  10"]


def test_names_in_charts_cannot_be_markup():
    svg = bars("<b>", ["<script>"], [Series("a&b", [1.0], "one")], "s")
    assert "<script>" not in svg
    assert "&lt;script&gt;" in svg


def test_a_line_breaks_where_nothing_is_known():
    svg = lines("t", ["a", "b", "c"], [Series("x", [1.0, None, 3.0], "one")], "")
    path = re.search(r'<path d="([^"]*)"', svg)
    assert path is not None
    assert path[1].count("M") == 2


def test_axes_end_at_round_numbers():
    assert [nice_top(value) for value in (0, 0.07, 1, 3.2, 99, 101)] == [1, 0.08, 1, 4, 100, 200]
    assert [figure(value) for value in (0.1234, 12.34, 1234.5)] == ["0.123", "12.3", "1,234"]
    assert [Words("en").seconds(value) for value in (3.21, 150)] == ["3.2 s", "2.5 min"]


def test_even_work_has_no_gini_and_one_busy_seat_nearly_one():
    assert gini(np.array([3.0, 3.0, 3.0])) == pytest.approx(0)
    assert gini(np.array([0.0] * 99 + [5.0])) == pytest.approx(0.99)
    assert gini(np.zeros(4)) == 0


def test_intervals_are_students():
    found = interval([1.0, 2.0, 3.0])
    assert found.mean == 2.0
    assert found.half == pytest.approx(4.303 / 3**0.5)
    assert 2.0 in found
    assert student(1000) == pytest.approx(1.9623, abs=1e-4)
    assert interval([1.0]).half == float("inf")


def test_theory_says_endless_where_more_comes_than_seats_can_do():
    world = read_scenario(SCENARIOS / "overload.yaml").world
    peak = next(row for row in pooled_day(world) if row.from_s == 9 * 3600)
    assert peak.load > 1
    assert peak.c_mean_wait_s is None
    assert peak.a_abandons is not None
    assert peak.a_abandons > 0.3
