"""Nothing stands in the product that the product does not use: what tests alone call is no feature, but a burden."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.house.tree import PACKAGES, ROOT

REFERENCE = "simulation"
"""Its laws and published figures are there to be compared with."""
CALLED_FROM_OUTSIDE = {
    "list_commands": "click",
    "get_command": "click",
    "dump_bytecode": "Jinja",
    "impl": "SQLAlchemy",
    "cache_ok": "SQLAlchemy",
    "load_bytecode": "Jinja",
    "process_bind_param": "SQLAlchemy",
    "process_result_value": "SQLAlchemy",
    "SchemaSupportRow": "the migrations, by the name of its table",
    "PLUGINS": "Pillow: formats are known once they are imported",
    "tcp_url": "an operator who looks into the demonstration's engine",
}
OF_LATER_FEATURES = {
    "recording_consult": "recordings",
    "recording_handle": "recordings",
    "uploads_submitted": "the archive of cases",
    "window_days": "ratings after the call",
}
"""Settings that catalogues carry already; the feature that obeys each of them."""
WORD = re.compile(r"[A-Za-z_]\w*")


def of_enum(node: ast.ClassDef) -> bool:
    return any(isinstance(base, ast.Name) and base.id.endswith("Enum") for base in node.bases)


def names(tree: ast.AST) -> Iterator[str]:
    """Yield each name that a module or one of its classes defines; values of enums are data, commands are click's."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if not any(".command" in ast.unparse(one) for one in node.decorator_list):
                yield node.name
        elif isinstance(node, ast.ClassDef):
            yield node.name
        if isinstance(node, ast.Module) or (isinstance(node, ast.ClassDef) and not of_enum(node)):
            for one in node.body:
                targets = (
                    one.targets
                    if isinstance(one, ast.Assign)
                    else [one.target]
                    if isinstance(one, ast.AnnAssign)
                    else []
                )
                yield from (target.id for target in targets if isinstance(target, ast.Name))


def sources(package: str) -> Iterator[Path]:
    for suffix in ("*.py", "*.js", "*.html", "*.lua"):
        yield from (path for path in sorted((ROOT / package).rglob(suffix)) if "vendor" not in path.parts)


def test_what_the_product_defines_the_product_uses():
    written: Counter[str] = Counter()
    defined: Counter[str] = Counter()
    for package in PACKAGES:
        for path in sources(package):
            text = path.read_text(encoding="utf-8")
            written.update(WORD.findall(text))
            if path.suffix == ".py" and package != REFERENCE and "migrations" not in path.parts:
                defined.update(name for name in names(ast.parse(text)) if not name.startswith("__"))
    unused = {name for name, times in defined.items() if written[name] <= times}
    known = {*CALLED_FROM_OUTSIDE, *OF_LATER_FEATURES}
    assert unused - known == set(), "only tests use these, or nothing does"
    assert known - unused == set(), "the product uses these now"
