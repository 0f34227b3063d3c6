"""Writes the generated files of both clients; `python -m clients.writer --check` fails when one is stale."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from clients.writer import javascript, python
from clients.writer.model import name_of, operations, reached, refusals
from protocol.declarations import schema
from signaling.api.openapi import describe
from signaling.app import ROUTES

CLIENTS: Final = Path(__file__).parents[1]
PYTHON: Final = CLIENTS / "python" / "cloudwindow_client" / "api"
JAVASCRIPT: Final = CLIENTS / "js" / "generated"


def files() -> Iterator[tuple[Path, str]]:
    """Yield the path and the text of each generated file."""
    document: dict[str, Any] = describe(ROUTES)
    wire: dict[str, Any] = schema()
    found = operations(document)
    facts = {
        "operations": found,
        "types": reached(document),
        "refusals": refusals(document),
        "sent": frozenset(name_of(one.body) for one in found if one.body is not None),
    }
    for name, text in python.written(wire, facts).items():
        yield PYTHON / name, text
    for name, text in javascript.written(facts).items():
        yield JAVASCRIPT / name, text


def main() -> int:
    """Write the files, or with `--check` tell whether they are fresh."""
    made = dict(files())
    there = {path for folder in (PYTHON, JAVASCRIPT) for path in folder.glob("*.*")}
    stale = {path for path, text in made.items() if not path.is_file() or path.read_text("utf-8") != text}
    if "--check" in sys.argv[1:]:
        for path in sorted(stale | (there - made.keys())):
            _ = sys.stderr.write(f"{path.relative_to(CLIENTS)} is stale: run `make clients`\n")
        return 1 if stale or there - made.keys() else 0
    for path in there - made.keys():
        path.unlink()
    for path in stale:
        path.parent.mkdir(exist_ok=True)
        _ = path.write_text(made[path], "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
