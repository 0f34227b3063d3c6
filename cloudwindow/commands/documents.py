"""`cloudwindow documents`: looks after the sealed papers."""

from pathlib import Path

import click

from cloudwindow.commands.on_trail import on_trail
from cloudwindow.commands.serve import check_master_keys
from cloudwindow.failures import told
from cloudwindow.settings import chosen, demanded, in_realm, of_realm, read
from protocol.errors import Param
from records.papers.files import DocumentFiles
from runtime.settings import Settings


@click.group()
def documents() -> None:
    """Look after the stored documents."""


@documents.command()
@in_realm
@told
def rewrap() -> None:
    """Seal with WINDOW_MASTER_KEY what keys of WINDOW_OLD_MASTER_KEYS sealed; exit code 1 if some open with none.

    Only the small envelope beside each document is written. Nodes may serve meanwhile; running it again does no harm.
    Without --realm it is done for every realm.
    """
    settings = demanded(read(), "master_key")
    check_master_keys(settings)
    names, closed = chosen(settings), 0
    for name in names:
        if len(names) > 1:
            click.echo(f"realm {name}:")
        closed += _rewrapped(of_realm(settings, name))
    if closed:
        raise SystemExit(1)


def _rewrapped(settings: Settings) -> int:
    """Rewrap one realm's documents; return how many open with no key."""
    old = [bytes.fromhex(key) for key in settings.old_master_keys]
    files = DocumentFiles(Path(settings.documents_folder), bytes.fromhex(settings.master_key), old)
    found = files.rewrap()
    if found.new or found.closed:
        facts: dict[str, Param] = {"new": found.new, "fresh": found.fresh, "closed": found.closed}
        on_trail("keys.changed", "master", facts, settings)
    click.echo(f"{found.new} sealed with the new key, {found.fresh} had it already, {found.closed} open with no key")
    return found.closed
