"""Writes the interface as OpenAPI 3.1 from the same routes and types that serve it."""

import re
from collections.abc import Iterable

import msgspec
from aiohttp import web

from protocol.errors import ServiceError, Unavailable
from runtime.edge import Problem, reply
from runtime.logins import COOKIE, CSRF_HEADER
from runtime.refusals import Failure
from signaling.api.table import Route, Who

Json = dict[str, object]
REF = "#/components/schemas/{name}"
PARAMETER = re.compile(r"{(\w+)}")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
SECURITY: dict[Who, list[dict[str, list[str]]]] = {
    "anybody": [],
    "staff": [{"login": []}],
    "citizen": [{"ticket": []}],
    "party": [{"ticket": []}, {"login": []}],
}


def mount(app: web.Application, routes: tuple[Route, ...]) -> None:
    """Serve the document."""
    text = describe(routes)

    async def show(_request: web.Request) -> web.StreamResponse:
        return reply(text)

    _ = app.router.add_get("/api/openapi.json", show)


def describe(routes: Iterable[Route]) -> Json:
    """Return the whole document."""
    routes = tuple(routes)
    kinds = [Problem, *(kind for route in routes for kind in (route.body, route.answer) if _has_schema(kind))]
    schemas, components = msgspec.json.schema_components(kinds, ref_template=REF)
    by_kind = {_key(kind): schema for kind, schema in zip(kinds, schemas, strict=True)}
    paths: dict[str, Json] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, by_kind)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Cloud Window",
            "version": "1",
            "description": "What pages and programs ask over HTTP. Tickets, calls and seats live on the WebSocket at "
            "/ws, see docs/protocol.md. Every answer that is not the one asked for is a Problem with a stable code.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": _schemes()},
    }


def _has_schema(kind: object) -> bool:
    return kind is not None and kind is not bytes and kind is not str


def _key(kind: object) -> str:
    return str(kind)


def _operation(route: Route, by_kind: dict[str, Json]) -> Json:
    operation: Json = {
        "operationId": _name(route),
        "summary": route.says,
        "parameters": [*_in_path(route), *_in_query(route), *_in_headers(route)],
        "responses": {str(route.status): _success(route, by_kind), **_problems(route)},
    }
    if route.who != "anybody":
        operation["security"] = SECURITY[route.who]
    if route.body is not None:
        content = {"application/json": {"schema": by_kind[_key(route.body)]}}
        operation["requestBody"] = {"required": True, "content": content}
    elif route.method == "PATCH":
        content = {"application/offset+octet-stream": {"schema": {}}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _name(route: Route) -> str:
    words = re.findall(r"[a-z]+", route.path.removeprefix("/api"))
    return "_".join((route.method.lower(), *words))


def _in_path(route: Route) -> list[Json]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in PARAMETER.findall(route.path)
    ]


def _in_query(route: Route) -> list[Json]:
    if route.query is None:
        return []
    _, components = msgspec.json.schema_components([route.query], ref_template=REF)
    properties: dict[str, Json] = components[route.query.__name__]["properties"]
    return [{"name": name, "in": "query", "schema": schema} for name, schema in properties.items()]


def _in_headers(route: Route) -> list[Json]:
    found: list[Json] = [
        {"name": name, "in": "header", "required": name != "Upload-Metadata", "schema": {"type": "string"}}
        for name in route.takes
    ]
    if route.method not in SAFE and route.who in {"staff", "party"}:
        says = "The login's CSRF token, from /api/me; not needed with a ticket's token."
        found.append({"name": CSRF_HEADER, "in": "header", "description": says, "schema": {"type": "string"}})
    return found


def _success(route: Route, by_kind: dict[str, Json]) -> Json:
    if route.answer is None:
        return {"description": "Done."}
    schema = by_kind[_key(route.answer)] if _has_schema(route.answer) else {}
    return {"description": "The answer.", "content": {route.media: {"schema": schema}}}


def _problems(route: Route) -> Json:
    """Describe the refusals by status; every one names its codes."""
    by_status: dict[int, list[type[ServiceError]]] = {}
    errors: tuple[type[ServiceError], ...] = (*route.errors, Unavailable, Failure)
    for error in errors:
        by_status.setdefault(error.http_status, []).append(error)
    content = {"application/json": {"schema": {"$ref": REF.format(name="Problem")}}}
    return {
        str(status): {
            "description": "; ".join(f"`{error.code}`: {(error.__doc__ or '').splitlines()[0]}" for error in found),
            "content": content,
        }
        for status, found in sorted(by_status.items())
    }


def _schemes() -> Json:
    return {
        "login": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "Set by POST /api/login."},
        "ticket": {"type": "http", "scheme": "bearer", "description": "The token of `ticket_taken`."},
    }
