"""Says which role has which right: the one table that routes, pages, frames and commands name their rights from.

Three administrators share no right and no account (GB/T 22239-2019, level 3): the system administrator keeps accounts
and the machine, the security administrator grants roles, the audit administrator reads the trail of both. None of them
reads what citizens and agents said or handed in.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Role(StrEnum):
    """The role of a member of staff; an account has exactly one."""

    NONE = "none"
    """An account that nobody granted a role yet."""
    SYSTEM = "system"
    SECURITY = "security"
    AUDITOR = "auditor"
    SUPERVISOR = "supervisor"
    OFFICER = "officer"
    """Acts on cases in the handling district."""
    AGENT = "agent"
    CLERK = "clerk"
    """Sits at a physical window, near the citizen."""
    GUIDE = "guide"
    """Helps people at the booth's site."""


class Right(StrEnum):
    """A right; each route, page, frame or command needs exactly one."""

    OWN_LOGIN = "login.own"
    """Sign out, see who one is, change the own password and second factor."""
    SERVE_CALLS = "calls.serve"
    """Work at the own seat: take tickets, talk, judge the papers of the ticket served, close."""
    WATCH_FLOOR = "floor.watch"
    PAUSE_SEATS = "seats.pause"
    READ_RECORDS = "records.read"
    """Find sessions and read what was said in them."""
    EXPORT_RECORDS = "records.export"
    READ_EVENTS = "events.read"
    """Read the feed of events: ids and states of what happened, within the scope."""
    READ_PAPERS = "papers.read"
    """See the papers of any ticket; a citizen and the agent who serves need no right for their own."""
    KEEP_ACCOUNTS = "accounts.keep"
    """Make, open and close accounts, set a first password."""
    GRANT_ROLES = "accounts.grant"
    """Grant and revoke roles, reset a second factor; never the own."""
    READ_AUDIT = "audit.read"
    """Read and verify the audit trail."""
    KEEP_SYSTEM = "system.keep"
    """Run the installation: catalogue, booths, queue, journal, retention."""


_OWN: Final = frozenset({Right.OWN_LOGIN})
RIGHTS: Final[Mapping[Role, frozenset[Right]]] = MappingProxyType(
    {
        Role.NONE: _OWN,
        Role.SYSTEM: _OWN | {Right.KEEP_ACCOUNTS, Right.KEEP_SYSTEM},
        Role.SECURITY: _OWN | {Right.GRANT_ROLES},
        Role.AUDITOR: _OWN | {Right.READ_AUDIT},
        Role.SUPERVISOR: _OWN
        | {Right.WATCH_FLOOR, Right.PAUSE_SEATS, Right.READ_RECORDS, Right.EXPORT_RECORDS}
        | {Right.READ_EVENTS, Right.READ_PAPERS},
        Role.OFFICER: _OWN,
        Role.AGENT: _OWN | {Right.SERVE_CALLS},
        Role.CLERK: _OWN,
        Role.GUIDE: _OWN,
    }
)
ADMINISTRATORS: Final = frozenset({Role.SYSTEM, Role.SECURITY, Role.AUDITOR})
"""The three who must be three different people."""


def may(role: Role, right: Right) -> bool:
    """Return whether a role has a right."""
    return right in RIGHTS[role]


def table() -> str:
    """Return the table as Markdown, a line a right and a column a role, as docs/rights.md shows it."""
    head = ["right", *(role.value for role in Role)]
    lines = [head, ["---"] * len(head)]
    lines += [[f"`{right.value}`", *("yes" if may(role, right) else "" for role in Role)] for right in Right]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
