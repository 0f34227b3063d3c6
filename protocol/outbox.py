"""The events that other systems are sent: the kinds, the data of each, and their envelope, CloudEvents 1.0.

The data are thin: ids and states. What stands behind an id is read by the interface, by the rights and the scope of
the account that asks. No names, texts, numbers of persons, languages or priorities are in an event.
"""

from typing import ClassVar, Final

import msgspec
from msgspec import UNSET, UnsetType

SPEC: Final = "1.0"
PREFIX: Final = "cloudwindow."
MEDIA: Final = "application/cloudevents+json"
BATCH_MEDIA: Final = "application/cloudevents-batch+json"


class EventData(msgspec.Struct, frozen=True, kw_only=True):
    """The base of the data of all kinds. A change that a reader could trip over makes a new `version` beside it."""

    kind: ClassVar[str] = ""
    version: ClassVar[int] = 1


class OfTicket(EventData, frozen=True, kw_only=True):
    """The base of the data of events about a ticket."""

    ticket: str


class TakenData(OfTicket, frozen=True, kw_only=True):
    """A citizen took a ticket; `number` is called aloud, `item` is the catalogue's id."""

    kind: ClassVar[str] = "ticket.taken"

    number: str
    item: str
    mode: str
    channel: str
    state: str


class HeldData(OfTicket, frozen=True, kw_only=True):
    """The place is kept without ringing until `until_ms` (ms since the epoch): `state` is held or scheduled."""

    kind: ClassVar[str] = "ticket.held"

    state: str
    until_ms: int


class ResumedData(OfTicket, frozen=True, kw_only=True):
    """A ticket that was held or scheduled waits again."""

    kind: ClassVar[str] = "ticket.resumed"


class ReturnedData(OfTicket, frozen=True, kw_only=True):
    """A ticket that was ringing or being served waits again; `why` is a word of docs/queue.md, or `restored`."""

    kind: ClassVar[str] = "ticket.returned"

    why: str


class LeftData(OfTicket, frozen=True, kw_only=True):
    """A ticket ended without service: `state` is abandoned, expired, no_show or redirected."""

    kind: ClassVar[str] = "ticket.left"

    state: str
    why: str


class DoneData(OfTicket, frozen=True, kw_only=True):
    """The seat finished with the ticket; `served_ms` is the time of service in milliseconds."""

    kind: ClassVar[str] = "ticket.done"

    session: str
    served_ms: int


class BeganData(OfTicket, frozen=True, kw_only=True):
    """A seat answered and a session began; `waited_ms` is the ticket's wait in milliseconds."""

    kind: ClassVar[str] = "session.began"

    session: str
    waited_ms: int


class ClosedData(OfTicket, frozen=True, kw_only=True):
    """A session ended. `outcome` is empty where no agent chose one; `case_state` is that of the matter, if any."""

    kind: ClassVar[str] = "session.closed"

    session: str
    outcome: str
    case_state: str


class AmendedData(ClosedData, frozen=True, kw_only=True):
    """The agent corrected the outcome of a closed session: this event replaces the one before."""

    kind: ClassVar[str] = "session.amended"


class RatedData(OfTicket, frozen=True, kw_only=True):
    """The citizen rated a session; the rating itself is read by the interface."""

    kind: ClassVar[str] = "session.rated"

    session: str
    stage: int


class StoredData(OfTicket, frozen=True, kw_only=True):
    """A document of the ticket was stored; `session` is empty before a seat answered."""

    kind: ClassVar[str] = "document.stored"

    session: str
    document: str


class JudgedData(OfTicket, frozen=True, kw_only=True):
    """The agent judged a document."""

    kind: ClassVar[str] = "document.judged"

    session: str
    document: str
    verdict: str


class ConsentedData(OfTicket, frozen=True, kw_only=True):
    """The citizen agreed to something (`consent`), as told in the notice of `notice`."""

    kind: ClassVar[str] = "consent.given"

    session: str
    consent: str
    notice: str


class WithdrawnData(ConsentedData, frozen=True, kw_only=True):
    """The citizen refused something or took the consent back: what rests on it must end."""

    kind: ClassVar[str] = "consent.withdrawn"


KINDS: Final[dict[str, type[EventData]]] = {
    one.kind: one
    for one in (
        TakenData, HeldData, ResumedData, ReturnedData, LeftData, DoneData, BeganData, ClosedData, AmendedData,
        RatedData, StoredData, JudgedData, ConsentedData, WithdrawnData,
    )
}  # fmt: skip
"""All kinds by name."""


def type_of(kind: str) -> str:
    """Return the `type` of the envelope, such as `cloudwindow.ticket.taken.v1`."""
    return f"{PREFIX}{kind}.v{KINDS[kind].version}"


def schema_of(kind: str) -> str:
    """Return the `dataschema` of the envelope: the name under which the interface shows the schema."""
    return f"urn:cloudwindow:schema:{kind}.v{KINDS[kind].version}"


class CloudEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event in its envelope. `sequence` rises within the realm, in the order of commits; `subject` is the matter.

    `replaces` is the id of the event that this one corrects. Places that an event has none of are left out.
    """

    specversion: str
    id: str
    source: str
    type: str
    subject: str
    time: str
    dataschema: str
    datacontenttype: str
    sequence: str
    replaces: str | UnsetType = UNSET
    collectingdistrict: str | UnsetType = UNSET
    handlingdistrict: str | UnsetType = UNSET
    department: str | UnsetType = UNSET
    site: str | UnsetType = UNSET
    data: msgspec.Raw
