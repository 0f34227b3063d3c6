"""Matches citizens' tickets to the seats that can serve them: exact, fair and lossless, on Redis or Valkey."""

from matcher.check import Violation
from matcher.queue import Queue
from matcher.rules import Rules
from matcher.seats import Beats, SeatCard, SeatRow
from matcher.tickets import NewTicket, Step, TicketRow
from matcher.watch_verbs import LaneRow, Place, QueueSnapshot

__all__ = [
    "Beats",
    "LaneRow",
    "NewTicket",
    "Place",
    "Queue",
    "QueueSnapshot",
    "Rules",
    "SeatCard",
    "SeatRow",
    "Step",
    "TicketRow",
    "Violation",
]
