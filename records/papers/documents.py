"""Keeps papers: resumable uploads, checked by content when whole, sealed at rest from the first byte on."""

import asyncio
import hashlib
import unicodedata
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from protocol import participants
from protocol.errors import (
    DocumentEmpty,
    DocumentIncomplete,
    DocumentNotFound,
    DocumentTooLarge,
    NotFound,
    Refused,
    StorageUnavailable,
)
from protocol.ids import ALPHABET, ID_LENGTH, new_id
from protocol.views import DocumentView, Purpose
from records.papers.decoders.values import PAGES_MAX, DecoderAnswer
from records.papers.drawing import Drawing
from records.papers.files import CITIZEN, DocumentFacts, DocumentFiles, OffsetMismatch, OpenUpload, UploadBusy
from records.papers.judge import Judge, Line
from runtime.clock import Clock, SystemClock

__all__ = ["DocumentStore", "OffsetMismatch", "OpenUpload", "StoredDocument", "UploadBusy"]

T = TypeVar("T")
MAX_BYTES: Final = 20 * 1024 * 1024
NAME_MAX: Final = 120
OFD: Final = "application/ofd"
DISK_LIMIT_S: Final = 30.0


class StoredDocument(msgspec.Struct, frozen=True):
    """A whole document: what pages see of it, and whose it is."""

    view: DocumentView
    ticket: str = ""
    uploaded_by: str = CITIZEN
    metadata: str = ""
    """As the sender wrote it, see `Facts`."""


def tidy_name(name: str) -> str:
    """Return a file's name as it may be shown: no folders, no control or direction signs, not too long."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C").strip(" .")
    if len(shown) > NAME_MAX:
        stem, dot, ending = shown.rpartition(".")
        shown = (stem or shown)[: NAME_MAX - 12] + (dot + ending)[:12] if dot else shown[:NAME_MAX]
    return shown or "document"


class DocumentStore:
    """A folder of sealed documents. Its work is done in threads; a hanging disk is an error after a while."""

    def __init__(
        self,
        folder: Path,
        master_key: bytes,
        clock: Clock | None = None,
        max_bytes: int = MAX_BYTES,
        old_keys: Sequence[bytes] = (),
        judge: Judge | None = None,
    ) -> None:
        """Keep documents below `folder`, sealed with `master_key` (32 bytes); what old ones sealed still opens."""
        self._files = DocumentFiles(folder, master_key, old_keys)
        self._clock = clock or SystemClock()
        self._judge = judge or Judge()
        self._drawing = Drawing(self._clock)
        self._busy: set[str] = set()
        self.max_bytes = max_bytes

    async def start(  # noqa: PLR0913 - what is announced of an upload
        self,
        name: str,
        size: int,
        *,
        ticket: str = "",
        purpose: Purpose = Purpose.OTHER,
        material: str = "",
        metadata: str = "",
        upload: str = "",
        uploaded_by: str = CITIZEN,
    ) -> OpenUpload:
        """Begin an upload of `size` bytes and return it open; its id (`upload`, or a new one) becomes the document's.

        Raises:
            DocumentEmpty, DocumentTooLarge: nothing to send, or more than is accepted.
            StorageUnavailable: the disk is full or does not answer.
        """
        self.check_size(size)
        now_ms = self._clock.now_ms()
        upload = upload or new_id(now_ms)
        facts = DocumentFacts(
            name=tidy_name(name),
            size=size,
            ticket=ticket,
            purpose=purpose,
            material=material[:64],
            started_ms=now_ms,
            metadata=metadata,
            uploaded_by=uploaded_by,
        )
        return await self._do(lambda: self._files.create(upload, facts))

    def check_size(self, size: int) -> None:
        """Refuse a size that no document has.

        Raises:
            DocumentEmpty, DocumentTooLarge: nothing to send, or more than is accepted.
        """
        if size <= 0:
            raise DocumentEmpty
        if size > self.max_bytes:
            raise DocumentTooLarge(max_bytes=self.max_bytes, bytes=size)

    async def free_bytes(self) -> int:
        """Return how much is free on the disk of the documents."""
        return await self._do(self._files.free_bytes)

    async def open(self, upload: str) -> OpenUpload:
        """Open an unfinished upload: what follows is done with it, without opening its envelope again.

        Raises:
            DocumentNotFound: no such upload, or it is a document by now.
        """
        return await self._do(lambda: self._files.open(_checked(upload)))

    async def append(self, upload: OpenUpload, offset: int, chunk: bytes) -> int:
        """Add bytes at `offset` and return the new offset.

        Raises:
            DocumentNotFound: it was discarded or finished meanwhile.
            OffsetMismatch: `offset` is not where the upload stands; ask `offset()` and go on from there.
            DocumentTooLarge: more than was announced.
        """
        async with self._alone(upload.id):
            return await self._do(lambda: self._files.append(upload, offset, chunk))

    async def offset(self, upload: OpenUpload) -> int:
        """Return how many bytes have arrived, after a crash too.

        Raises:
            DocumentNotFound: it was discarded or finished meanwhile.
        """
        return await self._do(lambda: self._files.offset(upload))

    async def finish(
        self, upload: OpenUpload, purpose: Purpose | None = None, *, material: str | None = None, address: str = ""
    ) -> DocumentView:
        """Check an upload that is whole and keep it as a document; a refused one is discarded.

        Papers from one `address` wait for each other, not for those from elsewhere.

        Raises:
            DocumentNotFound: it was discarded or finished meanwhile.
            DocumentIncomplete: bytes are missing (the upload stays), or the file is cut off.
            DocumentTypeRefused: the content is of no accepted type.
            DocumentTooDetailed: it is too much to be decoded, or has more pages than anybody is shown.
            StorageUnavailable: too many others are being judged; the upload stays.
        """
        facts = upload.facts
        async with self._alone(upload.id):
            if (have := await self.offset(upload)) < facts.size:
                raise DocumentIncomplete(have=have, bytes=facts.size)
            content = await self._do(lambda: self._files.upload_content(upload))
            try:
                found = await self._judge.look(content, owner=facts.ticket, address=address)
            except Refused:
                await self._do(lambda: self._files.remove(upload.id))
                raise
            done = msgspec.structs.replace(
                facts,
                media_type=found.media_type,
                pages=found.pages,
                needs_password=found.needs_password,
                located=found.located,
                sha256=await asyncio.to_thread(lambda: hashlib.sha256(content).hexdigest()),
                purpose=purpose or facts.purpose,
                material=facts.material if material is None else material[:64],
                stored_ms=self._clock.now_ms(),
            )
            await self._do(lambda: self._files.keep(upload, done))
            return view(upload.id, done)

    async def get(self, document: str) -> StoredDocument:
        """Return the stored facts of a document.

        Raises:
            DocumentNotFound: there is none, or it was wiped.
        """
        facts = await self._do(lambda: self._files.facts(_checked(document)))
        return StoredDocument(view(document, facts), facts.ticket, facts.uploaded_by, facts.metadata)

    async def read(self, document: str) -> AsyncIterator[bytes]:
        """Yield the document's content in chunks; content that was changed on the disk is not passed on.

        Raises:
            DocumentNotFound: there is none, or it was wiped.
            StorageUnavailable: it was changed on the disk.
        """
        chunks = await self._do(lambda: self._files.content(_checked(document)))
        while (chunk := await self._do(lambda: next(chunks, None))) is not None:
            yield chunk

    async def contents(self, document: str, line: Line = "shown", address: str = "") -> DecoderAnswer:
        """Return the displayable content of a document: its number of pages, or its text and fields.

        In its `line`, looks from one `address` wait for each other.

        Raises:
            DocumentNotFound: there is none, or it was wiped.
            StorageUnavailable: it was changed on the disk, or too many others are being opened.
        """
        facts = await self._do(lambda: self._files.facts(_checked(document)))
        if facts.needs_password or (facts.pages and facts.media_type != OFD):
            return DecoderAnswer(media_type=facts.media_type, pages=facts.pages, needs_password=facts.needs_password)
        return await self._judge.look(await self._all(document), line, facts.ticket, address)

    async def page(
        self, document: str, number: int, password: str = "", line: Line = "shown", address: str = ""
    ) -> tuple[bytes, int]:
        """Return a page (from 1) for the eye as JPEG, and how many pages there are; 0: only the contents tell.

        Drawn once and kept sealed beside the document; what opened with a password is never kept. One page of a paper
        is drawn at a time, and one that failed is not tried again for a while.

        Raises:
            DocumentNotFound: there is none, or it was wiped.
            NotFound: it has no such page.
            DocumentLocked: it opens with another password only.
            DocumentTooDetailed, DocumentIncomplete, StorageUnavailable: it cannot be drawn, or not now.
        """
        facts = await self._do(lambda: self._files.facts(_checked(document)))
        if not 1 <= number <= PAGES_MAX or (facts.pages and number > facts.pages) or facts.media_type == OFD:
            raise NotFound(what="page", id=str(number)[:8])
        async with self._drawing.turn(document, number):
            kept = None if facts.needs_password else await self._do(lambda: self._files.page(document, number))
            if kept is not None:
                return kept, facts.pages
            content = await self._all(document)
            found, picture = await self._judge.draw(content, number, password, line, facts.ticket, address)
            if not facts.needs_password:
                await self._do(lambda: self._files.keep_page(document, number, picture))
            return picture, found.pages or facts.pages

    async def _all(self, document: str) -> bytes:
        return b"".join([chunk async for chunk in self.read(document)])

    async def discard(self, document: str) -> None:
        """Wipe an upload or a document: its key first, so that the rest is noise. Unknown ids are fine."""
        await self._do(lambda: self._files.remove(_checked(document)))

    async def sweep_uploads(self, older_than_s: float) -> int:
        """Discard uploads that were begun so long ago and never finished; return how many."""
        before_ms = self._clock.now_ms() - round(older_than_s * 1000)
        return await self._do(lambda: self._files.sweep_uploads(before_ms))

    @asynccontextmanager
    async def _alone(self, upload: str) -> AsyncIterator[None]:
        """Keep two windows from writing one upload at once."""
        if upload in self._busy:
            raise UploadBusy(field="upload", why="busy")
        self._busy.add(upload)
        try:
            yield
        finally:
            self._busy.discard(upload)

    async def _do(self, work: Callable[[], T]) -> T:
        try:
            async with asyncio.timeout(DISK_LIMIT_S):
                return await asyncio.to_thread(work)
        except (OSError, TimeoutError) as error:
            raise StorageUnavailable(why=type(error).__name__) from error


def _checked(name: str) -> str:
    """Return the id, which becomes the name of a folder: nothing but our own ids gets that far."""
    if len(name) != ID_LENGTH or not set(name) <= set(ALPHABET):
        raise DocumentNotFound(document=name[:ID_LENGTH])
    return name


def view(document: str, facts: DocumentFacts) -> DocumentView:
    """Return what pages see of a document."""
    return DocumentView(
        document=document,
        name=facts.name,
        media_type=facts.media_type,
        bytes=facts.size,
        sha256=facts.sha256,
        purpose=facts.purpose,
        material=facts.material,
        stored_ms=facts.stored_ms,
        pages=facts.pages,
        needs_password=facts.needs_password,
        located=facts.located,
        by=participants.CITIZEN if facts.uploaded_by == CITIZEN else participants.SEAT,
    )
