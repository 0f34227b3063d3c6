"""Composes the queue of a realm of its verbs, grouped by subject."""

from matcher.base import QueueBase, Roster
from matcher.care_verbs import CareVerbs
from matcher.journal_verbs import JournalVerbs
from matcher.rules import Rules
from matcher.scripts import Server
from matcher.seat_verbs import SeatVerbs
from matcher.ticket_verbs import TicketVerbs
from matcher.watch_verbs import WatchVerbs
from runtime.business_clock import BusinessClock
from runtime.clock import Clock


class Queue(QueueBase):
    """A realm of the queue. Each verb is one atomic script on the server; nothing of tickets or seats is kept here."""

    def __init__(
        self,
        redis: Server,
        realm: str,
        clock: Clock,
        rules: Rules | None = None,
        roster: Roster | None = None,
        business: BusinessClock | None = None,
    ) -> None:
        """Work on the realm's keys through this client; see `QueueBase`."""
        super().__init__(redis, realm, clock, rules, roster, business)
        self.tickets = TicketVerbs(self)
        self.seats = SeatVerbs(self)
        self.journal = JournalVerbs(self)
        self.line = WatchVerbs(self)
        self.care = CareVerbs(self)
