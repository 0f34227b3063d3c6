"""`cloudwindow check`: is a number of a person, organisation, item or case well-formed."""

import sys
from typing import get_args

import click

from protocol.identifiers import Kind, check
from runtime.clock import CHINA, SystemClock, local


@click.command("check")
@click.argument("kind", type=click.Choice(get_args(Kind)))
@click.argument("value")
def check_(kind: Kind, value: str) -> None:
    """Check a number; prints its normal form, else the reason, with exit code 1.

    Well-formed is not issued: whether it is this person's, an identity system knows. The check looks nothing up.
    """
    found = check(kind, value, local(SystemClock().now_ms(), CHINA).date())
    click.echo(found.normal or found.why)
    sys.exit(0 if found.ok else 1)
