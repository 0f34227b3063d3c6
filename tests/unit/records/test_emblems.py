"""An emblem only draws, and no browser that shows it stops: each page of a realm carries it."""

import pytest

from records.catalogue.emblems import DEPTH_MAX, MAX_BYTES, USES_MAX, BadEmblem, svg

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
