"""Frames and journal entries survive the wire, and nothing unknown or too long gets in."""

from collections.abc import Iterator

import msgspec
import pytest
from msgspec import inspect

from protocol import commands, declarations, errors, events, frames, session_events
from protocol.outcomes import CASE_AFTER, OUTCOME_NAMES, Outcome
from protocol.states import SeatState
from protocol.views import Mode

DECODER = msgspec.json.Decoder(commands.ClientFrame)


def test_a_command_is_read_into_its_type():
    frame = DECODER.decode(b'{"type":"take_ticket","id":"1","item":"MZ01","mode":"handle"}')
    assert frame == commands.TakeTicket(id="1", item="MZ01", mode=Mode.HANDLE)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b'"hello"',
        b'{"type":"nonsense"}',
        b'{"type":"chat","id":"1"}',
        b'{"type":"chat","id":"1","text":5}',
        b'{"type":"chat","id":"1","text":"a","extra":true}',
        b'{"type":"hello","version":"1","role":"citizen"}',
        b'{"type":"hello","version":2,"role":"admin"}',
        b'{"type":"take_ticket","id":"1","priority":"returning"}',
    ],
)
def test_a_malformed_frame_is_refused(text):
    with pytest.raises(msgspec.DecodeError):
        DECODER.decode(text)


SOME: dict[type[inspect.Type], object] = {inspect.StrType: "", inspect.BoolType: True, inspect.VarTupleType: []}


def some(kind: inspect.Type) -> object:
    """Return a value of a required field."""
    if isinstance(kind, inspect.EnumType):
        return next(iter(kind.cls)).value
    if isinstance(kind, inspect.LiteralType):
        return kind.values[0]
    return kind.ge or 0 if isinstance(kind, inspect.IntType) else SOME[type(kind)]


def long_texts() -> Iterator[tuple[str, dict[str, object], int]]:
    """Yield each text that a client may send: its name, a frame without it, and its limit."""
    for frame in commands.ClientFrame.__args__:
        info = inspect.type_info(frame)
        assert isinstance(info, inspect.StructType)
        known = {one.encode_name: some(one.type) for one in info.fields if one.required}
        for one in info.fields:
            if isinstance(one.type, inspect.StrType):
                assert one.type.max_length is not None, one.name
                yield f"{info.tag} {one.encode_name}", {"type": info.tag, **known}, one.type.max_length


@pytest.mark.parametrize(
    ("name", "frame", "most"), list(long_texts()), ids=lambda one: one if isinstance(one, str) else ""
)
def test_every_text_on_the_wire_is_taken_up_to_its_limit_and_no_further(
    name: str, frame: dict[str, object], most: int
) -> None:
    field = name.split()[1]
    for text in ("x" * most, "字" * most):
        read = msgspec.to_builtins(DECODER.decode(msgspec.json.encode({**frame, field: text})))
        assert read[field] == text
        with pytest.raises(msgspec.ValidationError):
            DECODER.decode(msgspec.json.encode({**frame, field: text + "x"}))


def test_every_frame_survives_a_round_trip():
    decoder = msgspec.json.Decoder(frames.ServerFrame)
    frame = session_events.SessionClosed(seq=4, at_ms=1, outcome="accepted", receipt="r", notice=("身份证",))
    assert decoder.decode(msgspec.json.encode(frame)) == frame


def test_a_journal_entry_survives_redis():
    event = events.SeatChanged(at_ms=7, seat="S1", state=SeatState.IDLE, was=SeatState.PAUSED, until_ms=3)
    stored = {name.encode(): text.encode() for name, text in events.write(event).items()}
    assert events.read(stored) == event


def test_an_unknown_journal_entry_is_told_apart_from_a_broken_one():
    assert events.read({b"type": b"from_the_future", b"at_ms": b"1"}) is None
    with pytest.raises(msgspec.ValidationError):
        events.read({b"type": b"booth_changed", b"at_ms": b"1"})


def test_every_error_code_is_used_once_and_explained():
    kinds: list[type[errors.ServiceError]] = [errors.ServiceError]
    for kind in kinds:
        kinds.extend(kind.__subclasses__())
    ours = [kind for kind in kinds if kind.__module__ == "protocol.errors"]
    assert len({kind.code for kind in ours}) == len(ours)
    assert all(kind.__doc__ for kind in ours)


def test_every_outcome_has_a_name_and_makes_something_of_the_case():
    assert set(OUTCOME_NAMES.values()) == set(Outcome) == set(CASE_AFTER)


def test_the_declarations_name_every_frame():
    text = declarations.render()
    for kind in (*commands.ClientFrame.__args__, *frames.ServerFrame.__args__):
        assert f"export interface {kind.__name__} {{" in text
