"""`cloudwindow verify`: proves that the audit trail and the records were not changed past the program."""

import asyncio
from pathlib import Path

import click

from cloudwindow.commands.serve import check_master_keys
from cloudwindow.failures import OperatorError, told
from cloudwindow.installation import Installation
from cloudwindow.settings import chosen, demanded, in_realm, is_one_chosen, of_realm, read
from cloudwindow.stores import anchors_folder, ledger
from records import audit
from records.audit import anchors
from records.audit.anchors import Anchor, AnchorFault
from records.database import Database
from records.journal import seals
from records.papers import proof
from records.papers.documents import DocumentStore
from records.staff import proof as standing
from records.staff.accounts import OPERATOR
from runtime.settings import Settings


@click.command()
@click.option("--anchors", "files", type=click.Path(path_type=Path), multiple=True, help="A copy kept elsewhere")
@click.option("--papers", is_flag=True, help="Read every stored paper too; this takes as long as copying them")
@in_realm
@told
def verify(files: tuple[Path, ...], *, papers: bool) -> None:
    """Check trail and records from end to end and against the anchors; exit code 1 where they are broken.

    Accounts (role, seat, scope, closed or not) and keys of booths must be as the trail says. The anchors of this
    machine are read, and those of each --anchors FILE. Without --realm every realm is checked. With --papers each paper
    on record must be there, open with the master key, and have the recorded SHA-256.
    """
    settings = read()
    for file in files:
        if not file.is_file():
            raise OperatorError(f"{file}: no such file")
    names = chosen(settings)
    if files and len(names) > 1:
        raise OperatorError("--anchors: say --realm NAME too, for each realm has anchors of its own")
    found: list[bool] = []
    for name in names:
        if len(names) > 1:
            click.echo(f"realm {name}:")
        found.append(_verified(of_realm(settings, name), files, papers=papers))
    if not is_one_chosen():
        found.append(_none_unnamed(settings))
    if not all(found):
        raise SystemExit(1)


def _verified(settings: Settings, files: tuple[Path, ...], *, papers: bool) -> bool:
    """Check one realm and say what was found."""
    installation = Installation()
    store = _store(settings) if papers else None

    async def work() -> bool:
        async with ledger(settings, installation) as database:
            known = [anchors_folder(settings, installation) / anchors.FILE, *files]
            try:
                found = [anchor for file in known for anchor in anchors.read(file, database.keys)]
            except AnchorFault as fault:
                click.echo(f"anchors: broken: {fault}")
                return False
            if strange := sorted({realm for anchor in found for realm in anchor.records} - {settings.realm}):
                click.echo(
                    f"anchors: broken: they are of the realm {', '.join(strange)}, and this one is called "
                    f"{settings.realm}. If it was renamed (WINDOW_REALM), give it its name back: rows and papers go by "
                    "it."
                )
                return False
            click.echo(f"anchors: {len(found)} are right" if found else "anchors: there are none yet")
            return await _checked(database, found, store)

    return asyncio.run(work())


def _none_unnamed(settings: Settings) -> bool:
    """Say which realms of the ledger the settings do not name: nothing of them was checked."""

    async def work() -> list[str]:
        async with ledger(settings, Installation()) as database:
            return await database.realms()

    unnamed = sorted(set(asyncio.run(work())) - set(settings.realms))
    for name in unnamed:
        click.echo(f"realm {name}: not checked, for WINDOW_FURTHER_REALMS does not name it")
    return not unnamed


def _store(settings: Settings) -> DocumentStore:
    check_master_keys(demanded(settings, "master_key"))
    old = [bytes.fromhex(key) for key in settings.old_master_keys]
    return DocumentStore(Path(settings.documents_folder), bytes.fromhex(settings.master_key), old_keys=old)


async def _checked(database: Database, found: list[Anchor], store: DocumentStore | None) -> bool:
    async with database.begin() as db:
        while await audit.seal(db):
            pass
    async with database.read() as db:
        trail = await audit.verify(db, anchors.of_trail(found))
        click.echo(str(trail))
        sealed = await seals.verify(db, anchors.of_records(found))
        click.echo(str(sealed))
        given = await standing.verify(db)
        click.echo(str(given))
    is_whole = trail.is_whole and sealed.is_whole and given.is_whole
    if store is not None:
        kept = await proof.verify(database, store)
        click.echo(str(kept))
        is_whole = is_whole and kept.is_whole
    async with database.begin() as db:
        _ = await audit.note(db, OPERATOR, "trail.checked", "", {"whole": is_whole, "entries": trail.entries})
    return is_whole
