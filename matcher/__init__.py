"""Matches citizens' tickets to the seats that can serve them: exact, fair and lossless, on Redis or Valkey."""

from matcher.check import Violation
from matcher.journal_verbs import SessionNote
from matcher.lending import Lending
from matcher.queue import Queue
from matcher.rules import Rules
from matcher.seats import Beats, LiveSeat, SeatCard
from matcher.tickets import LiveTicket, NewTicket, Step
from matcher.watch_verbs import LaneRow, QueuePlace, QueueSnapshot

__all__ = [
    "Beats",
    "LaneRow",
    "Lending",
    "LiveSeat",
    "LiveTicket",
    "NewTicket",
    "Queue",
    "QueuePlace",
    "QueueSnapshot",
    "Rules",
    "SeatCard",
    "SessionNote",
    "Step",
    "Violation",
]
