"""Every alarm that operators are told of fires with its fault, and only then; what it looks at is counted."""

import re
import shutil
import subprocess

import pytest

from tests.house.tree import ROOT, read, select

RULES, CASES = ROOT / "deploy" / "alerts.yaml", ROOT / "deploy" / "alerts_test.yaml"
SUFFIXES = re.compile(r"_bucket$|_sum$|_count$")


def promtool(*arguments: str) -> str:
    program = shutil.which("promtool")
    assert program is not None, "promtool is missing: install Debian's package prometheus (scripts/setup.sh does)"
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("arguments", [("check", "rules", str(RULES)), ("test", "rules", str(CASES))])
def test_the_alarms_fire_with_their_fault_and_only_then(arguments: tuple[str, ...]) -> None:
    assert "SUCCESS" in promtool(*arguments)


def test_every_alarm_is_tried_both_ways_and_told_to_operators() -> None:
    alarms = re.findall(r"alert: (\w+)", RULES.read_text("utf-8"))
    cases = CASES.read_text("utf-8")
    told = set(re.findall(r"`(Window\w+)`", (ROOT / "docs" / "operations.md").read_text("utf-8")))
    assert set(alarms) == told
    for alarm in alarms:
        assert cases.count(f"alertname: {alarm}\n") == 2
        assert cases.count(f"alertname: {alarm}\n        exp_alerts: []") == 1


def test_every_number_that_an_alarm_looks_at_is_counted() -> None:
    looked_at = {SUFFIXES.sub("", name) for name in re.findall(r"\bwindow_\w+", RULES.read_text("utf-8"))}
    counted = set(re.findall(r"`(window_\w+)`", (ROOT / "docs" / "metrics.md").read_text("utf-8")))
    assert looked_at <= counted


def test_every_alarm_is_brought_about_by_its_fault_in_a_test() -> None:
    """But `WindowNodeDown`, which looks at nothing of ours: the node does not answer."""
    alarms = set(re.findall(r"alert: (\w+)", RULES.read_text("utf-8")))
    tried = set(re.findall(r'"(Window\w+)"', read("tests/integration/cloudwindow/test_alarms.py")))
    assert alarms - {"WindowNodeDown"} == tried


EVENTS = re.compile(r"\blog\.(?:debug|info|warning|error|exception|critical)\(\s*\"(\w+)\"")


def test_every_line_of_the_log_that_operators_are_told_of_is_written_and_tried() -> None:
    code = "\n".join(read(path) for path in select(".py") if not path.startswith(("tests/", "bench/", "scripts/")))
    tests = "\n".join(read(path) for path in select(".py", inside=("tests/",)) if not path.startswith("tests/house/"))
    written = set(EVENTS.findall(code))
    for name in ("operations.md", "metrics.md", "queue.md", "records.md"):
        text = (ROOT / "docs" / name).read_text("utf-8")
        told = {one for one in re.findall(r"`([a-z]+(?:_[a-z]+)+)`", text) if one in written}
        assert {one for one in told if f'"{one}"' not in tests} == set(), name
    said = re.findall(
        r"[Ll]ogged(?: once)? as `(\w+)`|logs `(\w+)`|log says `(\w+)`",
        " ".join((ROOT / "docs" / "operations.md").read_text("utf-8").split()),
    )
    assert {name for names in said for name in names if name} <= written
