"""What Python code of this house does in one place only."""

import ast
import re

from tests.house.tree import PACKAGES, calls, select, tree

WALL_TIME = re.compile(r"(^|\.)(time\.time(_ns)?|datetime\.(now|utcnow|today)|date\.today)$")
LOOSE_TASK = re.compile(r"^(asyncio\.(create_task|ensure_future)|(.*\.)?(loop|get_\w*loop\(\))\.create_task)$")
ROOMS = tuple(f"{package}/" for package in PACKAGES)


def found(pattern: re.Pattern[str], outside: tuple[str, ...]) -> list[str]:
    paths = select(".py", inside=ROOMS, outside=outside)
    return [f"{path}:{line} {name}" for path in paths for line, name in calls(path) if pattern.search(name)]


def test_every_module_says_what_it_is_responsible_for() -> None:
    silent = [path for path in select(".py") if not ast.get_docstring(tree(path))]
    assert silent == []


def test_time_comes_from_the_clock() -> None:
    assert found(WALL_TIME, outside=("runtime/clock.py", "booth_client/")) == []


def test_every_task_has_an_owner() -> None:
    assert found(LOOSE_TASK, outside=("runtime/lifecycle.py",)) == []
