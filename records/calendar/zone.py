"""The time zone of a realm: by it days begin and end, in records, numbers, hours and exports."""

from typing import Final
from zoneinfo import ZoneInfo, available_timezones

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.errors import BadInput
from records.tables.settings import SettingRow
from runtime.clock import CHINA

ZONE: Final = "timezone"
"""Name of the setting in the ledger."""


def zone_of_setting(value: str | None) -> ZoneInfo:
    """Return the time zone that a setting's JSON names; without one, China's."""
    return CHINA if value is None else ZoneInfo(msgspec.json.decode(value, type=str))


def check_zone(value: str) -> None:
    """Refuse a setting's JSON that names no time zone: records, hours and numbers would stop.

    Raises:
        BadInput: `why` is `timezone`.
    """
    try:
        known = msgspec.json.decode(value, type=str) in available_timezones()
    except msgspec.DecodeError:
        known = False
    if not known:
        raise BadInput(field="value", why="timezone")


async def zone_of(db: AsyncSession) -> ZoneInfo:
    """Return the time zone of the transaction's realm, as its catalogue says now."""
    return zone_of_setting(await db.scalar(select(SettingRow.value).where(SettingRow.name == ZONE)))
