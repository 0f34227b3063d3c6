"""Makes a device a booth by a one-time code, and gives it the challenges that it answers with its key."""

from typing import Annotated

import msgspec
from aiohttp import web
from msgspec import Meta

from protocol.errors import BadInput, BadToken, TooManyTries, UnknownBooth
from protocol.limits import Id
from records.staff import booths
from runtime import throttle
from runtime.device_keys import KEY_MAX
from runtime.edge import reply
from signaling.api.table import Route, guessing, read_body, slow_down
from signaling.node import Node
from signaling.presence.booths import CHALLENGE_S


class EnrolmentRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A one-time code as the operator reads it out, and the device's public key: SPKI (DER) in base 64.

    A booth that the release before enrolled shows its `token` in place of the code, once.
    """

    key: Annotated[str, Meta(min_length=1, max_length=KEY_MAX)]
    code: Annotated[str, Meta(max_length=64)] = ""
    token: Annotated[str, Meta(max_length=64)] = ""


class Enrolled(msgspec.Struct, frozen=True):
    """Booth as which the device is enrolled."""

    booth: str
    site: str
    site_name: str


class ChallengeRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The booth that asks."""

    booth: Id


class Challenge(msgspec.Struct, frozen=True):
    """Challenge that the booth signs for one `hello`, valid for `life_s` seconds."""

    challenge: str
    life_s: int


async def enrol(node: Node, request: web.Request) -> web.StreamResponse:
    """Use a code up."""
    said = await read_body(request, EnrolmentRequest)
    if not said.token:
        booths.check_code(said.code)  # a slip of the finger is told before it counts as a try of the address
    database, clock = node.services.database, node.services.clock
    async with guessing(node, request, throttle.ENROL):
        if said.token:
            booth = await booths.bind(database, said.token, said.key, clock=clock)
        else:
            booth = await booths.enrol(database, said.code, said.key, clock=clock)
    site = node.services.directory.places.site(node.services.directory.places.booth(booth).site)
    return reply(Enrolled(booth, site.id, site.name))


async def challenge(node: Node, request: web.Request) -> web.StreamResponse:
    """Give a challenge, for any name: which booths are enrolled cannot be tried out."""
    said = await read_body(request, ChallengeRequest)
    await slow_down(node, request, throttle.CHALLENGE)
    return reply(Challenge(await node.booths.challenge(said.booth), CHALLENGE_S))


ROUTES = (
    Route(
        method="POST",
        path="/api/booths/enrol",
        act=enrol,
        says="Make a device a booth by a one-time code: its public key is kept, an earlier one of that booth is void.",
        body=EnrolmentRequest,
        answer=Enrolled,
        limits=(throttle.ENROL,),
        more="Wrong codes are counted by address. The booth then signs a challenge for each `hello`: docs/protocol.md, "
        "A booth's key.",
        errors=(BadInput, UnknownBooth, BadToken, TooManyTries),
    ),
    Route(
        method="POST",
        path="/api/booths/challenge",
        act=challenge,
        says="Make the challenge that a booth signs in its next `hello`; valid once, for `life_s` seconds.",
        body=ChallengeRequest,
        answer=Challenge,
        limits=(throttle.CHALLENGE,),
        more="Counted by address; nobody uses up another address's.",
        errors=(BadInput, TooManyTries),
    ),
)
