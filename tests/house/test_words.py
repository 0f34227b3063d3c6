"""What the documents promise exists, and nothing names the machine it was written on."""

import re

from tests.house.tree import read, select

# Spelled in pieces: the rule holds for this file too.
REGISTRIES = ("pypi" + ".org", "python" + "hosted", "registry." + "npm", "npm" + "mirror", "deb." + "debian")
MACHINE_PATH = re.compile(r"(?<![\w.:/-])/(?:root|work|home/\w+)/")
MAKE = re.compile(r"(?:^|`|\$ )make ([a-z][a-z-]*)", re.MULTILINE)
TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)
BINARY = (
    ".webp",
    ".heic",
    ".tif",
    ".png",
    ".jpg",
    ".ico",
    ".webm",
    ".pdf",
    ".woff2",
    ".mo",
    ".gz",
    ".zip",
    ".wav",
    ".mp3",
    ".sqlite3",
)


def test_every_command_in_the_documents_exists() -> None:
    targets = set(TARGET.findall(read("Makefile")))
    unknown = {path: set(MAKE.findall(read(path))) - targets for path in select(".md")}
    assert {path: names for path, names in unknown.items() if names} == {}


def test_no_file_names_a_registry_or_a_path_of_one_machine() -> None:
    named = []
    for path in select(""):
        if path.endswith(BINARY):
            continue
        text = read(path)
        named += [f"{path}: {host}" for host in REGISTRIES if host in text]
        named += [f"{path}: {where.group()}" for where in MACHINE_PATH.finditer(text)]
    assert named == []


def test_the_catalogues_traditional_names_are_written_in_one_standard() -> None:
    """Hong Kong writes 戶, 稅 and 兌; the other forms come from a conversion glyph by glyph."""
    names = re.findall(r'zh_Hant: ("[^"]*"|[^,}]*)', read("records/sample/catalog.yaml"))
    assert len(names) > 100
    assert [name for name in names if re.search("[户税兑说阅]", name)] == []
