"""Puts one mistake at a time into the dear modules and tells which ones no test notices.

    python scripts/mutate.py [FILE ...] [--changed] [--most N] [--seed N] [--again FILE]
                             [--kind any|guards] [--code REGEX] [--what REGEX] [--tests FILE ...] [--list]

Without FILE all modules of `tests/mutation.toml` are taken, with `--changed` those that differ from the last commit.
Each mistake meets the tests that the table names for its module, in a copy of the tree. The operators are our own so
that one table and one runner serve Python and Lua, whose tests start servers in processes of their own. The pages'
modules are Stryker's (`tests/stryker.json`): all of them without FILE, or those that are named.
"""

import argparse
import ast
import dataclasses
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import cache, partial
from pathlib import Path
from queue import Queue

from python_mistakes import mistakes

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "tests" / "mutation.toml"
WORKERS = 2
NO_TESTS = 5
SURVIVES = "survives: "
LUA_SWAPS = (
    (r"~=", "=="), (r"==", "~="), (r"(?<![<>=~])<=", "<"), (r"(?<![<>=~])>=", ">"), (r"(?<![<>=~])<(?!=)", "<="),
    (r"(?<![<>=~])>(?!=)", ">="), (r"\band\b", "or"), (r"\bor\b", "and"), (r"\bnot\b", ""),
)  # fmt: skip
LUA_STATEMENT = re.compile(r"^\s*(call|emit|count|due|undue|unpark|park|shun|alert_over|policy_drop|ticket_to)\(.*\)$")
LUA_GUARD = re.compile(r"^(\s*(?:else)?if )(.+)( then)$")


@dataclasses.dataclass(frozen=True)
class Mutant:
    """One mistake: the file as it would be, where it differs and how."""

    path: str
    line: int
    what: str
    code: str
    make: Callable[[], str]

    def __str__(self) -> str:
        """Return where it is and what was done to which code."""
        return f"{self.path}:{self.line} {self.what}: {self.code}"

    @property
    def name(self) -> str:
        """Return the name in the table of equivalent ones, which does not change with the lines above."""
        return f"{self.path}: {self.what}: {self.code}"


def _unparsed(make: Callable[[], ast.AST]) -> str:
    return ast.unparse(make())


def python_mutants(path: str, source: str, kind: str) -> Iterator[Mutant]:
    """Yield a mutant for each mistake of a kind (any, guards) that can be made in a module."""
    lines = source.split("\n")
    for line, what, make in mistakes(source, kind):
        yield Mutant(path, line, what, lines[line - 1].strip(), partial(_unparsed, make))


def lua_mutants(path: str, source: str) -> Iterator[Mutant]:
    """Yield a mutant for each comparison, boolean, guard and statement call of a script."""
    lines = source.split("\n")
    for number, line in enumerate(lines):
        code = line.split("--", 1)[0]
        if not code.strip():
            continue
        for pattern, other in LUA_SWAPS:
            for found in re.finditer(pattern, code):
                changed = code[: found.start()] + other + code[found.end() :]
                yield _lua(path, lines, number, changed, f"{found.group()} is {other or 'left out'} at {found.start()}")
        if guard := LUA_GUARD.match(code):
            for what in ("false", "true"):
                yield _lua(path, lines, number, f"{guard[1]}{what}{guard[3]}", f"condition is {what}")
        if LUA_STATEMENT.match(code):
            yield _lua(path, lines, number, "", "call is left out")


def _lua(path: str, lines: list[str], number: int, line: str, what: str) -> Mutant:
    changed = "\n".join([*lines[:number], line, *lines[number + 1 :]])
    return Mutant(path, number + 1, what, lines[number].strip(), lambda: changed)


def mutants_of(path: str, kind: str) -> list[Mutant]:
    """Return every mutant of a file; `kind` is for Python alone."""
    source = (ROOT / path).read_text(encoding="utf-8")
    return list(lua_mutants(path, source) if path.endswith(".lua") else python_mutants(path, source, kind))


class Copy:
    """A copy of the tree in which one mistake at a time is tried."""

    def __init__(self, folder: Path) -> None:
        """Copy what git tracks; environments and libraries are shared."""
        self.folder = folder
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        for path in filter(None, listed.split("\0")):
            if (ROOT / path).is_file():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / path, folder / path)
        for shared in (".venv", "node_modules"):
            (folder / shared).symlink_to(ROOT / shared)
        _ = shutil.copytree(ROOT / "webui/static/vendor", folder / "webui/static/vendor", dirs_exist_ok=True)
        for command in (["git", "init", "-q"], ["git", "add", "-A"]):
            subprocess.run(command, cwd=folder, check=True)  # house tests ask git

        self._written = 1_000_000_000
        self._runner = subprocess.Popen(
            [ROOT / ".venv/bin/python", ROOT / "scripts/noticing.py"],
            cwd=folder, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def close(self) -> None:
        """End the process that runs the tests."""
        assert self._runner.stdin is not None
        self._runner.stdin.close()
        _ = self._runner.wait()

    def fails(self, tests: list[str]) -> bool:
        """Tell whether a test fails, or takes too long, in the copy as it is."""
        assert self._runner.stdin is not None
        assert self._runner.stdout is not None
        self._runner.stdin.write(json.dumps(tests) + "\n")
        self._runner.stdin.flush()
        code = int(self._runner.stdout.readline())
        if code == NO_TESTS:
            raise RuntimeError(f"no such tests: {tests}")
        return code != 0

    def notices(self, mutant: Mutant, tests: list[str]) -> bool:
        """Tell whether a test fails with the mistake in place."""
        target = self.folder / mutant.path
        original = target.read_bytes()
        self._write(target, mutant.make().encode())
        try:
            return self.fails(tests)
        finally:
            self._write(target, original)

    def _write(self, target: Path, content: bytes) -> None:
        """Write a file with a time of its own: compiled modules are known by size and whole seconds."""
        _ = target.write_bytes(content)
        self._written += 1
        os.utime(target, (self._written, self._written))


def main() -> None:
    """Try the mistakes and print the score of each module, then every survivor."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("files", nargs="*")
    reader.add_argument("--changed", action="store_true", help="only files that differ from the last commit")
    reader.add_argument("--most", type=int, default=0, help="at most so many mistakes a file, drawn by chance")
    reader.add_argument("--seed", type=int, default=int(time.time()))
    reader.add_argument("--again", type=Path, help="only those that survived by the output of an earlier run")
    reader.add_argument("--kind", choices=("any", "guards"), default="any", help="of the mistakes in Python")
    reader.add_argument("--code", type=re.compile, help="only mistakes in lines where this is found")
    reader.add_argument("--what", type=re.compile, help="only mistakes of the kinds in whose name this is found")
    reader.add_argument("--tests", nargs="+", default=(), help="meet these tests, in any file, not those of the table")
    reader.add_argument("--workers", type=int, default=WORKERS)
    reader.add_argument("--list", action="store_true", help="print the mistakes and try none")
    asked = reader.parse_args()
    pages = [path for path in asked.files if path.endswith(".js")]
    asked.files = [path for path in asked.files if path not in pages]
    if asked.files or not pages:
        _try_ours(asked)
    if pages or not (asked.files or asked.list or asked.changed or asked.again):
        _try_pages(pages)


def _try_pages(files: list[str]) -> None:
    """Let Stryker try the pages' modules; `files` are those that are named, or none for all."""
    named = ["--mutate", ",".join(files)] if files else []
    stryker = ROOT / "node_modules/.bin/stryker"
    _ = subprocess.run([stryker, "run", "tests/stryker.json", *named], cwd=ROOT, check=True)


def _try_ours(asked: argparse.Namespace) -> None:
    """Try the mistakes in Python and Lua, or list them."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    tests, equivalent = _by_file(table["tests"]), table["equivalent"]
    if asked.tests:
        tests = {path: list(asked.tests) for path in asked.files}
    if unknown := set(asked.files) - set(tests):
        sys.exit(f"not in {TABLE.name}: {', '.join(sorted(unknown))}")
    wanted = [
        path for path in tests if (not asked.files or path in asked.files) and (not asked.changed or _differs(path))
    ]
    earlier = _survivors(asked.again) if asked.again else None
    print(f"seed {asked.seed}")
    drawn: list[Mutant] = []
    for path in wanted:
        found = [one for one in mutants_of(path, asked.kind) if one.name not in equivalent]
        found = [one for one in found if earlier is None or one.name in earlier]
        found = [one for one in found if not asked.code or asked.code.search(one.code)]
        found = [one for one in found if not asked.what or asked.what.search(one.what)]
        chance = random.Random(f"{asked.seed} {path}")  # noqa: S311 - a draw, no secret
        drawn += chance.sample(found, asked.most) if 0 < asked.most < len(found) else found
    if asked.list:
        print("\n".join(map(str, drawn)))
        return
    _report(drawn, _try(drawn, tests, asked.workers))


def _by_file(named: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return the tests of each file; a pattern stands for the files that have no entry of their own."""
    patterns = {name: tests for name, tests in named.items() if "*" in name}
    found = {str(path.relative_to(ROOT)): patterns[name] for name in patterns for path in sorted(ROOT.glob(name))}
    return found | {name: tests for name, tests in named.items() if name not in patterns}


def _survivors(output: Path) -> set[str]:
    told = [line.removeprefix(SURVIVES) for line in output.read_text("utf-8").split("\n") if line.startswith(SURVIVES)]
    return {re.sub(r"^([^:]+):\d+ ", r"\1: ", name) for name in told}


def _differs(path: str) -> bool:
    return bool(subprocess.run(["git", "diff", "--quiet", "HEAD", "--", path], cwd=ROOT, check=False).returncode)


def _try(drawn: list[Mutant], tests: dict[str, list[str]], workers: int) -> dict[Mutant, bool]:
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(workers) as pool, ExitStack() as stack:
        copies: Queue[Copy] = Queue()
        for number in range(workers):
            folder = Path(name) / str(number)
            folder.mkdir()
            copy = Copy(folder)
            stack.callback(copy.close)
            copies.put(copy)

        def with_copy(act: Callable[[Copy], bool]) -> bool:
            place = copies.get()
            try:
                return act(place)
            finally:
                copies.put(place)

        @cache
        def are_good(some: tuple[str, ...]) -> bool:
            return not with_copy(lambda at: at.fails(list(some)))

        def one(mutant: Mutant) -> bool:
            if not are_good(tuple(tests[mutant.path])):
                told = (Path(name) / "0" / "last_run.log").read_text("utf-8")
                raise RuntimeError(f"{told}\nthese fail without any mistake: {' '.join(tests[mutant.path])}")
            noticed = with_copy(lambda at: at.notices(mutant, tests[mutant.path]))
            print("." if noticed else f"\n{SURVIVES}{mutant}", end="" if noticed else "\n", flush=True)
            return noticed

        return dict(zip(drawn, pool.map(one, drawn), strict=True))


def _report(drawn: list[Mutant], noticed: dict[Mutant, bool]) -> None:
    all_of, killed = Counter(one.path for one in drawn), Counter(one.path for one in drawn if noticed[one])
    print("\n\n| module | mistakes | noticed | score |\n|---|---|---|---|")
    for path, count in all_of.items():
        print(f"| `{path}` | {count} | {killed[path]} | {killed[path] / count:.0%} |")
    total = len(drawn) or 1
    print(f"| **all** | {len(drawn)} | {sum(noticed.values())} | {sum(noticed.values()) / total:.0%} |")


if __name__ == "__main__":
    main()
