"""Anchors: how far trail and records were, kept outside the ledger, where its owner cannot write them anew.

An anchor is a line of JSON in a file that is only ever added to, signed, and signed over the line before. Who holds the
database and this file, but not the key, makes no line that verifies. Both taken back together are found by a copy of
the file (or of its last line) that is kept elsewhere: send it there with `WINDOW_ANCHOR_URL`.
"""

import asyncio
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import select

from records.audit import chain
from records.database import Database
from records.signing import AuditKeys
from records.tables.journal import JournalPositionRow
from runtime.on_disk import make_folders, sync

FILE: Final = "anchors.jsonl"
PRIVATE: Final = 0o600
TAIL: Final = 4096
"""Bytes from the end in which the last line is looked for first."""


class Anchor(msgspec.Struct, frozen=True, kw_only=True):
    """An anchor: number and hash of the last entry of the trail and of each realm's records at one time."""

    at_ms: int
    why: str
    trail: tuple[int, str]
    records: dict[str, tuple[int, str]] = {}
    previous: str = ""
    key: str = ""
    mac: str = ""

    def parts(self) -> tuple[object, ...]:
        """Return the bytes to sign."""
        return (self.at_ms, self.why, self.trail, sorted(self.records.items()), self.previous)


class AnchorFault(Exception):
    """The file of anchors was changed: the message names the line."""


class Anchors:
    """The file of one node."""

    def __init__(self, folder: Path, keys: AuditKeys) -> None:
        """Keep the file in `folder`, which is made when the first anchor is written."""
        self.path = folder / FILE
        self._keys = keys
        self._turn = asyncio.Lock()

    async def write(self, database: Database, why: str, now_ms: int) -> Anchor:
        """Seal the waiting entries, add an anchor and return it.

        Raises:
            LedgerUnavailable: the database does not answer.
            OSError: the file cannot be written.
        """
        async with self._turn:
            trail, records = await _standing(database)
            return await asyncio.to_thread(self._add, Anchor(at_ms=now_ms, why=why, trail=trail, records=records))

    async def newest(self) -> Anchor | None:
        """Return the last anchor."""
        line = await asyncio.to_thread(_last, self.path)
        return msgspec.json.decode(line, type=Anchor) if line else None

    async def unsent(self) -> tuple[bytes, int]:
        """Return the oldest line that was not sent yet, and where it ends in the file; empty when all were."""
        return await asyncio.to_thread(self._unsent)

    async def sent(self, place: int) -> None:
        """Remember that all lines up to this place of the file were sent."""
        await asyncio.to_thread(self._sent_file.write_text, str(place), encoding="ascii")

    @property
    def _sent_file(self) -> Path:
        return self.path.with_suffix(".sent")

    def _unsent(self) -> tuple[bytes, int]:
        try:
            text = self._sent_file.read_text(encoding="ascii")
            place = int(text) if text.isdigit() else 0
        except (FileNotFoundError, UnicodeDecodeError):
            place = 0  # what was sent twice does no harm
        size = self.path.stat().st_size if self.path.exists() else 0
        place = place if place <= size else 0
        if place == size:
            return b"", place
        with self.path.open("rb") as file:
            _ = file.seek(place)
            line = file.readline()
        return (line.rstrip(b"\n"), place + len(line)) if line.endswith(b"\n") else (b"", place)

    def _add(self, new: Anchor) -> Anchor:
        last = _last(self.path)
        previous = msgspec.json.decode(last, type=Anchor).mac if last else ""
        new = msgspec.structs.replace(new, previous=previous, key=self._keys.current)
        new = msgspec.structs.replace(new, mac=self._keys.sign("anchor", *new.parts()))
        make_folders(self.path.parent, 0o700)
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, PRIVATE)
        with os.fdopen(descriptor, "ab") as file:
            file.write(msgspec.json.encode(new) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        if not last:
            sync(self.path.parent)
        return new


async def _standing(database: Database) -> tuple[tuple[int, str], dict[str, tuple[int, str]]]:
    async with database.begin() as db:
        while await chain.seal(db):
            pass
        trail = await chain.head(db)
        positions = await db.scalars(select(JournalPositionRow).where(JournalPositionRow.seal_seq > 0))
        return trail, {row.realm: (row.seal_seq, row.seal_hash) for row in positions}


def _last(path: Path) -> bytes:
    """Return the last line, read from the end: the file grows with every export."""
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        return b""
    with path.open("rb") as file:
        taken = TAIL
        while True:
            _ = file.seek(max(0, size - taken))
            lines = [line for line in file.read().splitlines() if line.strip()]
            if taken >= size or len(lines) > 1:
                return lines[-1] if lines else b""
            taken *= 4


def _lines(path: Path) -> list[bytes]:
    try:
        return [line for line in path.read_bytes().splitlines() if line.strip()]
    except FileNotFoundError:
        return []


def read(path: Path, keys: AuditKeys) -> list[Anchor]:
    """Return the anchors of a file, checked.

    Raises:
        AnchorFault: a line was changed, removed from between, or was made without the key.
    """
    found: list[Anchor] = []
    for number, line in enumerate(_lines(path), 1):
        try:
            anchor = msgspec.json.decode(line, type=Anchor)
        except msgspec.DecodeError:
            raise AnchorFault(f"{path}: line {number} is no anchor") from None
        if not keys.is_right(anchor.mac, anchor.key, "anchor", *anchor.parts()):
            raise AnchorFault(f"{path}: line {number} was not signed by a key of this installation")
        if found and anchor.previous != found[-1].mac:
            raise AnchorFault(f"{path}: lines are missing before line {number}")
        found.append(anchor)
    return found


def of_trail(anchors: Sequence[Anchor]) -> dict[int, str]:
    """Return the hashes of the trail by number."""
    return {anchor.trail[0]: anchor.trail[1] for anchor in anchors if anchor.trail[0]}


def of_records(anchors: Sequence[Anchor]) -> Mapping[str, dict[int, str]]:
    """Return the hashes of the records by realm and number."""
    found: dict[str, dict[int, str]] = {}
    for anchor in anchors:
        for realm, (seq, digest) in anchor.records.items():
            found.setdefault(realm, {})[seq] = digest
    return found
