"""What a ticket is about, as its taker said it: read from what the queue keeps of it."""

import msgspec

from matcher import TicketRow
from protocol.errors import TicketNotFound
from protocol.priorities import Priority, PriorityClaim
from protocol.views import About
from runtime import kept

_about = msgspec.json.Decoder(About).decode


def decode_about(text: str) -> About:
    """Read what a ticket is about.

    Raises:
        TicketNotFound: what is kept of it cannot be read.
    """
    about = kept.read("about", text, _about)
    if about is None:
        raise TicketNotFound
    return about


def shared_about(about: About) -> About:
    """Return what a guest may know of a ticket: the item and the language, not whose it is nor its receipt."""
    return About(
        number="",
        item=about.item,
        item_name=about.item_name,
        mode=about.mode,
        language=about.language,
        locale=about.locale,
    )


def number_of(row: TicketRow) -> str:
    """Return a ticket's number; nothing when what is kept of it cannot be read."""
    about = readable_about(row)
    return about.number if about is not None else ""


def readable_about(row: TicketRow) -> About | None:
    """Return what a ticket is about; None when what is kept of it cannot be read."""
    return kept.read("about", row.about, _about)


def claim_of(about: About) -> PriorityClaim:
    """Return whether a ticket's citizen claimed priority; a press of the help button (SOS) is no such claim."""
    return PriorityClaim.CLAIMED if about.priority == Priority.PRIORITY else PriorityClaim.NONE


def about_of(row: TicketRow) -> About:
    """Return what a ticket is about."""
    return decode_about(row.about)
