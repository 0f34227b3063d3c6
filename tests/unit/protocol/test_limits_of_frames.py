"""Every limit of what a page may send: what is as long as it may be is read, what is one longer is refused."""

from collections.abc import Iterator

import msgspec
import pytest
from msgspec import inspect

from protocol.commands import ClientFrame

#: The longest text of each field. A new field fails until its limit stands here; docs/protocol.md tells them.
TEXTS = {
    32: "TakeTicket.language Consent.version CloseSession.outcome AmendClosing.outcome",
    64: "*.id Hello.resume TakeTicket.item TakeTicket.site ComeBack.receipt StillTaken.request "
    "StillTaken.document StillFailed.request StillFailed.why Description.to Description.from_ Candidate.to "
    "Candidate.from_ Candidate.mid MediaReady.to MediaReady.from_ MediaRestart.to MediaRestart.from_ MediaState.to "
    "MediaState.from_ MediaUp.of Accept.reservation Decline.reservation Claim.ticket RequestStill.material "
    "GiveVerdict.document CloseSession.missing[] AmendClosing.missing[] PauseSeat.seat Dismiss.participant",
    100: "Invite.name",
    200: "Rate.reasons[] Decline.reason",
    500: "GiveVerdict.note",
    1000: "Rate.comment",
    2000: "Chat.text",
    4000: "CloseSession.summary AmendClosing.summary",
    8192: "Hello.token Hello.booth TakeTicket.stub",
    20_000: "Notes.text",
    65_536: "Description.sdp Candidate.candidate",
}
LISTS = {"Rate.reasons": 64, "CloseSession.missing": 64, "AmendClosing.missing": 64}
LARGEST = 2**53 - 1
"""Of every number, either sign: the largest that JavaScript holds."""
LONGEST = {name: longest for longest, names in TEXTS.items() for name in names.split()}
DECODER = msgspec.json.Decoder(ClientFrame)


def fields() -> Iterator[tuple[inspect.StructType, inspect.Field]]:
    """Yield each field of each frame."""
    for kind in ClientFrame.__args__:
        info = inspect.type_info(kind)
        assert isinstance(info, inspect.StructType)
        yield from ((info, field) for field in info.fields)


def name_of(kind: inspect.StructType, field: inspect.Field) -> str:
    return "*.id" if field.name == "id" else f"{kind.cls.__name__}.{field.name}"


def least(kind: inspect.Type) -> object:
    """Return a value that a field takes."""
    match kind:
        case inspect.LiteralType():
            return kind.values[0]
        case inspect.EnumType():
            return next(iter(kind.cls)).value
        case inspect.BoolType():
            return True
        case inspect.IntType():
            return 1
        case inspect.VarTupleType():
            return []
        case _:
            return "x"


def takes(kind: inspect.StructType, field: inspect.Field, value: object) -> bool:
    """Tell whether a frame is read whose field has this value and whose others are as plain as can be."""
    frame = {one.encode_name: least(one.type) for one in kind.fields}
    frame |= {str(kind.tag_field): kind.tag, field.encode_name: value}
    try:
        _ = DECODER.decode(msgspec.json.encode(frame))
    except msgspec.ValidationError:
        return False
    return True


CASES = [pytest.param(kind, field, id=f"{kind.tag}-{field.name}") for kind, field in fields()]


@pytest.mark.parametrize(("kind", "field"), CASES)
def test_a_field_takes_what_its_limit_allows_and_not_one_more(kind: inspect.StructType, field: inspect.Field) -> None:
    name = name_of(kind, field)
    assert takes(kind, field, least(field.type))
    if isinstance(field.type, inspect.StrType):
        # Three bytes a character: lengths count characters.
        assert (takes(kind, field, "字" * LONGEST[name]), takes(kind, field, "x" * (LONGEST[name] + 1))) == (
            True,
            False,
        )
    elif isinstance(field.type, inspect.VarTupleType):
        longest, most = LONGEST[f"{name}[]"], LISTS[name]
        assert (takes(kind, field, ["x" * longest]), takes(kind, field, ["x" * (longest + 1)])) == (True, False)
        assert (takes(kind, field, ["x"] * most), takes(kind, field, ["x"] * (most + 1))) == (True, False)
    elif isinstance(field.type, inspect.IntType):
        least_number = next(number for number in (-LARGEST, 0) if takes(kind, field, number))
        assert [takes(kind, field, number) for number in (LARGEST, LARGEST + 1, least_number - 1)] == [
            True,
            False,
            False,
        ]
    else:
        assert not takes(kind, field, "none of these")


def test_no_limit_is_of_a_field_that_is_no_more() -> None:
    assert set(LONGEST) | set(LISTS) <= {name for kind, field in fields() for name in names(kind, field)}


def names(kind: inspect.StructType, field: inspect.Field) -> set[str]:
    name = name_of(kind, field)
    return {name, f"{name}[]"} if isinstance(field.type, inspect.VarTupleType) else {name}
