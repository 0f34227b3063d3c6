"""`cloudwindow verify`: proves that the audit trail and the records were not changed past the program."""

import asyncio
from pathlib import Path

import click

from cloudwindow.failures import OperatorError, told
from cloudwindow.installation import Installation
from cloudwindow.settings import read
from cloudwindow.stores import anchors_folder, ledger
from records import audit
from records.audit import anchors
from records.audit.anchors import Anchor, AnchorFault
from records.database import Database
from records.journal import seals
from records.staff.accounts import OPERATOR


@click.command()
@click.option("--anchors", "files", type=click.Path(path_type=Path), multiple=True, help="A copy kept elsewhere")
@told
def verify(files: tuple[Path, ...]) -> None:
    """Check trail and records from end to end and against the anchors; exit code 1 where they are broken.

    The anchors of this machine are read, and those of each --anchors FILE.
    """
    settings, installation = read(), Installation()

    async def work() -> bool:
        async with ledger(settings, installation) as database:
            known = [anchors_folder(settings, installation) / anchors.FILE, *files]
            try:
                found = [anchor for file in known for anchor in anchors.read(file, database.keys)]
            except AnchorFault as fault:
                click.echo(f"anchors: broken: {fault}")
                return False
            click.echo(f"anchors: {len(found)} are right" if found else "anchors: there are none yet")
            return await _checked(database, found)

    for file in files:
        if not file.is_file():
            raise OperatorError(f"{file}: no such file")
    if not asyncio.run(work()):
        raise SystemExit(1)


async def _checked(database: Database, found: list[Anchor]) -> bool:
    async with database.begin() as db:
        while await audit.seal(db):
            pass
    async with database.read() as db:
        trail = await audit.verify(db, anchors.of_trail(found))
        click.echo(str(trail))
        sealed = await seals.verify(db, anchors.of_records(found))
        click.echo(str(sealed))
    is_whole = trail.is_whole and sealed.is_whole
    async with database.begin() as db:
        _ = await audit.note(db, OPERATOR, "trail.checked", "", {"whole": is_whole, "entries": trail.entries})
    return is_whole
