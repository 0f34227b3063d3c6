"""Leaves out one guard of the Python tree at a time, and tells which ones no test misses.

    python scripts/left_out.py [--state FILE] [--tries N] TEST ...
    python scripts/left_out.py [--state FILE] --report

A guard is a refusal, a check, a right, a note, a removal or a write to disk (`python_guards.py`). All are compiled in
with a switch (`switched.py`). Each test runs once with all of them on, in one pytest whose engines stay up; then once
more in a fork for each guard that it came to and that nothing has missed yet. A refusal counts as come to where it
refused. What is missed is written to the state, and not tried again by the next run.
"""

import argparse
import gc
import json
import os
import re
import subprocess
import sys
import threading
import time
import tomllib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any, Self

import pytest
from _pytest.runner import runtestprotocol
from noticing import ended
from python_guards import ASKED, REFUSAL, named
from reached import PACKAGES, TABLE, modules
from switched import Switches, install

ROOT = Path(__file__).resolve().parent.parent
Cached = type(lru_cache(len))
LEAST_LIMIT_S = 15.0
TIMES = 8
#: Tests whose subject it is: most others pass without.
SUBJECTS = {
    "any": re.compile(r"right|scope|role|who_"),
    "scope": re.compile(r"scope"),
    "note": re.compile(r"every_act|trail|audit|insider"),
    "write": re.compile(r"power_cut"),
    "removal": re.compile(r"power_cut|retention|forg[eo]t|wiped|removed|gone"),
}
#: Modules whose tests are said to come next, so that fixtures of a module and a folder end: one in another folder.
NEXT = ("tests/unit/protocol/test_states.py", "tests/house/test_promises.py")
OPTIONS = ("-q", "-p", "no:randomly", "-p", "no:cacheprovider", "--timeout", "0", "--assert", "plain")


class LeftOut:
    """The plugin: runs each test as it is, then once for each guard that it came to."""

    def __init__(self, switches: Switches, state: Path, tries: int, slow_s: float) -> None:
        """Go on where the state ends; a guard is tried `tries` times, twice as often by tests that are about it.

        A test that takes more than `slow_s` seconds tries none.
        """
        self._switches, self._state, self._tries, self._slow_s = switches, state, tries, slow_s
        self._tried: Counter[tuple[str, ...]] = Counter()
        self._missed = {name for name, outcome in read_state(state).items() if outcome in {"noticed", "hung"}}
        self._anchors: list[pytest.Item] = []

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Remember a test of each module of `NEXT`."""
        self._anchors = [next(item for item in items if item.nodeid.startswith(path)) for path in NEXT]
        for item in items:  # whose limit would count the forks, too
            item.own_markers = [mark for mark in item.own_markers if mark.name != "timeout"]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> bool:
        """Run the test, then a fork for each guard."""
        here = item.nodeid.split("/")[:2]
        after = next(one for one in self._anchors if one.nodeid.split("/")[:2] != here)
        self._switches.begin()
        began = time.monotonic()
        # The next test is said to lie elsewhere: fixtures of the module end, those of the session stay.
        failed = [one for one in runtestprotocol(item, log=False, nextitem=after) if one.failed]
        took_s = time.monotonic() - began
        met, telling = sorted(self._switches.met), set(self._switches.telling)
        if failed:
            print(f"\nfails as it is: {item.nodeid}\n{failed[0].longreprtext[-1500:]}", flush=True)
            return True
        wanted = [number for number in met if self._wants(number, item.nodeid, took_s, tells=number in telling)]
        if wanted:
            with Parent() as parent:
                for number in wanted:
                    self._try(item, after, parent, number, max(LEAST_LIMIT_S, TIMES * took_s))
        return True

    def _wants(self, number: int, test: str, took_s: float, *, tells: bool) -> bool:
        name = self.name(number)
        what = self._switches.known[number][0]
        subject = SUBJECTS.get(what.partition(" ")[0])
        is_likely = what.startswith(REFUSAL) or tells or (subject is not None and bool(subject.search(test)))
        if not is_likely and (what.startswith("check") or what == ASKED):
            return False  # what no test saw refused, none can miss
        alike = test.partition("[" if is_likely else "::")[
            0
        ]  # other values of a function, or tests of a file, say less
        kind = "likely" if is_likely else "unlikely"
        if (
            name in self._missed
            or took_s > self._slow_s
            or self._tried[name, kind] >= self._tries * (2 if is_likely else 1)
            or self._tried[name, kind, alike] >= (2 if is_likely else 1)
        ):
            return False
        self._tried.update({(name, kind): 1, (name, kind, alike): 1})
        return True

    def name(self, number: int) -> str:
        """Return the name of a guard in the state."""
        return str(self._switches.known[number][1])

    def _try(self, item: pytest.Item, after: pytest.Item, parent: "Parent", number: int, limit_s: float) -> None:
        child = os.fork()
        if not child:
            code = 3
            try:
                os.setpgid(0, 0)
                parent.leave()
                self._switches.off = number
                code = int(any(report.failed for report in runtestprotocol(item, log=False, nextitem=after)))
            except BaseException as error:  # noqa: BLE001 - a fork ends here at any error
                _ = os.write(2, f"{self.name(number)}: {error!r}\n".encode())
            finally:
                os._exit(code)
        code = ended(child, limit_s)
        outcome = "hung" if code is None else "noticed" if code else "passed"
        if outcome != "passed":
            self._missed.add(self.name(number))
        with self._state.open("a", encoding="utf-8") as told:
            told.write(json.dumps([self.name(number), outcome, item.nodeid]) + "\n")


class Parent:
    """Engines, threads and databases that forks find in the process they come from, and must not take for their own."""

    def __init__(self) -> None:
        """Find nothing yet."""
        self._found: list[Any] = []

    def __enter__(self) -> Self:
        """Look once for all forks of a test, and keep the collector of each from what is there."""
        gc.unfreeze()  # a node that starts freezes what is there: it would not be found
        kinds = (subprocess.Popen, ThreadPoolExecutor, Cached)
        self._found = [
            one for one in gc.get_objects() if isinstance(one, kinds) or type(one).__name__ == "PostgresServer"
        ]
        gc.freeze()
        return self

    def __exit__(self, *_: object) -> None:
        """Let the collector see everything again."""
        gc.unfreeze()

    def leave(self) -> None:
        """Forget cached answers, leave engines of the parent running, start threads anew, name databases apart."""
        for one in self._found:
            if isinstance(one, subprocess.Popen):
                if one.returncode is None:
                    _ = one._waitpid_lock.acquire(blocking=False)  # type: ignore[attr-defined]  # noqa: SLF001
            elif isinstance(one, Cached):
                if str(one.__module__).startswith(PACKAGES):
                    one.cache_clear()
            elif isinstance(one, ThreadPoolExecutor):
                one._threads.clear()  # type: ignore[attr-defined]  # noqa: SLF001
                one._idle_semaphore = threading.Semaphore(0)  # noqa: SLF001
            else:
                one._numbers = count(os.getpid() * 1000)  # noqa: SLF001


def read_state(state: Path) -> dict[str, str]:
    """Return what became of each guard that was tried: `noticed` or `hung` once it was so, else `passed`."""
    found: dict[str, str] = {}
    for line in state.read_text(encoding="utf-8").splitlines() if state.exists() else ():
        name, outcome, _ = json.loads(line)
        if found.get(name, "passed") == "passed":
            found[name] = outcome
    return found


def report(state: Path) -> None:
    """Print the guards that no test missed, and how many were noticed of each kind and module."""
    became = read_state(state)
    equivalent = tomllib.loads(TABLE.read_text(encoding="utf-8"))["equivalent"]
    kinds: dict[str, Counter[str]] = {}
    paths: dict[str, Counter[str]] = {}
    for path in modules():
        for _, line, what, code, name in named((ROOT / path).read_text(encoding="utf-8"), path):
            outcome = became.get(name, "unreached")
            outcome = "equivalent" if f"{path}: {what}: {code}" in equivalent else outcome
            for table, key in ((kinds, what.partition(":")[0]), (paths, f"`{path}`")):
                table.setdefault(key, Counter())[outcome] += 1
            if outcome in {"passed", "unreached", "hung"}:
                print(f"{outcome}: {path}:{line} {what}: {code}")
    for head, table in (("kind", kinds), ("module", paths)):
        print(f"\n| {head} | guards | noticed | passed | not reached | equivalent |\n|---|---:|---:|---:|---:|---:|")
        for name, sums in sorted(table.items()):
            seen = sums["noticed"] + sums["hung"]
            print(
                f"| {name} | {sums.total()} | {seen} | {sums['passed']} | {sums['unreached']} | {sums['equivalent']} |"
            )


def main() -> int:
    """Run the tests, or report; return pytest's exit code."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("tests", nargs="*")
    reader.add_argument("--state", type=Path, default=ROOT / ".guards", help="where it is written what was missed")
    reader.add_argument("--tries", type=int, default=4, help="of a guard at most, by tests that are not about it")
    reader.add_argument("--slow", type=float, default=4.0, help="tests that take more seconds try nothing")
    reader.add_argument("--deselect", action="append", default=[])
    reader.add_argument("-k", default="", help="only tests of these names, as pytest reads it: 'not postgresql'")
    reader.add_argument("--report", action="store_true")
    asked = reader.parse_args()
    if asked.report:
        report(asked.state)
        return 0
    sys.path.insert(0, str(ROOT))
    sys.dont_write_bytecode = True
    switches = install(ROOT, PACKAGES)
    more = [f"--deselect={one}" for one in asked.deselect]
    marks = ["-m", "not long and not browser", "-k", asked.k]
    return int(
        pytest.main(
            [*OPTIONS, *marks, *more, *NEXT, *asked.tests],
            plugins=[LeftOut(switches, asked.state, asked.tries, asked.slow)],
        )
    )


if __name__ == "__main__":
    sys.exit(main())
