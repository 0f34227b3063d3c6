"""`cloudwindow simulate SCENARIO.yaml`: read, run, tell."""

import asyncio
import sys
import time
from pathlib import Path
from typing import Final, TextIO

from simulation.report import Report, as_text, write
from simulation.runs import Counter, on_model, on_scripts
from simulation.scenario import Scenario, ScenarioFaults, read_scenario
from simulation.scenario.read import Engine
from simulation.statistics import results
from simulation.theory import pooled_day
from simulation.words import AS_IT_IS, MODEL, SCRIPTS, USUAL, Words
from webui.languages import Tag

EXIT_FAULTS: Final = 2
SCENARIOS: Final = Path(__file__).parent / "scenarios"


def run(
    path: Path,
    out: Path,
    *,
    engine: Engine | None = None,
    replications: int | None = None,
    language: Tag = USUAL,
    to: TextIO | None = None,
    errors: TextIO | None = None,
) -> int:
    """Simulate a scenario; tables go to `to`, the page into the folder `out`, both in `language`.

    Returns the exit code.

    A name without a folder that is no file here may be one of the scenarios that come with the program.
    """
    try:
        report = asyncio.run(simulate(path, out, engine=engine, replications=replications, language=language))
    except ScenarioFaults as faults:
        print(faults, file=errors or sys.stderr)
        return EXIT_FAULTS
    print(f"{as_text(report, Words(language))}\n\n{out / 'report.html'}", file=to or sys.stdout)
    return 0


async def simulate(
    path: Path,
    out: Path,
    *,
    engine: Engine | None = None,
    replications: int | None = None,
    language: Tag = USUAL,
) -> Report:
    """Run a scenario and its variants and write the report into the folder.

    Raises:
        ScenarioFaults: the file cannot be run; nothing was.
    """
    scenario = read_scenario(find(path))
    report = await _report(scenario, engine or scenario.engine, replications or scenario.replications)
    write(report, out, Words(language))
    return report


def find(path: Path) -> Path:
    """Return the file meant: as given, or of that name among the scenarios that come with the program."""
    shipped = SCENARIOS / path.with_suffix(".yaml").name
    return shipped if not path.exists() and path.parent == Path() and shipped.exists() else path


async def _report(scenario: Scenario, engine: Engine, replications: int) -> Report:
    worlds = [scenario.world, *(variant.world for variant in scenario.variants)]
    names = [AS_IT_IS, *(variant.name for variant in scenario.variants)]
    counter, begun = Counter(), time.perf_counter()
    if engine == "scripts":
        outcomes = await on_scripts(worlds, replications, counter)
    else:
        outcomes = [on_model(world, replications, counter) for world in worlds]
    took_s = time.perf_counter() - begun
    found = [results(name, world, runs) for name, world, runs in zip(names, worlds, outcomes, strict=True)]
    return Report(
        name=scenario.name,
        about=scenario.about,
        engine=SCRIPTS if engine == "scripts" else MODEL,
        days=scenario.world.days,
        seats=len(scenario.world.seats),
        base=found[0],
        variants=found[1:],
        theory=pooled_day(scenario.world),
        target_s=scenario.world.rules.target_s,
        took_s=took_s,
        moves=counter.moves,
    )
