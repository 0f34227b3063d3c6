"""One node's moving parts, put together once and shared by its handlers."""

import asyncio
import dataclasses
import time

from aiohttp import web

from protocol.errors import ClockWrong
from records.sessions.looks import SessionReader
from records.staff.sign_ins import SignIns
from runtime.metrics import WAIT_S, Histogram
from runtime.throttle import AddressBuckets, Limit
from signaling.bus import Bus
from signaling.floor.wallboard import Floor
from signaling.machine_access import MachineAccess
from signaling.news import News
from signaling.presence.booths import BoothKeys
from signaling.presence.presence import Presence
from signaling.queue.following import Following
from signaling.queue.seats import Seats
from signaling.queue.tickets import Tickets
from signaling.sandbox import Sandbox
from signaling.services import RealmServices
from signaling.session.allowance import Allowance
from signaling.session.ice import AddressPolicy
from signaling.session.media_plane import MakeMediaPlane, MediaPlane
from signaling.session.relay import Relay
from signaling.session.sessions import Sessions
from signaling.session.turn import Turn
from signaling.session.unfinished import Unfinished
from signaling.socket.answers import Answers
from signaling.socket.doors import Doors
from signaling.socket.polls import Polls
from signaling.trail import Trail


@dataclasses.dataclass(slots=True)
class Node:
    """The parts that a handler may use."""

    services: RealmServices
    answers: Answers
    bus: Bus
    news: News
    media: MediaPlane
    sessions: Sessions
    tickets: Tickets
    seats: Seats
    presence: Presence
    floor: Floor
    following: Following
    turn: Turn
    booths: BoothKeys
    machines: MachineAccess
    trail: Trail
    sign_ins: SignIns
    reader: SessionReader
    doors: Doors
    polls: Polls
    searches: AddressBuckets
    allowance: Allowance
    unfinished: Unfinished
    sandbox: Sandbox | None
    """In a demonstration alone."""
    media_up: Histogram
    command_s: Histogram
    wait_s: Histogram
    hears: asyncio.Event = dataclasses.field(default_factory=asyncio.Event)
    """Set once the journal is followed: what happens to a page's ticket or seat before that is told to nobody here."""
    catalogue_changed: asyncio.Event = dataclasses.field(default_factory=asyncio.Event)
    """Set when another process says that the ledger has a newer catalogue."""
    draining: bool = False

    @property
    def is_sure(self) -> bool:
        """Whether this node's clock is right: whether it may sign, and decide that something is over."""
        try:
            return self.services.clock.sure_ms() >= 0
        except ClockWrong:
            return False

    @classmethod
    def of(cls, services: RealmServices, make_media: MakeMediaPlane = Relay) -> "Node":
        """Put the parts of a node together; `make_media` makes its media plane."""
        bus = Bus(services.redis, services.keys, services.node)
        turn = Turn(services.settings, services.clock)
        media = make_media(bus, services.connections, AddressPolicy(services.settings))
        sessions = Sessions(services, turn, media)
        tickets = Tickets(services)
        seats = Seats(services)
        floor = Floor(services, seats)
        trail = Trail(services.database, services.redis, services.keys, services.clock)
        return cls(
            services=services,
            answers=Answers(services.redis, services.keys, services.node),
            bus=bus,
            news=News(services.database, bus, services.bell, services.node),
            media=media,
            sessions=sessions,
            tickets=tickets,
            seats=seats,
            presence=Presence(services, bus, sessions, seats, tickets),
            floor=floor,
            following=Following(services, seats, tickets, floor),
            turn=turn,
            booths=BoothKeys(services),
            machines=MachineAccess(services),
            trail=trail,
            sign_ins=SignIns(services.database, services.logins, services.clock, bus.dismiss, trail.note),
            reader=SessionReader(services.database, trail.note),
            doors=services.doors,
            polls=Polls(),
            searches=AddressBuckets(
                Limit(
                    "searches",
                    services.settings.searches_per_address_burst,
                    services.settings.searches_per_address_per_s * 60,
                ),
                time.monotonic,
            ),
            allowance=Allowance(services),
            unfinished=Unfinished(services),
            sandbox=Sandbox.of(services, tickets, floor, trail),
            command_s=services.metrics.histogram("window_command_seconds", "From a command's frame to its answer"),
            wait_s=services.metrics.histogram(
                "window_wait_seconds", "Waits of tickets that a seat of this node answered", WAIT_S
            ),
            media_up=services.metrics.histogram(
                "window_media_up_seconds", "From a session's begin to the first decoded frame of the other side"
            ),
        )


NODE: web.AppKey[Node] = web.AppKey("node", Node)
