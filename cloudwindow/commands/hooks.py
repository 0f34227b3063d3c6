"""The commands for web-hooks: make, list, change, rotate, stop, open, close them, and see and resend dead letters."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import click

from cloudwindow.failures import told
from cloudwindow.installation import Installation
from cloudwindow.settings import demanded, in_realm, read
from cloudwindow.stores import ledger
from records.calendar.zone import zone_of
from records.database import Database
from records.outbox import letters
from records.outbox.hooks import OVERLAP_MAX_S, HookMade, Hooks, HookSpec, HookView, hook_sealing
from runtime.clock import SystemClock, local
from runtime.receivers import AllowList

T = TypeVar("T")
HOUR_S: Final = 3600
KIND: Final = click.option(
    "--kind", "kinds", multiple=True, help="A kind such as session.closed; again for more; none: all"
)
SCOPE: Final = click.option(
    "--scope", default="realm", show_default=True, help="district:CODE, department:ID or site:ID"
)


@click.group()
def hooks() -> None:
    """Keep web-hooks: who is sent events (docs/events.md)."""


@hooks.command("list")
@in_realm
@told
def list_() -> None:
    """List all web-hooks, with the numbers of events that are waiting, behind and dead."""
    for one in _do(lambda keeper, _: keeper.listed()):
        _show(one)


@hooks.command()
@click.argument("name")
@click.argument("url")
@KIND
@SCOPE
@in_realm
@told
def add(name: str, url: str, kinds: tuple[str, ...], scope: str) -> None:
    """Make a web-hook called NAME that posts to URL, which must be listed in WINDOW_HOOK_RECEIVERS."""
    spec = HookSpec(name=name, url=url, kinds=kinds, scope=scope)
    _tell(_do(lambda keeper, _: keeper.make(spec)))


@hooks.command()
@click.argument("hook")
@click.argument("name")
@click.argument("url")
@KIND
@SCOPE
@in_realm
@told
def change(hook: str, name: str, url: str, kinds: tuple[str, ...], scope: str) -> None:
    """Give the web-hook HOOK (its id) another NAME, URL, kinds and scope."""
    spec = HookSpec(name=name, url=url, kinds=kinds, scope=scope)
    _show(_do(lambda keeper, _: keeper.change(hook, spec)))


@hooks.command()
@click.argument("hook")
@click.option(
    "--overlap-h", type=click.IntRange(0, OVERLAP_MAX_S // HOUR_S), default=24, show_default=True,
    help="Hours for which the secrets before it sign, too",
)  # fmt: skip
@in_realm
@told
def rotate(hook: str, overlap_h: int) -> None:
    """Make a new secret for the web-hook HOOK."""
    _tell(_do(lambda keeper, _: keeper.rotate(hook, overlap_h * HOUR_S)))


def _moves(name: str, move: Callable[[Hooks, str], Awaitable[HookView]], says: str) -> None:
    """Add the command `name`, which moves the web-hook that it is given into another state."""

    @hooks.command(name, help=says)
    @click.argument("hook")
    @in_realm
    @told
    def command(hook: str) -> None:
        _show(_do(lambda keeper, _: move(keeper, hook)))


_moves("stop", Hooks.stop, "Send the web-hook HOOK nothing more until it is opened.")
_moves("open", Hooks.open, "Send to the web-hook HOOK again, from where it stopped.")
_moves("close", Hooks.close, "Close the web-hook HOOK for good.")


@hooks.command()
@click.argument("hook")
@in_realm
@told
def dead(hook: str) -> None:
    """List the events that the web-hook HOOK did not accept for too long."""

    async def work(_: Hooks, database: Database) -> list[str]:
        async with database.read() as db:
            zone = await zone_of(db)
        return [_line(one, zone) for one in await letters.dead(database, hook)]

    for line in _do(work):
        click.echo(line)


@hooks.command()
@click.argument("hook")
@click.argument("events", nargs=-1)
@in_realm
@told
def resend(hook: str, events: tuple[str, ...]) -> None:
    """Send EVENTS (their ids) to the web-hook HOOK again; without any, all dead ones."""
    count = _do(lambda keeper, _: keeper.resend(hook, events))
    click.echo(f"{count} events will be sent again")


def _do(work: Callable[[Hooks, Database], Awaitable[T]]) -> T:
    settings = demanded(read(), "master_key")

    async def run() -> T:
        async with ledger(settings, Installation()) as database:
            keeper = Hooks(database, SystemClock(), hook_sealing(settings), AllowList(settings.hook_receivers))
            return await work(keeper, database)

    return asyncio.run(run())


def _tell(made: HookMade) -> None:
    _show(made.hook)
    click.echo(f"Secret, shown this once: {made.secret}")


def _show(one: HookView) -> None:
    state = f"{one.state} ({one.why})" if one.why else one.state
    counts = f"behind {one.behind}, waiting {one.waiting}, dead {one.dead}"
    click.echo(
        f"{one.id}  {state:<20} {counts:<36} {one.name}  {one.url}  {one.scope}  {', '.join(one.kinds) or 'all'}"
    )


def _line(one: letters.DeadLetter, zone: dt.tzinfo) -> str:
    tried = f"{local(one.tried_ms, zone):%Y-%m-%d %H:%M}"
    return f"{one.event}  {one.kind:<18} {one.subject}  {one.attempts} attempts, last {tried}: {one.status or one.why}"
