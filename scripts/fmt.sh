#!/usr/bin/env bash
# Formats everything that has a formatter.
set -euo pipefail
cd "$(dirname "$0")/.."

.venv/bin/ruff check --quiet --select I --fix .
.venv/bin/ruff format --quiet .
PYTHONPATH=scripts .venv/bin/python -c 'import vendor; print(vendor.find_node())' | {
    read -r node
    "$node" node_modules/@biomejs/biome/bin/biome check --write --log-level=error .
}
