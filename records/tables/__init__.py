"""All tables of the ledger; importing this module makes `Base.metadata` complete."""

from records.tables import hooks, items, journal, ledger, machines, outbox, places, ports, seats, sessions, settings
from records.tables.base import Base

__all__ = [
    "Base",
    "hooks",
    "items",
    "journal",
    "ledger",
    "machines",
    "outbox",
    "places",
    "ports",
    "seats",
    "sessions",
    "settings",
]
