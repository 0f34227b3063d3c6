"""The scope of an account's rights: the whole realm, or one district, department or site.

`Scope.covers` is the policy: every read of staff asks it, or its twin in SQL (`records.scopes.within`); a test holds
the two equal.
"""

from enum import StrEnum
from typing import Final

import msgspec

from protocol.errors import BadInput
from protocol.rights import ADMINISTRATORS, Role


class ScopeKind(StrEnum):
    """Kind of a scope."""

    REALM = "realm"
    DISTRICT = "district"
    """Tickets that are collected in the district or handled by it; its seats, booths and lanes."""
    DEPARTMENT = "department"
    """Tickets about the department's items. A department has no seats of its own."""
    SITE = "site"
    """Tickets taken at the site; its seats and booths."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """The places that an object belongs to, by their ids; empty ids are no place."""

    districts: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()


class Scope(msgspec.Struct, frozen=True):
    """A scope; `id` is the place's id in the catalogue, empty for the realm."""

    kind: ScopeKind = ScopeKind.REALM
    id: str = ""

    def covers(self, place: Place) -> bool:
        """Return whether an object at these places is within the scope."""
        if self.kind is ScopeKind.REALM:
            return True
        ids = {
            ScopeKind.DISTRICT: place.districts,
            ScopeKind.DEPARTMENT: place.departments,
            ScopeKind.SITE: place.sites,
        }
        return bool(self.id) and self.id in ids[self.kind]

    def __str__(self) -> str:
        """Return it as `parse` reads it: `realm`, `district:440114`."""
        return f"{self.kind.value}:{self.id}" if self.id else self.kind.value


EVERYWHERE: Final = Scope()
"""The whole realm."""


def parse(text: str) -> Scope:
    """Read a scope: `realm`, `district:CODE`, `department:ID` or `site:ID`.

    Raises:
        BadInput: it is none of these.
    """
    kind, _, place = text.strip().partition(":")
    try:
        scope = Scope(ScopeKind(kind.strip().lower()), place.strip())
    except ValueError:
        raise BadInput(field="scope", why="format") from None
    if (scope.kind is ScopeKind.REALM) is bool(scope.id):
        raise BadInput(field="scope", why="format")
    return scope


def check_role(role: Role, scope: Scope) -> None:
    """Refuse a narrower scope to the three administrators: accounts, roles and the trail are the realm's.

    Raises:
        BadInput: the role needs the whole realm.
    """
    if role in ADMINISTRATORS and scope != EVERYWHERE:
        raise BadInput(field="scope", why="realm_only", role=role.value)
