"""Puts on the audit trail what a command did to something else than the ledger; the ledger may be away then."""

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


def on_trail(action: str, subject: str, facts: Mapping[str, Param]) -> None:
    """Note what was done; where there is no ledger to note it in, it is done all the same, and that is said."""
    try:
        asyncio.run(_note(action, subject, facts))
    except (OperatorError, LedgerUnavailable):
        click.echo("The ledger does not answer: this is not on the audit trail.", err=True)


async def _note(action: str, subject: str, facts: Mapping[str, Param]) -> None:
    async with ledger(read(), Installation()) as database, database.begin() as db:
        _ = await audit.note(db, OPERATOR, action, subject, facts)
