"""Tests of this house run, all of them, on the real thing."""

import ast
import re

from tests.house.tree import calls, read, select, tree

EVASIONS = re.compile(r"^(pytest\.(skip|xfail|importorskip)|(pytest\.)?mark\.(skip|skipif|xfail)|unittest\.skip\w*)$")
MOCKS = ("unittest.mock", "mock", "pytest_mock")
JS_EVASION = re.compile(r"\b(?:test|it|describe|suite)\.(?:skip|todo|only)\b|\b(?:skip|todo):\s*true")


def decorators(path: str) -> list[str]:
    marked = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return [
        ast.unparse(one) for node in ast.walk(tree(path)) if isinstance(node, marked) for one in node.decorator_list
    ]


def imported(path: str) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def test_no_test_is_skipped_or_expected_to_fail() -> None:
    evasions = []
    for path in select(".py", inside=("tests/",)):
        named = [name for _, name in calls(path)] + decorators(path)
        evasions += [f"{path}: {name}" for name in named if EVASIONS.match(name)]
    evasions += [path for path in select(".test.js") if JS_EVASION.search(read(path))]
    assert evasions == []


def test_nothing_of_ours_is_mocked() -> None:
    assert [path for path in select(".py", inside=("tests/",)) if imported(path) & set(MOCKS)] == []


def test_a_class_of_the_tests_support_has_its_name_alone() -> None:
    places: dict[str, list[str]] = {}
    for path in select(".py", inside=("tests/support/",)):
        for node in tree(path).body:
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name, []).append(path)
    assert {name: found for name, found in places.items() if len(found) > 1} == {}
