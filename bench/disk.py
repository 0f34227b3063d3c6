"""Measures the disk under a folder: the sync that each write of `appendfsync always` waits for."""

import os
import time
from pathlib import Path

TRIES = 100
ENTRY = b"x" * 500


def shown(folder: Path) -> str:
    """Return one line with the time of writing a little and syncing it."""
    spent = sorted(_spent(folder))
    p50_ms, p90_ms = (1000 * spent[int(share * TRIES)] for share in (0.5, 0.9))
    load = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    return f"fdatasync here: p50 {p50_ms:.2f} ms, p90 {p90_ms:.2f} ms; {load}"


def _spent(folder: Path) -> list[float]:
    path = folder / "sync.probe"
    spent = []
    with path.open("ab", buffering=0) as file:
        for _ in range(TRIES):
            file.write(ENTRY)
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            spent.append(time.perf_counter() - began)
    path.unlink()
    return spent
