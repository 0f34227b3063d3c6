"""The ledger's commands: migrate, import, booth-code."""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Final

import click
from redis.exceptions import RedisError

import records.sample
from cloudwindow.failures import OperatorError, told
from cloudwindow.installation import Installation
from cloudwindow.settings import in_realm, read
from cloudwindow.stores import ledger, ledger_url, queue_url
from protocol.errors import UnknownBooth
from records import audit, migrations
from records.catalogue.file import Catalogue, CatalogueFaults, import_catalogue, read_catalogue
from records.catalogue.sync import Synced
from records.staff import booths
from records.staff.accounts import OPERATOR
from runtime.redis_pool import RedisUnreachable, open_redis
from runtime.settings import Settings
from signaling.bus import announce_catalogue
from signaling.keys import Keys

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


def report(table: str, synced: Synced) -> None:
    """Print what an import did, or would do, to a table; every row that goes by its key."""
    if synced.is_change:
        click.echo(f"{table:<24}{synced.added:>6} added {synced.changed:>6} changed {synced.gone:>6} retired")
    for key in synced.gone_keys:
        click.echo(f"  retired: {key}")


async def announce(settings: Settings, installation: Installation) -> None:
    """Tell running nodes that the catalogue changed; those that cannot be told look by themselves within seconds."""
    with suppress(OperatorError, RedisUnreachable, RedisError):
        async with open_redis(queue_url(settings, installation)) as redis:
            await announce_catalogue(redis, Keys(settings.realm))


@click.command()
@told
def migrate() -> None:
    """Bring the ledger's tables to this version; running it again does no harm."""
    settings = read()
    asyncio.run(migrations.upgrade(ledger_url(settings, Installation()), realm=settings.realm))
    click.echo("The ledger is up to date.")


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path), default=SAMPLE)
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing")
@in_realm
@told
def import_(file: Path, *, dry_run: bool) -> None:
    """Import a catalogue FILE (the sample district by default): whole, or not at all.

    What an earlier import brought and the FILE lacks is retired; what operators added stays. Running nodes follow
    within seconds.
    """
    settings = read()
    catalogue = catalogue_of(file)

    async def work() -> None:
        async with ledger(settings, Installation()) as database:
            done = await import_catalogue(database, catalogue, dry_run=dry_run)
            changed = sum(one.added + one.changed for one in done.tables.values())
            if not dry_run:
                async with database.begin() as db:
                    _ = await audit.note(db, OPERATOR, "catalogue.imported", file.name, {"changed": changed})
        if done.changed_nothing:
            click.echo("The ledger had all of it already.")
        for table, synced in sorted(done.tables.items()):
            report(table, synced)
        if dry_run:
            click.echo("Nothing was changed (--dry-run).")
        elif not done.changed_nothing:
            await announce(settings, Installation())

    asyncio.run(work())


@click.command("booth-code")
@click.argument("booth")
@in_realm
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
