"""No sentence of a citizen's face is silent: each has spoken words in the list, or a reason to have none."""

import re
import tomllib
from pathlib import Path

from booth_client.voice.script import prompts
from tests.house.tree import ROOT, select
from webui.extraction import in_file

TABLE = tomllib.loads((Path(__file__).parent / "said_aloud.toml").read_text("utf-8"))
#: A sentence, and whatever carries a value: a time, a count, a name. Other labels say what a press does.
SENTENCE = re.compile(r"[.!?…:]$|\{")
#: The face of the citizen and what it borrows; the pages of a receipt on a phone have no voice.
FACES = (
    *select(".js", inside=("booth_client/static/js/",)),
    "booth_client/templates/citizen.html",
    "booth_client/templates/notice_text.html",
    "webui/static/js/business-time.js",
    "signaling/static/js/device_words.js",
    "signaling/static/js/network_words.js",
)


def shown() -> set[str]:
    """Return every sentence of the faces, a plural by its singular."""
    found = {one for path in FACES for one in in_file(ROOT / path)}
    return {one for one in (one if isinstance(one, str) else one[0] for one in found) if SENTENCE.search(one)}


def test_each_sentence_that_is_shown_is_said_or_has_a_reason_to_be_silent() -> None:
    unsaid = {one for group in TABLE["unsaid"] for one in group["sentences"]}
    assert not unsaid & set(TABLE["said"])
    assert shown() - unsaid - set(TABLE["said"]) == set(), "record it: booth_client/data/spoken.toml, and say()"
    assert (unsaid | set(TABLE["said"])) - shown() == set(), "nothing shows it any more"


def test_what_is_said_of_a_sentence_is_in_the_list() -> None:
    assert {name for names in TABLE["said"].values() for name in names} <= set(prompts("cmn"))
    assert all(names for names in TABLE["said"].values())
