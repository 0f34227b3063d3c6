"""No text that the wire lets in is longer than the column it ends in: types of frames against types of tables."""

from collections.abc import Iterator

import pytest
from msgspec import inspect
from sqlalchemy import Column, String, Text
from sqlalchemy.orm import InstrumentedAttribute

from protocol.commands import ClientFrame
from protocol.limits import NUMBER_MAX
from records.catalogue import entries
from records.fitting import BIGINT_MAX
from records.tables import sessions
from records.tables.items import ItemRow, MaterialRow, PackageRow
from records.tables.journal import JournalEntryRow
from records.tables.ledger import ReservationRow, TicketRow
from records.tables.places import DepartmentRow, DistrictRow, SiteRow, TownRow
from records.tables.seats import SeatLanguageRow, SeatRow, SkillRow

NOT_KEPT = None
"""Looked up, checked against a list, or signed by us: what is not known is refused, and nothing of it is written."""
MEDIA = ("Description", "Candidate", "MediaReady", "MediaRestart", "MediaState")
WIRE: dict[str, InstrumentedAttribute[object] | None] = {
    "*.id": NOT_KEPT,
    "Hello.token": NOT_KEPT,
    "Hello.booth": NOT_KEPT,
    "Hello.resume": NOT_KEPT,
    **{f"{kind}.{field}": NOT_KEPT for kind in MEDIA for field in ("to", "from_")},
    "MediaUp.of": NOT_KEPT,
    "Invite.name": sessions.ParticipantRow.name,
    "Dismiss.participant": NOT_KEPT,
    "TakeTicket.item": TicketRow.item,
    "TakeTicket.language": NOT_KEPT,
    "TakeTicket.site": TicketRow.site,
    "TakeTicket.stub": NOT_KEPT,
    "ComeBack.receipt": NOT_KEPT,
    "Consent.version": sessions.ConsentRow.version,
    "Rate.reasons": sessions.RatingRow.reasons,
    "Rate.comment": sessions.RatingRow.comment,
    "StillTaken.request": JournalEntryRow.facts,
    "StillTaken.document": sessions.DocumentRow.id,
    "StillFailed.request": JournalEntryRow.facts,
    "StillFailed.why": JournalEntryRow.facts,
    "Chat.text": sessions.ChatLineRow.text,
    "Description.sdp": NOT_KEPT,
    "Candidate.candidate": NOT_KEPT,
    "Candidate.mid": NOT_KEPT,
    "Accept.reservation": ReservationRow.id,
    "Decline.reservation": ReservationRow.id,
    "Decline.reason": ReservationRow.reason,
    "Claim.ticket": TicketRow.id,
    "RequestStill.material": sessions.DocumentRow.material,
    "GiveVerdict.document": sessions.DocumentRow.id,
    "GiveVerdict.note": sessions.DocumentRow.note,
    "Notes.text": sessions.SessionRow.notes,
    "CloseSession.outcome": NOT_KEPT,
    "CloseSession.summary": sessions.OutcomeRow.summary,
    "CloseSession.missing": sessions.OutcomeRow.notice,
    "AmendClosing.outcome": NOT_KEPT,
    "AmendClosing.summary": sessions.OutcomeRow.summary,
    "AmendClosing.missing": sessions.OutcomeRow.notice,
    "PauseSeat.seat": SeatRow.id,
}
CATALOGUE: dict[type[entries.Entry], dict[str, InstrumentedAttribute[str]]] = {
    entries.DistrictEntry: {"name": DistrictRow.name},
    entries.TownEntry: {"name": TownRow.name, "full": TownRow.full_name},
    entries.LanguageEntry: {"id": SeatLanguageRow.language},
    entries.SkillEntry: {"id": SkillRow.id, "name": SkillRow.name},
    entries.DepartmentEntry: {"id": DepartmentRow.id, "name": DepartmentRow.name, "abbr": DepartmentRow.short_name},
    entries.SiteEntry: {"id": SiteRow.id, "name": SiteRow.name, "kind": SiteRow.kind},
    entries.MaterialEntry: {"key": MaterialRow.key, "name": MaterialRow.name},
    entries.ItemEntry: {
        "id": ItemRow.id, "name": ItemRow.name, "result": ItemRow.result,
        "type": ItemRow.kind, "kind": ItemRow.handling,
    },
    entries.PackageEntry: {"id": PackageRow.id, "name": PackageRow.name},
    entries.SeatEntry: {"id": SeatRow.id, "name": SeatRow.name, "cert": SeatRow.certificate},
}  # fmt: skip


def wire_texts() -> Iterator[tuple[str, int | None]]:
    """Yield every text that a client may send, with its limit."""
    for kind in ClientFrame.__args__:
        info = inspect.type_info(kind)
        assert isinstance(info, inspect.StructType)
        for field in info.fields:
            text = field.type.item_type if isinstance(field.type, inspect.VarTupleType) else field.type
            if isinstance(text, inspect.StrType):
                yield ("*.id" if field.name == "id" else f"{kind.__name__}.{field.name}"), text.max_length


def holds(column: Column[object], longest: int) -> bool:
    kind = column.type
    if isinstance(kind, String) and not isinstance(kind, Text) and kind.length is not None:
        return longest <= kind.length
    return True


def test_every_text_on_the_wire_has_a_limit_that_its_column_holds() -> None:
    assert {name for name, _ in wire_texts()} == set(WIRE)
    for name, longest in wire_texts():
        assert longest is not None, name
        column = WIRE[name]
        assert column is None or holds(column.property.columns[0], longest), name


def test_every_number_on_the_wire_has_bounds_that_a_column_holds() -> None:
    for kind in ClientFrame.__args__:
        info = inspect.type_info(kind)
        assert isinstance(info, inspect.StructType)
        for field in info.fields:
            if isinstance(field.type, inspect.IntType):
                assert field.type.le is not None, f"{kind.__name__}.{field.name}"
                assert field.type.le <= NUMBER_MAX <= BIGINT_MAX


@pytest.mark.parametrize("kind", CATALOGUE)
def test_every_text_of_a_catalogue_fits_its_column(kind: type[entries.Entry]) -> None:
    info = inspect.type_info(kind)
    assert isinstance(info, inspect.StructType)
    types = {field.name: field.type for field in info.fields}
    for name, column in CATALOGUE[kind].items():
        text = types[name]
        assert isinstance(text, inspect.StrType), name
        assert text.max_length is not None, name
        assert holds(column.property.columns[0], text.max_length), name
