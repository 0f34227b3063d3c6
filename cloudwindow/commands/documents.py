"""`cloudwindow documents`: looks after the sealed papers."""

from pathlib import Path

import click

from cloudwindow.commands.on_trail import on_trail
from cloudwindow.commands.serve import check_master_keys
from cloudwindow.failures import told
from cloudwindow.settings import demanded, read
from records.papers.files import DocumentFiles


@click.group()
def documents() -> None:
    """Look after the stored documents."""


@documents.command()
@told
def rewrap() -> None:
    """Seal with WINDOW_MASTER_KEY what keys of WINDOW_OLD_MASTER_KEYS sealed; exit code 1 if some open with none.

    Only the small envelope beside each document is written. Nodes may serve meanwhile; running it again does no harm.
    """
    settings = demanded(read(), "master_key")
    check_master_keys(settings)
    old = [bytes.fromhex(key) for key in settings.old_master_keys]
    files = DocumentFiles(Path(settings.documents_folder), bytes.fromhex(settings.master_key), old)
    found = files.rewrap()
    if found.new or found.closed:
        on_trail("keys.changed", "master", {"new": found.new, "fresh": found.fresh, "closed": found.closed})
    click.echo(f"{found.new} sealed with the new key, {found.fresh} had it already, {found.closed} open with no key")
    if found.closed:
        raise SystemExit(1)
