#!/usr/bin/env bash
# Runs the tests: Python's, three at a time (each waits a third of its time), and beside them the browser code's under Node. Arguments go to pytest alone.
set -uo pipefail
cd "$(dirname "$0")/.."

if [ $# -gt 0 ]; then
    exec .venv/bin/python -m pytest "$@"
fi

status=0 of_node=""
if compgen -G 'tests/js/*.test.js' > /dev/null; then
    said=$(mktemp)
    trap 'rm -f "$said"' EXIT
    node=$(PYTHONPATH=scripts .venv/bin/python -c 'import vendor; print(vendor.find_node())')
    "$node" --test tests/js/*.test.js > "$said" 2>&1 &
    of_node=$!
fi

.venv/bin/python -m pytest -n 3 --dist loadgroup --durations 10 || status=$?
[ "$status" = 5 ] && status=1 # no test at all is a failure

if [ -n "$of_node" ]; then
    wait "$of_node" || status=1
    cat "$said"
fi
exit "$status"
