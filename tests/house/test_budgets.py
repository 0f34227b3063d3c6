"""Small rooms: a file that passes its budget wants to be two files."""

import pytest

from tests.house.tree import lines, select

MIGRATIONS = ("/migrations/versions/",)
GENERATED = ("clients/python/cloudwindow_client/api/", "clients/js/generated/")


@pytest.mark.parametrize(
    ("endings", "inside", "most"),
    [
        ((".py",), (), 400),
        ((".js",), (), 200),
        ((".lua",), (), 120),
        ((".html", ".jinja"), (), 150),
        ((".css",), (), 200),
    ],
    ids=["python", "javascript", "lua", "templates", "css"],
)
def test_no_file_passes_its_budget(endings: tuple[str, ...], inside: tuple[str, ...], most: int) -> None:
    sizes = {path: lines(path) for path in select(*endings, inside=inside, outside=(*MIGRATIONS, *GENERATED))}
    assert {path: size for path, size in sizes.items() if size > most} == {}
