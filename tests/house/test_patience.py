"""No test waits for luck: it waits for the thing itself, and never so briefly that a busy machine fails it."""

import ast
from collections.abc import Iterator

from tests.house.tree import select, tree

LEAST_S = 5.0
#: Where time is what is played with: the one loop that asks again, and the nodes under fire.
SLEEPERS = ("tests/support/patience.py", "tests/support/fire.py", "tests/support/fire_worker.py")
#: Playwright's limits and waits are in milliseconds, and their names are nobody else's.
IN_MS = ("to_be_", "to_have_", "to_contain_", "wait_for_", "set_", "goto", "click", "fill")


def seconds(path: str, node: ast.expr, name: str) -> float | None:
    """Return how long a limit is, as far as its number stands in the same file."""
    constants = {
        target.id: one.value
        for one in tree(path).body
        if isinstance(one, ast.Assign)
        for target in one.targets
        if isinstance(target, ast.Name)
    }
    value = constants.get(node.id, node) if isinstance(node, ast.Name) else node
    if not isinstance(value, ast.Constant) or not isinstance(value.value, int | float):
        return None
    return value.value / 1000 if name.startswith(IN_MS) else value.value


def limits(path: str) -> Iterator[tuple[ast.Call, str, ast.expr]]:
    """Yield each call with a time-out, its own name, and the limit."""
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.Call):
            continue
        whole = ast.unparse(node.func)
        name = whole.rpartition(".")[2]
        given = [one.value for one in node.keywords if one.arg in {"timeout", "limit_s", "within_s"}]
        if whole in {"asyncio.timeout", "asyncio.wait_for"}:
            given += node.args[-1:]
        yield from ((node, name, limit) for limit in given)


def impatience(path: str) -> Iterator[str]:
    for call, name, limit in limits(path):
        length_s = seconds(path, limit, name)
        if length_s is not None and length_s < LEAST_S:
            yield f"{path}:{call.lineno}: {length_s:g} s is short on a busy machine: PATIENCE_S"


def sleep(path: str) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        yields = bool(node.args) and isinstance(node.args[0], ast.Constant) and node.args[0].value == 0
        if name.endswith(".wait_for_timeout") or (name in {"asyncio.sleep", "time.sleep"} and not yields):
            yield f"{path}:{node.lineno}: sleeps: `until` waits for the thing itself"


def test_no_test_sleeps_or_gives_less_time_than_a_busy_machine_takes() -> None:
    files = [path for path in select(".py", inside=("tests/",)) if path not in SLEEPERS]
    assert [one for path in files for one in (*sleep(path), *impatience(path))] == []
