"""The places in the program that put an act on the audit trail by its name, and which of them an entry came from."""

import ast
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Final

from sqlalchemy import event

from records.audit.acts import ACTS
from records.tables.journal import AuditInboxRow

ROOT: Final = Path(__file__).resolve().parents[2]
ROOMS: Final = ("records", "ports", "signaling", "seat_console", "cloudwindow")
NOTERS: Final = {"note", "_note", "noted", "_on_trail", "_ended", "_moved"}
"""Who calls these writes on the trail; one of the arguments is the act."""


@dataclass(frozen=True, order=True)
class Place:
    """A call that names an act, from its first to its last line."""

    path: str
    first: int
    last: int
    act: str


def places() -> Iterator[Place]:
    """Yield each call of the program that names an act of the table."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and _name(node) in NOTERS:
                    for act in _acts(node):
                        yield Place(str(path.relative_to(ROOT)), node.lineno, node.end_lineno or 0, act)


def _name(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _acts(node: ast.Call) -> set[str]:
    constants = [one for part in node.args for one in ast.walk(part) if isinstance(one, ast.Constant)]
    return {one.value for one in constants if isinstance(one.value, str) and one.value in ACTS}


@contextmanager
def watched() -> Iterator[set[Place]]:
    """Collect the places whose entries are being written; whoever watches takes them out."""
    known = list(places())
    found: set[Place] = set()

    def written(_: AuditInboxRow, __: object, fields: dict[str, object]) -> None:
        frame: FrameType | None = sys._getframe()
        while frame is not None:
            file, line = frame.f_code.co_filename, frame.f_lineno
            found.update(
                one
                for one in known
                if one.act == fields["action"] and file.endswith(one.path) and one.first <= line <= one.last
            )
            frame = frame.f_back

    event.listen(AuditInboxRow, "init", written)
    try:
        yield found
    finally:
        event.remove(AuditInboxRow, "init", written)
