"""Card reader: the identity card that lies on a reader at a booth or a hall's window.

Where from: readers come with a local service that opens the device, reads and closes it, each maker in its own way; an
adapter on that machine speaks this contract. The portrait is not asked for.
"""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from ports.kit.operation import PortOperation

PORT: Final = "card_reader"
Short = Annotated[str, Meta(min_length=1, max_length=64)]
Day = Annotated[str, Meta(pattern=r"^([0-9]{8})?$")]


class CardQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The reader, by the booth or window that it stands at."""

    reader: Short


class IdentityCard(msgspec.Struct, frozen=True):
    """The print on a card: name, number, sex as printed, birth, address, office, and the end of its validity.

    Days are `yyyymmdd`; an empty `valid_until` is a card without end.
    """

    name: Short
    number: Annotated[str, Meta(min_length=15, max_length=18)]
    sex: Annotated[str, Meta(max_length=4)]
    born: Day
    address: Annotated[str, Meta(max_length=200)]
    office: Annotated[str, Meta(max_length=100)]
    valid_until: Day = ""


READ: Final = PortOperation(
    port=PORT,
    name="read",
    purpose="the citizen's identity card",
    asks=CardQuestion,
    answers=IdentityCard,
    example=CardQuestion("HD-TB-01"),
    example_answer=IdentityCard(
        "陈桂花", "440524188001010014", "女", born="18800101", address="广东省广州市花都区", office="花都区公安分局"
    ),
    is_personal=True,
    refusals=("no_card", "no_reader", "unreadable_card"),
)

OPERATIONS: Final = (READ,)
NOTICES: Final = ()
