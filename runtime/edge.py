"""Middleware that turns a `ServiceError` into an HTTP answer and gives every request an id."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

import msgspec
from aiohttp import web
from redis.exceptions import RedisError

from protocol.errors import (
    BadInput,
    BadToken,
    FrameTooLarge,
    NotAllowed,
    NotFound,
    Param,
    QueueUnavailable,
    Refused,
    ServiceError,
    TokenExpired,
    Unavailable,
)
from protocol.identity_errors import BadKey
from runtime import log as logs
from runtime.doors import check_request
from runtime.kept import Seldom
from runtime.origin import new_request
from runtime.refusals import (
    FACE,
    BodyTooSlow,
    Failure,
    MethodNotAllowed,
    PreconditionFailed,
    UnsupportedMediaType,
    refused,
)
from runtime.spoilt import count_spoilt

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
RETRY_AFTER_S = 2
REFUSED_AFTER_S = 0.5
"""Seconds before "come again later" is answered, so that a program that does not heed it is slowed down."""
REQUEST_ID = "X-Request-Id"
SOCKET_PATH = "/ws"
BEARER_CHALLENGE = 'Bearer realm="cloudwindow"'
NOT_GRANTED = "not_granted"
"""`why` of the refusal of an operation that a machine could be granted and was not."""
REQUEST = web.RequestKey("request_id", str)
_BEGUN = web.RequestKey("answer_begun", bool)
_seldom = Seldom()
_BY_STATUS: dict[int, type[ServiceError]] = {
    kind.http_status: kind
    for kind in (NotFound, MethodNotAllowed, PreconditionFailed, FrameTooLarge, UnsupportedMediaType)
}


class Problem(msgspec.Struct, frozen=True):
    """The body of every answer that is not the one asked for."""

    code: str
    params: dict[str, Param] = {}


def answer(problem: ServiceError) -> web.Response:
    """Turn an error into its HTTP answer."""
    headers = {}
    if "retry_after_s" in problem.params:
        headers["Retry-After"] = str(problem.params["retry_after_s"])
    elif isinstance(problem, Unavailable):
        headers["Retry-After"] = str(RETRY_AFTER_S)
    if said := challenge(problem):
        headers["WWW-Authenticate"] = said
    response = reply(Problem(problem.code, problem.params), problem.http_status, headers)
    if isinstance(problem, BodyTooSlow):
        response.force_close()
    return response


def challenge(problem: ServiceError) -> str:
    """Return what `WWW-Authenticate` says beside a refusal (RFC 6750, 3); empty where it says nothing."""
    if problem.http_status == web.HTTPUnauthorized.status_code:
        is_token = isinstance(problem, (BadKey, BadToken, TokenExpired))
        return f'{BEARER_CHALLENGE}, error="invalid_token"' if is_token else BEARER_CHALLENGE
    if isinstance(problem, NotAllowed) and "operation" in problem.params:
        scope = f', scope="{problem.params["operation"]}"' if problem.params["why"] == NOT_GRANTED else ""
        return f'{BEARER_CHALLENGE}, error="insufficient_scope"{scope}'
    return ""


def _shown(request: web.Request, problem: ServiceError) -> web.Response:
    """Turn an error into its HTTP answer: a page where a person reads it, if the application has one, else JSON."""
    plain, face = answer(problem), request.app.get(FACE)
    page = face(request, problem) if face is not None and "text/html" in request.headers.get("Accept", "") else None
    if page is None:
        return plain
    if "Retry-After" in plain.headers:
        page.headers["Retry-After"] = plain.headers["Retry-After"]
    if plain.keep_alive is False:
        page.force_close()
    return page


def reply(value: object, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """Answer with a value as JSON; nothing in between keeps a copy."""
    return web.Response(
        body=msgspec.json.encode(value),
        status=status,
        content_type="application/json",
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


@web.middleware
def middleware(request: web.Request, handler: Handler) -> Awaitable[web.StreamResponse]:
    """Run a handler; turn any exception into one answer and at most one log line.

    Sockets are handed through: they live for hours, and every frame of ours would be kept that long for each.
    """
    if not is_socket(request):
        return _answered(request, handler)
    try:
        check_request(request)
    except BadInput as problem:
        return _refused(problem)
    return handler(request)


def is_socket(request: web.BaseRequest) -> bool:
    """Tell whether a request opens a WebSocket; an `Upgrade` header elsewhere changes nothing."""
    return request.path == SOCKET_PATH and bool(request.headers.get("Upgrade"))


async def _refused(problem: ServiceError) -> web.StreamResponse:
    return answer(problem)


async def add_request_id(request: web.Request, response: web.StreamResponse) -> None:
    """Name the request in its answer, streamed ones too, and note that it has begun; `on_response_prepare`."""
    request[_BEGUN] = True
    if (request_id := request.get(REQUEST)) is not None:
        response.headers[REQUEST_ID] = request_id


async def _answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    request_id = request[REQUEST] = new_request()
    with logs.fields(request=request_id):
        told = await _run(request, handler, request_id)
        if "Retry-After" in told.headers and not told.prepared:
            # Asked again at once, a refusal would cost the loop as much as what it refuses.
            await asyncio.sleep(REFUSED_AFTER_S)
        return told


async def _run(request: web.Request, handler: Handler, request_id: str) -> web.StreamResponse:
    try:
        return await handler(request)
    except asyncio.CancelledError:
        raise
    except Exception as problem:  # noqa: BLE001 - each becomes one answer
        if request.get(_BEGUN) and not isinstance(problem, web.HTTPException):
            return _broken_off(request, problem)
        return _told(request, problem, request_id)


def _broken_off(request: web.Request, problem: Exception) -> web.StreamResponse:
    """End the connection in the middle of an answer: its reader must not take a part for the whole."""
    facts = {"route": _route(request), "why": type(problem).__name__}
    if isinstance(problem, OSError) and _is_gone(request):
        log.info("request_cut", extra={"route": _route(request), "method": request.method})
    elif isinstance(problem, (ServiceError, RedisError, OSError)):
        log.warning("answer_cut", extra=facts)
    else:
        log.error("request_failed", extra=facts, exc_info=problem)
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=499)  # nobody reads it


def _told(request: web.Request, error: Exception, request_id: str) -> web.StreamResponse:
    """Turn what a handler raised into its answer."""
    match error:
        case Unavailable():
            refused[error.code] += 1
            if times := _seldom.due(error.code + _route(request)):
                log.warning("request_refused", extra={"code": error.code, "route": _route(request), "times": times})
            return _shown(request, error)
        case ServiceError():
            log.info("request_refused", extra={"code": error.code, "route": _route(request)})
            return _shown(request, error)
        case RedisError():
            return _shown(request, _of_redis(request, error) or Failure(request=request_id))
        case web.HTTPException():
            return _as_json(request, error)
        case web.RequestPayloadError() | OSError() if isinstance(error, web.RequestPayloadError) or _is_gone(request):
            return _cut(request, error)
        case _:
            log.error("request_failed", extra={"route": _route(request)}, exc_info=error)
            return _shown(request, Failure(request=request_id))


def _of_redis(request: web.Request, error: RedisError) -> ServiceError | None:
    """Tell of Redis being away; None for a value that it keeps and nobody can read, which is counted."""
    if count_spoilt(error):
        return None
    if times := _seldom.due("redis_away"):
        log.warning("redis_away", extra={"route": _route(request), "why": type(error).__name__, "times": times})
    return QueueUnavailable()


def _cut(request: web.Request, problem: Exception) -> web.StreamResponse:
    """Answer a request whose body broke off or was malformed; the client has mostly gone."""
    log.info("request_cut", extra={"route": _route(request), "method": request.method, "why": type(problem).__name__})
    gone = web.Response(status=web.HTTPBadRequest.status_code)
    gone.force_close()
    return gone


def _as_json(request: web.Request, problem: web.HTTPException) -> web.StreamResponse:
    """Give aiohttp's own refusals (404, 405, 413) under /api the same shape as ours."""
    if not request.path.startswith("/api/") or problem.status < web.HTTPBadRequest.status_code:
        raise problem
    code = _BY_STATUS.get(problem.status, Refused).code
    headers = {}
    with contextlib.suppress(KeyError):
        headers["Allow"] = problem.headers["Allow"]
    return reply(Problem(code), problem.status, headers)


def _is_gone(request: web.Request) -> bool:
    return request.transport is None or request.transport.is_closing()


def _route(request: web.Request) -> str:
    """Return the route's pattern: the path itself may hold ids."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else ""
