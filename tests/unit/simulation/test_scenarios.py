"""Scenario files: the shipped ones can be read, and a wrong one is told of every fault with its line."""

import io
from pathlib import Path

import pytest

from protocol.priorities import Priority
from simulation.command import SCENARIOS, find, run
from simulation.distributions import Constant, Endless, Exponential, Lognormal, Uniform
from simulation.scenario import ScenarioFaults, read_scenario
from simulation.scenario.people import spread

GOOD = """
name: small
classes:
  - name: calls
    skills: ["MZ:2"]
    arrivals: {per_hour: 10}
    service: {exponential: 5 min}
seats:
  - {name: desk, count: 2, skills: ["MZ:3"]}
"""


def read(tmp_path: Path, text: str):
    file = tmp_path / "scenario.yaml"
    file.write_text(text, encoding="utf-8")
    return read_scenario(file)


def faults(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(ScenarioFaults) as caught:
        read(tmp_path, text)
    return [str(fault) for fault in caught.value.faults]


@pytest.mark.parametrize("file", sorted(SCENARIOS.glob("*.yaml")), ids=lambda file: file.stem)
def test_every_shipped_scenario_can_be_read(file):
    scenario = read_scenario(file)
    assert scenario.world.classes
    assert scenario.world.seats


def test_a_shipped_scenario_is_found_by_its_name_unless_a_file_is_meant(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert find(Path("surge")) == SCENARIOS / "surge.yaml"
    (tmp_path / "surge.yaml").write_text(GOOD)
    assert find(Path("surge.yaml")) == Path("surge.yaml")


def test_every_way_to_write_a_time_is_understood(tmp_path):
    text = GOOD.replace("{exponential: 5 min}", "%s")
    wanted = {
        "90 s": Constant(90.0),
        "1.5 h": Constant(5400.0),
        "20": Constant(20.0),
        "never": Endless(),
        "{exponential: 5 min}": Exponential(300.0),
        "{lognormal: {mean: 8 min, sd: 60}}": Lognormal(480.0, 60.0),
        "{uniform: {low: 3 min, high: 7 min}}": Uniform(180.0, 420.0),
    }
    for written, meant in wanted.items():
        assert read(tmp_path, text % written).world.classes[0].service == meant


def test_calls_a_day_follow_their_shape(tmp_path):
    shaped = GOOD.replace("{per_hour: 10}", "{per_day: 80, shape: office}")
    shaped = 'shapes: {office: {"09:00": 3, "11:00": 1, "13:00": 0}}' + shaped
    rates = read(tmp_path, shaped).world.classes[0].arrivals
    assert rates.per_day == pytest.approx(80)
    assert rates.per_hour == pytest.approx((0, 30, 10, 0))


def test_classes_and_seats_are_repeated_for_every_region(tmp_path):
    text = GOOD.replace("    skills", "    per_region: yes\n    skills").replace(
        "count: 2", "count: 7, per_region: yes"
    )
    world = read(tmp_path, "regions: [{code: A, share: 3}, {code: B, share: 1}]" + text).world
    assert [kind.widenings[0].needs.district for kind in world.classes] == ["A", "B"]
    assert [kind.arrivals.per_hour for kind in world.classes] == [(7.5,), (2.5,)]
    assert [plan.abilities.districts for plan in world.seats].count(("A",)) == 5
    assert world.seats[-1].home == "B"


def test_seats_are_spread_by_the_largest_remainder_and_nobody_goes_without():
    assert spread(10, [0.5, 0.3, 0.2]) == [5, 3, 2]
    assert spread(4, [0.97, 0.01, 0.01, 0.01]) == [1, 1, 1, 1]
    assert sum(spread(37, [0.123, 0.456, 0.421])) == 37


def test_priorities_leave_the_rest_to_normal_calls(tmp_path):
    text = GOOD.replace("    arrivals", "    priorities: {sos: 0.1, priority: 0.2}\n    arrivals")
    shares = dict(read(tmp_path, text).world.classes[0].priorities)
    assert shares == pytest.approx({Priority.SOS: 0.1, Priority.PRIORITY: 0.2, Priority.NORMAL: 0.7})


def test_variants_change_seats_rules_and_calls(tmp_path):
    text = GOOD + (
        "what_if:\n  - {name: more, seats: {desk: '+3'}}\n  - {name: fewer, seats: {desk: '-1'}}\n"
        "  - {name: five, seats: {desk: 5}}\n  - {name: rule, rules: {ticket: longest_queue}}\n"
        "  - {name: busy, calls: 2}\n"
    )
    more, fewer, five, rule, busy = (variant.world for variant in read(tmp_path, text).variants)
    assert [len(world.seats) for world in (more, fewer, five)] == [5, 1, 5]
    assert rule.rules.ticket_rule == "longest_queue"
    assert busy.classes[0].arrivals.per_hour == (20.0,)


def test_all_faults_are_told_with_their_lines(tmp_path):
    bad = """name: bad
nmae: twice
hours: ["9-12"]
classes:
  - name: calls
    skills: ["MZ:7"]
    arrivals: {per_hour: many}
    service: {exponential: soon}
    widening: [{after: 60 s, relax: [colour]}]
seats:
  - {name: desk, count: -1, skills: []}
what_if:
  - {name: more, seats: {office: "+1"}}
"""
    told = faults(tmp_path, bad)
    wanted = [
        "line 2: nmae: unknown key; did you mean name?",
        "line 3: hours[0]: '9' is no time of day such as 08:30",
        "line 6: classes[0].skills[0]: the level '7' is not between 1 and 5",
        "line 7: classes[0].arrivals.per_hour: a number is expected",
        "line 8: classes[0].service.exponential: 'soon' is no duration such as 90 s, 2 min, 1.5 h",
        "line 9: classes[0].widening[0].relax[0]: 'colour' is none of district, language, authority",
        "line 11: seats[0].count: -1 is not between 0 and 100000",
        "line 11: seats[0].skills: no skill is given, or one is given twice",
        "line 13: what_if[0].seats.office: no seat group is called office",
    ]
    assert [line for line in wanted if line not in told] == []
    assert [int(line.split(":")[0].removeprefix("line ")) for line in told] == sorted(
        int(line.split(":")[0].removeprefix("line ")) for line in told
    )


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("MZ:3", "SB:3"), "no seat could ever serve calls"),
        (("count: 2", "count: 0"), "a scenario needs a class and a seat"),
        (("name: small", "name: small\nname: again"), "the key is given twice"),
        (("    service: {exponential: 5 min}\n", ""), "service is missing"),
        (("per_hour: 10", "per_hour: 10, per_day: 9"), "either per_hour or per_day is expected"),
        (('skills: ["MZ:2"]', 'skills: ["MZ:2"]\n    records: {skill: MZ}'), "the scenario names no records file"),
    ],
)
def test_what_is_well_written_and_cannot_work_is_told_too(tmp_path, change, why):
    assert any(why in fault for fault in faults(tmp_path, GOOD.replace(*change)))


@pytest.mark.parametrize("text", ["", "a: [", "just words", "- a\n- b", "\tname: x"])
def test_what_is_no_scenario_at_all_is_one_clear_line(tmp_path, text):
    assert all(fault.startswith("line ") for fault in faults(tmp_path, text))


def test_a_wrong_scenario_exits_with_two_and_writes_nothing(tmp_path):
    file = tmp_path / "wrong.yaml"
    file.write_text("name: x\n")
    out, errors = io.StringIO(), io.StringIO()
    assert run(file, tmp_path / "out", to=out, errors=errors) == 2
    assert "wrong.yaml: line 1: classes is missing" in errors.getvalue()
    assert not out.getvalue()
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_not_there_exits_with_two(tmp_path):
    errors = io.StringIO()
    assert run(tmp_path / "none.yaml", tmp_path / "out", errors=errors) == 2
    assert "cannot be read" in errors.getvalue()
