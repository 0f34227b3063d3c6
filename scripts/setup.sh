#!/usr/bin/env bash
# Makes this checkout able to run; with --dev, able to be tested and checked too; with --server, to be a node and
# nothing else (no booth without a browser, no engine for the demonstration). Running it again costs a second.
# In an unpacked bundle (scripts/bundle.sh) it asks nobody: packages are in wheels/, browser libraries in their place.
set -euo pipefail
cd "$(dirname "$0")/.."

dev=no
lock=run
[ "${1:-}" = "--dev" ] && dev=yes
[ "${1:-}" = "--server" ] && lock=server

say() { printf '%s\n' "set-up: $*"; }
fail() { printf '%s\n' "set-up: $*" >&2; exit 1; }

find_python() {
    local name
    for name in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11 python; do
        [ -n "$name" ] || continue
        if "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s' "$name"
            return
        fi
    done
    fail "Cloud Window needs Python 3.11 or newer with its venv module (Debian: python3 and python3-venv)." \
        "Install it, or name one: PYTHON=/path/to/python make setup"
}

# The packages of a bundle fit one version of Python on one kind of machine.
check_wheels() {
    local made_for here
    [ -d wheels ] || return 0
    made_for=$(cat wheels/platform)
    here=$("$1" scripts/platform_tag.py)
    [ "$made_for" = "$here" ] || fail "this bundle is for $made_for, this machine is $here:" \
        "name a fitting Python (PYTHON=/path/to/python), or make a bundle on a machine like this one"
}

make_venv() {
    local python
    if [ -x .venv/bin/python ]; then
        if [ -n "${PYTHON:-}" ] && [ "$("$PYTHON" --version)" != "$(.venv/bin/python --version)" ]; then
            fail "this environment (.venv) is of $(.venv/bin/python --version): remove it to make one with $PYTHON"
        fi
        return
    fi
    python=$(find_python)
    check_wheels "$python"
    say "virtual environment (.venv) with $("$python" --version)"
    "$python" -m venv .venv
}

# A stamp in the environment holds the digest of the lock that was installed last.
install_lock() {
    local lock="requirements/$1.txt" stamp=".venv/.installed-$1" digest
    digest=$(sha256sum < "$lock")
    [ "$(cat "$stamp" 2>/dev/null || true)" = "$digest" ] && return
    local source=()
    if [ -d wheels ]; then source=(--no-index --find-links wheels); fi
    say "Python packages ($lock)"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes "${source[@]}" -r "$lock"
    printf '%s\n' "$digest" > "$stamp"
}

# `.venv/bin/cloudwindow` runs this checkout from any folder.
write_command() {
    printf '#!/bin/sh\nPYTHONPATH="%s" exec "%s/.venv/bin/python" -m cloudwindow "$@"\n' "$PWD" "$PWD" \
        > .venv/bin/cloudwindow
    chmod +x .venv/bin/cloudwindow
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

can_install() {
    command -v apt-get > /dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }
}

# Programs of the system that tests and checks use: name of a program or file, then its Debian package.
system_packages() {
    local missing=() probe package
    while read -r probe package; do
        case "$probe" in
            /*) [ -e "$probe" ] || missing+=("$package") ;;
            *) command -v "$probe" > /dev/null || [ -x "/usr/sbin/$probe" ] || missing+=("$package") ;;
        esac
    done << 'END'
chromium chromium
/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc fonts-noto-cjk
luacheck lua-check
turnserver coturn
faketime faketime
nginx nginx
systemd-analyze systemd
ip iproute2
promtool prometheus
espeak-ng espeak-ng
END
    [ ${#missing[@]} = 0 ] && return
    if can_install; then
        say "system packages: ${missing[*]}"
        as_root apt-get update -qq
        # A relay that a package starts by itself would hold the port that the tests' own relay wants.
        as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
            apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null
        return
    fi
    say "not installed, and no right to install: ${missing[*]}"
    say "  as an administrator: apt-get install ${missing[*]}"
    if printf '%s\n' "${missing[@]}" | grep -qx chromium; then
        say "  trying Playwright's own Chromium for the browser tests"
        .venv/bin/python -m playwright install chromium || say "  no browser: the browser tests will fail"
    fi
}

make_venv
if [ "$dev" = yes ]; then
    install_lock dev
    write_command
    .venv/bin/python scripts/vendor.py --dev
    system_packages
else
    tools=()
    if [ -e .venv/.installed-dev ]; then tools=(--dev); fi # what was set up for development stays so
    if [ ${#tools[@]} = 0 ]; then install_lock "$lock"; else install_lock dev; fi
    write_command
    .venv/bin/python scripts/vendor.py "${tools[@]}"
fi
