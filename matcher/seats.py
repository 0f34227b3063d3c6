"""Seats as they announce themselves and as the queue gives them out."""

from typing import Literal

import msgspec

from protocol.skills import Abilities
from protocol.states import SeatState

Duty = Literal["full", "part"]


class SeatCard(msgspec.Struct, frozen=True):
    """A seat that signs in. `window` is the id of its page; the newer window wins.

    Full-time seats are given tickets; part-time ones are alerted and may claim. `home` is the
    district whose tickets it takes before others', where the rules have a bias.
    """

    seat: str
    abilities: Abilities
    duty: Duty = "full"
    wrap_up_s: float = 60
    window: str = ""
    lease_s: float = 15
    home: str = ""
    account: str = ""
    """Agent who works at the seat."""


class LiveSeat(msgspec.Struct, frozen=True, kw_only=True):
    """A seat's state. `after` is the state booked for after the call: a pause reason or `offline`."""

    seat: str
    state: SeatState
    since_ms: int
    duty: Duty
    abilities: Abilities
    reason: str = ""
    until_ms: int = 0
    ticket: str = ""
    reservation: str = ""
    fence: int = 0
    deadline_ms: int = 0
    window: str = ""
    after: str = ""
    lost_ms: int = 0
    misses: int = 0
    account: str = ""


class Beats(list[str]):
    """The seats whose window was superseded; `unknown` ones must sign in again."""

    def __init__(self, superseded: list[str], unknown: list[str]) -> None:
        """Keep both lists."""
        super().__init__(superseded)
        self.unknown = unknown
