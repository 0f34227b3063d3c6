"""What is left of a folder after a power cut: of each file and each folder what it was when it was synced last."""

import os
import stat
from collections.abc import Callable
from pathlib import Path


class Disk:
    """Watches `os.fsync`, which is called all the same, and remembers what it made sure of."""

    def __init__(self, sync: Callable[[int], None]) -> None:
        self._sync = sync
        self._names: dict[int, dict[str, tuple[int, bool]]] = {}
        self._contents: dict[int, bytes] = {}

    def fsync(self, descriptor: int) -> None:
        """Stand where `os.fsync` stood."""
        self._sync(descriptor)
        path, about = Path(f"/proc/self/fd/{descriptor}").resolve(), os.fstat(descriptor)
        if stat.S_ISDIR(about.st_mode):
            self._names[about.st_ino] = {one.name: (one.inode(), one.is_dir()) for one in os.scandir(path)}
        else:
            self._contents[about.st_ino] = path.read_bytes()

    def names(self, folder: int) -> set[str]:
        """Return the names that a power cut now would leave in the folder with this inode."""
        return set(self._names.get(folder, {}))

    def left(self, folder: Path) -> dict[str, bytes]:
        """Return the files that a power cut now would leave in a folder, by their path in it."""
        return self._left(folder.stat().st_ino, "")

    def _left(self, folder: int, before: str) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        for name, (inode, is_folder) in self._names.get(folder, {}).items():
            if is_folder:
                found |= self._left(inode, f"{before}{name}/")
            else:
                found[before + name] = self._contents.get(inode, b"")
        return found
