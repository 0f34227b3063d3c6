"""Tells the identity of a page in a session: its participant, route, account and language."""

from matcher import LiveTicket
from protocol.participants import CITIZEN, SEAT, two_of
from signaling.socket.connections import Connection

OFFICIAL = "zh-Hans"
"""The language that the catalogue's official names are in."""

ROLES = {one.id: one.role for one in two_of(0)}


def served_by(page: Connection) -> tuple[str, str]:
    """Return the account that works at a seat's page, and its display name."""
    return (page.login.account, page.login.display_name) if page.login else ("", "")


def participant_of(page: Connection) -> str:
    """Return the id of the participant whose page it is."""
    return SEAT if page.seat else page.guest or CITIZEN


def route_of(row: LiveTicket, participant: str) -> str:
    """Return the identity under which the page of a session's participant is found."""
    if participant in ROLES:
        return f"seat:{row.seat}" if participant == SEAT else f"ticket:{row.ticket}"
    return f"guest:{participant}"


def language_of(page: Connection) -> str:
    """Return the language in which a page is told names; staff who read the official ones are told those."""
    return "" if page.seat and page.locale == OFFICIAL else page.locale
