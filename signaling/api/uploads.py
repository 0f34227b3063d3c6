"""Takes papers by tus 1.0 (core, creation, termination, expiration): what broke off goes on where it was."""

import base64
import binascii
from email.utils import formatdate

from aiohttp import web

from protocol.errors import (
    BadInput,
    DocumentEmpty,
    DocumentIncomplete,
    DocumentNotFound,
    DocumentTooLarge,
    DocumentTypeRefused,
    SignInRequired,
    TicketNotFound,
    TooManyDocuments,
)
from protocol.rights import Right
from protocol.views import Purpose
from records.papers.documents import OffsetMismatch
from signaling.api.table import Route
from signaling.node import Node
from signaling.session import papers

VERSION = "1.0.0"
EXTENSIONS = "creation,termination,expiration"
PIECE_BYTES = 512 * 1024
MEDIA = "application/offset+octet-stream"
METADATA_MAX = 4096


def _head(node: Node, **more: str) -> dict[str, str]:
    return {
        "Tus-Resumable": VERSION,
        "Tus-Max-Size": str(node.its.settings.document_max_bytes),
        "Cache-Control": "no-store",
        **{name.replace("_", "-"): value for name, value in more.items()},
    }


async def options(node: Node, _request: web.Request) -> web.StreamResponse:
    """Say what this server speaks."""
    return web.Response(status=204, headers=_head(node, Tus_Version=VERSION, Tus_Extension=EXTENSIONS))


def check_version(request: web.Request) -> None:
    """Refuse another version of tus.

    Raises:
        HTTPPreconditionFailed: the header names another one.
    """
    if request.headers.get("Tus-Resumable") != VERSION:
        raise web.HTTPPreconditionFailed(headers={"Tus-Version": VERSION})


async def create(node: Node, request: web.Request) -> web.StreamResponse:
    """Begin an upload; its id becomes the document's."""
    check_version(request)
    row = await papers.uploader(node, request)
    await papers.check_room(node, row)
    facts = read_metadata(request.headers.get("Upload-Metadata", ""))
    upload = await node.its.documents.start(
        facts.get("filename", ""),
        _number(request, "Upload-Length"),
        ticket=row.ticket,
        purpose=_purpose(facts),
        material=facts.get("material", ""),
    )
    started = await node.its.documents.upload(upload)
    place = {"Location": f"/api/uploads/{upload}", "Upload-Expires": _expires(node, started.started_ms)}
    return web.Response(status=201, headers={**_head(node, Upload_Offset="0"), **place})


async def look(node: Node, request: web.Request) -> web.StreamResponse:
    """Say how much of an upload has arrived."""
    check_version(request)
    upload = await _own(node, request)
    try:
        facts, offset = await node.its.documents.upload(upload), await node.its.documents.offset(upload)
    except DocumentNotFound:
        size = await _settled(node, upload)
        return web.Response(status=200, headers=_head(node, Upload_Offset=str(size), Upload_Length=str(size)))
    return web.Response(
        status=200,
        headers=_head(
            node,
            Upload_Offset=str(offset),
            Upload_Length=str(facts.size),
            Upload_Expires=_expires(node, facts.started_ms),
        ),
    )


async def append(node: Node, request: web.Request) -> web.StreamResponse:
    """Add bytes; the last ones make it a document, or have it refused."""
    check_version(request)
    if request.content_type != MEDIA:
        raise web.HTTPUnsupportedMediaType
    upload = await _own(node, request)
    offset = _number(request, "Upload-Offset")
    facts = await node.its.documents.upload(upload)
    while piece := await _piece(request):
        offset = await node.its.documents.append(upload, offset, piece)
    if offset == facts.size:
        document = await node.its.documents.finish(upload)
        row = await node.its.queue.ticket(facts.ticket)
        if row is not None:
            await papers.arrived(node, row, document)
    headers = _head(node, Upload_Offset=str(offset), Upload_Expires=_expires(node, facts.started_ms))
    return web.Response(status=204, headers=headers)


async def _piece(request: web.Request) -> bytes:
    """Read some of the body: few large pieces, for each is sealed by itself."""
    parts, size = [], 0
    while size < PIECE_BYTES:
        part = await request.content.read(PIECE_BYTES - size)
        if not part:
            break
        parts.append(part)
        size += len(part)
    return b"".join(parts)


async def discard(node: Node, request: web.Request) -> web.StreamResponse:
    """Give an unfinished upload up."""
    check_version(request)
    upload = await _own(node, request)
    _ = await node.its.documents.upload(upload)  # a whole document is evidence: it cannot be taken back so
    await node.its.documents.discard(upload)
    return web.Response(status=204, headers=_head(node))


async def _own(node: Node, request: web.Request) -> str:
    """Return the upload's id when it belongs to the asker's ticket.

    Raises:
        DocumentNotFound: it does not, or there is none.
    """
    upload = request.match_info["upload"]
    row = await papers.uploader(node, request)
    try:
        ticket = (await node.its.documents.upload(upload)).ticket
    except DocumentNotFound:
        ticket = (await node.its.documents.get(upload)).ticket
    if ticket != row.ticket:
        raise DocumentNotFound(document=upload)
    return upload


async def _settled(node: Node, upload: str) -> int:
    """Return the size of an upload that is a document by now; its news may not have got through the first time."""
    found = await node.its.documents.get(upload)
    row = await node.its.queue.ticket(found.ticket)
    if row is not None:
        await papers.arrived(node, row, found.view)
    return found.view.bytes


def read_metadata(text: str) -> dict[str, str]:
    """Read `Upload-Metadata`: comma-separated `name base64`.

    Raises:
        BadInput: it is malformed.
    """
    if len(text) > METADATA_MAX:
        raise BadInput(field="Upload-Metadata", why="length", max=METADATA_MAX)
    found = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        name, _, value = pair.partition(" ")
        try:
            found[name] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise BadInput(field="Upload-Metadata", why="format") from None
    return found


def _purpose(facts: dict[str, str]) -> Purpose:
    try:
        return Purpose(facts.get("purpose", Purpose.OTHER.value))
    except ValueError:
        raise BadInput(field="purpose", why="unknown") from None


def _number(request: web.Request, name: str) -> int:
    text = request.headers.get(name, "")
    if not text.isascii() or not text.isdigit():
        raise BadInput(field=name, why="number")
    return int(text[:18])


def _expires(node: Node, started_ms: int) -> str:
    return formatdate(started_ms / 1000 + node.its.settings.upload_ttl_s, usegmt=True)


_ONE = "/api/uploads/{upload}"
_TUS = ("Tus-Resumable",)
ROUTES = (
    Route(
        method="OPTIONS",
        path="/api/uploads",
        act=options,
        says="What of tus 1.0 is spoken: core, creation, termination, expiration.",
        status=204,
    ),
    Route(
        method="POST",
        path="/api/uploads",
        act=create,
        says="Begin an upload. `Upload-Metadata`: filename, purpose (material, still, other), material. The id in "
        "`Location` becomes the document's.",
        who="party",
        right=Right.SERVE_CALLS,
        status=201,
        headers=(*_TUS, "Upload-Length", "Upload-Metadata"),
        errors=(SignInRequired, TicketNotFound, DocumentEmpty, DocumentTooLarge, TooManyDocuments, BadInput),
    ),
    Route(
        method="HEAD",
        path=_ONE,
        act=look,
        says="How much has arrived: `Upload-Offset`.",
        who="party",
        right=Right.SERVE_CALLS,
        headers=_TUS,
        errors=(SignInRequired, DocumentNotFound),
    ),
    Route(
        method="PATCH",
        path=_ONE,
        act=append,
        says="Add bytes at `Upload-Offset`; the last ones make it a document or have it refused.",
        who="party",
        right=Right.SERVE_CALLS,
        status=204,
        headers=(*_TUS, "Upload-Offset"),
        errors=(
            SignInRequired,
            DocumentNotFound,
            OffsetMismatch,
            DocumentTooLarge,
            DocumentTypeRefused,
            DocumentIncomplete,
        ),
    ),
    Route(
        method="DELETE",
        path=_ONE,
        act=discard,
        says="Give an unfinished upload up.",
        who="party",
        right=Right.SERVE_CALLS,
        status=204,
        headers=_TUS,
        errors=(SignInRequired, DocumentNotFound),
    ),
)
