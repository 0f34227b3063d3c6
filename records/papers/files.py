"""The files behind the document store: one folder a document, an envelope and frames in it; blocking calls only."""

import dataclasses
import fcntl
import os
import shutil
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from protocol.errors import BadInput, DocumentNotFound, DocumentTooLarge, StorageUnavailable
from protocol.views import Purpose
from records.papers.vault import FRAME_MAX_BYTES, Broken, frames, new_file_key, pack, seal_frame, unpack
from runtime.on_disk import make_folders, sync

CITIZEN: Final = "citizen"
DATA: Final = "data"
ENVELOPE: Final = "envelope"
PAGE: Final = "page-"
FRAMES_MAX: Final = 8192
"""Each frame costs 32 bytes: somebody who sends single bytes must not fill the disk with them."""


class OffsetMismatch(BadInput):
    """The bytes do not follow those that have arrived; `offset` is where to go on (HTTP 409 in tus)."""

    code = "bad_input"
    http_status = 409


class UploadBusy(BadInput):
    """Another request, or another node, adds bytes just now: ask where the upload stands, go on there (HTTP 423)."""

    code = "bad_input"
    http_status = 423


class DocumentFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Facts about a document; those from `media_type` on are set once it is complete."""

    name: str
    size: int
    ticket: str = ""
    purpose: Purpose = Purpose.OTHER
    material: str = ""
    uploaded_by: str = CITIZEN
    """`citizen`, or the agent's account as `agent:NAME`."""
    started_ms: int = 0
    metadata: str = ""
    """`Upload-Metadata` as the sender wrote it; tus gives it back with `HEAD`."""
    media_type: str = ""
    sha256: str = ""
    stored_ms: int = 0
    pages: int = 0
    needs_password: bool = False
    located: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class OpenUpload:
    """An upload whose envelope was opened: its id, the key of its frames, and its announced facts."""

    id: str
    key: bytes = dataclasses.field(repr=False)
    facts: DocumentFacts


class UploadProgress(msgspec.Struct):
    """Progress of an upload: bytes arrived, their frames, length of the file on the disk."""

    offset: int = 0
    frames: int = 0
    file_bytes: int = 0


class Rewrapped(msgspec.Struct, frozen=True):
    """Numbers of documents newly sealed with the master key, sealed with it before, and readable with no known key."""

    new: int
    fresh: int
    closed: int


class DocumentFiles:
    """Uploads in `uploads/ID`, documents in `documents/xx/ID`; a rename makes the one the other."""

    def __init__(self, folder: Path, master_key: bytes, old_keys: Sequence[bytes] = ()) -> None:
        """Work below `folder`; files sealed with an old key still open, new files are sealed with the new key."""
        self._old = tuple(old_keys)
        self._uploads = folder / "uploads"
        self._documents = folder / "documents"
        self._master = master_key
        self._standing: dict[str, UploadProgress] = {}

    def create(self, upload: str, facts: DocumentFacts) -> OpenUpload:
        """Make the folder of a new upload and return it open."""
        folder, key = self._uploads / upload, new_file_key()
        make_folders(self._uploads)
        folder.mkdir()
        self._write_envelope(folder, upload, key, facts)
        (folder / DATA).touch(mode=0o600)
        self._standing[upload] = UploadProgress()
        return OpenUpload(upload, key, facts)

    def open(self, upload: str) -> OpenUpload:
        """Open an upload.

        Raises:
            DocumentNotFound: there is none, or it is a document by now.
        """
        return OpenUpload(upload, *self._opened(self._uploads / upload, upload))

    def free_bytes(self) -> int:
        """Return the free bytes of the disk that holds, or will hold, the folder."""
        folder = self._documents.absolute()
        while not folder.exists():
            folder = folder.parent
        return shutil.disk_usage(folder).free

    def append(self, upload: OpenUpload, offset: int, chunk: bytes) -> int:
        """Write frames for the bytes, if they are the next ones; return the new offset."""
        with _there(upload), (self._uploads / upload.id / DATA).open("r+b") as file:
            _lock(file)
            standing = self._recovered(upload)
            if offset != standing.offset:
                raise OffsetMismatch(field="offset", why="mismatch", offset=standing.offset)
            if offset + len(chunk) > upload.facts.size:
                raise DocumentTooLarge(max_bytes=upload.facts.size, bytes=offset + len(chunk))
            if standing.frames >= FRAMES_MAX:
                raise BadInput(field="chunk", why="too_many")
            # A write that failed half-way (disk full) leaves a torn frame: begin where the last whole one ends.
            file.truncate(standing.file_bytes)
            file.seek(standing.file_bytes)
            for at in range(0, len(chunk), FRAME_MAX_BYTES):
                part = chunk[at : at + FRAME_MAX_BYTES]
                file.write(seal_frame(upload.key, upload.id, standing.offset, part))
                file.flush()
                standing.offset += len(part)
                standing.frames += 1
                standing.file_bytes = file.tell()
            return standing.offset

    def offset(self, upload: OpenUpload) -> int:
        """Return how many bytes have arrived."""
        with _there(upload):
            return self._recovered(upload).offset

    def upload_content(self, upload: OpenUpload) -> bytes:
        """Return all that has arrived of an upload."""
        with _there(upload):
            return b"".join(self._chunks(self._uploads / upload.id, upload.id, upload.key))

    def keep(self, upload: OpenUpload, facts: DocumentFacts) -> None:
        """Make an upload a document: all of it on the disk first, then one rename."""
        folder, target = self._uploads / upload.id, self._home(upload.id)
        with _there(upload):
            (folder / ENVELOPE).stat()  # of one that was discarded meanwhile the key is not written again
            sync(folder / DATA)
            self._write_envelope(folder, upload.id, upload.key, facts)
            make_folders(target.parent)
            folder.rename(target)
        sync(target.parent)
        self._standing.pop(upload.id, None)

    def facts(self, document: str) -> DocumentFacts:
        """Return the stored facts of a document."""
        return self._opened(self._home(document), document)[1]

    def content(self, document: str) -> Generator[bytes, None, None]:
        """Return the chunks of a document; opening it is part of the call, reading is not."""
        folder = self._home(document)
        key, facts = self._opened(folder, document)
        return self._whole(folder, document, key, facts.size)

    def page(self, document: str, number: int) -> bytes | None:
        """Return a page that was drawn for the eye before; None when it was not, or does not open any more."""
        folder = self._home(document)
        key, _ = self._opened(folder, document)
        name = f"{document} {PAGE}{number}"
        with suppress(FileNotFoundError, Broken), (folder / f"{PAGE}{number}").open("rb") as file:
            return b"".join(plain for _, plain in frames(key, name, file)) or None
        return None

    def keep_page(self, document: str, number: int, picture: bytes) -> None:
        """Keep a page that was drawn, sealed with the document's key beside it: they are wiped together."""
        folder = self._home(document)
        key, _ = self._opened(folder, document)
        name, draft = f"{document} {PAGE}{number}", folder / f"{PAGE}{number}.{new_file_key().hex()[:8]}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for at in range(0, len(picture), FRAME_MAX_BYTES):
                file.write(seal_frame(key, name, at, picture[at : at + FRAME_MAX_BYTES]))
        draft.replace(folder / f"{PAGE}{number}")

    def remove(self, document: str) -> None:
        """Remove an upload or a document, its key before its content: a power cut does not bring the key back."""
        self._standing.pop(document, None)
        for folder in (self._uploads / document, self._home(document)):
            with suppress(FileNotFoundError):
                (folder / ENVELOPE).unlink()
                sync(folder)
            shutil.rmtree(folder, ignore_errors=True)

    def sweep_uploads(self, before_ms: int) -> int:
        """Remove uploads begun before a time, and those whose envelope does not open."""
        gone = 0
        for folder in self._uploads.iterdir() if self._uploads.is_dir() else ():
            try:
                old = self._opened(folder, folder.name)[1].started_ms < before_ms
            except (DocumentNotFound, StorageUnavailable):
                old = folder.stat().st_mtime * 1000 < before_ms
            if old:
                self.remove(folder.name)
                gone += 1
        return gone

    def rewrap(self) -> Rewrapped:
        """Seal every document's key with the master key; those that an old one sealed before. Twice does no harm."""
        done = {"new": 0, "fresh": 0, "closed": 0}
        for folder in sorted(self._documents.glob("*/*")):
            try:
                done[self._rewrap(folder)] += 1
            except (DocumentNotFound, FileNotFoundError):
                continue  # removed meanwhile: its time was over
        return Rewrapped(**done)

    def _rewrap(self, folder: Path) -> str:
        try:
            unpack(self._master, folder.name, (folder / ENVELOPE).read_bytes())
        except Broken:
            pass
        else:
            return "fresh"
        try:
            key, facts = self._opened(folder, folder.name)
        except StorageUnavailable:
            return "closed"
        self._write_envelope(folder, folder.name, key, facts)
        return "new"

    def _home(self, document: str) -> Path:
        # The last letters are random; the first are the time and would fill one folder.
        return self._documents / document[-2:] / document

    def _opened(self, folder: Path, name: str) -> tuple[bytes, DocumentFacts]:
        try:
            key, facts = self._unpacked(name, (folder / ENVELOPE).read_bytes())
            return key, msgspec.json.decode(facts, type=DocumentFacts)
        except FileNotFoundError:
            raise DocumentNotFound(document=name) from None
        except (Broken, msgspec.DecodeError) as error:
            raise StorageUnavailable(document=name, why="sealed_otherwise") from error

    def _unpacked(self, name: str, packed: bytes) -> tuple[bytes, bytes]:
        try:
            return unpack(self._master, name, packed)
        except Broken:
            for old in self._old:
                with suppress(Broken):
                    return unpack(old, name, packed)
            raise

    def _write_envelope(self, folder: Path, name: str, key: bytes, facts: DocumentFacts) -> None:
        draft = folder / f"{ENVELOPE}.draft"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(pack(self._master, name, key, msgspec.json.encode(facts)))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(folder / ENVELOPE)
        sync(folder)

    def _recovered(self, upload: OpenUpload) -> UploadProgress:
        """Return where an upload stands; read it from the whole frames after a restart or another node's turn."""
        data, known = self._uploads / upload.id / DATA, self._standing.get(upload.id)
        if known is not None and known.file_bytes == data.stat().st_size:
            return known
        standing = UploadProgress()
        try:
            with data.open("rb") as file:
                for end, plain in frames(upload.key, upload.id, file):
                    standing.offset += len(plain)
                    standing.frames += 1
                    standing.file_bytes = end
        except Broken:
            pass  # the power failed while a frame was written: the sender is asked for it again
        self._standing[upload.id] = standing
        return standing

    def _chunks(self, folder: Path, name: str, key: bytes) -> Iterator[bytes]:
        try:
            with (folder / DATA).open("rb") as file:
                for _, plain in frames(key, name, file):
                    yield plain
        except Broken as error:
            raise StorageUnavailable(document=name, why="changed") from error

    def _whole(self, folder: Path, name: str, key: bytes, size: int) -> Generator[bytes, None, None]:
        seen = 0
        for plain in self._chunks(folder, name, key):
            seen += len(plain)
            yield plain
        if seen != size:
            raise StorageUnavailable(document=name, why="cut")


@contextmanager
def _there(upload: OpenUpload) -> Iterator[None]:
    """Tell of an upload that was discarded, or became a document, since it was opened.

    Raises:
        DocumentNotFound: one of its files is gone.
    """
    try:
        yield
    except FileNotFoundError:
        raise DocumentNotFound(document=upload.id) from None


def _lock(file: BinaryIO) -> None:
    """Be the only writer of a file, on all nodes, until it is closed."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise UploadBusy(field="upload", why="busy") from None
