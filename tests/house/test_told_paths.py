"""The documents name files that exist, and the glossary explains the names that are our own."""

import re

from protocol.rights import Right
from records.audit.acts import ACTS
from tests.house.tree import PACKAGES, ROOT

TOP = {*PACKAGES, "bench", "clients", "deploy", "docs", "scripts", "tests"}
PATH = re.compile(r"`([a-z_]+/[\w./*<>-]*)`")
DOTTED = re.compile(rf"`((?:{'|'.join(PACKAGES)})(?:\.\w+)+)`")
NO_MODULES = {right.value for right in Right} | set(ACTS)
PLAIN = {
    "matcher": """base board care_verbs check codes counters estimate journal_verbs lending lines queue rows
        rules scripts seat_verbs seats ticket_verbs tickets watch_verbs""",
    "signaling": "app bus keys machine_access node push services",
    "signaling/presence": "arrivals booths booths_online citizens guests presence resumption routes seat_leases",
    "signaling/queue": "new_tickets numbers seats tickets",
    "signaling/session": """about allowance consents ended guest_list ice identity inheritance media_plane papers relay
        sessions turn unfinished view""",
    "signaling/socket": """admission answers budget connections conversation doors endpoint inbox leg masking
        plain_websocket poll polls session_cursor transport websocket who wire""",
    "records/journal": """apply apply_sessions apply_tickets attendance closings open_tickets recorder unit_of_work""",
}
"""By room, the modules whose names are the field's, or mean here what they mean everywhere."""


def test_every_path_in_the_documents_exists():
    named = [
        (str(document.relative_to(ROOT)), path)
        for document in sorted((ROOT / "docs").rglob("*.md"))
        for path in PATH.findall(document.read_text("utf-8"))
    ]
    ours = [(document, path) for document, path in named if path.split("/")[0] in TOP and not set(path) & set("*<>")]
    assert [place for place in ours if not (ROOT / place[1]).exists()] == []


def is_there(name: str) -> bool:
    """Tell whether a dotted name is a module or package of ours, or something that is named in one."""
    parts = name.split(".")
    for count in range(len(parts), 0, -1):
        path = ROOT.joinpath(*parts[:count])
        module = path.with_suffix(".py") if path.with_suffix(".py").is_file() else path / "__init__.py"
        if module.is_file():
            return all(re.search(rf"\b{part}\b", module.read_text("utf-8")) for part in parts[count:])
    return False


def test_every_module_in_the_documents_exists():
    named = [
        (str(document.relative_to(ROOT)), name)
        for document in sorted((ROOT / "docs").rglob("*.md"))
        for name in DOTTED.findall(document.read_text("utf-8"))
        if name not in NO_MODULES and not (ROOT / "docs" / name).exists()
    ]
    assert [place for place in named if not is_there(place[1])] == []


def test_the_glossary_explains_each_module_whose_name_is_a_word_of_our_own():
    told = set(re.findall(r"`([\w:]+)`", (ROOT / "docs" / "glossary.md").read_text("utf-8")))
    silent = [
        str(path.relative_to(ROOT))
        for room, plain in PLAIN.items()
        for path in sorted((ROOT / room).glob("*.py"))
        if path.stem not in {"__init__", *plain.split(), *told}
    ]
    assert silent == [], "say in docs/glossary.md what the field calls it, or use the field's word"
