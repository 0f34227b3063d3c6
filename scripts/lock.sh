#!/usr/bin/env bash
# Writes requirements/*.txt and package-lock.json from what pyproject.toml and package.json ask for.
set -euo pipefail
cd "$(dirname "$0")/.."

upgrade=--upgrade
[ "${1:-}" = "--same" ] && upgrade="" # after a change of pyproject.toml alone

compile() {
    local out="requirements/$1.txt"
    shift
    # One version for every Python where that is possible; hashes, but no address of a registry.
    .venv/bin/uv pip compile pyproject.toml --quiet $upgrade --universal --python-version 3.11 \
        --fork-strategy fewest --generate-hashes --no-header --no-annotate --no-emit-index-url --output-file "$out" "$@"
}

compile run --extra booth --extra demo --extra build
compile server --constraint requirements/run.txt
compile dev --extra dev --constraint requirements/run.txt
[ -n "$upgrade" ] || exit 0
npm update --package-lock-only --ignore-scripts --loglevel=error
