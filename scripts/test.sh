#!/usr/bin/env bash
# Runs the tests: Python's, two at a time, then the browser code's under Node. Arguments go to pytest, and then only it runs.
set -uo pipefail
cd "$(dirname "$0")/.."

if [ $# -gt 0 ]; then
    exec .venv/bin/python -m pytest "$@"
fi

status=0
.venv/bin/python -m pytest -n 2 --dist loadgroup --durations 10 || status=$?
[ "$status" = 5 ] && status=1 # no test at all is a failure

if compgen -G 'tests/js/*.test.js' > /dev/null; then
    node=$(PYTHONPATH=scripts .venv/bin/python -c 'import vendor; print(vendor.find_node())')
    "$node" --test tests/js/*.test.js || status=1
fi
exit "$status"
