"""Puts an event of the outbox into its envelope: at every time the same bytes."""

import datetime as dt
from typing import Final

import msgspec
from msgspec import UNSET

from protocol.outbox import SPEC, CloudEvent, schema_of, type_of
from records.tables.outbox import OutboxRow

YEAR_9999_MS: Final = 253_402_300_799_999
"""The last moment that RFC 3339 can write; the journal holds any number."""


def envelope(row: OutboxRow) -> CloudEvent:
    """Return an event as other systems are sent it."""
    return CloudEvent(
        specversion=SPEC,
        datacontenttype="application/json",
        id=row.id,
        source=f"urn:cloudwindow:realm:{row.realm}",
        type=type_of(row.kind),
        subject=row.subject,
        time=_time(row.at_ms),
        dataschema=schema_of(row.kind),
        sequence=f"{row.seq:019d}",  # sorts as text, as the extension asks
        replaces=row.replaces or UNSET,
        collectingdistrict=row.collecting_district or UNSET,
        handlingdistrict=row.handling_district or UNSET,
        department=row.department or UNSET,
        site=row.site or UNSET,
        data=msgspec.Raw(row.data.encode()),
    )


def _time(at_ms: int) -> str:
    seconds, ms = divmod(min(at_ms, YEAR_9999_MS), 1000)
    return f"{dt.datetime.fromtimestamp(seconds, dt.UTC):%Y-%m-%dT%H:%M:%S}.{ms:03d}Z"
