"""Static files of all rooms: a digest in every address, compressed once, kept by browsers for a year."""

import asyncio
import base64
import gzip
import hashlib
import importlib.util
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
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
IMPORTED = re.compile(r'^(?:import|export|\})[^"\n(]*"(#[^"]+)"', re.MULTILINE)
"""A statement that imports, at the beginning of its line; types are imported in comments, which ask for no file."""


@dataclass(frozen=True)
class Asset:
    """One file as it is sent; `name` is `<room>/<path under static>`."""

    name: str
    body: bytes = field(repr=False)

    @cached_property
    def digest(self) -> str:
        """Sixteen hexadecimal digits of SHA-256: changes when the content does."""
        return hashlib.sha256(self.body).hexdigest()[:16]

    @cached_property
    def media_type(self) -> str:
        """What the file is, by its ending."""
        return MEDIA_TYPES.get(Path(self.name).suffix, "application/octet-stream")

    @cached_property
    def url(self) -> str:
        """The address that may be cached for ever."""
        return f"/static/{self.name}?v={self.digest}"

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


def sheet(room: str, files: Iterable[Asset]) -> Asset:
    """Join a room's style sheets, by name, into `<room>/all.css`: one request instead of ten."""
    parts = [file.body for file in files if file.name.startswith(f"{room}/css/")]
    return Asset(f"{room}/all.css", b"\n".join(parts))


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

    def modules(self, rooms: Iterable[str]) -> dict[str, Asset]:
        """Return the scripts of these rooms, and the bundled libraries, by their `#` name."""
        wanted = {*rooms, "webui"}
        named = ((module_name(name), asset) for name, asset in sorted(self._by_name.items()))
        return {name: asset for name, asset in named if name and asset.name.split("/")[0] in wanted}

    def import_map(self, rooms: Iterable[str], replaced: Mapping[str, Asset]) -> str:
        """Write the import map of a page; `replaced` puts other files behind some names."""
        modules = {**self.modules(rooms), **replaced}
        imports = {name: asset.url for name, asset in modules.items() if "/pdf/" not in name}
        return json.dumps({"imports": imports}, separators=(",", ":")).replace("<", "\\u003c")

    def closure(self, entry: str, replaced: Mapping[str, Asset]) -> list[str]:
        """Return the addresses of all that a script imports at once, so that a page can ask for them together."""
        modules = {**self.modules(ROOMS), **replaced}
        seen: dict[str, Asset] = {}
        todo = [self._by_name[entry]]
        while todo:
            for name in IMPORTED.findall(todo.pop().body.decode()):
                if name in modules and name not in seen:
                    seen[name] = modules[name]
                    todo.append(modules[name])
        return [asset.url for asset in seen.values()]


def script_hash(text: str) -> str:
    """Return the source expression that lets exactly this inline script pass."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"
