"""Runs every check of `make check`, two at a time, and prints them in the order a person wants to hear them."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
LIMIT_S = 300
PACKAGES = (
    "protocol", "runtime", "matcher", "records", "webui", "signaling",
    "seat_console", "booth_client", "simulation", "ports", "doubles", "hooks", "cloudwindow",
)  # fmt: skip

Command = list[str]


def tool(name: str, *arguments: str) -> Command:
    """Return the command of a Python tool."""
    return [str(BIN / name), *arguments]


def npm_tool(name: str, *arguments: str) -> Command:
    """Return the command of a locked npm tool, with a Node that the set-up found."""
    from vendor import find_node

    script = next((ROOT / "node_modules").glob(f"{name}/bin/*"))
    return [str(find_node()), str(script), *arguments]


def module(name: str, *arguments: str) -> Command:
    """Return the command of one of our own modules."""
    return [sys.executable, "-m", name, *arguments]


def present(*folders: str) -> list[str]:
    """Return the folders that exist."""
    return [folder for folder in folders if (ROOT / folder).exists()]


#: Name, how to make its command. The longest stand first in time, not in print: see `main`.
CHECKS: dict[str, Callable[[], Command]] = {
    "format": lambda: tool("ruff", "format", "--check", "--quiet", "."),
    "ruff": lambda: tool("ruff", "check", "--quiet", "."),
    "biome": lambda: npm_tool("@biomejs/biome", "ci", "--colors=off", "."),
    "tsc": lambda: npm_tool("typescript", "-p", "."),
    "djlint": lambda: tool("djlint", "--lint", *present("webui", "seat_console", "booth_client")),
    "luacheck": lambda: [sys.executable, str(ROOT / "scripts" / "luacheck.py")],
    "mypy": lambda: tool("mypy", "--no-error-summary", *present(*PACKAGES, "clients", "tests", "bench", "scripts")),
    "imports": lambda: tool("lint-imports", "--no-logo"),
    "deptry": lambda: tool("deptry", "--no-ansi", "."),
    "catalogues": lambda: module("webui.catalogues", "--check"),
    "voice": lambda: [sys.executable, str(ROOT / "scripts" / "speak.py"), "--check"],
    "declarations": lambda: module("protocol.declarations", "--check"),
    "contracts": lambda: module("ports.contracts", "--check"),
    "clients": lambda: module("clients.writer", "--check"),
}
SLOWEST_FIRST = ("mypy", "tsc", "djlint", "imports")


def run(name: str) -> tuple[bool, float, str]:
    """Run one check; return whether it passed, its seconds and its output."""
    began = time.monotonic()
    try:
        done = subprocess.run(
            CHECKS[name](),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LIMIT_S,
            check=False,
            env={**os.environ, "NO_COLOR": "1", "PYTHONPATH": str(ROOT)},
        )
    except (OSError, StopIteration, subprocess.TimeoutExpired) as error:
        return False, time.monotonic() - began, f"could not run: {error!r}; has `make setup-dev` run?"
    return done.returncode == 0, time.monotonic() - began, done.stdout


def main() -> None:
    """Run the checks named on the command line, or all."""
    wanted = sys.argv[1:] or list(CHECKS)
    began = time.monotonic()
    failed = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        order = sorted(wanted, key=lambda name: name not in SLOWEST_FIRST)
        running = {name: pool.submit(run, name) for name in order}
        for name in wanted:
            passed, took_s, said = running[name].result()
            print(f"{'ok  ' if passed else 'FAIL'} {name:<13} {took_s:5.1f} s", flush=True)
            if not passed:
                failed.append(name)
                print("".join(f"     {line}\n" for line in said.strip().splitlines()), flush=True)
    print(f"checks: {len(wanted) - len(failed)} passed, {len(failed)} failed, {time.monotonic() - began:.0f} s")
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
