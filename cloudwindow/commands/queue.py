"""`cloudwindow queue`: looks after a live queue."""

import asyncio

import click

from cloudwindow.commands.on_trail import on_trail
from cloudwindow.failures import told
from cloudwindow.installation import Installation
from cloudwindow.settings import in_realm, read
from cloudwindow.stores import queue_url
from matcher import Queue
from runtime.redis_pool import open_redis
from runtime.server_clock import ServerClock


@click.group()
def queue() -> None:
    """Look after the live queue."""


@queue.command()
@click.option("--repair", is_flag=True, help="Mend indexes that do not agree with the tickets and seats")
@in_realm
@told
def check(*, repair: bool) -> None:
    """Check the queue's invariants; exit code 1 when one is violated."""
    settings = read()

    async def work() -> tuple[int, int]:
        async with open_redis(queue_url(settings, Installation())) as redis:
            clock = ServerClock(redis, settings.clock_skew_s)
            await clock.measure()
            live = Queue(redis, settings.realm, clock)
            found = await live.care.check()
            for violation in found:
                click.echo(f"{violation.rule}: {violation.subject} {violation.detail}".rstrip())
            left = await live.care.check(repair=True) if repair and found else found
        mended = f", {len(found) - len(left)} mended" if repair else ""
        click.echo(f"{len(found)} violations{mended}")
        return len(found), len(left)

    before, left = asyncio.run(work())
    if repair and before:
        on_trail("queue.repaired", settings.realm, {"found": before, "mended": before - left})
    if left:
        raise SystemExit(1)
