"""Serves papers to the accounts and tickets with a right to them; every view is on record."""

from typing import Annotated
from urllib.parse import quote

import msgspec
from aiohttp import web
from msgspec import Meta

from protocol.errors import DocumentNotFound, SignInRequired, StorageUnavailable, TooManyTries
from protocol.rights import Right
from protocol.views import DocumentView
from signaling.api.table import Route, read_query
from signaling.node import Node
from signaling.session import papers

SHOWN_INLINE = frozenset({"image/jpeg", "image/png", "image/webp", "image/heic", "application/pdf"})


class How(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Way to deliver a document: to show or to save."""

    download: Annotated[bool, Meta(description="Save it rather than show it.")] = False


async def content(node: Node, request: web.Request) -> web.StreamResponse:
    """Send a document's content."""
    how = read_query(request, How)
    found, reader = await papers.readable(node, request, request.match_info["document"])
    # Shown inside a page or saved, the file itself leaves: what is only looked at goes by pages.
    await node.trail.note(reader.who, "document.downloaded", found.view.document, ticket=found.ticket)
    response = web.StreamResponse(headers=_headers(found.view, download=how.download))
    response.content_length = found.view.bytes
    pieces = node.services.documents.read(found.view.document)
    # The first piece is read before the answer begins, so that a broken file is still an error and not half an answer.
    first = await anext(pieces, b"")
    _ = await response.prepare(request)
    await response.write(first)
    async for piece in pieces:
        await response.write(piece)
    await response.write_eof()
    return response


def _headers(document: DocumentView, *, download: bool) -> dict[str, str]:
    inline = document.media_type in SHOWN_INLINE and not download
    return {
        "Content-Type": document.media_type or "application/octet-stream",
        "Content-Disposition": f"{'inline' if inline else 'attachment'}; filename*=UTF-8''{quote(document.name)}",
        "Cache-Control": "private, no-store",
        # A file runs nothing here, of any type that it claims.
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
    }


ROUTES = (
    Route(
        method="GET",
        path="/api/documents/{document}",
        act=content,
        for_machines=True,
        says="A document's content, for its citizen, its agent, supervisors, and guests of its call whose role sees "
        "papers (by their invitation as the token). Each time is recorded.",
        who="party",
        right=Right.READ_PAPERS,
        query=How,
        answer=bytes,
        media=("*/*",),
        gives=("Content-Disposition",),
        errors=(SignInRequired, DocumentNotFound, StorageUnavailable, TooManyTries),
    ),
)
