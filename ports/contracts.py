"""Writes docs/ports/NAME.md, the contract of each port, from its types: `python -m ports.contracts [--check]`."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import msgspec

from ports.kit.operation import PortNotice, PortOperation
from ports.register import MODULES

FOLDER: Final = Path(__file__).parents[1] / "docs" / "ports"
INDENT: Final = 2


def page(port: ModuleType) -> str:
    """Return the page of a port."""
    return "\n".join(_lines(port)).rstrip() + "\n"


def _lines(port: ModuleType) -> Iterator[str]:
    head, _, rest = str(port.__doc__).strip().partition("\n\n")
    yield from (
        f"# `{port.PORT}`",
        "",
        "Written by `python -m ports.contracts`; how messages are sent: [README](README.md).",
    )
    yield from ("", head, "", rest, "")
    for operation in port.OPERATIONS:
        yield from _operation(operation)
    if port.NOTICES:
        yield from ("## News", "", f"`POST /api/ports/{port.PORT}/news` with `kind`, `matter`, `sequence`, `data`.", "")
        for notice in port.NOTICES:
            yield from _notice(notice)


def _operation(operation: PortOperation[Any, Any]) -> Iterator[str]:
    repeats = (
        "changes something: comes again under the same id until it is answered" if operation.changes else "asks only"
    )
    yield from (f"## `POST /{operation.name}`", "", f"For {operation.purpose}; {repeats}.", "")
    yield from _shape("Asked", operation.asks, operation.example)
    yield from _shape("Answered", operation.answers, operation.example_answer)
    yield from (f"Refusals (409): {', '.join(f'`{code}`' for code in operation.refusals)}.", "")


def _notice(notice: PortNotice[Any]) -> Iterator[str]:
    yield from (f"### `{notice.kind}`", "", f"Tells that {notice.says}. Rank {notice.rank}.", "")
    yield from _shape("Told", notice.tells, notice.example)


def _shape(head: str, kind: type[msgspec.Struct], example: msgspec.Struct) -> Iterator[str]:
    said = " ".join(str(kind.__doc__).split())
    shown = msgspec.json.format(msgspec.json.encode(example), indent=INDENT).decode()
    yield from (f"{head}: {said}", "", "```json", shown, "```", "")
    [schema], parts = msgspec.json.schema_components([kind])
    del schema
    for name, part in parts.items():
        needed = part.get("required", [])
        for field, rule in part.get("properties", {}).items():
            mark = "" if field in needed else " (may be left out)"
            yield f"- `{name}.{field}`{mark}: {_rule(rule)}"
    yield ""


def _rule(rule: dict[str, Any]) -> str:
    """Return a field's type and bounds in words."""
    if "$ref" in rule:
        return f"`{rule['$ref'].rpartition('/')[2]}`"
    if "enum" in rule:
        return "one of " + ", ".join(f"`{value}`" for value in rule["enum"])
    if "anyOf" in rule:
        return " or ".join(_rule(one) for one in rule["anyOf"])
    said = "base 64" if rule.get("contentEncoding") == "base64" else str(rule.get("type", "anything"))
    if said == "array":
        said = f"list of {_rule(rule.get('items', {}))}" if isinstance(rule.get("items"), dict) else "list"
    names = {
        "minLength": "at least {} long",
        "maxLength": "at most {} long",
        "minimum": "from {}",
        "maximum": "to {}",
        "maxItems": "at most {}",
        "maxProperties": "at most {}",
        "pattern": "`{}`",
    }
    return ", ".join([said, *(text.format(rule[name]) for name, text in names.items() if name in rule)])


def main() -> int:
    """Write all pages, or say with `--check` which are not fresh."""
    stale = []
    for port in MODULES:
        path, text = FOLDER / f"{port.PORT}.md", page(port)
        if "--check" in sys.argv:
            stale += [] if path.is_file() and path.read_text(encoding="utf-8") == text else [path.name]
        else:
            FOLDER.mkdir(exist_ok=True)
            _ = path.write_text(text, encoding="utf-8")
    if stale:
        _ = sys.stdout.write(f"not fresh: {', '.join(stale)}; run python -m ports.contracts\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
