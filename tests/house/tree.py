"""The files of this house, as the house's rules see them: what is tracked, or would be."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = (
    "protocol", "runtime", "matcher", "records", "webui", "signaling",
    "seat_console", "booth_client", "simulation", "ports", "doubles", "hooks", "cloudwindow",
)  # fmt: skip


@cache
def files() -> tuple[str, ...]:
    """Return the path of every file of the project, relative to its root."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=30).stdout
    return tuple(sorted(path for path in set(listed.split("\0")) if path and (ROOT / path).is_file()))


def select(*endings: str, inside: tuple[str, ...] = (), outside: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the paths that end so, in one of the folders if any is named, and in none of the others."""
    for path in files():
        if not path.endswith(endings) or (inside and not path.startswith(inside)):
            continue
        if not any(part in path for part in outside):
            yield path


def read(path: str) -> str:
    """Return a file's text."""
    return (ROOT / path).read_text(encoding="utf-8")


def lines(path: str) -> int:
    """Return a file's number of lines."""
    return read(path).count("\n")


@cache
def tree(path: str) -> ast.Module:
    """Return a Python file's syntax tree."""
    return ast.parse(read(path), path)


def calls(path: str) -> Iterator[tuple[int, str]]:
    """Yield the line and the dotted name of each call in a Python file."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func)
