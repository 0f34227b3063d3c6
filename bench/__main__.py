"""Runs the measurements one after the other and gathers their tables: `make bench ARGS="--quick relay search"`."""

import argparse
import platform
import subprocess
import sys
import time
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
LIMIT_S = 3600

MEASUREMENTS: dict[str, str] = {
    "queue_cost": "cost per verb of the queue, memory, flat in size",
    "queue_peers": "hand-off gap, order, idleness, cycles, losses under SIGKILL, beside other engines",
    "queue_law": "exact and published values from the production scripts",
    "expected_wait": "error of the expected wait beside other predictors",
    "policy_quality": "waits, fairness and regret of each rule",
    "relay": "signaling relay beside PeerJS server",
    "long_poll": "long poll beside the WebSocket: CPU per message and delay",
    "call_setup": "from the button to the first decoded frame, real Chromium",
    "node_memory": "memory of one node by open pages",
    "hostile": "a quiet page under each attack, and the memory of the node",
    "http2": "a quiet page behind the shipped nginx under each attack by HTTP/2, and the memory of nginx",
    "clocks": "tickets and rings that a node with a wrong clock costs",
    "documents": "judging and drawing a paper in a process of its own",
    "audit": "closing a call with 0 and 50 audit entries a second",
    "events": "events to a receiver at 100 a second, the feed, a day's outage caught up",
    "round_trips": "commands to Redis, SQL statements and opened envelopes of a page's usual acts",
    "search": "item search over 69 and 60,000 items",
    "widening": "a ticket's needs at 10,000 seats, by index and by a look at every seat",
    "faults": "how soon pages are back after nodes were killed or restarted behind nginx, and after 500 cuts at once",
    "soak": "half an hour of work: memory, keys, files, log lines, and what is missing afterwards",
    "faces": "every face on every screen: covered faces, cut words, controls out of reach",
    "page_weight": "bytes and requests before the citizen's button works",
}


def main() -> int:
    """Run the named measurements, or all; return 1 when one of them could not run."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MEASUREMENTS))
    parser.add_argument("--quick", action="store_true", help="short runs: to see that it works, not to quote")
    chosen = parser.parse_args()
    unknown = set(chosen.names) - set(MEASUREMENTS)
    if unknown:
        parser.error(f"no such measurement: {', '.join(sorted(unknown))}")
    print(f"machine: {platform.machine()}, Python {platform.python_version()}, {time.strftime('%Y-%m-%d')}\n")
    failed = [name for name in chosen.names or MEASUREMENTS if not measure(name, quick=chosen.quick)]
    if failed:
        print(f"could not be measured: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def measure(name: str, *, quick: bool) -> bool:
    """Run one measurement in its own process, so that none inherits the other's heap."""
    command = [sys.executable, "-m", f"bench.{name}", *(["--quick"] if quick else [])]
    print(f"## {name}: {MEASUREMENTS[name]}\n", flush=True)
    done = subprocess.run(command, cwd=FOLDER.parent, timeout=LIMIT_S, check=False)
    print(flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    raise SystemExit(main())
