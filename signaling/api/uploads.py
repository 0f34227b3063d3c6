"""Takes papers by tus 1.0 (core, creation, termination, expiration): what broke off goes on where it was."""

from contextlib import suppress

from aiohttp import web

from protocol.errors import (
    BadInput,
    DocumentEmpty,
    DocumentIncomplete,
    DocumentNotFound,
    DocumentTooDetailed,
    DocumentTooLarge,
    DocumentTypeRefused,
    NotAllowed,
    Refused,
    ServiceError,
    StorageUnavailable,
    TicketNotFound,
    TooManyDocuments,
    TooManyTries,
)
from protocol.exhausted import StorageFull, TooManyUploads
from protocol.rights import Right
from protocol.views import DocumentView, Purpose
from records.audit import Who
from records.papers.documents import OffsetMismatch, OpenUpload, UploadBusy
from records.papers.files import CITIZEN
from runtime.refusals import PreconditionFailed, UnsupportedMediaType
from signaling.api import tus
from signaling.api.table import Route, address
from signaling.node import Node
from signaling.session import papers


def _answer(status: int, **headers: str) -> web.Response:
    return web.Response(status=status, headers={name.replace("_", "-"): value for name, value in headers.items()})


async def options(_node: Node, _request: web.Request) -> web.StreamResponse:
    """Say what this server speaks."""
    return _answer(204, Tus_Version=tus.VERSION, Tus_Extension=tus.EXTENSIONS)


async def create(node: Node, request: web.Request) -> web.StreamResponse:
    """Begin an upload; its id becomes the document's."""
    tus.check_version(request)
    row, who = await papers.uploader(node, request)
    said, size = request.headers.get("Upload-Metadata", ""), tus.read_number(request, "Upload-Length")
    facts = tus.read_metadata(said)
    purpose = _purpose(facts)
    upload = await papers.make_room(node, row, size, address(node, request))
    try:
        started = await node.services.documents.start(
            facts.get("filename", ""),
            size,
            ticket=row.ticket,
            purpose=purpose,
            material=facts.get("material", ""),
            metadata=said,
            upload=upload,
            uploaded_by=CITIZEN if who.role == CITIZEN else who.actor,
        )
    except ServiceError:
        await node.unfinished.end(upload, size, row.ticket)
        raise
    place = f"{tus.PREFIX}/{upload}"
    return _answer(201, Location=place, Upload_Offset="0", Upload_Expires=tus.expires(node, started.facts.started_ms))


async def look(node: Node, request: web.Request) -> web.StreamResponse:
    """Say how much of an upload has arrived; one that is whole is made a document first.

    The sender of the last bytes may be gone before that, and takes them for stored once all have arrived.
    """
    tus.check_version(request)
    row, who = await papers.uploader(node, request)
    name, documents = request.match_info["upload"], node.services.documents
    with suppress(DocumentNotFound):  # it is a document already
        upload = _of_ticket(await documents.open(name), row.ticket)
        facts, offset = upload.facts, await documents.offset(upload)
        if offset == facts.size:
            await _keep(node, upload, who, address(node, request))
            return _whole(facts.size, facts.metadata)
        return _answer(
            200,
            Upload_Offset=str(offset),
            Upload_Length=str(facts.size),
            Upload_Expires=tus.expires(node, facts.started_ms),
            **_metadata(facts.metadata),
        )
    found = await documents.get(name)
    if found.ticket != row.ticket:
        raise DocumentNotFound(document=name)
    # Its news may not have got through the first time.
    await papers.arrived(node, found.ticket, found.view, who, found.uploaded_by)
    return _whole(found.view.bytes, found.metadata)


def _whole(size: int, metadata: str) -> web.Response:
    return _answer(200, Upload_Offset=str(size), Upload_Length=str(size), **_metadata(metadata))


def _metadata(said: str) -> dict[str, str]:
    return {"Upload_Metadata": said} if said else {}


async def append(node: Node, request: web.Request) -> web.StreamResponse:
    """Add bytes; the last ones make it a document, or have it refused."""
    tus.check_version(request)
    tus.check_media(request)
    upload, who = await _unfinished(node, request)
    offset, facts = tus.read_number(request, "Upload-Offset"), upload.facts
    if offset != (stands := await node.services.documents.offset(upload)):
        raise OffsetMismatch(field="offset", why="mismatch", offset=stands)
    try:
        async for piece in tus.pieces(request):
            offset = await node.services.documents.append(upload, offset, piece)
    except OSError:
        if offset < facts.size:
            raise
        # The line broke after the last byte: nobody reads the answer, and the paper is kept all the same.
    if offset < facts.size:
        return _answer(204, Upload_Offset=str(offset), Upload_Expires=tus.expires(node, facts.started_ms))
    await _keep(node, upload, who, address(node, request))
    return _answer(204, Upload_Offset=str(offset))


async def _keep(node: Node, upload: OpenUpload, who: Who, address: str) -> None:
    """Make an upload that is whole a document of its ticket, and tell the journal.

    Raises:
        TooManyDocuments, DocumentTypeRefused, DocumentIncomplete: it becomes none; the upload is gone.
        QueueUnavailable: the queue has forgotten its ticket; the document is told of when it is asked for again.
    """
    facts = upload.facts
    document = await _finish(node, upload, address)
    await papers.arrived(node, facts.ticket, document, who, facts.uploaded_by)
    await node.unfinished.end(upload.id, facts.size, facts.ticket)


async def _finish(node: Node, upload: OpenUpload, address: str) -> DocumentView:
    """Make an upload a document; one that is refused counts no longer as unfinished.

    Raises:
        TooManyDocuments: its ticket has as many by now; the upload is gone.
        DocumentTypeRefused, DocumentIncomplete: its content; the upload is gone.
    """
    facts = upload.facts
    try:
        if await papers.is_full(node, facts.ticket):
            await node.services.documents.discard(upload.id)
            raise TooManyDocuments(max=node.services.settings.documents_per_ticket)
        return await node.services.documents.finish(upload, address=address)
    except Refused:
        await node.unfinished.end(upload.id, facts.size, facts.ticket)
        raise


async def discard(node: Node, request: web.Request) -> web.StreamResponse:
    """Give an unfinished upload up."""
    tus.check_version(request)
    upload, who = await _unfinished(node, request)  # a whole document is evidence: it cannot be taken back so
    await node.services.documents.discard(upload.id)
    await node.unfinished.end(upload.id, upload.facts.size, upload.facts.ticket)
    await node.trail.note(who, "upload.discarded", upload.id, ticket=upload.facts.ticket)
    return _answer(204)


async def _unfinished(node: Node, request: web.Request) -> tuple[OpenUpload, Who]:
    """Return an unfinished upload of the asker's ticket, open, and who asks.

    Raises:
        DocumentNotFound: there is none, it is another ticket's, or it is whole.
    """
    row, who = await papers.uploader(node, request)
    return _of_ticket(await node.services.documents.open(request.match_info["upload"]), row.ticket), who


def _of_ticket(upload: OpenUpload, ticket: str) -> OpenUpload:
    """Return an upload if it belongs to a ticket.

    Raises:
        DocumentNotFound: it does not.
    """
    if upload.facts.ticket != ticket:
        raise DocumentNotFound(document=upload.id)
    return upload


def _purpose(facts: dict[str, str]) -> Purpose:
    try:
        return Purpose(facts.get("purpose", Purpose.OTHER.value))
    except ValueError:
        raise BadInput(field="purpose", why="unknown") from None


_ONE = f"{tus.PREFIX}/{{upload}}"
PIECES = (("PATCH", _ONE), ("POST", _ONE))
"""The requests whose body is large: a `PATCH`, also where a header says that it is one."""
_ALL = ("Tus-Resumable", "Tus-Max-Size")
_EVERY = (PreconditionFailed, BadInput, NotAllowed)
_JUDGED = (
    UploadBusy,
    DocumentTypeRefused,
    DocumentIncomplete,
    DocumentTooDetailed,
    TooManyDocuments,
    StorageUnavailable,
)
"""Errors of the request that completes an upload."""
ROUTES = (
    Route(
        method="OPTIONS",
        path=tus.PREFIX,
        act=options,
        says="List the supported parts of tus 1.0: core, creation, termination, expiration.",
        status=204,
        gives=(*_ALL, "Tus-Version", "Tus-Extension"),
        overridable=True,
    ),
    Route(
        method="POST",
        path=tus.PREFIX,
        act=create,
        says="Begin an upload. `Upload-Metadata`: filename, purpose (material, still, other), material. The id in "
        "`Location` becomes the document's.",
        who="party",
        right=Right.SERVE_CALLS,
        status=201,
        takes=("Tus-Resumable", "Upload-Length", "Upload-Metadata"),
        gives=(*_ALL, "Location", "Upload-Offset", "Upload-Expires"),
        more="A ticket holds 60 documents; an upload that is not finished is dropped at `Upload-Expires`, an hour "
        "after it began (settings `documents_per_ticket`, `upload_ttl_s`).",
        errors=(
            *_EVERY,
            TicketNotFound,
            DocumentEmpty,
            DocumentTooLarge,
            TooManyDocuments,
            TooManyUploads,
            TooManyTries,
            StorageFull,
        ),
        overridable=True,
    ),
    Route(
        method="HEAD",
        path=_ONE,
        act=look,
        says="Return the bytes received as `Upload-Offset`. A complete upload is made a document or refused first.",
        who="party",
        right=Right.SERVE_CALLS,
        takes=("Tus-Resumable",),
        gives=(*_ALL, "Upload-Offset", "Upload-Length", "Upload-Metadata", "Upload-Expires"),
        errors=(*_EVERY, *_JUDGED, TicketNotFound, DocumentNotFound),
        overridable=True,
    ),
    Route(
        method="PATCH",
        path=_ONE,
        act=append,
        says="Add bytes at `Upload-Offset`; the last ones make it a document or have it refused.",
        who="party",
        right=Right.SERVE_CALLS,
        status=204,
        takes=("Tus-Resumable", "Upload-Offset"),
        more="Of a request that is cut off what arrived is kept: ask with HEAD, go on there. While another request "
        "adds bytes the answer is 423. Where the network lets no PATCH (HEAD, DELETE) through, send POST with "
        "`X-HTTP-Method-Override: PATCH`: it counts as that method in everything, the CSRF token too.",
        gives=(*_ALL, "Upload-Offset", "Upload-Expires"),
        errors=(
            *_EVERY,
            *_JUDGED,
            TicketNotFound,
            DocumentNotFound,
            OffsetMismatch,
            DocumentTooLarge,
            UnsupportedMediaType,
        ),
        overridable=True,
    ),
    Route(
        method="DELETE",
        path=_ONE,
        act=discard,
        says="Give an unfinished upload up.",
        who="party",
        right=Right.SERVE_CALLS,
        status=204,
        takes=("Tus-Resumable",),
        gives=_ALL,
        errors=(*_EVERY, TicketNotFound, DocumentNotFound),
        overridable=True,
    ),
)
