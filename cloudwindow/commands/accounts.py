"""The commands for accounts of staff: create, passwd, close, open."""

import asyncio
import math
from collections.abc import Awaitable, Callable
from typing import TextIO

import click
from redis.exceptions import RedisError

from cloudwindow.failures import OperatorError, told
from cloudwindow.installation import Installation
from cloudwindow.settings import read
from cloudwindow.stores import ledger, queue_url
from protocol import typed
from protocol.errors import BadInput, NotFound, QueueUnavailable
from records.database import Database
from records.staff import accounts as staff
from records.staff.accounts import Account, Role
from runtime.clock import SystemClock
from runtime.logins import NOTED_AT, Logins
from runtime.redis_pool import RedisUnreachable, open_redis
from runtime.settings import Settings
from signaling.api.staff import dismiss
from signaling.bus import Bus
from signaling.keys import Keys

PASSWORD_FILE = click.option(
    "--password-file", type=click.File(), help="Read the password from a file, - for standard input"
)


@click.group()
def account() -> None:
    """Make accounts of staff, change their passwords, close them."""


@account.command()
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), default=Role.AGENT.value, show_default=True)
@click.option("--seat", default="", help="The agent's seat, such as S004")
@click.option("--display-name", default="", help="The name that others see")
@PASSWORD_FILE
@told
def create(name: str, role: str, seat: str, display_name: str, password_file: TextIO | None) -> None:
    """Make the account NAME; without a password file one is asked for."""
    settings, password = read(), _password(password_file)

    async def work(database: Database) -> None:
        made = await staff.create_account(database, Account(name, Role(role), seat, display_name), password)
        click.echo(f"Account {made.name} ({made.role.value}) is made.")

    asyncio.run(_with_ledger(settings, name, work))


@account.command()
@click.argument("name")
@PASSWORD_FILE
@told
def passwd(name: str, password_file: TextIO | None) -> None:
    """Give the account NAME a new password; whoever is signed in with the old one is signed out."""
    settings, password = read(), _password(password_file)

    async def work(database: Database) -> None:
        ended = await staff.set_password(database, name, password)
        click.echo(f"The password of {name} is changed.")
        await _sign_out(settings, name, ended)

    asyncio.run(_with_ledger(settings, name, work))


@account.command()
@click.argument("name")
@told
def close(name: str) -> None:
    """Let nobody sign in as NAME any more; whoever is signed in so is signed out."""
    settings = read()

    async def work(database: Database) -> None:
        ended = await staff.set_active(database, name, active=False)
        click.echo(f"Account {name} is closed.")
        await _sign_out(settings, name, ended)

    asyncio.run(_with_ledger(settings, name, work))


@account.command("open")
@click.argument("name")
@told
def open_(name: str) -> None:
    """Let NAME sign in again."""

    async def work(database: Database) -> None:
        _ = await staff.set_active(database, name, active=True)
        click.echo(f"Account {name} is open.")

    asyncio.run(_with_ledger(read(), name, work))


async def _with_ledger(settings: Settings, name: str, work: Callable[[Database], Awaitable[None]]) -> None:
    """Do the work on the ledger.

    Raises:
        OperatorError: there is no such account, or what was given makes no sense.
    """
    async with ledger(settings, Installation()) as database:
        try:
            await work(database)
        except NotFound:
            raise OperatorError(f"{name}: there is no such account") from None
        except BadInput as refused:
            raise OperatorError(_refused(refused)) from None


async def _sign_out(settings: Settings, name: str, ended: list[str]) -> None:
    """End the account's sign-ins on the nodes too: `ended` is what the ledger's register knew of them."""
    account = typed.account(name)
    try:
        async with open_redis(queue_url(settings, Installation())) as redis:
            clock = SystemClock()
            logins = Logins(redis, settings.realm, clock, idle_s=settings.login_idle_s, max_s=settings.login_max_s)
            keys = await logins.end_all(account, ended=ended)
            await dismiss(Bus(redis, Keys(settings.realm), "command"), keys)
    except (OperatorError, RedisUnreachable, QueueUnavailable, RedisError):
        minutes = math.ceil(settings.login_idle_s * NOTED_AT / 60)
        click.echo(f"The queue does not answer: who is signed in as {name} is signed out within {minutes} minutes.")
        return
    click.echo(f"Signed out: {len(keys)}.")


def _password(file: TextIO | None) -> str:
    if file is not None:
        return str(file.readline()).rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


def _refused(refused: BadInput) -> str:
    facts = refused.params
    if facts.get("why") == "length":
        return f"a password has {facts.get('min')} to {facts.get('max')} characters"
    return f"{facts.get('field')}: {facts.get('why')}"
