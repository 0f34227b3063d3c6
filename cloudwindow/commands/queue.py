"""`cloudwindow queue`: looks after a live queue."""

import asyncio

import click

from cloudwindow.failures import OperatorError, told
from cloudwindow.installation import Installation
from cloudwindow.settings import read
from cloudwindow.stores import ledger, queue_url
from matcher import Queue
from protocol.errors import LedgerUnavailable
from records import audit
from records.staff.accounts import OPERATOR
from runtime.redis_pool import open_redis
from runtime.server_clock import ServerClock
from runtime.settings import Settings


async def _on_trail(settings: Settings, found: int, mended: int) -> None:
    """Note a repair; the queue is mended all the same where there is no ledger to note it in, and that is said."""
    try:
        async with ledger(settings, Installation()) as database, database.begin() as db:
            _ = await audit.note(db, OPERATOR, "queue.repaired", settings.realm, {"found": found, "mended": mended})
    except (OperatorError, LedgerUnavailable):
        click.echo("The ledger does not answer: the repair is not on the audit trail.", err=True)


@click.group()
def queue() -> None:
    """Look after the live queue."""


@queue.command()
@click.option("--repair", is_flag=True, help="Mend indexes that do not agree with the tickets and seats")
@told
def check(*, repair: bool) -> None:
    """Check the queue's invariants; exit code 1 when one is violated."""
    settings = read()

    async def work() -> int:
        async with open_redis(queue_url(settings, Installation())) as redis:
            clock = ServerClock(redis, settings.clock_skew_s)
            await clock.measure()
            live = Queue(redis, settings.realm, clock)
            found = await live.check()
            for violation in found:
                click.echo(f"{violation.rule}: {violation.subject} {violation.detail}".rstrip())
            left = await live.check(repair=True) if repair and found else found
            if repair and found:
                await _on_trail(settings, len(found), len(found) - len(left))
        mended = f", {len(found) - len(left)} mended" if repair else ""
        click.echo(f"{len(found)} violations{mended}")
        return len(left)

    if asyncio.run(work()):
        raise SystemExit(1)
