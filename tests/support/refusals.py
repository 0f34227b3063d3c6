"""The places in the program that refuse, and which of them an error came from."""

import ast
import traceback
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
Place = tuple[str, int]


def places(*paths: str, error: str = "") -> Iterator[Place]:
    """Yield file and line of each statement of these modules that raises something (an `error` of this name)."""
    for path in paths:
        for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Raise) and node.exc is not None:
                name = ast.unparse(node.exc.func if isinstance(node.exc, ast.Call) else node.exc)
                if not error or name == error:
                    yield path, node.lineno


def came_from(error: BaseException) -> Place:
    """Return file and line of the statement that raised an error."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return str(Path(last.filename).relative_to(ROOT)), last.lineno or 0
