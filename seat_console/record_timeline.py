"""The story of a ticket and its session, one sentence an entry of the journal."""

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from protocol.session_events import KINDS
from protocol.states import TicketState
from records.sessions.views import EventRecord, ParticipantRecord
from seat_console.record_words import RecordWords
from webui.sentences import gettext_noop
from webui.translations import Translations

SENTENCES: Final[dict[str, str]] = {
    "ticket_taken": gettext_noop("The citizen took a number"),
    "ticket_widened": gettext_noop("The search was widened: {relaxed}"),
    "ticket_changed": gettext_noop("The service guide changed; the ticket goes on by the new one"),
    "ticket_held": gettext_noop("The citizen left the screen; the place is kept"),
    "ticket_scheduled": gettext_noop("The citizen is to be called back at {time}; the place is kept"),
    "ticket_resumed": gettext_noop("The citizen is waiting again"),
    "ticket_returned": gettext_noop("Back in line at the old place ({why})"),
    "ticket_left": gettext_noop("The ticket ended: {state} ({why})"),
    "ticket_done": gettext_noop("The seat finished with the ticket"),
    "reservation_made": gettext_noop("Rang at {seat}"),
    "reservation_accepted": gettext_noop("{seat} answered"),
    "reservation_declined": gettext_noop("{seat} declined ({reason})"),
    "reservation_expired": gettext_noop("{seat} did not answer"),
    "reservation_rescinded": gettext_noop("The call to {seat} was taken back ({why})"),
    "seats_alerted": gettext_noop("Part-time seats were alerted"),
    "alert_over": gettext_noop("The alert is over"),
    "document_noted": gettext_noop("A document was stored"),
    "consent_noted": gettext_noop("What the citizen agreed to: {consent}"),
    "still_failed": gettext_noop("The photo did not come ({still})"),
} | {kind: event.sentence for kind, event in KINDS.items() if event.sentence}
UNKNOWN_STEP: Final = gettext_noop("Something happened that this version has no words for")
#: Entries that repeat what another one beside them says.
SILENT: Final = frozenset({"notes_kept", "alert_over", "seat_changed", "consent_changed", "agent_introduced"})


class TimelineStep(msgspec.Struct, frozen=True):
    """A line of the story."""

    at_ms: int
    kind: str
    words: str


def tell(
    events: Iterable[EventRecord],
    participants: Iterable[ParticipantRecord],
    words: RecordWords,
    catalogue: Translations,
) -> list[TimelineStep]:
    """Tell the events in sentences, guests by their names; a kind that this release does not know is told as such."""
    guests = {one.participant: one.name for one in participants}
    steps = [_step(event, words, catalogue, guests) for event in events]
    # A document is noted when it is stored and told to the session: once is enough to read.
    silent = SILENT | {"document_noted"} if any(step.kind == "document_stored" for step in steps) else SILENT
    return [step for step in steps if step.kind not in silent]


def _step(event: EventRecord, words: RecordWords, catalogue: Translations, guests: Mapping[str, str]) -> TimelineStep:
    kind = event.facts.get("kind", event.kind) if event.kind == "session_noted" else event.kind
    if kind == "still_answered" and event.facts.get("why"):
        kind = "still_failed"
    if kind == "ticket_held" and event.facts.get("state") == TicketState.SCHEDULED:
        kind = "ticket_scheduled"
    sentence = SENTENCES.get(kind)
    said = catalogue.gettext(sentence or UNKNOWN_STEP, **_facts(event, words, guests))
    return TimelineStep(event.at_ms, kind, said)


def _facts(event: EventRecord, words: RecordWords, guests: Mapping[str, str]) -> dict[str, str]:
    facts = event.facts
    role = words.word("participant_role", facts.get("role", ""))
    name = guests.get(facts.get("participant", ""), "")
    state_of = "session" if event.kind == "session_noted" else "ticket"
    return {
        "seat": words.seat(event.seat or facts.get("seat", "")),
        "relaxed": words.relaxed(facts.get("relaxed", "")),
        "why": words.why(facts.get("why", "")),
        "reason": words.word("reason", facts.get("reason", "")) or "–",
        "still": words.word("still", facts.get("why", "")),
        "by": words.word("party", facts.get("by", "")),
        "participant_role": words.bracketed(role, name),
        "time": words.short(int(facts.get("until_ms") or 0)),
        "state": words.word(state_of, facts.get("state", "")),
        "claim": words.word("priority_claim", facts.get("claim", "")),
        "verdict": words.word("verdict", facts.get("verdict", "")),
        "consent": words.consent(facts.get("consent", ""), given=facts.get("given") == "1"),
        "outcome": words.word("outcome", facts.get("outcome", "")),
    }
