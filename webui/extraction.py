"""Finds the sentences in Python, Jinja and JavaScript sources and compares them with the catalogues."""

import io
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import write_po

from webui.assets import room_folder
from webui.languages import LANGUAGES
from webui.translations import LOCALE, read_files, sentences

ROOMS = ("protocol", "runtime", "webui", "signaling", "booth_client", "seat_console", "simulation", "cloudwindow")
KEYWORDS = {"gettext": None, "ngettext": (1, 2), "gettext_noop": None}
DOMAINS = {"common", "citizen", "console", "supervisor", "simulation", "errors"}
NOT_READ = {"catalogues.py", "extraction.py", "translations.py"}
TRANSLATED = tuple(language for language in LANGUAGES if language.tag != "en")
STRING = r'"(?:[^"\\\n]|\\.)*"'
CALL = re.compile(rf"\b(n?gettext)\(\s*(?:({STRING})(?:\s*,\s*({STRING}))?|(?=[^\s)]))")
DEFINITION = re.compile(r"function\s+n?gettext\(")
HEADER_NOISE = re.compile(
    r'^"(?:PO-Revision-Date|POT-Creation-Date|Last-Translator|Language-Team|Report-Msgid-Bugs-To|Generated-By):.*\n',
    re.MULTILINE,
)
Found = str | tuple[str, str]
"""A sentence, or its singular and plural."""


class DynamicSentence(Exception):
    """A call of gettext in a script whose first argument is no plain string in double quotes."""


def in_script(text: str) -> Iterator[Found]:
    """Find `gettext("…")` and `ngettext("…", "…", n)` in JavaScript, also inside template strings."""
    for call in CALL.finditer(DEFINITION.sub("", text)):
        name, one, many = call.groups()
        if one is None:
            raise DynamicSentence(text[call.start() : call.start() + 60])
        single = str(json.loads(one))
        yield (single, str(json.loads(many))) if name == "ngettext" and many else single


def in_file(path: Path) -> Iterator[Found]:
    """Find the sentences of one file by its kind."""
    if path.suffix == ".js":
        try:
            yield from in_script(path.read_text("utf-8"))
        except DynamicSentence as problem:
            raise DynamicSentence(f"{path.name}: {problem}") from None
        return
    method = "python" if path.suffix == ".py" else "jinja2.ext:babel_extract"
    with path.open("rb") as file:
        for _, message, _, _ in extract(method, file, keywords=KEYWORDS, options={"silent": "false"}):
            yield (message[0], message[1]) if isinstance(message, tuple) else message


def sources(room: str) -> Iterator[Path]:
    """List the files of a room that may hold sentences."""
    folder = room_folder(room)
    if folder is None:
        return
    yield from sorted(path for path in folder.rglob("*.py") if path.name not in NOT_READ)
    yield from sorted((folder / "templates").rglob("*.html"))
    yield from sorted((folder / "static" / "js").rglob("*.js"))


def used_by_scripts(room: str) -> set[str]:
    """Return the English sentences of a room's scripts."""
    return used_by(path for path in sources(room) if path.suffix == ".js")


def used_by(scripts: Iterable[Path]) -> set[str]:
    """Return the English sentences of these scripts."""
    return {found if isinstance(found, str) else found[0] for path in scripts for found in in_file(path)}


def domain(room: str, path: Path) -> str:
    """Say which catalogue a new sentence of this file belongs to."""
    if path.name == "sentences.py":
        return "errors"
    if room == "seat_console":
        return "supervisor" if re.search("wallboard|record", path.as_posix().split("seat_console", 1)[1]) else "console"
    return {"protocol": "supervisor", "booth_client": "citizen", "simulation": "simulation"}.get(room, "common")


def used() -> dict[str, tuple[Found, str]]:
    """Return every sentence of the sources by its English singular, with the catalogue it belongs to."""
    table: dict[str, tuple[Found, str]] = {}
    for room in ROOMS:
        for path in sources(room):
            for found in in_file(path):
                table.setdefault(found if isinstance(found, str) else found[0], (found, domain(room, path)))
    return table


def check() -> list[str]:
    """Return the faults of the catalogues, one line each."""
    wanted = used()
    faults: list[str] = []
    for language in TRANSLATED:
        files = read_files(LOCALE / language.folder)
        have = sentences(files.values())
        faults += [f"{language.tag}: not translated: {one!r}" for one in wanted if one not in have]
        known = [
            (file.name, message.id if isinstance(message.id, str) else message.id[0])
            for file, catalog in files.items()
            for message in catalog
            if message.id
        ]
        faults += [f"{language.tag}/{file}: stale: {one!r}" for file, one in known if one not in wanted]
        faults += [
            f"{language.tag}: places differ: {one!r}" for one in wanted if one in have and not same(one, have[one])
        ]
        names = [one for _, one in known]
        faults += [f"{language.tag}: twice: {one!r}" for one in sorted({one for one in names if names.count(one) > 1})]
    return faults


def same(english: str, translated: str | tuple[str, ...]) -> bool:
    """Tell whether a translation has no named place that the English sentence lacks."""
    forms = (translated,) if isinstance(translated, str) else translated
    places = re.compile(r"\{\w+\}")
    return all(set(places.findall(form)) <= {*places.findall(english), "{n}"} for form in forms)


def write(catalog: Catalog, path: Path) -> None:
    """Write a catalogue without the header's dates and names, which change with every tool and tell nothing."""
    written = io.BytesIO()
    write_po(written, catalog, width=120)
    path.write_text(HEADER_NOISE.sub("", written.getvalue().decode()), "utf-8")


def update(names: set[str]) -> int:
    """Add missing sentences, untranslated, to these catalogues (`common`, …); returns how many were added."""
    added = 0
    for language in TRANSLATED:
        folder = LOCALE / language.folder / "LC_MESSAGES"
        files = {file.stem: catalog for file, catalog in read_files(LOCALE / language.folder).items()}
        had = {m.id if isinstance(m.id, str) else m.id[0] for catalog in files.values() for m in catalog if m.id}
        missing = [(found, name) for one, (found, name) in used().items() if one not in had and name in names]
        for found, name in missing:
            files.setdefault(name, Catalog(locale=language.folder)).add(found)
        for name in {name for _, name in missing}:
            write(files[name], folder / f"{name}.po")
        added += len(missing)
    return added


def main(arguments: list[str]) -> int:
    """Check the catalogues; without `--check`, add missing entries first. Exit code 1: some are missing."""
    if "--check" not in arguments:
        names = {argument for argument in arguments if not argument.startswith("-")} or DOMAINS
        print(f"{update(names)} sentences added")  # noqa: T201 - speaks to its caller
    faults = check()
    print("\n".join(faults) or "catalogues: all sentences translated")  # noqa: T201 - the same
    return 1 if faults else 0
