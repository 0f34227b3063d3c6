"""Every route, page and command names a right; the table of rights parts what must be parted."""

import ast
import re

import click
import pytest

from cloudwindow.__main__ import main
from cloudwindow.commands.acting import COMMANDS
from protocol import session_rights
from protocol.rights import ADMINISTRATORS, RIGHTS, Right, Role, table
from signaling.api import sandbox
from signaling.app import ROUTES
from tests.house.tree import ROOT, tree

PROVES = re.compile(r"^_act$|\.prove$")


def leaves(group: click.Group, before: str = "") -> set[str]:
    """Return all commands of the command line, as one types them."""
    context = click.Context(group)
    found: set[str] = set()
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        found |= leaves(command, f"{before}{name} ") if isinstance(command, click.Group) else {before + name}
    return found


def test_every_command_names_its_right() -> None:
    assert leaves(main) == set(COMMANDS), "name the right of each new command"


@pytest.mark.parametrize(
    ("group", "file", "lists"),
    [
        ("account", "accounts", {"account list"}),
        ("machines", "machines", {"machines list", "machines keys", "machines operations"}),
    ],
)
def test_each_command_on_accounts_and_machines_has_the_right_proved_that_the_table_names(
    group: str, file: str, lists: set[str]
) -> None:
    proved: dict[str, set[str]] = {}
    for node in tree(f"cloudwindow/commands/{file}.py").body:
        if isinstance(node, ast.FunctionDef) and any(
            f"{group}.command" in ast.unparse(one) for one in node.decorator_list
        ):
            asks = [one for one in ast.walk(node) if isinstance(one, ast.Call) and PROVES.search(ast.unparse(one.func))]
            name = node.name.rstrip("_").replace("_", "-")
            proved[f"{group} {name}"] = {
                ast.unparse(part) for one in asks for part in one.args if "Right." in ast.unparse(part)
            }
    told = {name: {f"Right.{COMMANDS[name].name}"} for name in COMMANDS if name.startswith(f"{group} ")}
    assert proved == told | {one: set() for one in lists}, "a list is for those who read the ledger"


def test_every_route_for_staff_names_its_right() -> None:
    for route in (*ROUTES, *sandbox.ROUTES):
        assert (route.right is not None) is (route.who in {"staff", "party"}), route.path


def test_no_two_administrators_share_a_right_and_none_reads_what_citizens_said() -> None:
    own = {role: RIGHTS[role] - {Right.OWN_LOGIN} for role in ADMINISTRATORS}
    assert len(frozenset().union(*own.values())) == sum(map(len, own.values()))
    content = {Right.READ_RECORDS, Right.EXPORT_RECORDS, Right.READ_PAPERS, Right.SERVE_CALLS}
    assert not content & frozenset().union(*own.values())


def test_the_documentation_shows_the_table() -> None:
    assert session_rights.table() in (ROOT / "docs" / "rights.md").read_text(encoding="utf-8")
    assert {Role.SYSTEM, Role.SECURITY, Role.AUDITOR} == ADMINISTRATORS
    assert table().startswith("| right | none | system | security | auditor | supervisor |")
    assert table() in (ROOT / "docs" / "rights.md").read_text(encoding="utf-8")
