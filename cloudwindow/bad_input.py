"""Words of refusals for operators: the sentence for each reason of `BadInput`."""

from collections.abc import Mapping
from typing import Final

from protocol.errors import BadInput

#: By field and reason first, by reason alone else; what is in braces are the error's own facts.
SENTENCES: Final[Mapping[tuple[str, str], str]] = {
    ("password", "length"): "a password has {min} to {max} characters",
    ("password", "password_easy"): "this password is easy to guess; take another one, such as four words",
    ("password", "password_name"): "this password is made of the account's name",
    ("password", "same"): "this is the password that the account has already",
    ("name", "taken"): "there is an account of this name already",
    ("name", "format"): "an account's name has 1 to 64 characters that can be printed",
    ("seat", "missing"): "an agent needs a seat: say --seat",
    ("seat", "unknown"): "there is no such seat in the catalogue",
    ("department", "unknown"): "there is no such department in the catalogue",
    ("role", "has_one"): "this account is {role} already; revoke that first",
    ("role", "missing"): "this account has no role",
    ("factor", "missing"): "this account has no second factor",
    ("name", "machine_name"): "a machine's name has 2 to 48 small letters, digits and dashes, such as hall-numbers",
    ("machine", "taken"): "there is a machine of this name already",
    ("machine", "closed"): "this machine is closed; open it first",
    ("machine", "open"): "this machine is open",
    ("purpose", "missing"): "say what the machine is for: --for",
    ("owner", "unknown"): "there is no open account of this name: say who answers for the machine",
    (
        "keys",
        "two_keys",
    ): "this machine has two keys that overlap; wait for the end of the older one, end it, or rotate "
    "with --overlap-hours 0",
    ("key", "ended"): "this key has ended before",
    ("operation", "not_for_machines"): "{operation}: no operation for machines; see `cloudwindow machines operations`",
    ("operation", "separate"): "no role may do all of these together; make two machines of it",
    ("scope", "realm_only"): "this needs the scope realm",
    ("", "out_of_range"): "{field}: out of range",
    ("", "unknown"): "{field}: there is no such thing here",
    ("", "missing"): "{field}: must be given",
    ("", "format"): "{field}: not in its form",
    ("", "malformed"): "{field}: cannot be read ({detail})",
    ("", "length"): "{field}: {max} characters at most",
    ("", "imported"): "an import brought this row; change it in the catalogue's file",
    ("", "referred_to"): "something else refers to this row",
    ("", "reference_or_missing"): "a column that every row needs is missing, or one refers to nothing ({detail})",
}


def in_words(refused: BadInput) -> str:
    """Return the reason as a sentence; field and reason as they are where there is none."""
    field, why = str(refused.params.get("field", "")), str(refused.params.get("why", ""))
    facts = {"field": field, "detail": "", "max": "", **refused.params}
    if known := refused.params.get("known"):
        return f"{field}: there is no such thing here; there are {known}"
    return SENTENCES.get((field, why), SENTENCES.get(("", why), "{field}: " + why)).format_map(facts)
