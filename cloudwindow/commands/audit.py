"""`cloudwindow verify`: proves that nobody changed the audit trail afterwards."""

import asyncio

import click

from cloudwindow.failures import told
from cloudwindow.installation import Installation
from cloudwindow.settings import read
from cloudwindow.stores import ledger
from records.audit import verify as verify_chain


@click.command()
@told
def verify() -> None:
    """Check the audit chain from end to end; exit code 1 where it is broken."""
    settings = read()

    async def work() -> bool:
        async with ledger(settings, Installation()) as database, database.read() as db:
            result = await verify_chain(db)
        click.echo(str(result))
        return result.is_whole

    if not asyncio.run(work()):
        raise SystemExit(1)
