"""The register of personal fields that the ledger keeps: class, purpose, retention, readers.

Each column says its class beside its type (`mapped_column(info=...)`), or here, by table; a test holds that none is
without one. `python -m records.personal` writes docs/personal-data.md.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from records.tables import Base

PAGE: Final = Path(__file__).parents[1] / "docs" / "personal-data.md"
NONE: Final = "none"


class Field(msgspec.Struct, frozen=True):
    """The privacy class of a column. `kind`: citizen, sensitive (PIPL 28), staff, secret, pseudonym, or none."""

    kind: str
    purpose: str = ""
    kept: str = ""
    readers: str = ""


RECORD: Final = "supervisors of the district, each look audited"
CITIZEN: Final = Field("citizen", "what the matter is and how it ended", "with the record", RECORD)
TALK: Final = Field("citizen", "what was said in writing", "retention_days.chat", f"both parties; {RECORD}")
PAPER: Final = Field(
    "sensitive", "the papers of the matter", "retention_days.uploads_*", f"citizen, serving account; {RECORD}"
)
PSEUDONYM: Final = Field("pseudonym", "ties the parts of a record together", "with the record", RECORD)
STAFF: Final = Field("staff", "who acted: liability, complaints", "with the record", RECORD)
CONSENT: Final = Field("citizen", "proof of what was agreed to, and when it was taken back", "with the record", RECORD)
TRAIL: Final = Field("staff", "who looked at what", "at least retention_days.audit_log", "auditors")
ACCOUNT: Final = Field("staff", "signing in", "as long as the account is kept", "administrators of accounts")
MACHINE: Final = Field("staff", "who answers for a program", "as long as the machine is kept", "administrators")
SECRET: Final = Field("secret", "proves who it is", "until changed", "nobody: hashes, or sealed")
TOLD: Final = Field(
    "pseudonym", "what other systems are told: ids and states", "retention_days.events", "receivers within their scope"
)
PLAIN: Final = Field(NONE)

#: Tables of the catalogue and of the machine: nothing of a person in any column.
IMPERSONAL: Final = frozenset(
    {
        "districts", "departments", "towns", "sites", "materials", "items", "item_modes", "item_materials",
        "item_versions", "packages", "skills", "seats", "seat_skills", "seat_languages", "seat_districts", "hours",
        "calendar_days", "settings", "notice_versions", "journal_positions", "audit_head", "schema_support",
        "outbox_heads",
    }
)  # fmt: skip
FIELDS: Final[dict[str, dict[str, Field]]] = {
    "tickets": {
        "id number receipt session": PSEUDONYM,
        "about needs item item_name mode language channel site booth": CITIZEN,
        "priority priority_claim": Field("sensitive", "order of service: elder, disabled", "with the record", RECORD),
        "helper_present collecting_district handling_district": CITIZEN,
    },
    "reservations": {"id ticket": PSEUDONYM, "seat reason": STAFF},
    "seat_changes": {"ticket": PSEUDONYM, "seat reason": STAFF},
    "sessions": {
        "id ticket reservation": PSEUDONYM,
        "seat account agent_name staff_number department": STAFF,
        "notes": TALK,
    },
    "participants": {"session who": PSEUDONYM, "account name role": STAFF, "place": CITIZEN},
    "documents": {
        "id ticket session request": PSEUDONYM,
        "name sha256 purpose material verdict note": PAPER,
        "uploaded_by": STAFF,
    },
    "chat_lines": {"entry session": PSEUDONYM, "text": TALK},
    "outcomes": {"session receipt": PSEUDONYM, "outcome summary notice amended": CITIZEN, "by account": STAFF},
    "closings": {"session": PSEUDONYM, "version outcome summary notice case_was": CITIZEN, "by account": STAFF},
    "consents": {"entry ticket session": PSEUDONYM, "given version locale how": CONSENT},
    "ratings": {"session": PSEUDONYM, "level reasons comment": CITIZEN},
    "cases": {"ticket": PSEUDONYM, "item state collecting_site collecting_district handling_district": CITIZEN},
    "custody": {"ticket courier_number": PSEUDONYM, "holder by": STAFF},
    "journal_entries": {
        "id ticket session": PSEUDONYM,
        "seat": STAFF,
        "facts": Field("citizen", "the order of events", "retention_days.signaling_log", RECORD),
    },
    "outbox": {"id subject data replaces collecting_district handling_district department site": TOLD},
    "hooks": {
        "secrets": SECRET,
        "name url kinds scope_kind scope_id why lease_node cursor_seq claimed_seq failures turn": PLAIN,
    },
    "hook_deliveries": {"event subject body": TOLD, "hook attempts status why": PLAIN},
    "journal_set_aside": {
        "id": PSEUDONYM,
        "fields detail": Field("citizen", "to be read again", "emptied with retention_days.chat", "operator, audited"),
    },
    "audit": {"actor subject facts seat person request": TRAIL},
    "audit_inbox": {"actor subject facts seat person request": TRAIL},
    "audit_alarms": {"id actor owner answer": TRAIL},
    "record_seals": {"rows": PSEUDONYM},
    "port_news": {
        "id matter": PSEUDONYM,
        "body": Field("sensitive", "news of a matter, until it is handled", "sealed; 30 days", "nobody"),
    },
    "port_matters": {"matter": PSEUDONYM},
    "port_calls": {
        "id about once": PSEUDONYM,
        "body answer": Field(
            "sensitive", "is said again until it is answered", "sealed; 30 days after its end", "nobody"
        ),
    },
    "booths": {"code_hash token_hash key": SECRET},
    "accounts": {
        "name display_name role seat staff_number department scope_id": ACCOUNT,
        "password_hash factor": SECRET,
    },
    "machines": {"owner": MACHINE, "name purpose operations scope_id": PLAIN},
    "machine_keys": {"created_by": MACHINE, "hash": SECRET, "machine": PLAIN},
    "recovery_codes": {"account": ACCOUNT, "hash": SECRET},
    "catalogue_versions": {"by": STAFF, "what": PLAIN},
    "logins": {"account": ACCOUNT, "key": SECRET},
}
#: Columns by their names, wherever they are: times, counts, hashes, states, addresses within the machine.
HARMLESS: Final = (
    "_ms",
    "state",
    "day",
    "bytes",
    "media_type",
    "position",
    "step",
    "seq",
    "kind",
    "hash",
    "key",
    "mac",
)
FILES: Final[dict[str, Field]] = {
    "the documents' folder": msgspec.structs.replace(PAPER, purpose="the papers themselves, sealed (AES-256-GCM)"),
    "the queue's memory (Redis, its append-only file)": msgspec.structs.replace(
        CITIZEN, kept="until recorded, and 7 days"
    ),
    "anchors.jsonl": Field(NONE, "numbers and hashes of the chains", "for ever", "auditors"),
    "logs": Field("staff", "running the machine: account names, no citizen", "as the machine's log", "operators"),
}


def field_of(table: str, column: str) -> Field | None:
    """Return a column's class; None when nobody has given it one."""
    said = Base.metadata.tables[table].columns[column].info.get("personal")
    if isinstance(said, Field):
        return said
    if table in IMPERSONAL:
        return PLAIN
    for names, field in FIELDS.get(table, {}).items():
        if column in names.split():
            return field
    if table not in FIELDS:
        return None
    return PLAIN if column in CHECKED or column.endswith(HARMLESS) else None


CHECKED: Final = frozenset(
    [
        "relaxed",
        "returns",
        "why_ended",
        "served_ms",
        "last_seq",
        "absences",
        "here",
        "until_ms",
        "action",
        "result",
        "origin",
        "rule",
        "counted",
        "limit",
        "explain",
        "fence",
        "stage",
        "entry",
        "why",
        "realm",
        "previous",
        "active",
        "must_change",
        "was",
        "party",
        "at_ms",
        "retired",
        "site",
        "name",
        "id",
        "bytes",
        "port",
        "operation",
        "attempts",
        "problem",
        "sequence",
        "rank",
    ]
)
"""Columns that were looked at and hold nothing of a person."""


def lines() -> Iterator[str]:
    """Yield the page."""
    yield "# Personal data"
    yield ""
    yield "Written by `python -m records.personal` from what stands beside the tables; a test holds that no column is"
    yield "without a class."
    yield "`retention_days` is the catalogue's; columns that are not named here hold nothing of a person."
    yield ""
    yield "| place | field | class | purpose | kept | readers |"
    yield "|---|---|---|---|---|---|"
    for table in sorted(Base.metadata.tables):
        for column in sorted(one.key for one in Base.metadata.tables[table].columns):
            field = field_of(table, column)
            if field is not None and field.kind != NONE:
                yield f"| `{table}` | `{column}` | {field.kind} | {field.purpose} | {field.kept} | {field.readers} |"
    for place, field in FILES.items():
        yield f"| {place} | | {field.kind} | {field.purpose} | {field.kept} | {field.readers} |"


def missing() -> list[str]:
    """Return the columns that have no class."""
    return [
        f"{name}.{column}"
        for name, table in Base.metadata.tables.items()
        for column in [one.key for one in table.columns]
        if field_of(name, column) is None
    ]


def page() -> str:
    """Return the page's text."""
    return "\n".join(lines()) + "\n"


if __name__ == "__main__":
    _ = PAGE.write_text(page(), encoding="utf-8")
