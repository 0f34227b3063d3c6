"""Static files of all rooms: a digest in every address, compressed once, kept by browsers for a year."""

import asyncio
import gzip
import hashlib
import importlib.util
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

ROOMS: tuple[str, ...] = ("webui", "signaling", "booth_client", "seat_console")
"""Packages that may have a `static` folder; found by name, not imported: they stand on higher floors."""

MEDIA_TYPES: Mapping[str, str] = {
    ".css": "text/css; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
COMPRESSED_ALREADY = frozenset({".png", ".woff2", ".ico"})
NAMED = re.compile(r'(^(?:import|export|\})[^"\n(]*|\bimport\()"(#[^"]+\.js)"', re.MULTILINE)
"""An import by name in a script, static or dynamic; comments, which import types, stay as they are."""
LINKED = re.compile(r'^(?:import|export|\})[^"\n(]*"/static/([^"?]+)\?v=', re.MULTILINE)
"""A statement that imports at once, after the name was made an address; types are imported in comments."""


_VERSION = re.compile(r"[0-9a-f]{16}")


REMARKS = re.compile(r"^[ \t]*(?:/\*(?:[^*]|\*(?!/))*\*/|//[^\n]*)[ \t]*$", re.MULTILINE)
"""Comments on lines of their own, which a browser need not fetch: a quarter of what a script weighs."""


def bare(script: str) -> str:
    """Return a script or a style sheet without its comments, each statement on the line where it was."""
    return REMARKS.sub(lambda found: "\n" * found[0].count("\n"), script)


@dataclass(frozen=True)
class Asset:
    """One file as it is sent; `name` is `<room>/<path under static>`, `release` what all scripts together are."""

    name: str
    body: bytes = field(repr=False)
    release: str = ""

    @cached_property
    def digest(self) -> str:
        """Sixteen hexadecimal digits of SHA-256: changes when the content does."""
        return hashlib.sha256(self.body).hexdigest()[:16]

    @cached_property
    def media_type(self) -> str:
        """Media type of the file, by its ending."""
        return MEDIA_TYPES.get(Path(self.name).suffix, "application/octet-stream")

    @property
    def version(self) -> str:
        """Version in the address: the file's digest; for our scripts, which import each other, that of all."""
        return self.release or self.digest

    @cached_property
    def url(self) -> str:
        """The address that may be cached for ever."""
        return f"/static/{self.name}?v={self.version}"

    def asked_as(self, version: str) -> "Asset":
        """Return the script for a page of another release: its imports carry that page's version.

        While nodes of two releases serve, each script must have one address in a page, or it would run twice.
        """
        if not self.release or version == self.release or not _VERSION.fullmatch(version):
            return self
        return Asset(self.name, self.body.replace(f"?v={self.release}".encode(), f"?v={version}".encode()), version)

    @cached_property
    def squeezed(self) -> bytes:
        """The gzipped content, or nothing where that would not be smaller."""
        if Path(self.name).suffix in COMPRESSED_ALREADY:
            return b""
        packed = gzip.compress(self.body, compresslevel=9, mtime=0)
        return packed if len(packed) < len(self.body) else b""

    async def squeeze(self) -> bytes:
        """Return the gzipped content; the first time it is made off the event loop."""
        if "squeezed" not in self.__dict__:
            await asyncio.to_thread(lambda: self.squeezed)
        return self.squeezed


def room_folder(room: str) -> Path | None:
    """Return where a room lives on disk, without importing it."""
    spec = importlib.util.find_spec(room)
    return Path(spec.submodule_search_locations[0]) if spec and spec.submodule_search_locations else None


def read_room(room: str) -> list[Asset]:
    """Read all files under a room's `static` folder; declarations are for the type checker only."""
    folder = room_folder(room)
    if folder is None or not (folder / "static").is_dir():
        return []
    static = folder / "static"
    paths = sorted(path for path in static.rglob("*") if path.is_file() and not path.name.startswith("."))
    files = [path for path in paths if not path.name.endswith(".d.ts")]
    return [Asset(f"{room}/{path.relative_to(static).as_posix()}", path.read_bytes()) for path in files]


def source(name: str) -> Path:
    """Return the file on disk that the asset of this name was read from.

    Raises:
        KeyError: its room has no folder.
    """
    room, _, path = name.partition("/")
    folder = room_folder(room)
    if folder is None:
        raise KeyError(room)
    return folder / "static" / path


def sheet(room: str, files: Iterable[Asset]) -> Asset:
    """Join a room's style sheets, by name, into `<room>/all.css`: one request instead of ten."""
    parts = [bare(file.body.decode()) for file in files if file.name.startswith(f"{room}/css/")]
    return Asset(f"{room}/all.css", "\n".join(parts).encode())


def module_name(asset: str) -> str | None:
    """Return the `#room/module.js` name of a script, or None where it has none."""
    room, _, path = asset.partition("/")
    if not path.endswith(".js"):
        return None
    if path.startswith("vendor/"):
        return f"#{path}"
    return f"#{room}/{path.removeprefix('js/')}" if path.startswith("js/") else None


class Assets:
    """All static files by name, read once at start."""

    def __init__(self, rooms: Iterable[str] = ROOMS) -> None:
        self._by_name: dict[str, Asset] = {}
        for room in rooms:
            files = read_room(room)
            for asset in (*files, sheet(room, files)):
                self.add(asset)
        self._link()

    def _link(self) -> None:
        """Put addresses in place of the `#room/module.js` names by which our scripts import each other.

        Browsers before import maps (Safari 16.4) read them so. Bundled libraries import nothing by name and keep
        their own digest: they stay in caches over our releases.
        """
        named = {name: asset for file, asset in self._by_name.items() if (name := module_name(file))}
        ours = {name: asset for name, asset in named.items() if "/vendor/" not in asset.name}
        release = Asset("", b"".join(asset.name.encode() + asset.body for _, asset in sorted(ours.items()))).digest
        self._urls = {
            name: replace(asset, release=release if name in ours else "").url for name, asset in named.items()
        }
        for asset in ours.values():
            self.add(Asset(asset.name, self.link(bare(asset.body.decode())).encode(), release))

    def link(self, script: str) -> str:
        """Return a script with addresses for the names it imports by; an unknown name is a bug and raises KeyError."""
        return NAMED.sub(lambda found: f'{found[1]}"{self._urls[found[2]]}"', script)

    def add(self, asset: Asset) -> Asset:
        """Keep a file that was made, not read; returns it."""
        self._by_name[asset.name] = asset
        return asset

    def find(self, name: str) -> Asset | None:
        """Return the file of this name."""
        return self._by_name.get(name)

    def url(self, name: str) -> str:
        """Return the lasting address of a file; a name that does not exist is a bug and raises KeyError."""
        return self._by_name[name].url

    def scripts(self) -> list[Asset]:
        """Return all scripts that can be imported: ours and the bundled libraries."""
        return [asset for name, asset in sorted(self._by_name.items()) if module_name(name)]

    def closure(self, entry: str) -> list[str]:
        """Return the addresses of all that a script imports at once, so that a page can ask for them together."""
        return [asset.url for asset in self.imported(entry)]

    def imported(self, entry: str) -> list[Asset]:
        """Return all that a script imports at once, and what that imports."""
        seen: dict[str, Asset] = {}
        todo = [self._by_name[entry]]
        while todo:
            for name in LINKED.findall(todo.pop().body.decode()):
                if name not in seen:
                    seen[name] = self._by_name[name]
                    todo.append(seen[name])
        return list(seen.values())
