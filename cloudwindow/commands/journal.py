"""`cloudwindow journal`: lists the journal entries that the ledger could not take, and tries them again."""

import asyncio
from zoneinfo import ZoneInfo

import click

from cloudwindow.failures import OperatorError, told
from cloudwindow.installation import Installation
from cloudwindow.settings import in_realm, read
from cloudwindow.stores import ledger
from protocol.errors import NotFound
from records import audit
from records.calendar.zone import zone_of
from records.database import Database
from records.journal import aside
from records.staff.accounts import OPERATOR
from runtime.clock import local


@click.group()
def journal() -> None:
    """Look after entries of the queue's journal that the ledger could not take."""


@journal.command("aside")
@in_realm
@told
def list_aside() -> None:
    """List the entries that are kept aside: id, when, kind, why."""
    found, zone = asyncio.run(_listed())
    for one in found:
        when = local(one.kept_ms, zone).strftime("%Y-%m-%d %H:%M:%S")
        click.echo(f"{one.id:<24}{when}  {one.kind:<22}{one.why:<14}{one.detail[:80]}".rstrip())
    click.echo(f"{len(found)} entries kept aside")


@journal.command()
@click.argument("entry")
@in_realm
@told
def show(entry: str) -> None:
    """Show the ENTRY whole; it may hold what people wrote."""
    one = asyncio.run(_shown(entry))
    if one is None:
        raise OperatorError(f"{entry}: no such entry is kept aside")
    click.echo(f"{one.why}: {one.detail}")
    for name, text in sorted(one.fields.items()):
        click.echo(f"  {name} = {text}")


@journal.command()
@click.argument("entries", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Try all of them")
@in_realm
@told
def retry(entries: tuple[str, ...], *, everything: bool) -> None:
    """Try ENTRIES again, after an update that understands them; exit code 1 when some are kept aside once more."""
    if not entries and not everything:
        raise OperatorError("name entries, or say --all")
    settings = read()

    async def work() -> tuple[int, list[str]]:
        async with ledger(settings, Installation()) as database:
            ids = [one.id for one in await aside.listed(database)] if everything else list(entries)
            try:
                again = await aside.retry(database, settings.realm, ids)
            except NotFound as missing:
                raise OperatorError(f"{missing.params['id']}: no such entry is kept aside") from None
            await _on_trail(database, "entry.retried", ids[0] if len(ids) == 1 else "", len(ids))
            return len(ids), again

    tried, left = asyncio.run(work())
    for entry in left:
        click.echo(f"{entry}: kept aside again")
    click.echo(f"{tried - len(left)} of {tried} entries are in the ledger now")
    if left:
        raise SystemExit(1)


async def _on_trail(database: Database, action: str, entry: str, count: int = 1) -> None:
    async with database.begin() as db:
        _ = await audit.note(db, OPERATOR, action, entry, {"entries": count})


async def _shown(entry: str) -> aside.Aside | None:
    """Return an entry; that it was looked at goes on the trail, for it may hold what people wrote."""
    async with ledger(read(), Installation()) as database:
        found = next((one for one in await aside.listed(database) if one.id == entry), None)
        if found is not None:
            await _on_trail(database, "entry.shown", entry)
        return found


async def _listed() -> tuple[list[aside.Aside], ZoneInfo]:
    async with ledger(read(), Installation()) as database:
        async with database.read() as db:
            zone = await zone_of(db)
        return await aside.listed(database), zone
