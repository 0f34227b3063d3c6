"""Each setting is read by something, and each limit that the documentation tells is the one that is set."""

import ast
import re
from typing import Final

from runtime import throttle
from runtime.settings import Settings
from runtime.throttle import Limit
from tests.house.tree import ROOT, read, select

#: Read by `getattr` or through a property of the settings themselves.
BY_NAME: Final = {"tls_cert", "tls_key"}
UNITS: Final = {"": 1, "KB": 1024, "MB": 1024**2, "GB": 1024**3, "h": 3600}
AMOUNT: Final = re.compile(r"(\d[\d,]*)(?: (KB|MB|GB|h)\b)?")
#: What is said in words rather than as a number.
IN_WORDS: Final = {"an hour": "3600"}
LIMITS: Final[dict[str, tuple[int, float]]] = {
    "SIGN_IN": (5, 6),
    "GUESS": (60, 10),
    "CODE": (5, 2),
    "ENROL": (10, 6),
    "CHALLENGE": (200, 120),
    "BOOTH_ALARM": (3, 0.1),
    "SANDBOX_CLOCK": (300, 300),
    "RECEIPT": (20, 10),
    "KNOWN_RECEIPT": (20, 10),
    "RECEIPT_CODE": (60, 60),
    "COME_BACK": (10, 6),
    "DOCUMENT_PASSWORD": (40, 6),
    "UPLOAD": (80, 60),
    "EARLIER": (30, 30),
    "PAPER": (200, 60),
    "MACHINE": (200, 1200),
    "MACHINE_TOKEN": (60, 60),
    "MACHINE_KEY": (20, 10),
    "MACHINE_ALARM": (3, 0.1),
    "TAKE": (5, 6),
    "ADDRESS": (300, 300),
}
#: Which of them the documentation tells, in its own words.
TOLD: Final = {
    "SIGN_IN": "5 at once, then 6 a minute",
    "CODE": "5 at once, then 2 a minute",
    "ENROL": "10 at once, then 6 a minute",
    "RECEIPT": "20 at once, then 10 a minute",
    "COME_BACK": "6 a minute, 10 at once",
    "DOCUMENT_PASSWORD": "40 at once, then 6 a minute",
    "UPLOAD": "60 a minute, 80 at once",
    "EARLIER": "30 a minute, 30 at once",
    "PAPER": "60 a minute, 200 at once",
    "MACHINE": "200 at once, then 1,200 a minute",
    "MACHINE_TOKEN": "60 at once, then 60 a minute",
    "MACHINE_KEY": "20 at once, then 10 a minute",
    "TAKE": "6 a minute, 5 at once",
    "ADDRESS": "300 at once, then 300 a minute",
}


def test_each_setting_is_read_somewhere() -> None:
    read_names = set(BY_NAME)
    for path in select(".py"):
        if not path.startswith(("tests/", "bench/", "scripts/")) and path != "runtime/settings.py":
            found = (node for node in ast.walk(ast.parse(read(path))) if isinstance(node, ast.Attribute))
            read_names |= {node.attr for node in found if isinstance(node.ctx, ast.Load)}
    assert set(Settings.__struct_fields__) - read_names == set()


def test_each_setting_is_set_in_some_test() -> None:
    """Setting it must change what the program does: a test says how."""
    tests = "\n".join(read(path) for path in select(".py", inside=("tests/",)) if not path.startswith("tests/house/"))
    names = set(re.findall(r"\b[a-z_0-9]+\b", tests)) | {
        name.removeprefix("WINDOW_").lower() for name in re.findall(r"\bWINDOW_[A-Z_0-9]+\b", tests)
    }
    assert set(Settings.__struct_fields__) - names == set()


def test_each_setting_whose_number_is_documented_has_that_number() -> None:
    rows = re.findall(r"^\|.*`[A-Za-z_]{4,}`.*\|$", (ROOT / "docs" / "protocol.md").read_text("utf-8"), re.MULTILINE)
    checked: set[str] = set()
    for row in rows:
        text = row
        for words, number in IN_WORDS.items():
            text = text.replace(words, number)
        amounts = {int(number.replace(",", "")) * UNITS[unit] for number, unit in AMOUNT.findall(text)}
        for name in re.findall(r"`([A-Za-z_]+)`", row):
            default = getattr(Settings(), name.lower(), None)
            if isinstance(default, int | float) and name.lower() in Settings.__struct_fields__:
                checked.add(name.lower())
                assert default in amounts | {0}, (name, default, row)
    assert len(checked) > 35


def test_each_limit_of_tries_is_as_documented() -> None:
    limits = {name: one for name, one in vars(throttle).items() if isinstance(one, Limit)}
    assert {name: (one.burst, one.per_minute) for name, one in limits.items()} == LIMITS
    assert len({one.name for one in limits.values()}) == len(limits), "two limits would share their buckets"
    text = (ROOT / "docs" / "protocol.md").read_text("utf-8")
    assert {name for name, words in TOLD.items() if words not in text} == set()
