"""Meets mistakes in modules with the tests that reach them.

    python scripts/reached.py [--most N] [--seed N] [--data FILE ...] [--tests N] [MODULE ...]

What reaches what is read from coverage with contexts (`make coverage` first); the tests run in forks (`forks.py`).
Printed are the survivors, and the score of each module.
"""

import argparse
import ast
import dataclasses
import json
import random
import re
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

from coverage import CoverageData
from python_mistakes import mistakes

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "tests" / "mutation.toml"
PACKAGES = (
    "protocol", "runtime", "matcher", "records", "webui", "signaling", "seat_console", "booth_client",
    "hooks", "ports", "cloudwindow",
)  # fmt: skip
#: Each round gives those that are left more tests: so many each.
ROUNDS = (2, 3, 6, 25)


@dataclasses.dataclass(frozen=True)
class Mistake:
    """One mistake: where, what, and the tests that reach it, cheap ones first."""

    path: str
    number: int
    line: int
    what: str
    code: str
    tests: tuple[str, ...]

    @property
    def name(self) -> str:
        """Return the name in the table of equivalent ones."""
        return f"{self.path}: {self.what}: {self.code}"


class Reached:
    """Lines that each test reached, by coverage's data of one or more runs."""

    def __init__(self, files: list[Path]) -> None:
        """Read the data; the seconds of the tests lie beside each file."""
        self._data: list[CoverageData] = []
        self.seconds: dict[str, float] = {}
        for file in files:
            data = CoverageData(str(file))
            data.read()
            self._data.append(data)
            self.seconds |= json.loads((file.parent / f"{file.name}-seconds.json").read_text(encoding="utf-8"))

    @cache  # noqa: B019 - it lives as long as the program
    def lines(self, path: str) -> dict[int, set[str]]:
        """Return the tests that ran each line of a file."""
        found: defaultdict[int, set[str]] = defaultdict(set)
        for data in self._data:
            for line, tests in data.contexts_by_lineno(str(ROOT / path)).items():
                found[line] |= {test for test in tests if test and test in self.seconds}
        return found


def modules() -> list[str]:
    """Return the modules of the program, without migrations."""
    listed = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [path for path in listed.split() if path.startswith(PACKAGES) and "/migrations/" not in path]


def mistakes_of(path: str, kind: str, reached: Reached) -> list[Mistake]:
    """Return the mistakes of a module with their tests."""
    source = (ROOT / path).read_text(encoding="utf-8")
    code = source.split("\n")
    statements = {node.lineno: node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.stmt)}
    lines = reached.lines(path)
    found = []
    for number, (line, what, _) in enumerate(mistakes(source, kind)):
        node = statements.get(line)
        is_whole = isinstance(node, ast.Expr | ast.Assign | ast.Return)
        ends = node.end_lineno or line if is_whole and node is not None else line
        tests = set().union(*(lines.get(one, set()) for one in range(line, ends + 1)))
        in_order = sorted(tests, key=reached.seconds.__getitem__)
        found.append(Mistake(path, number, line, what, code[line - 1].strip(), tuple(in_order)))
    return found


def run(drawn: list[Mistake], kind: str, most_tests: int) -> dict[Mistake, str]:
    """Meet the mistakes with more and more tests; return what became of each."""
    became = {one: "unreached" if not one.tests else "survives" for one in drawn}
    begins = 0
    for size in ROUNDS:
        ends = min(begins + size, most_tests)
        plan: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
        by_place = {(one.path, one.number): one for one in drawn if became[one] == "survives"}
        for place, one in by_place.items():
            for test in one.tests[begins:ends]:
                plan[test].append(place)
        begins = ends
        if not plan:
            break
        print(f"{len(by_place)} mistakes are left; {len(plan)} tests", flush=True)
        for path, number, _, outcome in _round(kind, plan):
            one = by_place[path, number]
            if outcome in {"noticed", "untried"}:
                became[one] = outcome
    return became


def _round(kind: str, plan: dict[str, list[tuple[str, int]]]) -> list[tuple[str, int, str, str]]:
    with tempfile.TemporaryDirectory() as name:
        file, results = Path(name) / "plan.json", Path(name) / "results"
        file.write_text(json.dumps({"kind": kind, "tests": plan}), encoding="utf-8")
        results.touch()
        with (Path(tempfile.gettempdir()) / "forks.log").open("w", encoding="utf-8") as log:
            command = [sys.executable, str(ROOT / "scripts/forks.py"), str(file), str(results)]
            subprocess.run(command, cwd=ROOT, stdout=log, stderr=log, check=False)
        return [tuple(json.loads(line)) for line in results.read_text(encoding="utf-8").splitlines()]


def main() -> None:
    """Draw, run, print."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("modules", nargs="*")
    reader.add_argument("--kind", choices=("guards", "any"), default="any")
    reader.add_argument("--data", type=Path, nargs="+", default=[ROOT / ".coverage"])
    reader.add_argument("--most", type=int, default=0, help="at most so many mistakes a module, drawn by chance")
    reader.add_argument("--seed", type=int, default=int(time.time()))
    reader.add_argument("--tests", type=int, default=36, help="at most so many tests a mistake")
    reader.add_argument("--code", type=re.compile, help="only mistakes in lines where this is found")
    reader.add_argument("--what", type=re.compile, help="only mistakes in whose kind this is found")
    reader.add_argument("--list", action="store_true", help="print the mistakes and try none")
    asked = reader.parse_args()
    equivalent = tomllib.loads(TABLE.read_text(encoding="utf-8"))["equivalent"]
    reached = Reached(asked.data)
    print(f"seed {asked.seed}")
    drawn: list[Mistake] = []
    for path in asked.modules or modules():
        found = [one for one in mistakes_of(path, asked.kind, reached) if one.name not in equivalent]
        found = [one for one in found if not asked.code or asked.code.search(one.code)]
        found = [one for one in found if not asked.what or asked.what.search(one.what)]
        chance = random.Random(f"{asked.seed} {path}")  # noqa: S311 - a draw, no secret
        drawn += chance.sample(found, asked.most) if 0 < asked.most < len(found) else found
    if asked.list:
        for one in drawn:
            print(f"{one.path}:{one.line} {one.what}: {one.code} ({len(one.tests)} tests)")
        return
    became = run(drawn, asked.kind, asked.tests)
    for one in drawn:
        if became[one] != "noticed":
            print(f"{became[one]}: {one.path}:{one.line} {one.what}: {one.code} ({len(one.tests)} tests)")
    _report(drawn, became)


def _report(drawn: list[Mistake], became: dict[Mistake, str]) -> None:
    tried = [one for one in drawn if became[one] != "untried"]
    every, noticed = Counter(one.path for one in tried), Counter(one.path for one in tried if became[one] == "noticed")
    print("\n| module | mistakes | noticed | score |\n|---|---:|---:|---:|")
    for path, count in every.items():
        print(f"| `{path}` | {count} | {noticed[path]} | {noticed[path] / count:.0%} |")
    print(f"| **all** | {len(tried)} | {noticed.total()} | {noticed.total() / (len(tried) or 1):.0%} |")


if __name__ == "__main__":
    main()
