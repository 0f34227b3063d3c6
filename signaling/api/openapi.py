"""Writes the interface as OpenAPI 3.1 from the same routes and types that serve it."""

import re
from collections.abc import Iterable
from functools import cache

import msgspec
from aiohttp import web

from protocol.deprecations import mark
from protocol.errors import (
    BadCsrf,
    BadInput,
    BadToken,
    NotAllowed,
    ServiceError,
    SignInRequired,
    TokenExpired,
    TooManyTries,
    Unavailable,
)
from protocol.identity_errors import BadKey
from protocol.version import PRODUCT_VERSION, PROTOCOL_VERSION
from runtime.edge import REQUEST_ID, Problem, reply
from runtime.gate import FORM
from runtime.refusals import (
    BodyRefused,
    BodyTooLarge,
    BodyTooSlow,
    Failure,
    MethodNotAllowed,
    PreconditionFailed,
    WrongHost,
)
from runtime.request_logins import COOKIE, CSRF_HEADER
from runtime.security import MACHINE_TOKEN_S
from signaling.api.headers import GIVEN, TAKEN, Header, Json
from signaling.api.machines import TOKEN_PATH
from signaling.api.table import Route, Who
from signaling.api.tus import MEDIA

REF = "#/components/schemas/{name}"
PARAMETER = re.compile(r"{(\w+)}")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
IN_PATH = {
    "port": "The port, as `docs/ports/` names it.",
    "item": "The item's id, or its implementation code of 31 characters.",
    "seat": "The seat's id.",
    "session": "The session's id, or its ticket's.",
    "document": "The document's id: the last segment of the upload's `Location`.",
    "page": "The number of the page, from 1.",
    "upload": "The upload's id: the last segment of its `Location`.",
    "receipt": "The receipt's number, with or without dashes.",
    "hook": "The web-hook's id.",
}
EVERYWHERE = (
    BadInput, TooManyTries, MethodNotAllowed, BodyTooLarge, BodyRefused, BodyTooSlow, WrongHost, Failure,
    BadKey, NotAllowed,
)  # fmt: skip
"""Errors of the checks made before a route runs; the last two of requests that show a machine's key."""
SECURITY: dict[Who, list[dict[str, list[str]]]] = {
    "anybody": [{}],
    "staff": [{"login": []}],
    "citizen": [{"ticket": []}],
    "party": [{"ticket": []}, {"login": []}],
}
DESCRIPTION = f"""The HTTP interface for pages and programs. Tickets, calls and seats use the WebSocket at /ws instead
(version {PROTOCOL_VERSION}): docs/protocol.md, `/api/messages.schema.json`, `/api/messages.d.ts`.

Each operation lists its answers. An error is a Problem with a stable `code`: docs/protocol.md, section 8. Every answer
carries `{REQUEST_ID}`. An unknown query parameter is refused with 422 (`query.NAME`), a method that an address lacks
with 405 and `Allow`, bytes that are not HTTP with 400 in plain text. Changes are announced in docs/changelog-api.md.

An operation with `x-repeatable` may be asked again when no answer came; any other only after 429, when nothing was
done. `x-paging` names the parameter for the next page, the field that it is in, empty at the end, and the field of the
items.

A program of another system authenticates with a machine's key or with a token: docs/machines.md. The request may call
only operations that the machine was granted, those open to anybody included; any other is `not_allowed`. The server
ignores its cookies and requires no CSRF token. Operations without `key` under `security` cannot be granted to
machines."""


def mount(app: web.Application, routes: tuple[Route, ...]) -> None:
    """Serve the document."""
    text = _text(routes)

    async def show(_request: web.Request) -> web.StreamResponse:
        return reply(msgspec.Raw(text))

    _ = app.router.add_get("/api/openapi.json", show)


@cache
def _text(routes: tuple[Route, ...]) -> bytes:
    """Write the document, once for all realms of a process."""
    return msgspec.json.encode(describe(routes))


def describe(routes: Iterable[Route]) -> Json:
    """Return the whole document."""
    routes = tuple(routes)
    shown = ((route.body, route.form, route.answer, route.refusal) for route in routes)
    kinds = [Problem, *(kind for some in shown for kind in some if _has_schema(kind))]
    schemas, components = msgspec.json.schema_components(kinds, ref_template=REF)
    by_kind = {_key(kind): schema for kind, schema in zip(kinds, schemas, strict=True)}
    paths: dict[str, Json] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, by_kind)
    document: Json = {
        "openapi": "3.1.0",
        "info": {
            "title": "Cloud Window",
            "version": PRODUCT_VERSION,
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": _schemes(routes)},
    }
    _ = mark(document)
    return document


def _has_schema(kind: object) -> bool:
    return kind is not None and kind is not bytes and kind is not str


def _key(kind: object) -> str:
    return str(kind)


def _operation(route: Route, by_kind: dict[str, Json]) -> Json:
    operation: Json = {
        "operationId": route.operation,
        "summary": route.says,
        "description": " ".join([route.says, *_more(route)]),
        "tags": [route.tag or route.path.split("/")[2].split(".")[0]],
        "parameters": [*_in_path(route), *_in_query(route), *_in_headers(route)],
        "responses": {str(route.status): _success(route, by_kind), **_problems(route, by_kind)},
        "security": _security(route),
        "x-repeatable": route.method in SAFE,
    }
    if route.paging is not None:
        operation["x-paging"] = route.paging._asdict()
    for kind, media in ((route.body, "application/json"), (route.form, FORM)):
        if kind is not None:
            operation["requestBody"] = {"required": True, "content": {media: {"schema": by_kind[_key(kind)]}}}
    if route.body is not None or route.form is not None:
        return operation
    if route.method == "PATCH":
        operation["requestBody"] = {
            "required": True,
            "content": {MEDIA: {"schema": {"type": "string", "format": "binary"}}},
        }
    return operation


def _security(route: Route) -> list[dict[str, list[str]]]:
    if route.form is not None:
        return [{"client_basic": []}, {}]
    machine: list[dict[str, list[str]]] = [{"key": []}, {"client": [route.operation]}]
    return [*SECURITY[route.who], *(machine if route.for_machines else [])]


def _more(route: Route) -> Iterable[str]:
    """Tell the scope and the limits."""
    if route.right is not None:
        yield f"Staff need the right `{route.right.value}`."
    if route.for_machines:
        yield f"Machines need the operation `{route.operation}`."
    for limit in route.limits:
        yield f"At most {limit.burst} at once, then {limit.per_minute:g} a minute; more is `too_many_tries`."
    if route.more:
        yield route.more


def _in_path(route: Route) -> list[Json]:
    return [
        {"name": name, "in": "path", "required": True, "description": IN_PATH[name], "schema": {"type": "string"}}
        for name in PARAMETER.findall(route.path)
    ]


def _in_query(route: Route) -> list[Json]:
    if route.query is None:
        return []
    _, components = msgspec.json.schema_components([route.query], ref_template=REF)
    properties: dict[str, Json] = components[route.query.__name__]["properties"]
    return [
        {"name": name, "in": "query", "description": schema.pop("description"), "schema": schema}
        for name, schema in properties.items()
    ]


def _in_headers(route: Route) -> list[Json]:
    found = [_parameter(name, TAKEN[name]) for name in route.takes]
    if needs_csrf(route):
        required = route.who == "staff" and not route.for_machines
        found.append(_parameter(CSRF_HEADER, TAKEN[CSRF_HEADER], required=required))
    return found


def _parameter(name: str, header: Header, *, required: bool = True) -> Json:
    required = required and header.needed == "always"
    return {"name": name, "in": "header", "required": required, "description": header.says, "schema": header.schema}


def needs_csrf(route: Route) -> bool:
    """Tell whether a login alone is not enough for this route."""
    return route.method not in SAFE and route.who in {"staff", "party"}


def _given(names: Iterable[str]) -> Json:
    found: Json = {}
    for name in names:
        header = GIVEN[name]
        found[name] = {"description": header.says, "required": header.needed == "always", "schema": header.schema}
    return found


def _success(route: Route, by_kind: dict[str, Json]) -> Json:
    headers = _given((REQUEST_ID, *route.gives))
    if route.answer is None:
        return {"description": "Done.", "headers": headers}
    schema = by_kind[_key(route.answer)] if _has_schema(route.answer) else {}
    return {
        "description": "The answer.",
        "headers": headers,
        "content": {media: {"schema": schema} for media in route.media},
    }


def errors_of(route: Route) -> set[type[ServiceError]]:
    """Return all refusals of a route: its own and those that its kind brings with it."""
    found = {*route.errors, *EVERYWHERE, *_all(Unavailable)}
    if route.who != "anybody":
        found |= {SignInRequired, NotAllowed}
    if route.who in {"citizen", "party"}:
        found |= {BadToken, TokenExpired}
    if needs_csrf(route):
        found.add(BadCsrf)
    return found


def _all(kind: type[ServiceError]) -> set[type[ServiceError]]:
    return {kind}.union(*map(_all, kind.__subclasses__()))


def _problems(route: Route, by_kind: dict[str, Json]) -> Json:
    """Describe the refusals by status; every one names its codes."""
    by_status: dict[int, dict[str, str]] = {}
    for error in sorted(errors_of(route), key=lambda one: (one.code, one.http_status)):
        by_status.setdefault(error.http_status, {})[error.code] = (error.__doc__ or "").splitlines()[0]
    found: Json = {str(status): _problem(route, status, said) for status, said in sorted(by_status.items())}
    if "400" not in found:
        content = {"text/plain": {"schema": {"type": "string"}}}
        found["400"] = {"description": "What was sent is no HTTP.", "content": content}
    if route.refusal is not None:
        _add_refusal(found, by_kind[_key(route.refusal)])
    return found


def _add_refusal(found: Json, schema: Json) -> None:
    """Let 400 and 401 also have the body that another standard than ours says."""
    headers = _given((REQUEST_ID, "Pragma", "WWW-Authenticate"))
    for status in ("400", "401"):
        problem = {"$ref": REF.format(name="Problem")}
        body = {
            "application/json": {"schema": {"anyOf": [schema, problem]}},
            "text/plain": {"schema": {"type": "string"}},
        }
        found[status] = {"description": "What the standard says (`error`).", "headers": headers, "content": body}


def _problem(route: Route, status: int, said: dict[str, str]) -> Json:
    headers = [REQUEST_ID]
    headers += ["Retry-After"] if status in {TooManyTries.http_status, Unavailable.http_status} else []
    headers += ["Allow"] if status == MethodNotAllowed.http_status else []
    headers += ["WWW-Authenticate"] if status in {BadKey.http_status, NotAllowed.http_status} else []
    headers += [name for name in route.gives if name in {"Tus-Resumable", "Tus-Max-Size"}]
    headers += ["Tus-Version"] if status == PreconditionFailed.http_status else []
    answer: Json = {
        "description": "; ".join(f"`{code}`: {text}" for code, text in said.items()),
        "headers": _given(headers),
    }
    if route.method != "HEAD":
        codes = {"properties": {"code": {"enum": list(said)}}}
        answer["content"] = {"application/json": {"schema": {"allOf": [{"$ref": REF.format(name="Problem")}, codes]}}}
    return answer


def _schemes(routes: Iterable[Route]) -> Json:
    machines = {route.operation: route.says for route in routes if route.for_machines}
    flow = {"tokenUrl": TOKEN_PATH, "scopes": machines}
    return {
        "login": {
            "type": "apiKey",
            "in": "cookie",
            "name": COOKIE,
            "description": "Set by POST /api/login. It ends after an hour without use, or 12 hours in all (settings "
            "`login_idle_s`, `login_max_s`). Unsafe requests carry the CSRF token too.",
        },
        "ticket": {
            "type": "http",
            "scheme": "bearer",
            "description": "The token of `ticket_taken`; it lives for 24 hours (setting `ticket_token_s`).",
        },
        "key": {
            "type": "http",
            "scheme": "bearer",
            "description": "The key of a machine, `cwm_…`, as `cloudwindow machines add` showed it once.",
        },
        "client": {
            "type": "oauth2",
            "flows": {"clientCredentials": flow},
            "description": f"A token of {TOKEN_PATH}, for {MACHINE_TOKEN_S} seconds; scopes are names of operations.",
        },
        "client_basic": {
            "type": "http",
            "scheme": "basic",
            "description": "The machine's name and its key, each form-encoded (RFC 6749, 2.3.1).",
        },
    }
