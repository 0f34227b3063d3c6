"""A frame without a mask is found wherever it stands, however the bytes arrive."""

import struct

from hypothesis import given
from hypothesis import strategies as st

from signaling.socket.masking import Masking

SIZES = st.one_of(st.integers(0, 140), st.sampled_from([125, 126, 127, 300, 65535, 65536, 70_000]))


def frame(size: int, *, mask: bool) -> bytes:
    """Return a text frame of so many bytes, which look like headers of frames without a mask themselves."""
    bit = 0x80 if mask else 0
    if size < 126:
        head = bytes((0x81, bit | size))
    elif size < 65536:
        head = struct.pack("!BBH", 0x81, bit | 126, size)
    else:
        head = struct.pack("!BBQ", 0x81, bit | 127, size)
    return head + (b"\x81\x01\x81\x01" if mask else b"") + b"\x81\x05" * (size // 2) + b"\x81" * (size % 2)


@given(st.lists(SIZES, max_size=6), st.booleans(), st.lists(st.integers(0, 70_000), max_size=8))
def test_the_first_frame_without_a_mask_is_found_in_any_pieces(sizes: list[int], has_bare: bool, cuts: list[int]):
    masked = b"".join(frame(size, mask=True) for size in sizes)
    data = masked + (frame(3, mask=False) if has_bare else b"")
    ends = sorted({min(cut, len(data)) for cut in cuts} | {len(data)})
    masking, start = Masking(), 0
    for end in ends:
        found = masking.first_bare(data[start:end])
        if found >= 0:
            assert has_bare
            assert start + found in {len(masked), len(masked) + 1}
            return
        start = end
    assert not has_bare
