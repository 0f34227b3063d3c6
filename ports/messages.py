"""Text messages to citizens: a template of the realm with its values, to a mobile phone.

Where from: gateways of operators and of cloud providers take a template's number, a phone and its values, and report
delivery later; a message is no phone call, which elders take for harassment. States go forward by rank: a late
"delivered" never overwrites a failure that came after it, and both are kept.
"""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from ports.kit.operation import PortNotice, PortOperation

PORT: Final = "messages"
Phone = Annotated[str, Meta(pattern=r"^1[3-9][0-9]{9}$")]
Short = Annotated[str, Meta(min_length=1, max_length=64)]
Value = Annotated[str, Meta(max_length=200)]


class TextMessage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A message to one phone: the template by name and version, its values by name, and the language (BCP 47)."""

    phone: Phone
    template: Short
    version: Annotated[int, Meta(ge=1, le=1_000_000)]
    locale: Short
    values: Annotated[dict[str, Value], Meta(max_length=20)] = {}


class TakenMessage(msgspec.Struct, frozen=True):
    """The gateway has taken the message under this id of its own; whether it arrives is told later."""

    message: Short


class MessageNews(msgspec.Struct, frozen=True):
    """The fate of a message: the gateway's id, and its own reason where it did not arrive."""

    message: Short
    reason: Value = ""


SEND: Final = PortOperation(
    port=PORT,
    name="send",
    purpose="a text message to the citizen",
    asks=TextMessage,
    answers=TakenMessage,
    example=TextMessage("13800138000", "callback_soon", 1, "zh-CN", {"time": "14:30"}),
    example_answer=TakenMessage("m-20261130-000001"),
    changes=True,
    is_personal=True,
    refusals=("unknown_template", "phone_refused"),
)
_NEWS: Final = MessageNews("m-20261130-000001", "phone switched off")
SENDING: Final = PortNotice(PORT, "sending", "the message is on its way", MessageNews, MessageNews(_NEWS.message), 1)
DELIVERED: Final = PortNotice(PORT, "delivered", "the message has arrived", MessageNews, MessageNews(_NEWS.message), 2)
FAILED: Final = PortNotice(PORT, "failed", "the message did not arrive", MessageNews, _NEWS, 3)

OPERATIONS: Final = (SEND,)
NOTICES: Final = (SENDING, DELIVERED, FAILED)
