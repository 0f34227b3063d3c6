"""Serves the frames of the socket to programs: as JSON Schema and as TypeScript."""

from functools import cache

from aiohttp import web

from protocol import declarations
from runtime.edge import reply
from signaling.api.table import Route
from signaling.node import Node


async def schema(_node: Node, _request: web.Request) -> web.StreamResponse:
    """Return every frame as JSON Schema."""
    return reply(_schema())


async def types(_node: Node, _request: web.Request) -> web.StreamResponse:
    """Return every frame as TypeScript."""
    return web.Response(text=_types(), content_type="text/plain", headers={"Cache-Control": "no-store"})


_schema = cache(declarations.schema)
_types = cache(declarations.render)
ROUTES = (
    Route(
        method="GET",
        path="/api/messages.schema.json",
        act=schema,
        says="Every frame of the socket as JSON Schema (2020-12): `#/$defs/ClientFrame`, `#/$defs/ServerFrame`.",
        answer=dict,
    ),
    Route(
        method="GET",
        path="/api/messages.d.ts",
        act=types,
        says="Every frame of the socket as TypeScript.",
        answer=str,
        media=("text/plain",),
    ),
)
