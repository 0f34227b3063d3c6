"""What is learned from records: arrivals by half hour, talk times, and the patience of all, answered or not."""

import numpy as np
import pytest

from simulation.distributions import Endless, Lognormal, Measured
from simulation.fitting import TooFewCallsError, read_records
from simulation.scenario import ScenarioFaults, read_scenario
from simulation.survival import exponential_patience, kaplan_meier

MIDNIGHT_MS = 1_767_196_800_000  # 2026-01-01 in Guangzhou


def export(tmp_path, rows: list[str]):
    file = tmp_path / "sessions.csv"
    file.write_text("\n".join(["arrived_ms,began_ms,closed_ms,skill,handling_district", *rows]), encoding="utf-8")
    return file


def call(at_s: float, waited_s: float, talked_s: float | None, skill: str = "MZ") -> str:
    arrived = MIDNIGHT_MS + round(at_s * 1000)
    began = arrived + round(waited_s * 1000)
    if talked_s is None:
        return f"{arrived},,{began},{skill},440113"
    return f"{arrived},{began},{began + round(talked_s * 1000)},{skill},440113"


def test_arrivals_are_calls_an_hour_of_every_half_hour(tmp_path):
    day = 86_400
    rows = [call(9 * 3600 + 60 * minute + day * which, 5, 300) for minute in range(12) for which in range(2)]
    fitted = read_records(export(tmp_path, rows)).fitted()
    assert fitted.arrivals.per_hour[18] == pytest.approx(24)
    assert fitted.arrivals.per_day == pytest.approx(12)


def test_few_talks_are_smoothed_and_many_are_drawn_as_they_were(tmp_path):
    few = read_records(export(tmp_path, [call(60 * n, 1, 200 + n) for n in range(20)])).fitted()
    many = read_records(export(tmp_path, [call(60 * n, 1, 200 + n) for n in range(300)])).fitted()
    assert isinstance(few.service, Lognormal)
    assert few.service.mean_s == pytest.approx(209.5, rel=0.01)
    assert isinstance(many.service, Measured)
    assert many.service.mean_s == pytest.approx(349.5)


def test_patience_counts_those_who_were_answered_before_they_lost_it():
    rng = np.random.default_rng(5)
    patience, wait = rng.exponential(120, 20_000), rng.exponential(60, 20_000)
    gave_up = np.minimum(patience, wait)[patience < wait].tolist()
    answered = wait[patience >= wait].tolist()
    curve = kaplan_meier(gave_up, answered)
    assert curve.mean_s == pytest.approx(120, rel=0.05)
    assert exponential_patience(gave_up, answered).mean_s == pytest.approx(120, rel=0.03)
    drawn = curve.sample(rng, 50_000)
    assert np.mean(drawn) == pytest.approx(120, rel=0.05)
    assert np.mean(drawn > 120) == pytest.approx(np.exp(-1), abs=0.02)


def test_patience_is_endless_where_nobody_gave_up():
    assert kaplan_meier([], [3.0, 4.0]) == Endless()


def test_iso_times_and_open_calls_are_read(tmp_path):
    file = tmp_path / "own.csv"
    file.write_text(
        "taken,answered,ended\n2026-03-02T09:00:00,2026-03-02T09:00:30,2026-03-02T09:05:30\n2026-03-02T09:10:00,,\n"
    )
    (only,) = read_records(file).calls
    assert (only.waited_s, only.talked_s) == (30.0, 300.0)


def test_the_measured_times_of_the_records_export_are_preferred(tmp_path):
    file = tmp_path / "export.csv"
    file.write_text(
        "\ufeffarrived_ms,began_ms,closed_ms,waited_ms,served_ms,item,handling_district\r\n"
        "2026-03-02 09:00:00,2026-03-02 09:00:31,2026-03-02 09:06:00,30400,300100,I7,440113\r\n"
        "2026-03-02 09:10:00,,,45200,,I7,440113\r\n"
        "2026-03-02 09:20:00,2026-03-02 09:20:05,,5000,,I7,440113\r\n",
        encoding="utf-8",
    )
    served, gave_up = read_records(file).like({"item": "I7", "district": "440113"}).calls
    assert (served.waited_s, served.talked_s) == (30.4, 300.1)
    assert (gave_up.waited_s, gave_up.talked_s) == (45.2, None)


def test_a_kind_of_call_with_too_little_on_record_is_refused(tmp_path):
    records = read_records(export(tmp_path, [call(60 * n, 1, 200) for n in range(9)]))
    with pytest.raises(TooFewCallsError):
        records.like({"skill": "SB"}).fitted()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("when,who\n1,2\n", "no column arrived_ms, began_ms, closed_ms"),
        ("arrived_ms,began_ms,closed_ms\n5,soon,9\n", "line 2"),
        ("arrived_ms,began_ms,closed_ms\n5,9,7\n", "ends before it begins"),
    ],
)
def test_records_that_cannot_be_read_are_a_fault_of_the_scenario(tmp_path, text, why):
    (tmp_path / "sessions.csv").write_text(text)
    scenario = tmp_path / "fitted.yaml"
    scenario.write_text(
        "name: x\nrecords: sessions.csv\nclasses:\n  - {name: a, skills: [MZ], records: {skill: MZ}}\n"
        "seats:\n  - {name: s, count: 1, skills: [MZ]}\n"
    )
    with pytest.raises(ScenarioFaults) as caught:
        read_scenario(scenario)
    assert why in str(caught.value)


def test_a_scenario_takes_its_classes_from_the_records(tmp_path):
    export(tmp_path, [call(8 * 3600 + 60 * n, n % 7, None if n % 5 == 0 else 240) for n in range(100)])
    scenario = tmp_path / "fitted.yaml"
    scenario.write_text(
        "name: x\nrecords: sessions.csv\nclasses:\n  - {name: a, skills: [MZ], records: {skill: MZ}}\n"
        "seats:\n  - {name: s, count: 1, skills: [MZ]}\n"
    )
    kind = read_scenario(scenario).world.classes[0]
    assert kind.arrivals.per_day == pytest.approx(100)
    assert kind.service.mean_s == pytest.approx(240, rel=0.01)
    assert 5 < kind.patience.mean_s < 40
