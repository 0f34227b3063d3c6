"""The commands for machines: add, list, keys, operations, rotate, end-key, close, open, allow, scope."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click

from cloudwindow.commands.acting import Acting, acting, with_ledger
from cloudwindow.failures import told
from cloudwindow.settings import in_realm, read
from protocol.rights import Right
from protocol.scopes import parse
from records.audit.notes import Who
from records.calendar.zone import zone_of
from records.database import Database
from records.staff import machine_keys
from records.staff import machines as known
from records.staff.machine_keys import DAYS, DAYS_MAX, OVERLAP_H, OVERLAP_MAX_H, KeyState
from runtime.clock import SystemClock, local
from signaling.api.table import grantable
from signaling.app import ROUTES

T = TypeVar("T")
DAYS_OPTION = click.option("--days", default=DAYS, help=f"Days after which the key ends by itself, {DAYS_MAX} at most")


@click.group()
def machines() -> None:
    """Let programs of other systems ask: make machines and their keys, grant operations, close them."""


@machines.command()
@click.argument("name")
@click.option("--for", "purpose", required=True, help="Its purpose, in a few words")
@click.option("--owner", required=True, help="The account of who answers for it")
@DAYS_OPTION
@acting
@in_realm
@told
def add(*, name: str, purpose: str, owner: str, days: int, acting: Acting) -> None:
    """Make the machine NAME and show its first key, once. It may do nothing until `allow` grants it operations."""

    async def act(database: Database, by: str | Who) -> str:
        return await known.make(database, name, purpose=purpose, owner=owner, by=by, days=days)

    _show(_act(name, acting, Right.KEEP_ACCOUNTS, act), f"Machine {name} is made.")


@machines.command("list")
@in_realm
@told
def list_() -> None:
    """List all machines: scope, owner, purpose, operations."""

    async def work(database: Database) -> None:
        for one in await known.listed(database):
            notes = [*([] if one.active else ["closed"]), *([] if one.is_owned else ["owner's account closed"])]
            words = f"  ({', '.join(notes)})" if notes else ""
            click.echo(f"{one.name:<24} {one.scope!s:<18} {one.owner:<16} {one.purpose}{words}")
            click.echo(f"    {' '.join(one.operations) or 'no operations'}")

    asyncio.run(with_ledger(read(), work))


@machines.command()
@click.argument("name")
@in_realm
@told
def keys(name: str) -> None:
    """List the keys of the machine NAME by their public ids: who made them, when they end, the hour of the last use."""

    async def work(database: Database) -> None:
        async with database.read() as db:
            zone = await zone_of(db)
        for one in await machine_keys.keys_of(database, name):
            click.echo(f"{one.id}  made {_day(one.created_ms, zone)} by {one.created_by}  {_state(one, zone)}")

    asyncio.run(with_ledger(read(), work))


@machines.command()
@told
def operations() -> None:
    """List the operations that machines may be granted, each with the right that staff need for it."""
    for name, right in sorted(grantable(ROUTES).items()):
        click.echo(f"{name:<36} {right.value if right is not None else 'open to anybody'}")


@machines.command()
@click.argument("name")
@click.option(
    "--overlap-hours", default=OVERLAP_H, help=f"Hours for which the older key opens too, {OVERLAP_MAX_H} at most"
)
@DAYS_OPTION
@acting
@in_realm
@told
def rotate(name: str, overlap_hours: int, days: int, acting: Acting) -> None:
    """Make a new key of the machine NAME and show it, once; after a theft with --overlap-hours 0."""

    async def act(database: Database, by: str | Who) -> str:
        return await machine_keys.rotate(database, name, by=by, overlap_h=overlap_hours, days=days)

    said = f"The older keys of {name} end in {overlap_hours} hours." if overlap_hours else f"{name}: older keys ended."
    _show(_act(name, acting, Right.KEEP_ACCOUNTS, act), said)


@machines.command("end-key")
@click.argument("name")
@click.argument("key")
@acting
@in_realm
@told
def end_key(name: str, key: str, acting: Acting) -> None:
    """End the KEY (its public id) of the machine NAME: it opens nothing from now on, on no node."""

    async def act(database: Database, by: str | Who) -> None:
        await machine_keys.end(database, name, key, by=by)

    _act(name, acting, Right.KEEP_ACCOUNTS, act)
    click.echo(f"Key {key} of {name} has ended.")


@machines.command()
@click.argument("name")
@acting
@in_realm
@told
def close(name: str, acting: Acting) -> None:
    """Close the machine NAME: all its keys end now, on every node."""

    async def act(database: Database, by: str | Who) -> None:
        await known.close(database, name, by=by)

    _act(name, acting, Right.KEEP_ACCOUNTS, act)
    click.echo(f"Machine {name} is closed.")


@machines.command("open")
@click.argument("name")
@DAYS_OPTION
@acting
@in_realm
@told
def open_(name: str, days: int, acting: Acting) -> None:
    """Open the machine NAME again with its operations and scope, and show a new key, once."""

    async def act(database: Database, by: str | Who) -> str:
        return await known.reopen(database, name, by=by, days=days)

    _show(_act(name, acting, Right.KEEP_ACCOUNTS, act), f"Machine {name} is open.")


@machines.command()
@click.argument("name")
@click.argument("operation", nargs=-1)
@acting
@in_realm
@told
def allow(name: str, operation: tuple[str, ...], acting: Acting) -> None:
    """Let the machine NAME do each OPERATION and nothing else; without one, nothing. Not for a machine of one's own."""

    async def act(database: Database, by: str | Who) -> None:
        await known.allow(database, name, operation, grantable(ROUTES), by=by)

    _act(name, acting, Right.GRANT_ROLES, act)
    click.echo(f"Machine {name} may do: {' '.join(sorted(set(operation))) or 'nothing'}.")


@machines.command()
@click.argument("name")
@click.argument("scope")
@acting
@in_realm
@told
def scope(name: str, scope: str, acting: Acting) -> None:
    """Let the machine NAME reach as far as SCOPE: realm, district:CODE, department:ID or site:ID."""

    async def act(database: Database, by: str | Who) -> None:
        await known.set_scope(database, name, parse(scope), grantable(ROUTES), by=by)

    _act(name, acting, Right.GRANT_ROLES, act)
    click.echo(f"The scope of {name} is {scope} now.")


def _act(name: str, acting: Acting, right: Right, act: Callable[[Database, str | Who], Awaitable[T]]) -> T:
    """Prove the right and act on the machine."""
    settings = read()

    async def work(database: Database) -> T:
        return await act(database, await acting.prove(database, right, settings))

    return asyncio.run(with_ledger(settings, work, not_own=f"{name}: nobody grants to a machine of the own"))


def _show(key: str, said: str) -> None:
    """Show a key: alone on standard output, so that a script can keep it; the words beside it on standard error."""
    click.echo(f"{said} Its key is shown this once:", err=True)
    click.echo(key)


def _state(one: KeyState, zone: dt.tzinfo) -> str:
    used = f"used {local(one.used_ms, zone):%Y-%m-%d %H}h" if one.used_ms else "never used"
    if one.ended_ms:
        return f"ended {_day(one.ended_ms, zone)}  {used}"
    is_live = one.is_live(SystemClock().now_ms())
    return f"{'ends' if is_live else 'expired'} {local(one.expires_ms, zone):%Y-%m-%d %H:%M}  {used}"


def _day(at_ms: int, zone: dt.tzinfo) -> str:
    return local(at_ms, zone).date().isoformat()
