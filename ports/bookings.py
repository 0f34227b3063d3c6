"""Booking platform of the city (预约): its one entrance for appointments, which shows our free times and books them.

Where from: the city's rule names one platform with one set of rules; it reads a feed of times and tells each booking.
Free times replace those told before of the same place and day; a booking is confirmed or refused by us.
"""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from ports.kit.operation import PortNotice, PortOperation

PORT: Final = "bookings"
Short = Annotated[str, Meta(min_length=1, max_length=64)]
Day = Annotated[str, Meta(pattern=r"^[0-9]{8}$")]


class FreeTime(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A time that can be booked: from when (milliseconds since the epoch), how long (minutes), how many people."""

    from_ms: int
    minutes: Annotated[int, Meta(ge=1, le=480)]
    free: Annotated[int, Meta(ge=0, le=10_000)]


class FreeTimes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All times of an item at a site on a day (`yyyymmdd`); they replace those of a lower `version`."""

    site: Short
    item: Short
    day: Day
    version: Annotated[int, Meta(ge=1)]
    times: Annotated[tuple[FreeTime, ...], Meta(max_length=200)]


class ShownTimes(msgspec.Struct, frozen=True):
    """The version of the times that the platform shows now."""

    version: int


class BookingAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Our answer to a booking: confirmed, or not and why."""

    booking: Short
    is_confirmed: bool
    reason: Annotated[str, Meta(max_length=200)] = ""


class KnownBooking(msgspec.Struct, frozen=True):
    """The booking that the platform has noted our answer for."""

    booking: Short


class CityBooking(msgspec.Struct, frozen=True):
    """A booking at the platform: item, site, time (milliseconds since the epoch), the citizen's name and phone."""

    booking: Short
    item: Short
    site: Short
    from_ms: int
    name: Short
    phone: Annotated[str, Meta(pattern=r"^1[3-9][0-9]{9}$")]
    replaces: Annotated[str, Meta(max_length=64)] = ""


_BOOKING: Final = CityBooking("b-5", "MZ01", "HD-TB", 1_764_489_600_000, "陈桂花", "13800138000")
PUBLISH: Final = PortOperation(
    port=PORT,
    name="publish",
    purpose="showing free times at the city's platform",
    asks=FreeTimes,
    answers=ShownTimes,
    example=FreeTimes("HD-TB", "MZ01", "20261201", 7, (FreeTime(1_764_489_600_000, 15, 2),)),
    example_answer=ShownTimes(7),
    changes=True,
    refusals=("unknown_site", "unknown_item"),
)
ANSWER: Final = PortOperation(
    port=PORT,
    name="answer",
    purpose="the answer to a booking at the city's platform",
    asks=BookingAnswer,
    answers=KnownBooking,
    example=BookingAnswer("b-5", is_confirmed=True),
    example_answer=KnownBooking("b-5"),
    changes=True,
    is_personal=True,
    refusals=("unknown_booking",),
)
BOOKED: Final = PortNotice(PORT, "booked", "somebody booked a time", CityBooking, _BOOKING, 1)
MOVED: Final = PortNotice(PORT, "moved", "a booking took the place of another", CityBooking, _BOOKING, 2)
WITHDRAWN: Final = PortNotice(PORT, "withdrawn", "a booking was taken back", CityBooking, _BOOKING, 3)

OPERATIONS: Final = (PUBLISH, ANSWER)
NOTICES: Final = (BOOKED, MOVED, WITHDRAWN)
