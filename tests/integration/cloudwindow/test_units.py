"""The systemd units that are shipped say nothing that systemd does not understand."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SHIPPED = {"cloudwindow@.service": "cloudwindow@8080.service", "cloudwindow-booth.service": "cloudwindow-booth.service"}


@pytest.mark.parametrize("name", SHIPPED)
def test_a_unit_that_is_shipped_is_understood(name: str, tmp_path: Path):
    text = (ROOT / "deploy" / name).read_text(encoding="utf-8")
    assert "/opt/cloudwindow" in text
    unit = tmp_path / SHIPPED[name]
    unit.write_text(text.replace("/opt/cloudwindow", str(ROOT)), encoding="utf-8")  # the program must be there
    verify = ["systemd-analyze", "verify", str(unit)]
    done = subprocess.run(verify, check=False, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", SHIPPED)
def test_a_unit_that_is_shipped_may_do_little_more_than_it_needs(name: str, tmp_path: Path):
    unit = tmp_path / SHIPPED[name]
    unit.write_text((ROOT / "deploy" / name).read_text(encoding="utf-8"), encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--threshold=30", "--no-pager", str(unit)],
        check=False, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-300:]
    settings = dict(line.split("=", 1) for line in unit.read_text().splitlines() if "=" in line and line[0] != "#")
    assert settings["UMask"] == "0077"
    assert settings["MemoryMax"] != "infinity"
