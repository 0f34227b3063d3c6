"""Reports of a simulation: tables on the terminal, a page with charts, and JSON for programs."""

from pathlib import Path

import msgspec

from simulation.found import Report
from simulation.page import as_html
from simulation.tables import as_text
from simulation.words import Words

__all__ = ["Report", "as_html", "as_text", "write"]


def write(report: Report, folder: Path, words: Words) -> Path:
    """Write `report.html` and `report.json` into the folder; return the page's path."""
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / "report.html"
    page.write_text(as_html(report, words), encoding="utf-8")
    (folder / "report.json").write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=1))
    return page
