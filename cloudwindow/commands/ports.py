"""`cloudwindow ports`: which systems are connected, which calls to them wait or were given up, and try these again."""

import asyncio
from collections.abc import Sequence

import click

from cloudwindow.failures import OperatorError, told
from cloudwindow.installation import Installation
from cloudwindow.ports import connections, port_sealing
from cloudwindow.settings import demanded, in_realm, read, with_own
from cloudwindow.stores import ledger
from ports.kit.calls import PortCalls, PortCallTally
from ports.register import PORTS
from protocol.port_errors import PortCallNotFound
from records.database import Database
from records.staff.accounts import OPERATOR
from records.tables.ports import PortCallRow, PortCallState
from runtime.clock import SystemClock
from runtime.settings import Settings

SHOWN = 200


@click.group()
def ports() -> None:
    """Look after the systems of others that this installation asks."""


@ports.command("list")
@in_realm
@told
def list_() -> None:
    """List the ports: their system's address, calls that wait, calls that were given up."""
    settings = _settings()
    known = connections(settings)
    tallies = asyncio.run(_tallies(settings))
    for port in PORTS:
        tally = tallies.get(port, PortCallTally())
        url = known[port].url if port in known else "-"
        click.echo(f"{port:<14}{tally.waiting:>8} waiting{tally.given_up:>8} given up  {url}")


@ports.command()
@click.argument("state", type=click.Choice([state.value for state in PortCallState]), default="waiting")
@in_realm
@told
def calls(state: str) -> None:
    """List the oldest calls of STATE: key, port and operation, tries, problem; their contents stay sealed."""
    for one in asyncio.run(_listed(_settings(), PortCallState(state))):
        click.echo(f"{one.id}  {one.port}/{one.operation:<12}{one.attempts:>5}  {one.problem}".rstrip())


@ports.command()
@click.argument("keys", nargs=-1, required=True)
@in_realm
@told
def retry(keys: tuple[str, ...]) -> None:
    """Let calls that were given up or refused go out again, under the same KEYS."""
    asyncio.run(_retry(_settings(), keys))
    click.echo(f"{len(keys)} calls wait again")


def _settings() -> Settings:
    settings = read()
    if not settings.database_url:
        settings = with_own(settings, Installation())
    return demanded(settings, "master_key")


def _calls(settings: Settings, database: Database) -> PortCalls:
    return PortCalls(database, SystemClock(), port_sealing(settings))


async def _tallies(settings: Settings) -> dict[str, PortCallTally]:
    async with ledger(settings, Installation()) as database:
        return await _calls(settings, database).tallies()


async def _listed(settings: Settings, state: PortCallState) -> Sequence[PortCallRow]:
    async with ledger(settings, Installation()) as database:
        return await _calls(settings, database).listed(state, SHOWN)


async def _retry(settings: Settings, keys: tuple[str, ...]) -> None:
    async with ledger(settings, Installation()) as database:
        kept = _calls(settings, database)
        for key in keys:
            try:
                await kept.try_again(key, OPERATOR)
            except PortCallNotFound:
                raise OperatorError(f"{key}: no such call was given up or refused") from None
