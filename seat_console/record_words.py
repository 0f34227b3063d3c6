"""Words, names and times of the records, in the reader's language."""

from collections.abc import Iterable

import msgspec

from protocol.errors import ServiceError
from records.catalogue.directory import Directory
from runtime.clock import local
from seat_console.audit_words import AUDIT_WORDS
from webui.languages import ENGLISH, SIMPLIFIED, known
from webui.sentences import gettext_noop
from webui.translations import Translations

WORDS: dict[str, dict[str, str]] = {
    "outcome": {
        "answered": gettext_noop("Answered"),
        "prechecked": gettext_noop("Pre-checked, not yet submitted"),
        "accepted": gettext_noop("Accepted (documents received)"),
        "accepted_deferred": gettext_noop("Accepted with documents to follow"),
        "correction": gettext_noop("Correction notice"),
        "rejected": gettext_noop("Not accepted"),
        "referred": gettext_noop("Referred to a window or department"),
        "appointment": gettext_noop("Appointment needed"),
        "escalated": gettext_noop("Referred to unresolved cases"),
        "abandoned": gettext_noop("Citizen left"),
        "interrupted": gettext_noop("Cut off (technical)"),
    },
    "case": {
        "draft": gettext_noop("Draft"),
        "submitted": gettext_noop("Submitted"),
        "accepted": gettext_noop("Accepted"),
        "accepted_deferred": gettext_noop("Accepted with documents to follow"),
        "correction": gettext_noop("To be corrected"),
        "rejected": gettext_noop("Not accepted"),
        "processing": gettext_noop("In progress"),
        "decided": gettext_noop("Decided"),
        "issued": gettext_noop("Issued"),
        "archived": gettext_noop("Archived"),
    },
    "session": {
        "connecting": gettext_noop("Connecting"),
        "active": gettext_noop("In a call"),
        "held": gettext_noop("On hold"),
        "suspended": gettext_noop("Interrupted"),
        "wrap_up": gettext_noop("Wrap-up"),
        "closed": gettext_noop("Closed"),
    },
    "ticket": {
        "waiting": gettext_noop("Waiting"),
        "held": gettext_noop("Place kept"),
        "scheduled": gettext_noop("To be called later"),
        "reserved": gettext_noop("Ringing"),
        "serving": gettext_noop("In a call"),
        "done": gettext_noop("Closed"),
        "abandoned": gettext_noop("Given up while waiting"),
        "no_show": gettext_noop("Did not come"),
        "expired": gettext_noop("Expired"),
        "redirected": gettext_noop("Moved to another queue"),
    },
    "reservation": {
        "pending": gettext_noop("Ringing"),
        "accepted": gettext_noop("Took the call"),
        "declined": gettext_noop("Declined"),
        "expired": gettext_noop("Did not answer"),
        "rescinded": gettext_noop("Withdrawn"),
    },
    "mode": {"consult": gettext_noop("Consult"), "coach": gettext_noop("Coach"), "handle": gettext_noop("Handle")},
    "channel": {
        "booth": gettext_noop("Booth"),
        "pc": gettext_noop("PC"),
        "native": gettext_noop("Booth device"),
        "hall": gettext_noop("Hall"),
    },
    "priority": {
        "sos": gettext_noop("SOS"),
        "returning": gettext_noop("Dropped call coming back"),
        "appointment": gettext_noop("Appointment"),
        "priority": gettext_noop("Priority person"),
    },
    "priority_claim": {
        "claimed": gettext_noop("Claimed; nobody looked"),
        "confirmed": gettext_noop("Claimed; true"),
        "refused": gettext_noop("Claimed; not true"),
    },
    "verdict": {
        "good": gettext_noop("In order"),
        "blurred": gettext_noop("Blurred, take again"),
        "wrong": gettext_noop("Wrong document"),
    },
    "purpose": {
        "material": gettext_noop("Material"),
        "still": gettext_noop("Photo"),
        "other": gettext_noop("Other document"),
    },
    "party": {"citizen": gettext_noop("Citizen"), "seat": gettext_noop("Seat")},
    "participant_role": {
        "citizen": gettext_noop("Citizen"),
        "agent": gettext_noop("Seat"),
        "interpreter": gettext_noop("Interpreter"),
        "expert": gettext_noop("Expert"),
        "family": gettext_noop("Family helper"),
        "observer": gettext_noop("Observer"),
    },
    "rating": {
        "5": gettext_noop("Very satisfied"),
        "4": gettext_noop("Satisfied"),
        "3": gettext_noop("Fairly satisfied"),
        "2": gettext_noop("Dissatisfied"),
        "1": gettext_noop("Very dissatisfied"),
    },
    "rule": {
        "claim": gettext_noop("claimed by the seat"),
        "least_flexible": gettext_noop("keeps rarer skills free"),
        "longest_idle": gettext_noop("the seat ready the longest"),
        "random": gettext_noop("chosen by lot"),
        "first_come": gettext_noop("first in line"),
        "longest_queue": gettext_noop("from the longest queue"),
    },
    "why": {
        "declined": gettext_noop("the seat declined"),
        "expired": gettext_noop("the seat did not answer"),
        "seat_lost": gettext_noop("the seat's page was lost"),
        "paused": gettext_noop("the seat went on break"),
        "signed_out": gettext_noop("the seat signed out"),
        "transferred": gettext_noop("passed on to another seat"),
        "recalled": gettext_noop("called again"),
        "queue_away": gettext_noop("the queue was out of reach"),
        "page_lost": gettext_noop("the citizen's page was closed or lost"),
        "hold_over": gettext_noop("the kept place expired"),
        "did_not_come": gettext_noop("nobody came at the agreed time"),
        "left": gettext_noop("the citizen pressed leave"),
        "lease_over": gettext_noop("it timed out there"),
    },
    "rating_reason": {
        "服务态度差": gettext_noop("Unfriendly"),
        "没有一次性告知": gettext_noop("Not told everything at once"),
        "等待时间过长": gettext_noop("Waited too long"),
        "音视频不清楚/中断": gettext_noop("Sound or picture was bad"),
        "材料要求与指南不一致": gettext_noop("Asked for other documents than listed"),
        "办理超时": gettext_noop("Later than promised"),
        "推诿扯皮": gettext_noop("Sent from office to office"),
        "其他": gettext_noop("Something else"),
    },
    "reason": {
        "window": gettext_noop("Serving someone at the window"),
        "skill": gettext_noop("Not my subject"),
        "device": gettext_noop("My devices do not work"),
        "other": gettext_noop("Other reason"),
    },
    "still": {
        "declined": gettext_noop("the citizen did not want to"),
        "NotAllowedError": gettext_noop("the browser does not allow the camera"),
        "NotFoundError": gettext_noop("no camera was found"),
        "NotReadableError": gettext_noop("another program holds the camera"),
    },
    "consent": {
        "service": gettext_noop("the notice"),
        "sound": gettext_noop("microphone"),
        "picture": gettext_noop("camera"),
        "recording": gettext_noop("recording"),
        "face": gettext_noop("comparison of the face"),
    },
    "how": {
        "touch": gettext_noop("by pressing"),
        "voice": gettext_noop("by voice"),
        "guide": gettext_noop("through the guide"),
    },
    "relaxed": {
        "language": gettext_noop("language"),
        "district": gettext_noop("district"),
        "skill": gettext_noop("skill"),
        "seat": gettext_noop("seat"),
    },
    **AUDIT_WORDS,
}


FREE: dict[str, tuple[str, str]] = {
    "ticket": (
        gettext_noop("a seat was free when the citizen's turn came"),
        gettext_noop("{n} groups of able seats compared"),
    ),
    "seat": (
        gettext_noop("the seat came free and this citizen was next"),
        gettext_noop("{n} queues compared"),
    ),
}
"""Sentences on the order of freed seats, by the queue's `by`, with the number of compared groups."""


UNKNOWN = gettext_noop("Not named")
"""Word for a key of an older or newer release: readers never see a program's own word."""


class RecordWords:
    """Words of a record for a template; a key that this release has no word for reads "Not named"."""

    def __init__(self, catalogue: Translations, directory: Directory) -> None:
        self._catalogue = catalogue
        self._directory = directory
        self._sites = frozenset(site.id for site in directory.places.sites())
        folder = catalogue.language.folder
        self._languages = {each.id: each.names.get(folder, each.name) for each in directory.languages}

    def word(self, kind: str, key: str | int) -> str:
        """Return the word for a state, an outcome, a verdict and the like; nothing for an empty key."""
        sentence = WORDS[kind].get(str(key), UNKNOWN if key else "")
        return self._catalogue.gettext(sentence) if sentence else ""

    def seat(self, key: str) -> str:
        """Return a seat's name."""
        return self._directory.seats.name_in(key, self._catalogue.language.folder)

    def agent(self, name: str, account: str) -> str:
        """Return who served: the display name of that time, with the account."""
        return self.bracketed(name, account) if name and name != account else account

    def uploader(self, uploaded_by: str) -> str:
        """Return who put a document there."""
        kind, _, account = uploaded_by.partition(":")
        return account or (self.word("party", kind) if kind else "")

    def site(self, key: str) -> str:
        """Return a site's name."""
        return self._directory.places.site_name(key, self._catalogue.language.folder)

    def site_in_full(self, key: str) -> str:
        """Return a site's name, with the official one where people call it otherwise."""
        plain, official = self.site(key), self._directory.places.site_name(key)
        return self.bracketed(plain, official if official != plain else "")

    def language(self, key: str) -> str:
        """Return a language's name."""
        return self._languages.get(key, key)

    def district(self, code: str) -> str:
        """Return a district's name."""
        return self._directory.places.district_name(code, self._catalogue.language.folder)

    def materials(self, item: str, keys: Iterable[str]) -> str:
        """Return the names of materials in one line."""
        return self.listed(self.material(item, key) for key in keys)

    def item(self, item: str, written: str) -> str:
        """Return the name of an item: as it was written down, in the reader's language where that is another one."""
        if self._catalogue.language is SIMPLIFIED:
            return written
        return self._directory.items.name_in(item, written, self._catalogue.language.folder)

    def material(self, item: str, key: str) -> str:
        """Return the name of a material that was written down by its key, or in other languages by its own name.

        What was written down in the reader's own language stands as it is.
        """
        if not item or not key:
            return key
        try:
            written = self._directory.items.materials(item)
            told = self._directory.items.guide(item, locale=self._catalogue.language.folder).materials
        except ServiceError:
            return key
        names = {material.key: material.name for material in told}
        if self._catalogue.language is not SIMPLIFIED:
            names |= {old.name: new.name for old, new in zip(written, told, strict=True)}
        return names.get(key, key)

    def place(self, channel: str, site: str) -> str:
        """Return where the citizen sat."""
        return self.site_in_full(site) if site else self.word("channel", channel)

    def department(self, key: str) -> str:
        """Return a department's name."""
        return self._directory.places.department_name(key, self._catalogue.language.folder) if key else ""

    def read_in(self, locale: str) -> str:
        """Return the language in which a notice was read, by its own name."""
        language = known(locale)
        return language.name if language else locale

    def consent(self, kind: str, *, given: bool) -> str:
        """Return a consent or its refusal in words."""
        said = self._catalogue.gettext("agreed") if given else self._catalogue.gettext("refused or taken back")
        return f"{self.word('consent', kind)} – {said}"

    def why(self, key: str) -> str:
        """Return why a ticket ended or went back into the line; `lent:` names the realm that has it now."""
        if key.startswith("lent:"):
            return self._catalogue.gettext("lent to {realm}", realm=key.removeprefix("lent:"))
        return self.word("why", key) or "–"

    def whereabouts(self, key: str) -> str:
        """Return the name of a place that may be a site, a district, or only a kind of device."""
        if key in self._sites:
            return self.site(key)
        return self.word("channel", key) if key in WORDS["channel"] else self.district(key)

    def relaxed(self, text: str) -> str:
        """Return what widening gave up, in words."""
        return self.listed(self.word("relaxed", part) for part in text.split(",") if part)

    def listed(self, names: Iterable[str]) -> str:
        """Return several names in one line, as the language lists them."""
        return (", " if self._catalogue.language is ENGLISH else "、").join(names)

    def labelled(self, label: str, value: str) -> str:
        """Return a value behind its label."""
        return self._catalogue.gettext("{label}: {value}", label=label, value=value)

    def bracketed(self, name: str, detail: str) -> str:
        """Return a name with its detail in brackets; the name alone without one."""
        return self._catalogue.gettext("{name} ({detail})", name=name, detail=detail) if detail else name

    def rated_for(self, reasons: Iterable[str]) -> str:
        """Return a rating's reasons as the citizen read them; reasons of a district's own stand as written."""
        return self.listed(
            self.word("rating_reason", reason) if reason in WORDS["rating_reason"] else reason for reason in reasons
        )

    def when(self, ms: int | None) -> str:
        """Return a local date and time; nothing for a missing one."""
        return local(ms, self._directory.zone).strftime("%Y-%m-%d %H:%M:%S") if ms else ""

    def short(self, ms: int | None) -> str:
        """Return a local date and time without year and seconds."""
        return local(ms, self._directory.zone).strftime("%m-%d %H:%M") if ms else ""

    def clock(self, ms: int | None) -> str:
        """Return a local time of day."""
        return local(ms, self._directory.zone).strftime("%H:%M:%S") if ms else ""

    @staticmethod
    def span(ms: int | None) -> str:
        """Return a duration as m:ss."""
        if ms is None:
            return ""
        seconds = max(0, ms) // 1000
        return f"{seconds // 60}:{seconds % 60:02d}"

    @staticmethod
    def size(count: int) -> str:
        """Return a number of bytes as a person says it."""
        return f"{max(1, round(count / 1024))} kB" if count < 1024 * 1024 else f"{count / 1024 / 1024:.1f} MB"

    def explain(self, text: str) -> str:
        """Return why a seat was chosen, from the queue's facts; facts this release does not know are left out."""
        try:
            facts = msgspec.json.decode(text or "{}", type=Explained)
        except msgspec.DecodeError:
            return ""
        said = self._catalogue
        came, compared = FREE.get(facts.by, ("", ""))
        parts = [
            said.gettext(came) if came else "",
            self.word("rule", facts.rule),
            said.gettext(compared, n=facts.rivals) if came and facts.rivals > 1 else "",
            said.gettext("after {n} widening steps", n=facts.tier) if facts.tier else "",
            self.word("priority", facts.priority) if facts.priority in WORDS["priority"] else "",
            said.gettext("seat ready for {time}", time=self.span(facts.idle_ms)) if facts.idle_ms else "",
        ]
        return "\N{NO-BREAK SPACE}· ".join(part for part in parts if part)


class Explained(msgspec.Struct, frozen=True):
    """The facts of a reservation's explanation that are told; `rivals` counts the groups that were compared."""

    rule: str = ""
    by: str = ""
    tier: int = 0
    rivals: int = 0
    idle_ms: int = 0
    priority: str = msgspec.field(default="", name="class")
