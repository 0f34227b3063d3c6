"""A scope is read from one word, and covers what lies in its place."""

import pytest

from protocol.errors import BadInput
from protocol.rights import Role
from protocol.scopes import EVERYWHERE, Place, Scope, ScopeKind, check_role, parse

HERE = Place(districts=("440113", "440114"), departments=("MZ",), sites=("PY-HALL",))


@pytest.mark.parametrize(
    ("text", "covers"),
    [
        ("realm", True),
        ("district:440113", True),
        ("district:440114", True),
        ("district:440115", False),
        ("department:MZ", True),
        ("department:GZ", False),
        ("site:PY-HALL", True),
        ("site:MZ", False),
        ("district:MZ", False),
    ],
)
def test_a_scope_covers_the_objects_of_its_place(text: str, covers: bool) -> None:
    scope = parse(text)
    assert str(scope) == text
    assert scope.covers(HERE) is covers
    assert scope.covers(Place()) is (scope == EVERYWHERE)


@pytest.mark.parametrize(
    "text", ["", "realm:440113", "district", "district:", "town:x", "440113", ":", "district 440113"]
)
def test_what_is_no_scope_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse(text)
    assert refused.value.params == {"field": "scope", "why": "format"}


@pytest.mark.parametrize("role", list(Role))
def test_the_three_administrators_work_for_the_realm(role: Role) -> None:
    check_role(role, EVERYWHERE)
    narrow = Scope(ScopeKind.DISTRICT, "440113")
    if role in {Role.SYSTEM, Role.SECURITY, Role.AUDITOR}:
        with pytest.raises(BadInput):
            check_role(role, narrow)
    else:
        check_role(role, narrow)
