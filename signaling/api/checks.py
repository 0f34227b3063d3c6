"""Checks numbers of people, organisations, items and cases for forms and for other systems."""

from typing import Annotated

import msgspec
from aiohttp import web
from msgspec import Meta

from protocol import identifiers
from protocol.errors import BadInput, TooManyTries
from protocol.identifiers import Checked, Kind
from runtime.edge import reply
from signaling.api.table import Route, count_look, read_body
from signaling.node import Node


class CheckAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A number to check."""

    kind: Annotated[Kind, Meta(description="Which number it should be.")]
    value: Annotated[str, Meta(max_length=200, description="What was typed; full width, blanks, dashes are forgiven.")]


async def check(node: Node, request: web.Request) -> web.StreamResponse:
    """Check a number; it is neither kept nor logged."""
    count_look(node, request)
    asked = await read_body(request, CheckAsked)
    services = node.services
    today = services.business.now().local(services.directory.zone).date()
    return reply(identifiers.check(asked.kind, asked.value, today))


ROUTES = (
    Route(
        method="POST",
        path="/api/checks",
        act=check,
        for_machines=True,
        says="Check a number: is it well-formed, how is it kept, and if not, why.",
        body=CheckAsked,
        answer=Checked,
        errors=(BadInput, TooManyTries),
        more="Well-formed is not issued: whose number it is, the identity port answers. `why` is `format`, `check` "
        "(a check character), `date` (no day, or one to come), `area`, `kind` (a number of another kind), `old` (the "
        "15-digit number of before 1999) or `level`. Nothing of it is kept or logged.",
        tag="People",
    ),
)
