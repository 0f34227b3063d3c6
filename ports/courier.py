"""Courier: papers and results between sites, and from an office to a citizen.

Where from: couriers take an order with two addresses, give a waybill, and report its moves. Who holds an original is a
matter of record: a parcel is handed over when it was given *and* taken.
"""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from ports.kit.operation import PortNotice, PortOperation

PORT: Final = "courier"
Short = Annotated[str, Meta(min_length=1, max_length=64)]


class ParcelEnd(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sender or receiver: name, phone, address."""

    name: Short
    phone: Annotated[str, Meta(pattern=r"^[0-9+-]{5,20}$")]
    address: Annotated[str, Meta(min_length=1, max_length=200)]


class ParcelOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A parcel to fetch: its case, its two ends, its contents, and which of the ends pays."""

    case: Short
    sender: ParcelEnd
    receiver: ParcelEnd
    contents: Annotated[str, Meta(min_length=1, max_length=100)]
    receiver_pays: bool = False


class Waybill(msgspec.Struct, frozen=True):
    """The waybill's number."""

    waybill: Short


class WaybillQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A waybill whose moves are asked for."""

    waybill: Short


class ParcelMove(msgspec.Struct, frozen=True):
    """A move of a parcel: where, what, when (milliseconds since the epoch), and who took it at the end."""

    waybill: Short
    place: Annotated[str, Meta(max_length=100)]
    what: Short
    at_ms: int
    taken_by: Annotated[str, Meta(max_length=64)] = ""


class ParcelMoves(msgspec.Struct, frozen=True):
    """All moves of a parcel so far, the oldest first."""

    moves: Annotated[tuple[ParcelMove, ...], Meta(max_length=200)]


_MOVE: Final = ParcelMove("SF0001", "番禺", "delivered", 1_764_489_600_000, taken_by="陈桂花")
ORDER: Final = PortOperation(
    port=PORT,
    name="order",
    purpose="sending papers of a case",
    asks=ParcelOrder,
    answers=Waybill,
    example=ParcelOrder(
        "440113-20261130-0001",
        ParcelEnd("花都政务中心", "020-12345", "花都区"),
        ParcelEnd("陈桂花", "13800138000", "番禺区石楼镇"),
        "优待证",
        receiver_pays=False,
    ),
    example_answer=Waybill("SF0001"),
    changes=True,
    is_personal=True,
    refusals=("address_not_served",),
)
TRACK: Final = PortOperation(
    port=PORT,
    name="track",
    purpose="where papers of a case are",
    asks=WaybillQuestion,
    answers=ParcelMoves,
    example=WaybillQuestion("SF0001"),
    example_answer=ParcelMoves((_MOVE,)),
    is_personal=True,
    refusals=("unknown_waybill",),
)
FETCHED: Final = PortNotice(PORT, "fetched", "the courier has taken the parcel", ParcelMove, _MOVE, 1)
CARRIED: Final = PortNotice(PORT, "carried", "the parcel is on its way", ParcelMove, _MOVE, 2)
HANDED_OVER: Final = PortNotice(PORT, "handed_over", "the receiver has taken the parcel", ParcelMove, _MOVE, 3)
LOST: Final = PortNotice(PORT, "lost", "the parcel came back or was lost", ParcelMove, _MOVE, 4)

OPERATIONS: Final = (ORDER, TRACK)
NOTICES: Final = (FETCHED, CARRIED, HANDED_OVER, LOST)
