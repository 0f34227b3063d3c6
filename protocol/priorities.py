"""Priority classes as head starts: a class is worth a published number of minutes, never more."""

from enum import StrEnum


class Priority(StrEnum):
    """Priority class of a ticket: groups that are served sooner."""

    SOS = "sos"
    RETURNING = "returning"  # a dropped call coming back
    APPOINTMENT = "appointment"  # on time
    PRIORITY = "priority"  # elder, disabled, pregnant, with an infant, veteran
    NORMAL = "normal"


class PriorityClaim(StrEnum):
    """State of a citizen's claim to priority; a claim gives the head start before an agent confirmed it."""

    NONE = ""  # nothing was claimed
    CLAIMED = "claimed"  # nobody has looked yet
    CONFIRMED = "confirmed"
    REFUSED = "refused"


HEAD_START_S: dict[Priority, float] = {
    Priority.SOS: 12 * 3600,
    Priority.RETURNING: 3600,
    Priority.APPOINTMENT: 1800,
    Priority.PRIORITY: 600,
    Priority.NORMAL: 0,
}
"""Seconds that a class is worth. Because it is a head start and not a rank, a normal ticket that
has waited that much longer goes first: no class starves another."""
