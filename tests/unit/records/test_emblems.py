"""An emblem only draws, and no browser that shows it stops: each page of a realm carries it."""

import base64
import io

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from records.catalogue.emblems import DEPTH_MAX, MAX_BYTES, PNG_SIDE_MAX, USES_MAX, BadEmblem, png, svg

NS = "http://www.w3.org/2000/svg"


def drawn(inside: str) -> str:
    return f'<svg xmlns="{NS}" id="emblem" viewBox="0 0 10 10">{inside}</svg>'


def tenfold(levels: int) -> str:
    """Return parts that each show the one before ten times."""
    parts = [f'<g id="g{level}">' + f'<use href="#g{level - 1}"/>' * 10 + "</g>" for level in range(1, levels)]
    return f'<defs><g id="g0"><path d="M0 0h9"/></g>{"".join(parts)}</defs><use href="#g{levels - 1}"/>'


@pytest.mark.parametrize(
    "inside",
    [
        '<path d="M0 0h10v10z" fill="#a00"/>',
        '<defs><path id="leaf" d="M0 0h1"/></defs>' + '<use href="#leaf" x="1"/>' * USES_MAX,
        '<g id="a"><g id="b"><path id="c" d="M0 0"/></g></g><g><use href="#c"/></g>',
        '<clipPath id="c"><path d="M0 0h1"/></clipPath><path clip-path="url(#c)" d="M0 0h9"/>',
        '<linearGradient id="a"><stop offset="0"/></linearGradient><path fill="url(#a)" d="M0 0"/>',
        "<g>" * (DEPTH_MAX - 1) + "</g>" * (DEPTH_MAX - 1),
    ],
)
def test_what_draws_is_taken(inside: str) -> None:
    assert svg(drawn(inside)) == drawn(inside).encode()


@pytest.mark.parametrize(
    ("inside", "why"),
    [
        ("<script/>", "element script"),
        ('<path onclick="x()"/>', "attribute onclick"),
        ('<use href="https://evil.example/x#a"/>', "attribute href"),
        ('<path fill="url(https://evil.example)"/>', "attribute fill"),
        ("<image/>", "element image"),
        (tenfold(9), "nested too deep, or too many"),
        ('<g id="a"><use href="#b"/></g>', "nested too deep, or too many"),
        ('<path id="a" d="M0 0"/>' + '<use href="#a"/>' * (USES_MAX + 1), "nested too deep, or too many"),
        ("<g>" * DEPTH_MAX + "</g>" * DEPTH_MAX, "nested too deep, or too many"),
        ('<clipPath id="a"><path clip-path="url(#b)" d="M0 0"/></clipPath>', "nested too deep, or too many"),
        ('<clipPath id="a" clip-path="url(#b)"/>', "nested too deep, or too many"),
        ("<g>" + "x" * MAX_BYTES + "</g>", "more than"),
        ("<g>", "not XML"),
    ],
)
def test_what_acts_fetches_or_multiplies_is_refused(inside: str, why: str) -> None:
    with pytest.raises(BadEmblem, match=why):
        svg(drawn(inside))


def test_entities_and_document_types_are_refused() -> None:
    for before in ('<!DOCTYPE svg [<!ENTITY a "b">]>', '<?xml-stylesheet href="x"?>', '<!DOCTYPE svg SYSTEM "x">'):
        with pytest.raises(BadEmblem):
            svg(before + drawn(""))


def drawn_png(width: int, height: int, note: bytes = b"") -> bytes:
    file, told = io.BytesIO(), PngInfo()
    if note:
        told.add_text("Comment", note.decode())
    Image.new("L", (width, height)).save(file, "PNG", pnginfo=told)
    return file.getvalue()


def test_a_picture_is_taken_without_what_is_told_beside_it() -> None:
    given = drawn_png(8, 8, b"where it was made")
    taken = png(base64.b64encode(given).decode())
    assert (b"where" in given, b"where" in taken) == (True, False)
    assert Image.open(io.BytesIO(taken)).size == (8, 8)


def test_a_picture_that_is_cut_or_damaged_anywhere_is_refused() -> None:
    given = drawn_png(8, 8)
    spoilt = [given[:size] for size in range(len(given))]
    spoilt += [bytes([*given[:at], given[at] ^ 1, *given[at + 1 :]]) for at in range(len(given))]
    for one in (*(base64.b64encode(part).decode() for part in spoilt), "no base 64", "é"):
        with pytest.raises(BadEmblem):
            _ = png(one)


@pytest.mark.parametrize("more", [0, 1])
def test_a_picture_has_its_largest_sides_and_no_larger_ones(more: int) -> None:
    for sides in ((PNG_SIDE_MAX + more, 1), (1, PNG_SIDE_MAX + more)):
        text = base64.b64encode(drawn_png(*sides)).decode()
        if not more:
            assert png(text)
            continue
        with pytest.raises(BadEmblem, match="wider or higher"):
            _ = png(text)
