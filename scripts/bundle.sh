#!/usr/bin/env bash
# Packs all that an installation without internet needs into one file: our code, browser libraries, Python packages.
# Run it where there is internet, on the same kind of machine (system, processor, Python) as the one it is for.
#     scripts/bundle.sh [FOLDER]        default: dist
set -euo pipefail
cd "$(dirname "$0")/.."

out=${1:-dist}
scripts/setup.sh

python=.venv/bin/python
version=$(PYTHONPATH=. $python -c 'import cloudwindow; print(cloudwindow.VERSION)')
platform=$($python scripts/platform_tag.py)
name="cloudwindow-$version-$platform"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out" "$work/$name"

# What is tracked, without what only those who change the program need; and the libraries, which are not tracked.
git ls-files -z -- . ':!tests' ':!bench' ':!docs/pictures' > "$work/files"
tar --create --null --files-from "$work/files" --ignore-failed-read | tar --extract --directory "$work/$name"
cp -r webui/static/vendor "$work/$name/webui/static/"
$python -m pip download --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
    --requirement requirements/run.txt --dest "$work/$name/wheels"
printf '%s\n' "$platform" > "$work/$name/wheels/platform"

tar --create --gzip --file "$out/$name.tar.gz" --directory "$work" --owner 0 --group 0 "$name"
(cd "$out" && sha256sum "$name.tar.gz" > "$name.tar.gz.sha256")
printf '%s\n' "$out/$name.tar.gz"
