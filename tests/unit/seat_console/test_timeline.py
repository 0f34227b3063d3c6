"""The story of a session names the people in it."""

import pytest

from records.calendar.hours import Calendar, Hours
from records.catalogue.directory import Directory
from records.catalogue.directory_rows import Loaded
from records.catalogue.entries import GraceEntry, PolicyEntry, RatingsEntry, RetentionEntry
from records.sessions.views import EventRecord, ParticipantRecord
from seat_console.record_timeline import tell
from seat_console.record_words import RecordWords
from webui import translations

NOTHING = Loaded(
    districts={},
    skills={},
    sites={},
    booths={},
    seats={},
    items={},
    material_names={},
    packages={},
    languages=(),
    outcomes=(),
    ratings=RatingsEntry(),
    policy=PolicyEntry(),
    retention=RetentionEntry(),
    hours=Hours({}, Calendar(), GraceEntry(), frozenset()),
)


@pytest.mark.parametrize(
    ("name", "said"), [("李梅", "Joined the call: Interpreter (李梅)"), ("", "Joined the call: Interpreter")]
)
def test_a_guest_is_told_by_role_and_name(name, said):
    english = translations.load()["en"]
    guest = ParticipantRecord("G1", "G1", "", 1, None, 0, "", name, "interpreter")
    facts = {"kind": "participant_joined", "participant": "G1", "role": "interpreter"}
    joined = EventRecord(1, "session_noted", "", facts)
    [step] = tell([joined], [guest], RecordWords(english, Directory(NOTHING)), english)
    assert step.words == said
