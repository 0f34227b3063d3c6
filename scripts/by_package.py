"""Prints lines and branches covered of each package, by coverage's data (`make coverage`).

    python scripts/by_package.py [FILE ...]

Several files count together: one for each part of the tests that ran (COVERAGE_FILE).
"""

import json
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

import coverage


def main(files: list[str]) -> None:
    """Read the data and print the table."""
    with tempfile.TemporaryDirectory() as folder:
        whole = coverage.Coverage(data_file=f"{folder}/all", branch=True)
        whole.combine(files or [".coverage"], keep=True)
        report = Path(folder) / "report.json"
        _ = whole.json_report(outfile=str(report))
        told = json.loads(report.read_text(encoding="utf-8"))["files"]
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for path, one in told.items():
        for name in (path.partition("/")[0], "**all**"):
            found[name].update({key: int(value) for key, value in one["summary"].items() if isinstance(value, int)})
    print("| package | lines | covered | branches | covered |\n|---|---:|---:|---:|---:|")
    for name, sums in sorted(found.items(), key=lambda item: item[0].startswith("*")):
        lines, branches = sums["num_statements"] or 1, sums["num_branches"] or 1
        shares = sums["covered_lines"] / lines, sums["covered_branches"] / branches
        print(f"| {name} | {lines} | {shares[0]:.1%} | {branches} | {shares[1]:.1%} |")


if __name__ == "__main__":
    main(sys.argv[1:])
