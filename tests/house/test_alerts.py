"""Every alarm that operators are told of fires with its fault, and only then; what it looks at is counted."""

import re
import shutil
import subprocess

import pytest

from tests.house.tree import ROOT

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
