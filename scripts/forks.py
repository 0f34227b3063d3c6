"""Meets mistakes with the tests that reach them, each in a fork of a pytest that has engines and fixtures running.

Started by `reached.py` as `forks.py PLAN RESULTS` in the root of the tree, whose files stay as they are: a fork gives
the functions of one module the code of the changed one. The plan is a JSON object: `kind`, and `tests`, which names
for each test the mistakes (module, number) that it shall meet. Of each try a JSON line is written: module, number,
test, outcome (`noticed`, `passed`, `failed` where the test fails without mistake, `untried` where no function
differs). What has been noticed is not tried again.
"""

import ast
import gc
import importlib
import json
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import count
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from noticing import ended
from python_mistakes import mistakes

LEAST_LIMIT_S = 25.0
TIMES = 6
UNTRIED = 9
#: Modules whose tests are said to come next, so that fixtures of a module end; they lie in no folder with fixtures.
NEXT = ("tests/unit/protocol/test_states.py", "tests/unit/protocol/test_skills.py")
OPTIONS = ("-q", "-p", "no:randomly", "-p", "no:cacheprovider", "--timeout", "0", "--assert", "plain", "-m", "")


class Forks:
    """The plugin: runs each test of the plan once as it is, then once for each of its mistakes."""

    def __init__(self, plan: dict[str, Any], results: Path) -> None:
        """Take the plan; `results` is written line by line."""
        self._tests: dict[str, list[tuple[str, int]]] = {
            test: [(path, number) for path, number in found] for test, found in plan["tests"].items()
        }
        self._kind: str = plan["kind"]
        self._results = results
        self._noticed: set[tuple[str, int]] = set()
        self._anchors: list[pytest.Item] = []

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the tests of the plan, and remember one of each module of `NEXT`."""
        self._anchors = [next(item for item in items if item.nodeid.startswith(path)) for path in NEXT]
        items[:] = [item for item in items if item.nodeid in self._tests]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> bool:
        """Run the test, then a fork for each mistake that nothing has noticed yet."""
        wanted = [one for one in self._tests[item.nodeid] if one not in self._noticed]
        if not wanted:
            return True
        here = item.nodeid.partition("::")[0]
        after = next(one for one in self._anchors if not one.nodeid.startswith(here + "::"))
        began = time.monotonic()
        # The next test is said to lie elsewhere: fixtures of the module end, those of the session stay.
        is_good = not any(report.failed for report in runtestprotocol(item, log=False, nextitem=after))
        limit_s = max(LEAST_LIMIT_S, TIMES * (time.monotonic() - began))
        for path, number in wanted:
            outcome = self._try(item, after, path, number, limit_s) if is_good else "failed"
            if outcome in {"noticed", "untried"}:
                self._noticed.add((path, number))
            with self._results.open("a", encoding="utf-8") as told:
                told.write(json.dumps([path, number, item.nodeid, outcome]) + "\n")
        return True

    def _try(self, item: pytest.Item, after: pytest.Item, path: str, number: int, limit_s: float) -> str:
        child = os.fork()
        if not child:
            code = 3
            try:
                os.setpgid(0, 0)
                _be_a_fork()
                if _make(path, self._kind, number):
                    code = int(any(report.failed for report in runtestprotocol(item, log=False, nextitem=after)))
                else:
                    code = UNTRIED
            except BaseException as error:  # noqa: BLE001 - a fork ends here at any error
                _ = os.write(2, f"{path} {number}: {error!r}\n".encode())
            finally:
                os._exit(code)
        code = ended(child, limit_s)
        if code is None:
            return "noticed"
        return {0: "passed", UNTRIED: "untried"}.get(code, "noticed")


def _be_a_fork() -> None:
    """Let engines of the parent pass for running, start threads anew, and name databases as no other fork does."""
    gc.unfreeze()  # a node that starts freezes what is there: it would not be found below
    one: Any
    for one in gc.get_objects():
        if isinstance(one, subprocess.Popen) and one.returncode is None:
            _ = vars(one)["_waitpid_lock"].acquire(blocking=False)
        elif isinstance(one, ThreadPoolExecutor):
            vars(one)["_threads"].clear()
            one._idle_semaphore = threading.Semaphore(0)  # noqa: SLF001
        elif type(one).__name__ == "PostgresServer":
            one._numbers = count(os.getpid() * 1000)  # noqa: SLF001


@cache
def _all(path: str, kind: str) -> list[tuple[int, str, Any]]:
    return list(mistakes(Path(path).read_text(encoding="utf-8"), kind))


def _make(path: str, kind: str, number: int) -> bool:
    """Give the functions of a module the code with the mistake; tell whether any differs."""
    _ = importlib.import_module(path.removesuffix(".py").replace("/", "."))
    file = str(Path(path).resolve())
    changed = dict(_codes(compile(_all(path, kind)[number][2](), file, "exec")))
    before = dict(_codes(compile(ast.parse(Path(path).read_text(encoding="utf-8")), file, "exec")))
    differs = {key for key, code in changed.items() if key in before and code != before[key]}
    is_made = False
    for one in gc.get_objects():
        if isinstance(one, FunctionType) and one.__code__.co_filename == file:
            key = one.__code__.co_qualname, one.__code__.co_firstlineno
            if key in differs:
                one.__code__ = changed[key]
                is_made = True
    return is_made


def _codes(module: CodeType) -> list[tuple[tuple[str, int], CodeType]]:
    found: list[tuple[tuple[str, int], CodeType]] = []
    left = [module]
    while left:
        code = left.pop()
        found.append(((code.co_qualname, code.co_firstlineno), code))
        left += [one for one in code.co_consts if isinstance(one, CodeType)]
    return found


def main() -> int:
    """Run the plan; return pytest's exit code."""
    plan, results = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), Path(sys.argv[2])
    sys.path.insert(0, str(Path.cwd()))
    files = sorted({test.partition("::")[0] for test in plan["tests"]} | set(NEXT))
    return int(pytest.main([*OPTIONS, *files], plugins=[Forks(plan, results)]))


if __name__ == "__main__":
    sys.exit(main())
