"""`cloudwindow journal`: what the ledger could not take from the queue's journal, and another try at it."""

import asyncio

import click

from cloudwindow.failures import OperatorError, told
from cloudwindow.installation import Installation
from cloudwindow.settings import read
from cloudwindow.stores import ledger
from protocol.errors import NotFound
from records.journal import aside
from runtime.clock import local


@click.group()
def journal() -> None:
    """Look after entries of the queue's journal that the ledger could not take."""


@journal.command("aside")
@told
def list_aside() -> None:
    """List the entries that are kept aside: id, when, kind, why."""
    found = asyncio.run(_listed())
    for one in found:
        when = local(one.kept_ms).strftime("%Y-%m-%d %H:%M:%S")
        click.echo(f"{one.id:<24}{when}  {one.kind:<22}{one.why:<14}{one.detail[:80]}".rstrip())
    click.echo(f"{len(found)} entries kept aside")


@journal.command()
@click.argument("entry")
@told
def show(entry: str) -> None:
    """Show the ENTRY whole; it may hold what people wrote."""
    one = next((one for one in asyncio.run(_listed()) if one.id == entry), None)
    if one is None:
        raise OperatorError(f"{entry}: no such entry is kept aside")
    click.echo(f"{one.why}: {one.detail}")
    for name, text in sorted(one.fields.items()):
        click.echo(f"  {name} = {text}")


@journal.command()
@click.argument("entries", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Try all of them")
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
                return len(ids), await aside.retry(database, settings.realm, ids)
            except NotFound as missing:
                raise OperatorError(f"{missing.params['id']}: no such entry is kept aside") from None

    tried, left = asyncio.run(work())
    for entry in left:
        click.echo(f"{entry}: kept aside again")
    click.echo(f"{tried - len(left)} of {tried} entries are in the ledger now")
    if left:
        raise SystemExit(1)


async def _listed() -> list[aside.Aside]:
    async with ledger(read(), Installation()) as database:
        return await aside.listed(database)
