"""Words of records: what another release wrote is told in words, never by a program's own key."""

import pytest

from records.audit.acts import ACTS
from records.audit.alarms import Limits, rules
from records.calendar.hours import Calendar, Hours
from records.catalogue.directory import Directory
from records.catalogue.directory_rows import Loaded
from records.catalogue.entries import GraceEntry, PolicyEntry, RatingsEntry, RetentionEntry
from records.sessions.views import EventRecord, ParticipantRecord
from runtime.clock import CHINA
from seat_console.record_timeline import tell
from seat_console.record_words import WORDS, RecordWords
from webui import translations

UNKNOWN = "a_word_of_another_release"


@pytest.fixture(scope="module")
def words() -> RecordWords:
    """Words in English, of a district whose catalogue is empty."""
    loaded = Loaded(
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
        hours=Hours({}, Calendar(), GraceEntry(), frozenset(), CHINA),
    )
    return RecordWords(translations.load()["en"], Directory(loaded))


@pytest.mark.parametrize("kind", WORDS)
def test_an_unknown_key_is_told_in_a_plain_word_and_an_empty_one_not_at_all(words: RecordWords, kind: str) -> None:
    assert words.word(kind, UNKNOWN) == "Not named"
    assert words.word(kind, "") == ""
    assert {words.word(kind, key) for key in WORDS[kind]} == set(WORDS[kind].values())


def test_every_act_and_every_alarm_of_the_trail_is_told_in_words() -> None:
    limits = Limits(looks_per_hour=1, exports_per_day=1, unserved_per_day=1, night="00-24")
    raised = {rule.name for act in ACTS for rule in rules(act, "supervisor", 0, limits, CHINA)}
    assert WORDS["act"].keys() == ACTS.keys()
    assert WORDS["alarm"].keys() == raised


def test_no_unknown_fact_of_an_old_entry_is_shown_raw(words: RecordWords) -> None:
    facts = dict.fromkeys(
        ("why", "reason", "by", "role", "state", "claim", "verdict", "consent", "outcome", "relaxed"), UNKNOWN
    )
    kinds = ("ticket_left", "ticket_widened", "reservation_declined", "consent_noted", UNKNOWN)
    steps = tell(
        tuple(EventRecord(1, kind, "", facts) for kind in kinds),
        (),
        words,
        translations.load()["en"],
    )
    assert len(steps) == len(kinds)
    assert [step.words for step in steps if UNKNOWN in step.words] == []
    assert steps[-1].words == "Something happened that this version has no words for"


def test_a_reason_that_a_district_wrote_itself_stands_as_written(words: RecordWords) -> None:
    assert words.rated_for(["态度很好", "其他"]) == "态度很好, Something else"


@pytest.mark.parametrize(
    ("name", "said"), [("李梅", "Joined the call: Interpreter (李梅)"), ("", "Joined the call: Interpreter")]
)
def test_a_guest_is_told_by_role_and_name(words: RecordWords, name: str, said: str) -> None:
    guest = ParticipantRecord("G1", "G1", "", 1, None, 0, "", name, "interpreter")
    facts = {"kind": "participant_joined", "participant": "G1", "role": "interpreter"}
    [step] = tell((EventRecord(1, "session_noted", "", facts),), (guest,), words, translations.load()["en"])
    assert step.words == said
