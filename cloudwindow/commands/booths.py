"""The commands for booths: list them, stop one."""

import asyncio
import datetime as dt

import click
from redis.exceptions import RedisError

from cloudwindow.failures import OperatorError, told
from cloudwindow.installation import Installation
from cloudwindow.settings import in_realm, read
from cloudwindow.stores import ledger, queue_url
from protocol.errors import UnknownBooth
from records.calendar.zone import zone_of
from records.staff import booths as known
from runtime.clock import local
from runtime.redis_pool import RedisUnreachable, open_redis
from runtime.settings import Settings
from signaling.bus import Bus, StopBooth
from signaling.keys import Keys


@click.group()
def booths() -> None:
    """List booths, stop one."""


@booths.command("list")
@in_realm
@told
def list_() -> None:
    """List all booths, and since when each is enrolled or stopped."""
    settings = read()

    async def work() -> None:
        async with ledger(settings, Installation()) as database:
            async with database.read() as db:
                zone = await zone_of(db)
            for one in await known.all_booths(database):
                click.echo(f"{one.id:<16} {_state(one, zone):<26} {one.name}")

    asyncio.run(work())


@booths.command()
@click.argument("booth")
@in_realm
@told
def stop(booth: str) -> None:
    """Let the BOOTH's device be a booth no more: its page closes at once, a new code enrols it again."""
    settings = read()

    async def work() -> None:
        async with ledger(settings, Installation()) as database:
            try:
                await known.stop(database, booth)
            except UnknownBooth:
                raise OperatorError(f"{booth}: there is no such booth") from None
        click.echo(f"Booth {booth} is stopped.")
        await _close(settings, booth)

    asyncio.run(work())


async def _close(settings: Settings, booth: str) -> None:
    try:
        async with open_redis(queue_url(settings, Installation())) as redis:
            await Bus(redis, Keys(settings.realm), "command").tell_all(StopBooth(booth))
    except (OperatorError, RedisUnreachable, RedisError):
        click.echo("The queue does not answer: a page that is open goes when it next connects.")


def _state(one: known.BoothState, zone: dt.tzinfo) -> str:
    if one.stopped_ms:
        return f"stopped {local(one.stopped_ms, zone).date()}"
    if one.key:
        return f"enrolled {local(one.enrolled_ms, zone).date()}"
    return "to be bound to a key" if one.has_token else "not enrolled"
