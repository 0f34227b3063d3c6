"""The commands for accounts of staff: create, describe, passwd, close, open, grant, revoke, scope, list."""

import asyncio
import math
from collections.abc import Awaitable, Callable
from typing import TextIO

import click
from redis.exceptions import RedisError

from cloudwindow.commands.acting import Acting, acting, with_ledger
from cloudwindow.failures import OperatorError, told
from cloudwindow.installation import Installation
from cloudwindow.settings import in_realm, read
from cloudwindow.stores import queue_url
from protocol import typed
from protocol.errors import QueueUnavailable
from protocol.rights import Right, Role
from protocol.scopes import parse
from records.audit.notes import Who
from records.database import Database
from records.staff import accounts as staff
from records.staff import badges, grants
from records.staff.accounts import Account
from records.staff.factors import Factors
from runtime.clock import SystemClock
from runtime.logins import NOTED_AT, Logins
from runtime.redis_pool import RedisUnreachable, open_redis
from runtime.sealing import Sealing
from runtime.settings import Settings
from signaling.bus import Bus
from signaling.keys import Keys

PASSWORD_FILE = click.option(
    "--password-file", type=click.File(), help="Read the password from a file, - for standard input"
)

ROLES = click.Choice([role.value for role in Role if role is not Role.NONE])
NUMBER = click.option("--staff-number", help="The staff number that citizens are shown")
DEPARTMENT = click.option("--department", help="The department's id in the catalogue, such as MZ")
SCOPE = click.option(
    "--scope", default="realm", help="Scope of the rights: realm, district:CODE, department:ID or site:ID"
)
SEAT = click.option("--seat", default="", help="The agent's seat, such as S004")


@click.group()
def account() -> None:
    """Make accounts of staff, change their passwords, close them, grant and revoke roles."""


@account.command()
@click.argument("name")
@click.option("--role", type=ROLES, help="The role; granting one needs the right for that too")
@SEAT
@click.option("--display-name", default="", help="The name that others see")
@NUMBER
@DEPARTMENT
@SCOPE
@PASSWORD_FILE
@acting
@in_realm
@told
def create(  # noqa: PLR0913  (the options of one command)
    *,
    name: str,
    role: str | None,
    seat: str,
    display_name: str,
    staff_number: str | None,
    department: str | None,
    scope: str,
    password_file: TextIO | None,
    acting: Acting,
) -> None:
    """Make the account NAME; without a password file one is asked for, to be changed at the first sign-in.

    Without --role it may do nothing until a security administrator grants it one.
    """
    settings, password = read(), _password(password_file)

    async def work(database: Database) -> None:
        by = await acting.prove(database, Right.KEEP_ACCOUNTS, settings)
        if role is not None and await grants.is_held(database, Right.GRANT_ROLES):
            raise OperatorError("--role: a security administrator grants it, see `cloudwindow account grant`")
        badge = (staff_number or "", department or "")
        asked = Account(name, Role(role or Role.NONE), seat, display_name, *badge, parse(scope))
        made = await staff.create_account(database, asked, password, by=by, must_change=True)
        click.echo(f"Account {made.name} ({made.role.value}) is made.")

    asyncio.run(with_ledger(settings, work, not_own=f"{name}: nobody changes the own role, scope or factor"))


@account.command()
@click.argument("name")
@click.option("--display-name", help="The name that others see")
@NUMBER
@DEPARTMENT
@acting
@in_realm
@told
def describe(
    *, name: str, display_name: str | None, staff_number: str | None, department: str | None, acting: Acting
) -> None:
    """Change what citizens are shown of the account NAME; it holds from the next sign-in on."""

    async def act(database: Database, by: str | Who) -> None:
        await badges.describe(
            database, name, display_name=display_name, staff_number=staff_number, department=department, by=by
        )

    _act(name, acting, Right.KEEP_ACCOUNTS, act, f"Account {name} is described anew.")


@account.command()
@click.argument("name")
@click.argument("role", type=ROLES)
@SEAT
@acting
@in_realm
@told
def grant(name: str, role: str, seat: str, acting: Acting) -> None:
    """Give the account NAME the ROLE; a role held before is taken by `revoke` first. Not to oneself."""

    async def act(database: Database, by: str | Who) -> list[str]:
        return await grants.grant(database, name, Role(role), by=by, seat=seat)

    _act(name, acting, Right.GRANT_ROLES, act, f"Account {name} is {role} now.")


@account.command()
@click.argument("name")
@acting
@in_realm
@told
def revoke(name: str, acting: Acting) -> None:
    """Take the role of the account NAME away."""

    async def act(database: Database, by: str | Who) -> list[str]:
        return await grants.revoke(database, name, by=by)

    _act(name, acting, Right.GRANT_ROLES, act, f"Account {name} has no role now.")


@account.command()
@click.argument("name")
@click.argument("scope")
@acting
@in_realm
@told
def scope(name: str, scope: str, acting: Acting) -> None:
    """Let the rights of the account NAME reach as far as SCOPE: realm, district:CODE, department:ID or site:ID.

    Its sign-ins end. The three administrators work for the realm. Not for oneself.
    """

    async def act(database: Database, by: str | Who) -> list[str]:
        return await grants.set_scope(database, name, parse(scope), by=by)

    _act(name, acting, Right.GRANT_ROLES, act, f"The scope of {name} is {scope} now.")


@account.command("reset-factor")
@click.argument("name")
@acting
@in_realm
@told
def reset_factor(name: str, acting: Acting) -> None:
    """Take the second factor of the account NAME away, for a lost phone; it is set up anew at the next sign-in."""

    async def act(database: Database, by: str | Who) -> list[str]:
        return await Factors(database, SystemClock(), Sealing("second-factor", b"")).reset(name, by=by)

    _act(name, acting, Right.GRANT_ROLES, act, f"Account {name} has no second factor now.")


@account.command("list")
@in_realm
@told
def list_() -> None:
    """List all accounts with their roles."""

    async def work(database: Database) -> None:
        for one in await grants.holders(database):
            notes = [
                *([] if one.active else ["closed"]),
                *(["password to change"] if one.must_change else []),
                *(["second factor"] if one.has_factor else []),
            ]
            facts = f"{one.name:<20} {one.role.value:<11} {one.seat:<8} {one.scope!s:<18}"
            click.echo(f"{facts} {', '.join(notes)}".rstrip())

    asyncio.run(with_ledger(read(), work))


@account.command()
@click.argument("name")
@PASSWORD_FILE
@acting
@in_realm
@told
def passwd(name: str, password_file: TextIO | None, acting: Acting) -> None:
    """Give the account NAME a new password; its logins with the old one end.

    Its owner has to change it at the next sign-in.
    """
    password = _password(password_file)

    async def act(database: Database, by: str | Who) -> list[str]:
        return await staff.set_password(database, name, password, by=by, must_change=True)

    _act(name, acting, Right.KEEP_ACCOUNTS, act, f"The password of {name} is changed.")


@account.command()
@click.argument("name")
@acting
@in_realm
@told
def close(name: str, acting: Acting) -> None:
    """Close the account NAME: no sign-in any more, and its logins end."""

    async def act(database: Database, by: str | Who) -> list[str]:
        return await staff.set_active(database, name, active=False, by=by)

    _act(name, acting, Right.KEEP_ACCOUNTS, act, f"Account {name} is closed.")


@account.command("open")
@click.argument("name")
@acting
@in_realm
@told
def open_(name: str, acting: Acting) -> None:
    """Let NAME sign in again."""

    async def act(database: Database, by: str | Who) -> None:
        _ = await staff.set_active(database, name, active=True, by=by)

    _act(name, acting, Right.KEEP_ACCOUNTS, act, f"Account {name} is open.")


Act = Callable[[Database, str | Who], Awaitable[list[str] | None]]
"""Does something on the ledger in the name of who acts; returns the sign-ins that it ended, None where it ends none."""


def _act(name: str, acting: Acting, right: Right, act: Act, said: str) -> None:
    """Prove the right, act on the account, say so, and end its sign-ins on the nodes where the act ended them."""
    settings = read()

    async def work(database: Database) -> None:
        ended = await act(database, await acting.prove(database, right, settings))
        click.echo(said)
        if ended is not None:
            await _sign_out(settings, name, ended)

    asyncio.run(with_ledger(settings, work, not_own=f"{name}: nobody changes the own role, scope or factor"))


async def _sign_out(settings: Settings, name: str, ended: list[str]) -> None:
    """End the account's sign-ins on the nodes too: `ended` is what the ledger's register knew of them."""
    account = typed.account(name)
    try:
        async with open_redis(queue_url(settings, Installation())) as redis:
            clock = SystemClock()
            logins = Logins(redis, settings.realm, clock, idle_s=settings.login_idle_s, max_s=settings.login_max_s)
            keys = await logins.end_all(account, ended=ended)
            await Bus(redis, Keys(settings.realm), "command").dismiss(keys)
    except (OperatorError, RedisUnreachable, QueueUnavailable, RedisError):
        minutes = math.ceil(settings.login_idle_s * NOTED_AT / 60)
        click.echo(f"The queue does not answer: who is signed in as {name} is signed out within {minutes} minutes.")
        return
    click.echo(f"Signed out: {len(keys)}.")


def _password(file: TextIO | None) -> str:
    if file is not None:
        return str(file.readline()).rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
