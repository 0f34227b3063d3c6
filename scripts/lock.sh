#!/usr/bin/env bash
# Writes requirements/*.txt and package-lock.json from what pyproject.toml and package.json ask for.
set -euo pipefail
cd "$(dirname "$0")/.."

compile() {
    local out="requirements/$1.txt"
    shift
    # One version for every Python where that is possible; hashes, but no address of a registry.
    .venv/bin/uv pip compile pyproject.toml --quiet --upgrade --universal --python-version 3.11 \
        --fork-strategy fewest --generate-hashes --no-header --no-annotate --no-emit-index-url --output-file "$out" "$@"
}

compile run
compile dev --extra dev --constraint requirements/run.txt
npm update --package-lock-only --ignore-scripts --loglevel=error
