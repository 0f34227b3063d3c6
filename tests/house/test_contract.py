"""The promises of docs/changelog-api.md are kept: what the last release had is there, unless it was marked in time."""

import datetime as dt

from protocol.declarations import schema
from protocol.deprecations import DEPRECATED, mark
from signaling.api.openapi import describe
from signaling.app import ROUTES
from tests.house.tree import read
from tests.support.contracts import THIS_LINE, Kept, interface, kept, unlawful, wire


def test_nothing_that_clients_of_the_last_release_rely_on_is_gone_or_narrower() -> None:
    now = Kept(THIS_LINE, interface(), wire())
    assert sorted(unlawful(kept(), now, dt.datetime.now(dt.UTC).date())) == [], (
        "keep it, and mark it in protocol/deprecations.py; in a line that is not released yet: scripts/contracts.py"
    )


def test_each_mark_is_of_a_part_that_exists_and_is_in_the_changelog() -> None:
    assert mark(describe(ROUTES)) | mark(schema()) == DEPRECATED.keys()
    changes = read("docs/changelog-api.md")
    assert [name for name in DEPRECATED if f"`{name}`" not in changes] == []
