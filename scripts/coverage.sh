#!/usr/bin/env bash
# Runs the tests that need no browser (or those named) under coverage, branches counted, and lists what they miss.
# Which test reached what stays in `.coverage`, or in the file that COVERAGE_FILE names, for scripts/reached.py.
set -euo pipefail
cd "$(dirname "$0")/.."

rooms=protocol,runtime,matcher,records,webui,signaling,seat_console,booth_client,simulation,ports,doubles,hooks,cloudwindow
arguments=("$@")
if [ $# = 0 ]; then arguments=(-m "not long and not browser"); fi
PYTHONPATH=scripts .venv/bin/python -m coverage run --branch --source "$rooms" --concurrency thread,greenlet \
    -m pytest -q -p each_test "${arguments[@]}"
.venv/bin/python -m coverage report --skip-covered --show-missing --sort cover
.venv/bin/python scripts/by_package.py "${COVERAGE_FILE:-.coverage}"
