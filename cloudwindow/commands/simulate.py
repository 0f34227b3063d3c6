"""`cloudwindow simulate`: what if there were more citizens, fewer seats, another rule."""

from pathlib import Path
from typing import get_args

import click

from cloudwindow.failures import OperatorError, told
from simulation.command import SCENARIOS, find, run
from simulation.scenario.read import Engine
from simulation.words import TAGS, USUAL
from webui.languages import Tag

SHIPPED = ", ".join(sorted(path.stem for path in SCENARIOS.glob("*.yaml")))


@click.command(epilog=f"Scenarios that come with the program: {SHIPPED}.")
@click.argument("scenario", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path("var/simulation"), show_default=True,
    help="Folder for the report",
)  # fmt: skip
@click.option("--engine", type=click.Choice(get_args(Engine)), help="Instead of the scenario's own")
@click.option("--replications", type=click.IntRange(1, 1000), help="Instead of the scenario's own")
@click.option(
    "--language", type=click.Choice(TAGS), default=USUAL, show_default=True, help="Of the tables and the page"
)
@told
def simulate(
    scenario: Path,
    out: Path,
    engine: Engine | None,
    replications: int | None,
    language: Tag,
) -> None:
    """Run SCENARIO (a YAML file, or the name of one that comes with the program) in virtual time and report."""
    if not find(scenario).is_file():
        raise OperatorError(f"{scenario}: no such file; these come with the program: {SHIPPED}")
    code = run(scenario, out, engine=engine, replications=replications, language=language)
    if code:
        raise SystemExit(code)
