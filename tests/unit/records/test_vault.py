"""What is sealed opens as what it was sealed as, whole and in its place, and as nothing else."""

import io
import struct
from typing import Final

import msgspec
import pytest

from records.papers import vault
from records.papers.vault import FRAME_MAX_BYTES, Broken, frames, pack, seal_frame, unpack

MASTER, KEY = b"m" * 32, b"k" * 32
PARTS: Final = (b"one", b"second", b"x" * FRAME_MAX_BYTES)


def sealed(name: str = "A") -> list[bytes]:
    found, offset = [], 0
    for part in PARTS:
        found.append(seal_frame(KEY, name, offset, part))
        offset += len(part)
    return found


def opened(pieces: list[bytes], name: str = "A", key: bytes = KEY) -> list[bytes]:
    return [plain for _, plain in frames(key, name, io.BytesIO(b"".join(pieces)))]


def test_frames_open_in_order_and_say_where_they_end() -> None:
    whole = sealed()
    assert opened(whole) == list(PARTS)
    ends = [end for end, _ in frames(KEY, "A", io.BytesIO(b"".join(whole)))]
    assert ends == [sum(map(len, whole[: number + 1])) for number in range(len(whole))]


@pytest.mark.parametrize("order", [(1, 0, 2), (0, 2, 1), (0, 0, 1), (1, 2), (0, 2)])
def test_frames_that_changed_places_were_doubled_or_left_out_do_not_open(order: tuple[int, ...]) -> None:
    whole = sealed()
    with pytest.raises(Broken):
        opened([whole[number] for number in order])


def test_frames_of_another_file_or_key_do_not_open() -> None:
    for pieces, key in ((sealed("B"), KEY), (sealed(), b"z" * 32)):
        with pytest.raises(Broken):
            opened(pieces, key=key)


@pytest.mark.parametrize("kept", range(1, 12))
def test_a_torn_last_frame_is_left_out(kept: int) -> None:
    whole = sealed()
    assert opened([whole[0], whole[1][:kept]]) == [PARTS[0]]
    assert opened([whole[0], whole[1][:-kept]]) == [PARTS[0]]


@pytest.mark.parametrize(("size", "is_broken"), [(27, True), (28, True), (29, False)])
def test_a_frame_has_at_least_a_byte(size: int, is_broken: bool) -> None:
    torn = struct.pack(">I", size)
    if is_broken:
        with pytest.raises(Broken):
            opened([torn])
    else:
        assert opened([torn]) == []


@pytest.mark.parametrize(("more", "is_broken"), [(0, False), (1, True)])
def test_a_frame_is_no_larger_than_the_largest(more: int, is_broken: bool) -> None:
    large = seal_frame(KEY, "A", 0, b"x" * (FRAME_MAX_BYTES + more))
    if is_broken:
        with pytest.raises(Broken):
            opened([large])
    else:
        assert len(opened([large])[0]) == FRAME_MAX_BYTES


def test_an_envelope_opens_beside_its_own_document_and_with_its_own_key() -> None:
    packed = pack(MASTER, "A", KEY, b"facts")
    assert unpack(MASTER, "A", packed) == (KEY, b"facts")
    for master, name, text in (
        (MASTER, "B", packed),
        (b"n" * 32, "A", packed),
        (MASTER, "A", packed[:-1]),
        (MASTER, "A", packed[:-1] + bytes([packed[-1] ^ 1])),
        (MASTER, "A", b""),
    ):
        with pytest.raises(Broken):
            unpack(master, name, text)


def test_the_facts_of_one_document_do_not_open_with_the_key_of_another_of_the_same_master() -> None:
    one = msgspec.msgpack.decode(pack(MASTER, "A", KEY, b"facts"), type=vault.Envelope)
    other = msgspec.msgpack.decode(pack(MASTER, "A", b"j" * 32, b"false"), type=vault.Envelope)
    mixed = msgspec.msgpack.encode(vault.Envelope(1, one.wrapped, other.facts))
    with pytest.raises(Broken):
        unpack(MASTER, "A", mixed)


def test_two_files_never_share_a_key_and_two_seals_never_a_nonce() -> None:
    keys = {vault.new_file_key() for _ in range(100)}
    assert {len(key) for key in keys} == {32}
    assert len(keys) == 100
    assert len({seal_frame(KEY, "A", 0, b"same") for _ in range(100)}) == 100
