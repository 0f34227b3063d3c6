"""Syncs files and their names to the disk: a power cut takes back all that was not synced."""

import os
from pathlib import Path


def sync(path: Path) -> None:
    """Wait until a file's content, or the names in a folder, are on the disk.

    Raises:
        OSError: the disk did not take it.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folders(path: Path, mode: int = 0o777) -> None:
    """Make a folder and those above it that are missing, each on the disk; one that is there is fine.

    Raises:
        OSError: one cannot be made.
    """
    if path.is_dir():
        return
    make_folders(path.parent)
    path.mkdir(mode, exist_ok=True)
    sync(path.parent)
