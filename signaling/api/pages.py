"""Shows papers page by page as pictures drawn by the server: no file of a stranger reaches the reader's browser."""

from contextlib import nullcontext
from typing import Final
from urllib.parse import unquote

import msgspec
from aiohttp import web

from protocol.errors import (
    BadInput,
    DocumentIncomplete,
    DocumentLocked,
    DocumentNotFound,
    DocumentTooDetailed,
    NotFound,
    SignInRequired,
    StorageUnavailable,
    TooManyTries,
)
from protocol.rights import Right
from records.papers.judge import Line
from runtime import throttle
from runtime.edge import reply
from signaling.api.table import Route
from signaling.api.table import address as address_of
from signaling.node import Node
from signaling.session import looks, papers
from signaling.session.papers import PaperReader

PASSWORD: Final = "Document-Password"  # noqa: S105  (the name of a header)
COUNT: Final = "Document-Pages"
PASSWORD_MAX: Final = 200
DIGITS_MAX: Final = 6


class Contents(msgspec.Struct, frozen=True):
    """The displayable parts of a document: `pages` as pictures, or the `texts` of pages that are not drawn."""

    pages: int
    """0: not known before it is opened with its password."""
    needs_password: bool = False
    fields: tuple[tuple[str, str], ...] = ()
    """The document's own metadata (OFD): name and value."""
    texts: tuple[str, ...] = ()


async def contents(node: Node, request: web.Request) -> web.StreamResponse:
    """Say how many pages a document has, or give its text."""
    found, reader = await papers.readable(node, request, request.match_info["document"])
    line, address = _line(node, request, reader)
    inside = await node.services.documents.contents(found.view.document, line, address)
    await looks.opened(node, found, reader)
    if inside.texts:
        await looks.seen(node, found, reader, "texts")
    told = Contents(inside.pages, inside.needs_password, inside.fields, inside.texts)
    return reply(told)


async def page(node: Node, request: web.Request) -> web.StreamResponse:
    """Send a page as a picture for the eye: upright, of bounded size, without the file's metadata."""
    found, reader = await papers.readable(node, request, request.match_info["document"])
    number = _number(request.match_info["page"])
    line, address = _line(node, request, reader)
    password, document = _password(request), found.view.document
    who = f"{document}:{reader.opening}"
    async with node.services.throttle.guessing(throttle.DOCUMENT_PASSWORD, who) if password else nullcontext():
        picture, count = await node.services.documents.page(document, number, password, line, address)
    await looks.seen(node, found, reader, "pages")
    headers = {
        COUNT: str(count),
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
    }
    return web.Response(body=picture, content_type="image/jpeg", headers=headers)


def _line(node: Node, request: web.Request, reader: PaperReader) -> tuple[Line, str]:
    """Return in which line a look waits, and among whom there: citizens never hold up staff."""
    return ("shown", "") if reader.is_staff else ("own", address_of(node, request))


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > DIGITS_MAX:
        raise NotFound(what="page", id=text[:DIGITS_MAX])
    return int(text)


def _password(request: web.Request) -> str:
    """Read the password for this look, percent-encoded; it is used for the drawing and kept nowhere.

    Raises:
        BadInput: it is longer than any, or not UTF-8.
    """
    try:
        password = unquote(request.headers.get(PASSWORD, ""), errors="strict")
    except UnicodeDecodeError:
        raise BadInput(field=PASSWORD, why="format") from None
    if len(password) > PASSWORD_MAX or "\x00" in password:
        raise BadInput(field=PASSWORD, why="length", max=PASSWORD_MAX)
    return password


_REFUSALS = (
    SignInRequired,
    DocumentNotFound,
    DocumentIncomplete,
    DocumentTooDetailed,
    StorageUnavailable,
    TooManyTries,
)
ROUTES = (
    Route(
        method="GET",
        path="/api/documents/{document}/pages",
        act=contents,
        for_machines=True,
        says="Return the number of pages of a document, or the text and fields of a format that is not drawn (OFD).",
        who="party",
        right=Right.READ_PAPERS,
        answer=Contents,
        errors=_REFUSALS,
    ),
    Route(
        method="GET",
        path="/api/documents/{document}/pages/{page}",
        act=page,
        for_machines=True,
        says="A page (from 1) as a picture: upright, at most 9 million points, without the file's metadata; each "
        "opening is recorded once. A file that needs a password takes it, percent-encoded, in `Document-Password`.",
        who="party",
        right=Right.READ_PAPERS,
        answer=bytes,
        media=("image/jpeg",),
        gives=(COUNT,),
        limits=(throttle.DOCUMENT_PASSWORD,),
        more="Wrong passwords are counted by document and reader.",
        errors=(*_REFUSALS, NotFound, DocumentLocked, BadInput),
    ),
)
