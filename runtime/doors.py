"""Refuses requests with forbidden characters in path, query or headers, and queries with unknown parameters."""

import re
from collections.abc import Collection
from urllib.parse import unquote_to_bytes

from aiohttp import hdrs, web

from protocol.errors import BadInput
from protocol.limits import NUL, fault_of

CONTENT_TYPE_MAX = 200
SINGLE = (hdrs.AUTHORIZATION, hdrs.CONTENT_TYPE, hdrs.HOST, hdrs.ORIGIN)
"""Headers that come once (RFC 9110, 5.3): of two, a proxy may have looked at the other one."""
_is_media_type = re.compile(
    r"[\w!#$&^.+-]+/[\w!#$&^.+-]+(?:[ \t]*;[ \t]*[\w!#$&^.+-]+=(?:[\w!#$&^.+/:-]+|\"[^\"\\]*\"))*[ \t]*;?[ \t]*",
    re.ASCII,
).fullmatch
"""Other texts the standard library reads in seconds (eight thousand times `;`) or fails at (`(((…`)."""


def check_request(request: web.BaseRequest) -> None:
    """Check all of a request but its body.

    Raises:
        BadInput: `field` is `path`, `query` or a header's name; `why` is `nul`, `encoding` for what is no UTF-8, or
            `format` for a `Content-Type` that is none, or `repeated`.
    """
    _check("path", request.rel_url.raw_path)
    _check("query", request.rel_url.raw_query_string)
    for single in SINGLE:
        if len(request.headers.getall(single, ())) > 1:
            raise BadInput(field=str(single), why="repeated")
    for name, value in request.headers.items():
        if why := fault_of(value):
            raise BadInput(field=name[:64] if name.isascii() else "header", why=why)
        if name.lower() == "content-type" and (len(value) > CONTENT_TYPE_MAX or not _is_media_type(value)) and value:
            raise BadInput(field="Content-Type", why="format")


def _check(field: str, raw: str) -> None:
    """Check the bytes that a percent-encoded text stands for."""
    if raw.isascii() and "%" not in raw:
        return
    if fault_of(raw):
        raise BadInput(field=field, why="encoding")
    try:
        text = unquote_to_bytes(raw).decode()
    except UnicodeDecodeError:
        raise BadInput(field=field, why="encoding") from None
    if NUL in text:
        raise BadInput(field=field, why="nul")


def check_query(request: web.BaseRequest, known: Collection[str]) -> None:
    """Refuse a query with an unknown parameter: an ignored filter would find, and export, too much.

    Raises:
        BadInput: a parameter is unknown or comes twice.
    """
    for name in request.query:
        if name not in known:
            raise BadInput(field=f"query.{name[:64]}", why="unknown")
        if len(request.query.getall(name)) > 1:
            raise BadInput(field=f"query.{name}", why="repeated")
