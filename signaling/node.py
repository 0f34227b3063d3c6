"""One node's moving parts, put together once and shared by its handlers."""

import dataclasses

from aiohttp import web

from runtime.metrics import Histogram
from signaling.answers import Answers
from signaling.boothtokens import BoothTokens
from signaling.bus import Bus
from signaling.floor import Floor
from signaling.presence import Presence
from signaling.relay import Relay
from signaling.seats import Seats
from signaling.services import Services
from signaling.sessions import Sessions
from signaling.tickets import Tickets
from signaling.trail import Trail
from signaling.turn import Turn


@dataclasses.dataclass(slots=True)
class Node:
    """What a handler may use."""

    its: Services
    answers: Answers
    bus: Bus
    relay: Relay
    sessions: Sessions
    tickets: Tickets
    seats: Seats
    presence: Presence
    floor: Floor
    turn: Turn
    booths: BoothTokens
    trail: Trail
    media_up: Histogram
    draining: bool = False

    @classmethod
    def of(cls, its: Services) -> "Node":
        """Put the parts of a node together."""
        bus = Bus(its.redis, its.keys, its.node)
        sessions = Sessions(its)
        tickets = Tickets(its)
        seats = Seats(its)
        return cls(
            its=its,
            answers=Answers(its.redis, its.keys),
            bus=bus,
            relay=Relay(bus, its.connections),
            sessions=sessions,
            tickets=tickets,
            seats=seats,
            presence=Presence(its, bus, sessions, seats, tickets),
            floor=Floor(its, seats),
            turn=Turn(its.settings, its.clock),
            booths=BoothTokens(its.database),
            trail=Trail(its.database, its.redis, its.keys, its.clock),
            media_up=its.metrics.histogram(
                "window_media_up_seconds", "From a session's begin to the first decoded frame of the other side"
            ),
        )


NODE: web.AppKey[Node] = web.AppKey("node", Node)
