"""The queue: every verb of a realm in one object."""

from matcher.care_verbs import CareVerbs
from matcher.journal_verbs import JournalVerbs
from matcher.seat_verbs import SeatVerbs
from matcher.ticket_verbs import TicketVerbs
from matcher.watch_verbs import WatchVerbs


class Queue(TicketVerbs, SeatVerbs, JournalVerbs, WatchVerbs, CareVerbs):
    """A realm of the queue. Each call is one atomic script on the server; nothing is kept here."""
