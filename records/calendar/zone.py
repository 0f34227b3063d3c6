"""The time zone of a realm: by it days begin and end, in records, numbers, hours and exports."""

from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.errors import BadInput
from records.tables.settings import SettingRow
from runtime.clock import CHINA

ZONE: Final = "timezone"
"""Name of the setting in the ledger."""


class ZoneUnknown(Exception):
    """This machine has no such time zone as the ledger says the realm is in: update the package `tzdata`."""


def zone_of_setting(value: str | None) -> ZoneInfo:
    """Return the time zone that a setting's JSON names; without one, China's.

    Raises:
        ZoneUnknown: this machine has none of that name.
    """
    if value is None:
        return CHINA
    name = msgspec.json.decode(value, type=str)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ZoneUnknown(name) from None


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
    """Return the time zone of the transaction's realm, as its catalogue says now.

    Raises:
        ZoneUnknown: this machine has none of that name.
    """
    return zone_of_setting(await db.scalar(select(SettingRow.value).where(SettingRow.name == ZONE)))
