"""Translated sentences: English in the sources, one set of gettext catalogues for Python, Jinja and JavaScript."""

import io
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from webui.languages import LANGUAGES, Language

LOCALE = Path(__file__).parent / "locale"
FNV_BASIS, FNV_PRIME = 0x811C9DC5, 0x01000193
Sentence = str | tuple[str, ...]
"""A translation: one string, or one a plural form."""


@dataclass(frozen=True)
class Translations:
    """The sentences of one language; an untranslated one stays English."""

    language: Language
    sentences: Mapping[str, Sentence] = field(default_factory=dict)
    common: Callable[[], Mapping[str, object]] = dict
    """Returns the values of places that any sentence may have, such as the realm's hotline."""

    def gettext(self, sentence: str, /, **params: object) -> str:
        """Return the sentence in this language with `{name}` places filled."""
        found = self.sentences.get(sentence, sentence)
        return fill(found if isinstance(found, str) else found[0], {**self.common(), **params})

    def ngettext(self, one: str, many: str, n: int, /, **params: object) -> str:
        """Return the form for `n`; Chinese has one form, English two."""
        found = self.sentences.get(one)
        forms = (found,) if isinstance(found, str) else found or (one, many)
        return fill(forms[min(len(forms) - 1, 0 if n == 1 else 1)], {**self.common(), "n": n, **params})


def fill(sentence: str, params: Mapping[str, object]) -> str:
    """Put values into their named places; a place without a value is left as it is."""
    for name, value in params.items():
        sentence = sentence.replace("{" + name + "}", str(value))
    return sentence


def read_files(folder: Path) -> dict[Path, Catalog]:
    """Read the catalogues of one language, by file."""
    files = sorted((folder / "LC_MESSAGES").glob("*.po"))
    return {file: read_po(io.BytesIO(file.read_bytes()), locale=folder.name, abort_invalid=True) for file in files}


def sentences(catalogs: Iterable[Catalog]) -> dict[str, Sentence]:
    """Merge catalogues into one table by the (singular) English sentence; fuzzy and empty ones are left out."""
    table: dict[str, Sentence] = {}
    for catalog in catalogs:
        for message in catalog:
            said = message.string
            if message.id and not message.fuzzy and said and all([said] if isinstance(said, str) else said):
                key = message.id if isinstance(message.id, str) else message.id[0]
                table[key] = said if isinstance(said, str) else tuple(said)
    return table


def load() -> dict[str, Translations]:
    """Read all catalogues, by language tag."""
    return {
        language.tag: Translations(language, sentences(read_files(LOCALE / language.folder).values()))
        for language in LANGUAGES
    }


class SameKey(Exception):
    """Two sentences have one key: one of them must be worded otherwise."""


def key_of(sentence: str) -> str:
    """Return the key of an English sentence in a page's table: its FNV-1a digest of 32 bits, in hexadecimal.

    The sentences themselves were a twentieth of what the first page weighs. `i18n.js` makes the same keys.
    """
    digest = FNV_BASIS
    for sign in sentence:
        digest = (digest ^ ord(sign)) * FNV_PRIME & 0xFFFFFFFF
    return f"{digest:x}"


def javascript(catalogue: Translations, wanted: Iterable[str], errors: Mapping[str, str]) -> str:
    """Write the script that runs before a page's modules: the sentences they use, and the errors (`messages.js`).

    Raises:
        SameKey: two of the sentences cannot be told apart.
    """
    used = _table(catalogue, wanted)
    told = {code: catalogue.gettext(sentence) for code, sentence in sorted(errors.items())}
    brought = {"language": catalogue.language.tag, "messages": used, "errors": told}
    return f"self.cloudWindowSentences={_packed(brought)};\n"


def javascript_more(catalogue: Translations, wanted: Iterable[str]) -> str:
    """Write the script that adds these sentences to those which a page has.

    Raises:
        SameKey: two of the sentences cannot be told apart.
    """
    return f"Object.assign(self.cloudWindowSentences.messages,{_packed(_table(catalogue, wanted))});\n"


def _table(catalogue: Translations, wanted: Iterable[str]) -> dict[str, Sentence]:
    found = [one for one in sorted(set(wanted)) if one in catalogue.sentences]
    used = {key_of(one): catalogue.sentences[one] for one in found}
    if len(used) < len(found):
        raise SameKey(catalogue.language.tag)
    return used


def _packed(brought: Mapping[str, object]) -> str:
    return json.dumps(brought, ensure_ascii=False, separators=(",", ":"))
