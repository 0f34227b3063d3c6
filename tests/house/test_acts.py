"""No route, page, frame or command is missing from the table of acts; nothing is noted that the table does not know."""

import ast
from pathlib import Path

import click

from cloudwindow.__main__ import Commands
from protocol.commands import ClientFrame, Command
from records.audit.acts import ACTS, QUIET
from seat_console.pages import OPEN, PAGES
from signaling.api import sandbox
from signaling.app import ROUTES
from tests.house.tree import ROOT
from tests.support.noted import NOTERS


def commands(group: click.Group, path: str = "") -> set[str]:
    found = set()
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        at = f"{path} {name}".strip()
        found |= commands(command, at) if isinstance(command, click.Group) else {f"command {at}"}
    return found


def surfaces() -> set[str]:
    return {
        *(f"{route.method} {route.path}" for route in (*ROUTES, *sandbox.ROUTES)),
        *(f"{method} {path}" for method, path, *_ in (*OPEN, *PAGES)),
        *(f"frame {kind.__struct_config__.tag}" for kind in ClientFrame.__args__ if issubclass(kind, Command)),
        "frame hello",
        *commands(Commands()),
    }


def test_every_surface_is_an_act_or_says_why_it_is_none():
    known = {surface for act in ACTS.values() for surface in act.by} | set(QUIET)
    missing = surfaces() - known
    assert not missing, f"say in records/audit/acts.py what these put on the trail, or why nothing: {sorted(missing)}"
    gone = {one for one in known - surfaces() if not one.startswith("chore ")}
    assert not gone, f"records/audit/acts.py names what is no more: {sorted(gone)}"


def test_nothing_is_noted_that_the_table_does_not_know():
    unknown = {
        (str(path.relative_to(ROOT)), text)
        for room in ("records", "ports", "signaling", "seat_console", "cloudwindow")
        for path in sorted((ROOT / room).rglob("*.py"))
        for text in acts_of(path)
        if text not in ACTS
    }
    assert not unknown


def acts_of(path: Path) -> set[str]:
    """Return the words that look like acts (`what.verb`) in calls that write on the trail."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            texts = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            if name in NOTERS:
                made = [one.values[0] for one in node.args if isinstance(one, ast.JoinedStr)]
                heads = [str(one.value) for one in made if isinstance(one, ast.Constant)]
                found |= {head for head in heads if head.endswith(".")}  # an act put together is in no table
                found |= {text for text in texts if text.count(".") == 1 and text.replace(".", "").isidentifier()}
    return found
