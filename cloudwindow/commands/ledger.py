"""The ledger's commands: migrate, import, account, booth-code."""

import asyncio
from pathlib import Path
from typing import Final, TextIO

import click

import records.sample
from cloudwindow.failures import OperatorError, told
from cloudwindow.installation import Installation
from cloudwindow.settings import read
from cloudwindow.stores import ledger, ledger_url
from protocol.errors import BadInput, NotFound, UnknownBooth
from records import booths, migrations, staff
from records.catalogue import Catalogue, CatalogueFaults, import_catalogue, read_catalogue
from records.staff import Account, Role

SAMPLE: Final = Path(records.sample.__path__[0]) / "catalog.yaml"


def catalogue_of(path: Path) -> Catalogue:
    """Read a catalogue file.

    Raises:
        OperatorError: with all its faults and their lines; nothing of it may be used.
    """
    if not path.is_file():
        raise OperatorError(f"{path}: no such file")
    try:
        return read_catalogue(path)
    except CatalogueFaults as faults:
        count = len(faults.faults)
        head = f"{path}: {count} fault{'s' if count > 1 else ''}, nothing was imported"
        raise OperatorError("\n".join([head, *map(str, faults.faults)])) from None


@click.command()
@told
def migrate() -> None:
    """Bring the ledger's tables to this version; running it again does no harm."""
    asyncio.run(migrations.upgrade(ledger_url(read(), Installation())))
    click.echo("The ledger is up to date.")


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path), default=SAMPLE)
@told
def import_(file: Path) -> None:
    """Import a catalogue FILE (the sample district by default): whole, or not at all."""
    settings = read()
    catalogue = catalogue_of(file)

    async def work() -> None:
        async with ledger(settings, Installation()) as database:
            done = await import_catalogue(database, catalogue)
        if done.changed_nothing:
            click.echo("The ledger had all of it already.")
        for table, synced in sorted(done.tables.items()):
            if synced.added or synced.changed:
                click.echo(f"{table:<24}{synced.added:>6} added {synced.changed:>6} changed")

    asyncio.run(work())


@click.group()
def account() -> None:
    """Make accounts of staff and change their passwords."""


@account.command()
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), default=Role.AGENT.value, show_default=True)
@click.option("--seat", default="", help="The agent's seat, such as S004")
@click.option("--display-name", default="", help="The name that others see")
@click.option("--password-file", type=click.File(), help="Read the password from a file, - for standard input")
@told
def create(name: str, role: str, seat: str, display_name: str, password_file: TextIO | None) -> None:
    """Make the account NAME; without a password file one is asked for."""
    settings, password = read(), _password(password_file)

    async def work() -> None:
        async with ledger(settings, Installation()) as database:
            try:
                made = await staff.create_account(database, Account(name, Role(role), seat, display_name), password)
            except BadInput as refused:
                raise OperatorError(_refused(refused)) from None
        click.echo(f"Account {made.name} ({made.role.value}) is made.")

    asyncio.run(work())


@account.command()
@click.argument("name")
@click.option("--password-file", type=click.File(), help="Read the password from a file, - for standard input")
@told
def passwd(name: str, password_file: TextIO | None) -> None:
    """Give the account NAME a new password."""
    settings, password = read(), _password(password_file)

    async def work() -> None:
        async with ledger(settings, Installation()) as database:
            try:
                await staff.set_password(database, name, password)
            except NotFound:
                raise OperatorError(f"{name}: there is no such account") from None
            except BadInput as refused:
                raise OperatorError(_refused(refused)) from None
        click.echo(f"The password of {name} is changed.")

    asyncio.run(work())


@click.command("booth-code")
@click.argument("booth")
@told
def booth_code(booth: str) -> None:
    """Print a one-time code that makes a screen the BOOTH (such as HD-TB-01); good for a day."""
    settings = read()

    async def work() -> None:
        async with ledger(settings, Installation()) as database:
            try:
                code = await booths.new_code(database, booth)
            except UnknownBooth:
                raise OperatorError(f"{booth}: there is no such booth") from None
        click.echo(code)

    asyncio.run(work())


def _password(file: TextIO | None) -> str:
    if file is not None:
        return str(file.readline()).rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


def _refused(refused: BadInput) -> str:
    facts = refused.params
    if facts.get("why") == "length":
        return f"a password has {facts.get('min')} to {facts.get('max')} characters"
    return f"{facts.get('field')}: {facts.get('why')}"
