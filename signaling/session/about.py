"""Decodes the subject of a ticket, as its taker said it, from its row in the queue."""

import msgspec

from matcher import LiveTicket
from protocol.errors import TicketNotFound
from protocol.priorities import Priority, PriorityClaim
from protocol.views import About
from records.catalogue.directory import Directory
from runtime import kept

_about = msgspec.json.Decoder(About).decode


def decode_about(text: str) -> About:
    """Decode a ticket's subject.

    Raises:
        TicketNotFound: what is kept of it cannot be read.
    """
    about = kept.read("about", text, _about)
    if about is None:
        raise TicketNotFound
    return about


def shared_about(about: About) -> About:
    """Return the part of a subject that a guest may know: the item and the language, not its owner nor its receipt."""
    return About(
        number="",
        item=about.item,
        item_name=about.item_name,
        mode=about.mode,
        language=about.language,
        locale=about.locale,
    )


def in_language(directory: Directory, about: About, locale: str) -> About:
    """Return a subject with the names of its item and site in a language; an empty one stands for the official names.

    What the catalogue has no longer keeps the name it had.
    """
    if not locale:
        return about
    item = directory.items.name_in(about.item, about.item_name, locale)
    site = directory.places.site_name(about.site, locale)
    return msgspec.structs.replace(about, item_name=item, site_name=about.site_name if site == about.site else site)


def number_of(row: LiveTicket) -> str:
    """Return a ticket's number; empty for an unreadable row."""
    about = readable_about(row)
    return about.number if about is not None else ""


def readable_about(row: LiveTicket) -> About | None:
    """Return a ticket's subject; None for an unreadable row."""
    about = kept.read("about", row.about, _about)
    return about if about is None else _with_class(about, row)


def _with_class(about: About, row: LiveTicket) -> About:
    """Return a subject that says whether its call was lost, which the queue alone knows."""
    return msgspec.structs.replace(about, returning=row.priority is Priority.RETURNING)


def claim_of(about: About) -> PriorityClaim:
    """Return whether a ticket's citizen claimed priority; a press of the help button (SOS) is no such claim."""
    return PriorityClaim.CLAIMED if about.priority == Priority.PRIORITY else PriorityClaim.NONE


def about_of(row: LiveTicket) -> About:
    """Return a ticket's subject.

    Raises:
        TicketNotFound: what is kept of it cannot be read.
    """
    return _with_class(decode_about(row.about), row)
