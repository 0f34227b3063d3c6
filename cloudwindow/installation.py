"""Files of an installation on its machine: the folder, secrets made once, their owner."""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from runtime.on_disk import make_folders, sync

FOLDER: Final = Path("var")
PRIVATE: Final = 0o600
OTHERS: Final = 0o077
"""The rights of group and others."""


class FolderError(Exception):
    """The installation's folder cannot be used; the message says why."""


class Installation:
    """One folder with everything that must survive a restart."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """Name the folder; nothing is made before something is kept in it."""
        self.folder = folder.absolute()

    @property
    def ledger_url(self) -> str:
        """The SQLite ledger."""
        return f"sqlite:///{self.folder / 'ledger.db'}"

    @property
    def queue(self) -> Path:
        """The embedded queue engine's data."""
        return self.folder / "valkey"

    @property
    def files(self) -> Path:
        """The documents."""
        return self.folder / "files"

    def close_to_others(self) -> None:
        """Make the folder and all but single documents private to this user, under any umask.

        Raises:
            FolderError: the folder is somebody else's.
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for path in (self.folder, *self.folder.glob("*"), *self.queue.rglob("*")):
                mode = path.stat().st_mode
                if mode & OTHERS and not path.is_symlink():
                    path.chmod(mode & ~OTHERS & 0o7777)
        except OSError as error:
            raise FolderError(f"{self.folder}: {error.strerror}") from error

    def secret(self, name: str, make: Callable[[], str] = lambda: secrets.token_hex(32)) -> str:
        """Return a secret, made when first asked for; only this user may read its file.

        Raises:
            FolderError: the file cannot be read or written.
        """
        path = self.folder / "secrets" / name
        try:
            if not path.exists():
                make_folders(path.parent, 0o700)
                write_private(path, make())
            return path.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise FolderError(f"{path}: {error.strerror}") from error

    def note(self, name: str, text: str) -> None:
        """Write a file that only this user may read.

        Raises:
            FolderError: it cannot be written.
        """
        try:
            write_private(self.folder / name, text)
        except OSError as error:
            raise FolderError(f"{self.folder / name}: {error.strerror}") from error


@contextmanager
def private_files() -> Iterator[None]:
    """Have every file that this process and its children make meanwhile be this user's own."""
    before = os.umask(OTHERS)
    try:
        yield
    finally:
        _ = os.umask(before)


def write_private(path: Path, text: str) -> None:
    """Write a file atomically that no other user can read at any moment."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync(path.parent)
