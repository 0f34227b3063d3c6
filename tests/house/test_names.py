"""One name, one class: a reader who meets a class by name knows which one it is."""

import ast
from collections import defaultdict

from tests.house.tree import PACKAGES, ROOT

VIRTUAL = "simulation"
"""Its world has seats, calls and nodes of its own, named as the real ones are."""


def test_one_name_is_one_class():
    places = defaultdict(list)
    for package in PACKAGES:
        if package == VIRTUAL:
            continue
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    places[node.name].append(f"{path.relative_to(ROOT)}:{node.lineno}")
    twice = {name: found for name, found in places.items() if len(found) > 1}
    assert twice == {}, "two classes of one name"
