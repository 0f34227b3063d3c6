"""Single changes of the catalogue, by an operator's hand: put a row, retire one, list them."""

import asyncio
from collections.abc import Mapping
from typing import Final

import click
from sqlalchemy import select

from cloudwindow.bad_input import in_words
from cloudwindow.commands.ledger import announce
from cloudwindow.failures import OperatorError, told
from cloudwindow.installation import Installation
from cloudwindow.settings import in_realm, read
from cloudwindow.stores import ledger
from protocol.errors import BadInput
from records.catalogue import edit
from records.tables.base import Owned

BY: Final = "operator"


@click.group()
def catalogue() -> None:
    """Change single rows of the catalogue; an import leaves them alone from then on."""


@catalogue.command()
@click.argument("table")
@click.argument("values", nargs=-1, required=True)
@in_realm
@told
def put(table: str, values: tuple[str, ...]) -> None:
    """Add a row to TABLE or change one: VALUES are column=value, the key's among them.

    For example: cloudwindow catalogue put items id=MZ01 name=老年人优待卡申领
    """
    change(table, pairs(values), retires=False)


@catalogue.command()
@click.argument("table")
@click.argument("values", nargs=-1, required=True)
@in_realm
@told
def retire(table: str, values: tuple[str, ...]) -> None:
    """Retire the row of TABLE whose key is VALUES (column=value): it is offered no more."""
    change(table, pairs(values), retires=True)


@catalogue.command("list")
@click.argument("table", required=False)
@in_realm
@told
def list_(table: str | None) -> None:
    """List the tables, or the rows of TABLE with who brought them."""
    kinds = edit.tables()
    if table is None:
        click.echo("\n".join(kinds))
        return
    if table not in kinds:
        raise OperatorError(f"{table}: there is no such table; `cloudwindow catalogue list` names them")
    settings, kind = read(), kinds[table]

    async def work() -> None:
        async with ledger(settings, Installation()) as database, database.read() as db:
            columns = [column.key for column in kind.__table__.columns]
            for row in await db.scalars(select(kind)):
                shown = (f"{name}={getattr(row, name)}" for name in columns if name not in edit.hidden(kind))
                assert isinstance(row, Owned)
                click.echo(f"{row.origin:<9}{' '.join(shown)}")

    asyncio.run(work())


def pairs(values: tuple[str, ...]) -> dict[str, str]:
    """Read `column=value` words.

    Raises:
        OperatorError: one has no `=`, or a column comes twice.
    """
    found: dict[str, str] = {}
    for value in values:
        name, equals, text = value.partition("=")
        if not equals or not name or name in found:
            raise OperatorError(f"{value}: write column=value, each column once")
        found[name] = text
    return found


def change(table: str, values: Mapping[str, str], *, retires: bool) -> None:
    """Make one change and tell running nodes."""
    settings, installation = read(), Installation()

    async def work() -> None:
        async with ledger(settings, installation) as database:
            try:
                if retires:
                    await edit.retire(database, table, values, BY)
                    said = "Retired."
                else:
                    said = "Added." if await edit.put(database, table, values, BY) else "Changed."
            except BadInput as problem:
                raise OperatorError(f"{table}: {in_words(problem)}; nothing was changed") from None
        await announce(settings, installation)
        click.echo(said)

    asyncio.run(work())
