"""The errors that only HTTP has (the others are in `protocol.errors`), and the key of the page that shows a refusal."""

from collections import Counter
from collections.abc import Callable
from typing import Final

from aiohttp import web

from protocol.errors import ProtocolError, Refused, ServiceError

Face = Callable[[web.Request, ServiceError], web.Response | None]
"""Shows a refusal to a person who opened an address in a browser; None where programs ask."""
refused: Final[Counter[str]] = Counter()
"""Connections, pages and requests turned away at a limit or for an outage, by code; shown in the metrics."""
FACE: web.AppKey[Face] = web.AppKey("face_of_refusals")


class MethodNotAllowed(Refused):
    """The address has no such method; the `Allow` header lists those it has."""

    code = "method_not_allowed"
    http_status = 405


class PreconditionFailed(Refused):
    """The header `header` names no version that this server speaks; `supported` lists the versions it speaks."""

    code = "precondition_failed"
    http_status = 412


class UnsupportedMediaType(Refused):
    """The body is not announced as `expected` in `Content-Type`."""

    code = "unsupported_media_type"
    http_status = 415


class BodyTooLarge(ProtocolError):
    """The body has more than the `max_bytes` bytes that its address takes; only pieces of uploads are large."""

    code = "body_too_large"
    http_status = 413


class BodyRefused(ProtocolError):
    """The request's body is compressed (`why` is `encoding`), of many parts (`multipart`) or no UTF-8 (`charset`)."""

    code = "body_refused"
    http_status = 415


class BodyTooSlow(ProtocolError):
    """The request's body did not come within `within_s` seconds; the connection is closed."""

    code = "body_too_slow"
    http_status = 408


class WrongHost(ProtocolError):
    """The request asks for a host that is none of this installation's names (`WINDOW_HOSTS`)."""

    code = "wrong_host"
    http_status = 421


class Failure(ServiceError):
    """A bug on our side; tell the operator the request's id."""

    code = "failure"
    http_status = 500
