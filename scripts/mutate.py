"""Puts one mistake at a time into the dear modules and tells which ones no test notices.

    python scripts/mutate.py [FILE ...] [--changed] [--most N] [--seed N] [--list]

Without FILE all modules of `tests/mutation.toml` are taken, with `--changed` those that differ from the last commit.
Each mistake meets the tests that the table names for its module, in a copy of the tree. The operators are our own so
that one table and one runner serve Python and Lua, whose tests start servers in processes of their own.
"""

import argparse
import ast
import copy
import dataclasses
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
from pathlib import Path
from queue import Queue
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "tests" / "mutation.toml"
WORKERS = 2
LIMIT_S = 240
SWAPS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
LUA_SWAPS = (
    (r"~=", "=="), (r"==", "~="), (r"(?<![<>=~])<=", "<"), (r"(?<![<>=~])>=", ">"), (r"(?<![<>=~])<(?!=)", "<="),
    (r"(?<![<>=~])>(?!=)", ">="), (r"\band\b", "or"), (r"\bor\b", "and"), (r"\bnot\b", ""),
)  # fmt: skip
LUA_STATEMENT = re.compile(r"^\s*(call|emit|count|due|undue|unpark|park|shun|alert_over|policy_drop|ticket_to)\(.*\)$")
LUA_GUARD = re.compile(r"^(\s*(?:else)?if )(.+)( then)$")


Change = Callable[[Any], object]


@dataclasses.dataclass(frozen=True)
class Mutant:
    """One mistake: the file as it would be, where it differs and how."""

    path: str
    line: int
    what: str
    text: str

    @property
    def name(self) -> str:
        """Return the mutant's name as the table of equivalent ones writes it."""
        return f"{self.path}:{self.line} {self.what}"


def python_mutants(path: str, source: str) -> Iterator[Mutant]:
    """Yield a mutant for each guard, comparison, boolean, call statement and returned truth of a module."""
    tree = ast.parse(source)
    nodes = [node for node in ast.walk(tree) if hasattr(node, "lineno")]
    for place, node in enumerate(nodes):
        for what, change in _changes(node):
            other = copy.deepcopy(tree)
            target = [one for one in ast.walk(other) if hasattr(one, "lineno")][place]
            change(target)
            yield Mutant(path, node.lineno, what, ast.unparse(ast.fix_missing_locations(other)))


def _changes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    if isinstance(node, ast.If | ast.IfExp):
        yield "condition never holds", lambda at: setattr(at, "test", ast.Constant(value=False))
        yield "condition always holds", lambda at: setattr(at, "test", ast.Constant(value=True))
    if isinstance(node, ast.Compare) and type(node.ops[0]) in SWAPS:
        swapped = SWAPS[type(node.ops[0])]
        yield f"{type(node.ops[0]).__name__} is {swapped.__name__}", lambda at: at.ops.__setitem__(0, swapped())
    if isinstance(node, ast.BoolOp):
        other = ast.Or if isinstance(node.op, ast.And) else ast.And
        yield f"{type(node.op).__name__} is {other.__name__}", lambda at: setattr(at, "op", other())
    if isinstance(node, ast.Expr | ast.Assign) and isinstance(node.value, ast.Call | ast.Await) and _is_act(node):
        yield "call is left out", lambda at: _replace(at, ast.Constant(value=None))
    if isinstance(node, ast.Return) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, bool):
        yield "returns the contrary", lambda at: setattr(at.value, "value", not at.value.value)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        other_op = ast.Sub if isinstance(node.op, ast.Add) else ast.Add
        yield "sum is a difference", lambda at: setattr(at, "op", other_op())
    if (
        isinstance(node, ast.Set | ast.Tuple)
        and len(node.elts) > 1
        and isinstance(node.elts[0], ast.Attribute | ast.Constant)
    ):
        yield "last member is left out", lambda at: at.elts.pop()


def _is_act(node: ast.Expr | ast.Assign) -> bool:
    """Tell whether a statement is done for its effect: a bare call, or one whose result is thrown away."""
    return isinstance(node, ast.Expr) or (isinstance(node.targets[0], ast.Name) and node.targets[0].id == "_")


def _replace(statement: ast.Expr | ast.Assign, value: ast.expr) -> None:
    statement.value = value


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
    return Mutant(path, number + 1, what, "\n".join([*lines[:number], line, *lines[number + 1 :]]))


def mutants_of(path: str) -> list[Mutant]:
    """Return every mutant of a file that differs from it."""
    source = (ROOT / path).read_text(encoding="utf-8")
    make = lua_mutants if path.endswith(".lua") else python_mutants
    plain = source if path.endswith(".lua") else ast.unparse(ast.parse(source))
    return [one for one in make(path, source) if one.text != plain]


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
        for shared in (".venv", "node_modules", "webui/static/vendor"):
            (folder / shared).symlink_to(ROOT / shared)
        for command in (["git", "init", "-q"], ["git", "add", "-A"]):
            subprocess.run(command, cwd=folder, check=True)  # house tests ask git

    def notices(self, mutant: Mutant, tests: list[str]) -> bool:
        """Tell whether a test fails, or hangs, with the mistake in place."""
        target = self.folder / mutant.path
        original = target.read_bytes()
        target.write_text(mutant.text, encoding="utf-8")
        command = [
            str(ROOT / ".venv/bin/python"),
            "-m",
            "pytest",
            "-x",
            "-q",
            "-p",
            "no:randomly",
            "-p",
            "no:cacheprovider",
            *tests,
        ]
        try:
            done = subprocess.run(
                command, cwd=self.folder, timeout=LIMIT_S, capture_output=True, check=False,
                env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return True
        finally:
            target.write_bytes(original)
        if done.returncode not in {0, 1, 2}:
            raise RuntimeError(done.stdout.decode()[-500:])
        return done.returncode != 0


def main() -> None:
    """Try the mistakes and print the score of each module, then every survivor."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("files", nargs="*")
    reader.add_argument("--changed", action="store_true", help="only files that differ from the last commit")
    reader.add_argument("--most", type=int, default=0, help="at most so many mistakes a file, drawn by chance")
    reader.add_argument("--seed", type=int, default=int(time.time()))
    reader.add_argument("--list", action="store_true", help="print the mistakes and try none")
    asked = reader.parse_args()
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    tests, equivalent = table["tests"], table["equivalent"]
    wanted = [
        path for path in tests if (not asked.files or path in asked.files) and (not asked.changed or _differs(path))
    ]
    if unknown := set(asked.files) - set(tests):
        sys.exit(f"not in {TABLE.name}: {', '.join(sorted(unknown))}")
    chance = random.Random(asked.seed)  # noqa: S311 - a draw, no secret
    print(f"seed {asked.seed}")
    drawn: list[Mutant] = []
    for path in wanted:
        found = [one for one in mutants_of(path) if one.name not in equivalent]
        drawn += chance.sample(found, asked.most) if 0 < asked.most < len(found) else found
    if asked.list:
        print("\n".join(one.name for one in drawn))
        return
    _report(drawn, _try(drawn, tests))


def _differs(path: str) -> bool:
    return bool(subprocess.run(["git", "diff", "--quiet", "HEAD", "--", path], cwd=ROOT, check=False).returncode)


def _try(drawn: list[Mutant], tests: dict[str, list[str]]) -> dict[Mutant, bool]:
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(WORKERS) as pool:
        copies: Queue[Copy] = Queue()
        for number in range(WORKERS):
            folder = Path(name) / str(number)
            folder.mkdir()
            copies.put(Copy(folder))

        def one(mutant: Mutant) -> bool:
            place = copies.get()
            try:
                noticed = place.notices(mutant, tests[mutant.path])
            finally:
                copies.put(place)
            print("." if noticed else f"\nsurvives: {mutant.name}", end="" if noticed else "\n", flush=True)
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
