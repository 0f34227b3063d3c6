"""Turns a booth's one-time code into its token."""

from typing import Annotated

import msgspec
from aiohttp import web
from msgspec import Meta

from protocol.errors import BadInput, TooManyTries, UnknownBooth
from records.staff import booths
from runtime import throttle
from runtime.edge import reply
from signaling.api.table import Route, read_body, slow_down
from signaling.node import Node


class Code(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A one-time code as the operator reads it out."""

    code: Annotated[str, Meta(min_length=1, max_length=64)]


class Enrolled(msgspec.Struct, frozen=True):
    """What a booth keeps: `token` goes into its `hello`."""

    booth: str
    site: str
    site_name: str
    token: str


async def enrol(node: Node, request: web.Request) -> web.StreamResponse:
    """Use a code up."""
    said = await read_body(request, Code)
    await slow_down(node, request, throttle.ENROL)
    booth, token = await booths.enrol(node.its.database, said.code, clock=node.its.clock)
    site = node.its.directory.site(node.its.directory.booth(booth).site)
    return reply(Enrolled(booth, site.id, site.name, token))


ROUTES = (
    Route(
        method="POST",
        path="/api/booths/enrol",
        act=enrol,
        says="Turn a one-time code into a booth's token; an earlier token of that booth is void.",
        body=Code,
        answer=Enrolled,
        limits=(throttle.ENROL,),
        more="Counted by address.",
        errors=(BadInput, UnknownBooth, TooManyTries),
    ),
)
