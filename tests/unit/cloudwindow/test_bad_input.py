"""An operator reads a sentence for each reason, never a code."""

import re

import pytest

from cloudwindow.bad_input import in_words
from protocol.errors import BadInput
from tests.house.tree import read, select

RAISED = re.compile(r'BadInput\(\s*field=(?:"(\w+)"|[^,]+), why="(\w+)"')
#: Where what an operator gives is judged.
JUDGES = (
    "records/staff/accounts.py",
    "records/staff/grants.py",
    "records/staff/badges.py",
    "records/staff/machines.py",
    "records/staff/machine_keys.py",
    "records/catalogue/edit.py",
)


@pytest.mark.parametrize("judge", JUDGES)
def test_each_reason_of_a_refusal_has_its_sentence(judge: str) -> None:
    assert judge in select(".py")
    told = {
        why: in_words(BadInput(field=field, why=why, role="agent", min=10, max=256, operation="x"))
        for field, why in RAISED.findall(read(judge))
    }
    assert told
    assert {why: said for why, said in told.items() if said.endswith(f": {why}") or "{" in said} == {}


def test_what_there_is_is_listed() -> None:
    assert in_words(BadInput(field="table", why="unknown", known="items, seats")).endswith("there are items, seats")
