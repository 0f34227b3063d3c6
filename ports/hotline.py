"""The hotline 12345: work orders that go there, and those that come from there.

Where from: hotlines hand orders on with a number, a text and a term, ask for an answer, may urge it, and may give it
back as unsatisfactory. An order that is about the style of work goes to discipline, not to the unit that it is about.
"""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from ports.kit.operation import PortNotice, PortOperation

PORT: Final = "hotline"
Short = Annotated[str, Meta(min_length=1, max_length=64)]
Words = Annotated[str, Meta(min_length=1, max_length=2000)]


class HotlineOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An order for the hotline: our number, district, subject, text, and whether it is about the style of work."""

    order: Short
    district: Short
    subject: Short
    text: Words
    phone: Annotated[str, Meta(pattern=r"^(1[3-9][0-9]{9})?$")] = ""
    is_about_style: bool = False


class HotlineReceipt(msgspec.Struct, frozen=True):
    """The hotline's own number of the order."""

    foreign: Short


class HotlineAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The answer to an order of the hotline, by its number there."""

    foreign: Short
    text: Words
    is_solved: bool


class HotlineNews(msgspec.Struct, frozen=True):
    """An order that the hotline hands to us, urges or gives back; `due_ms` is in milliseconds since the epoch."""

    foreign: Short
    district: Short
    text: Words
    due_ms: int


_NEWS: Final = HotlineNews("GZ-12345-771", "440113", "窗口未能办理优待证", 1_764_921_600_000)
FORWARD: Final = PortOperation(
    port=PORT,
    name="forward",
    purpose="a matter for the hotline",
    asks=HotlineOrder,
    answers=HotlineReceipt,
    example=HotlineOrder("W-20261130-4", "440113", "not_done", "要求补开证明", "13800138000", is_about_style=False),
    example_answer=HotlineReceipt("GZ-12345-770"),
    changes=True,
    is_personal=True,
    refusals=("unknown_district",),
)
ANSWER: Final = PortOperation(
    port=PORT,
    name="answer",
    purpose="the answer to an order of the hotline",
    asks=HotlineAnswer,
    answers=HotlineReceipt,
    example=HotlineAnswer("GZ-12345-771", "已联系群众并办结", is_solved=True),
    example_answer=HotlineReceipt("GZ-12345-771"),
    changes=True,
    is_personal=True,
    refusals=("unknown_order", "closed_already"),
)
ASSIGNED: Final = PortNotice(PORT, "assigned", "an order is handed to us", HotlineNews, _NEWS, 1)
URGED: Final = PortNotice(PORT, "urged", "the order's answer is urged", HotlineNews, _NEWS, 2)
RETURNED: Final = PortNotice(PORT, "returned", "our answer did not satisfy", HotlineNews, _NEWS, 3)

OPERATIONS: Final = (FORWARD, ANSWER)
NOTICES: Final = (ASSIGNED, URGED, RETURNED)
