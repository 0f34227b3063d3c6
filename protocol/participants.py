"""Who takes part in a session, and by which id."""

from typing import Final

CITIZEN: Final = "citizen"
"""The id of the participant whose ticket it is."""
SEAT: Final = "seat"
"""The id of the participant who serves the ticket."""
