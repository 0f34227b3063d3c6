"""`cloudwindow demo`: everything at once on this machine, for a first look and for development."""

import os
from pathlib import Path

import click
import uvloop

from cloudwindow.demo import Demo, run
from cloudwindow.failures import told
from cloudwindow.installation import FOLDER, Installation
from cloudwindow.settings import read
from protocol.errors import BadInput
from runtime.business_clock import BusinessTime
from signaling.sandbox import time_of

ANYWHERE = "0.0.0.0"  # noqa: S104  (asked for: phones on the same network)


NOT_A_TIME = {
    "format": "no time; say it as 2026-02-16T09:00+08:00",
    "offset": "say the offset from UTC, too: 2026-02-16T09:00+08:00",
    "out_of_range": "a time from 2000 on and before 2100",
}


def _time(_context: click.Context, _option: click.Parameter, text: str | None) -> BusinessTime | None:
    """Read the time of an option."""
    try:
        return None if text is None else time_of(text)
    except BadInput as refused:
        raise click.BadParameter(NOT_A_TIME[str(refused.params["why"])]) from None


@click.command()
@click.option("--host", help="Address to listen on; with --tls self-signed every one of this machine")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on  [default: 8080]")
@click.option("--tls", type=click.Choice(["self-signed"]), help="Serve HTTPS, so that other devices may use cameras")
@click.option("--lively", type=click.IntRange(0, 200), default=0, help="Add so many simulated citizens and seats")
@click.option("--hours", type=click.Choice(["real", "always"]), help="Opening hours  [default: always]")
@click.option("--business-time", callback=_time, help="Set the business clock, such as 2026-02-16T09:00+08:00")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), default=FOLDER, show_default=True)
@told
def demo(
    *,
    host: str | None,
    port: int | None,
    tls: str | None,
    lively: int,
    hours: str | None,
    business_time: BusinessTime | None,
    folder: Path,
) -> None:
    """Run the demonstration: embedded engines, the sample district, accounts to sign in with."""
    given_hours = hours or os.environ.get("WINDOW_HOURS", "real" if business_time else "always")
    roles = tuple(filter(None, os.environ.get("WINDOW_FACTOR_ROLES", "").split(",")))  # none need a phone to try things
    settings = read(factor_roles=roles, host=host or (ANYWHERE if tls else None), port=port, hours=given_hours)
    uvloop.run(run(Demo(settings, Installation(folder), bool(tls), lively, business_time), click.echo))
