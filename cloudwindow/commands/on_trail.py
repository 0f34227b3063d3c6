"""Puts on the audit trail the acts of commands outside the ledger, which may be unreachable meanwhile."""

import asyncio
from collections.abc import Mapping

import click

from cloudwindow.failures import OperatorError
from cloudwindow.installation import Installation
from cloudwindow.settings import read
from cloudwindow.stores import ledger
from protocol.errors import LedgerUnavailable, Param
from records import audit
from records.staff.accounts import OPERATOR
from runtime.settings import Settings


def on_trail(action: str, subject: str, facts: Mapping[str, Param], settings: Settings | None = None) -> None:
    """Record an act in the realm of `settings`, else of the command in progress.

    With the ledger unreachable the act stands, and a line says that it is not on the trail.
    """
    try:
        asyncio.run(_note(settings or read(), action, subject, facts))
    except (OperatorError, LedgerUnavailable):
        click.echo("The ledger does not answer: this is not on the audit trail.", err=True)


async def _note(settings: Settings, action: str, subject: str, facts: Mapping[str, Param]) -> None:
    async with ledger(settings, Installation()) as database, database.begin() as db:
        _ = await audit.note(db, OPERATOR, action, subject, facts)
