"""Scripts of tests that import the product's modules by name, as they must be written for a browser."""

from functools import cache

from webui.assets import Assets


@cache
def _assets() -> Assets:
    return Assets()


def linked(script: str) -> str:
    """Return a script with the addresses that a page of this tree has for the names it imports by."""
    return _assets().link(script)
