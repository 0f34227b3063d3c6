"""Kinds of simulated events, and states of a call."""

from enum import IntEnum


class Happening(IntEnum):
    """Kind of a simulated event; the order decides between two of the same millisecond."""

    SHIFT_ON = 0
    BOOK = 1
    CALL = 2
    TALK_OVER = 3
    WRAPPED_UP = 4
    BACK = 5
    ANSWER = 6
    RUNG_OUT = 7
    RECONSIDER = 8
    """A call widens, or a refusal is forgotten."""
    GIVE_UP = 9
    LOOK = 10
    """A part-time seat looks at what it may claim."""
    SHIFT_OFF = 11
    CLOSE = 12


class Standing(IntEnum):
    """State of a call."""

    AWAITED = 0
    WAITING = 1
    RINGING = 2
    SERVING = 3
    OVER = 4
