"""The ledger's commands: migrate, import, booth-code."""

import asyncio
from pathlib import Path
from typing import Final

import click

import records.sample
from cloudwindow.failures import OperatorError, told
from cloudwindow.installation import Installation
from cloudwindow.settings import read
from cloudwindow.stores import ledger, ledger_url
from protocol.errors import UnknownBooth
from records import migrations
from records.catalogue.file import Catalogue, CatalogueFaults, import_catalogue, read_catalogue
from records.staff import booths

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
