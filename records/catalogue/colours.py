"""Contrast of a realm's colour (WCAG 2.2, 1.4.3), and the shades that are derived from it."""

from typing import Final

LEAST: Final = 4.5
LIGHT: Final = ("#ffffff", "#f8f7f3", "#eeedea")
"""Surface, page and sunken ground of the light theme (`webui/static/css/20-tokens.css`), in sRGB."""
DARK: Final = ("#1b2128", "#12171d", "#272d35")
ON_LIGHT, ON_DARK = "#ffffff", "#0c1218"
"""The colour of text on the accent colour."""
SRGB_KNEE: Final = 0.04045

Rgb = tuple[float, float, float]


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours (`#rrggbb`), 1 to 21."""
    bright, dim = sorted((_luminance(_rgb(one)), _luminance(_rgb(other))), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def weakest(colour: str, *, dark: bool) -> float:
    """Return the least contrast that a colour has where pages use it: on every ground, on its wash, under its text."""
    grounds = (*(DARK if dark else LIGHT), ON_DARK if dark else ON_LIGHT, wash(colour, dark=dark))
    return min(contrast(colour, ground) for ground in grounds)


def strong(colour: str, *, dark: bool) -> str:
    """Return the colour for a pressed button: further from its ground."""
    return _mix(colour, "#ffffff" if dark else "#000000", 0.25)


def wash(colour: str, *, dark: bool) -> str:
    """Return the ground of a chosen row: a breath of the colour."""
    return _mix(DARK[0] if dark else LIGHT[0], colour, 0.12 if dark else 0.07)


def _rgb(colour: str) -> Rgb:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _mix(one: str, other: str, share: float) -> str:
    parts = (a + (b - a) * share for a, b in zip(_rgb(one), _rgb(other), strict=True))
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)


def _luminance(rgb: Rgb) -> float:
    red, green, blue = (part / 12.92 if part <= SRGB_KNEE else ((part + 0.055) / 1.055) ** 2.4 for part in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
