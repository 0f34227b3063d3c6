"""Judge and draw documents in separate processes: a hostile file harms only its own decoder."""

import asyncio
import contextlib
import logging
import os
import struct
import sys
from pathlib import Path
from typing import Final, Literal, get_args

import msgspec

from protocol.errors import (
    DocumentEmpty,
    DocumentIncomplete,
    DocumentLocked,
    DocumentTooDetailed,
    DocumentTypeRefused,
    NotFound,
)
from records.papers.content import marked, name_of
from records.papers.decoders.values import PAGES_MAX, PICTURE_PIXELS, Ask, DecoderAnswer
from records.papers.turns import Turns

log = logging.getLogger(__name__)

WALL_S: Final = 40.0
"""The longest a process may take; it takes no more than 20 s of processor time by its own limit."""
ANSWER_MAX_BYTES: Final = 48 * 1024 * 1024
LINE_MAX: Final = 64
"""Papers of a line that may wait for a process or be in one; more are asked to come again."""
OWNER_MAX: Final = 8
"""The same of one ticket: with papers that take the whole of their time it fills no line for others."""
ADDRESS_MAX: Final = 40
"""The same of all tickets of one address: a town shares one, and a stranger has as many tickets as it likes."""
_HEAD: Final = struct.Struct(">I")
_ROOT: Final = str(Path(__file__).resolve().parents[2])
#: Isolated (-I): neither the environment nor the working folder say what is imported.
_COMMAND: Final = (
    sys.executable,
    "-I",
    "-c",
    f"import sys; sys.path.append({_ROOT!r}); from records.papers.decoders.child import main; main()",
)


def processes() -> int:
    """Return how many papers are decoded at once: one for each two cores, so that calls go on."""
    return max(1, (os.cpu_count() or 2) // 2)


Line = Literal["arriving", "shown", "own"]
"""The lines of work: uploads, looks of staff, looks of citizens; no citizen keeps an agent waiting."""


class Judge:
    """Starts a process for each paper, few at a time, in lines that do not wait for each other: see `Line`.

    In a line the addresses that papers come from take turns, and their owners (tickets) among themselves.
    """

    def __init__(self, at_once: int = 0, wall_s: float = WALL_S) -> None:
        """Decode `at_once` papers of each line at a time; 0: by the number of cores."""
        self._lines: dict[Line, Turns] = {
            name: Turns(at_once or processes(), LINE_MAX, OWNER_MAX, ADDRESS_MAX) for name in get_args(Line)
        }
        self._wall_s = wall_s

    async def look(self, content: bytes, line: Line = "arriving", owner: str = "", address: str = "") -> DecoderAnswer:
        """Return the kind and facts of a complete paper of an accepted type.

        Raises:
            DocumentEmpty: there is nothing in it.
            DocumentTypeRefused: it is of another type.
            DocumentIncomplete: it is cut off or broken: no viewer shows it whole.
            DocumentTooDetailed: it has more points or pages than is decoded, or takes too long.
            StorageUnavailable: too many papers are waiting to be judged, of this owner, its address or of all.
        """
        if not content:
            raise DocumentEmpty
        return (await self._ask(Ask("look"), content, line, owner, address))[0]

    async def draw(
        self, content: bytes, page: int, password: str = "", line: Line = "shown", owner: str = "", address: str = ""
    ) -> tuple[DecoderAnswer, bytes]:
        """Return a page (from 1) as a picture of bounded size, and the facts of the paper.

        Raises:
            DocumentLocked: it needs a password, or another one.
            NotFound: there is no such page.
            DocumentTypeRefused, DocumentIncomplete, DocumentTooDetailed, StorageUnavailable: as in `look`.
        """
        found, picture = await self._ask(Ask("draw", page, password), content, line, owner, address)
        return found, picture

    async def _ask(
        self, ask: Ask, content: bytes, line: Line, owner: str, address: str = ""
    ) -> tuple[DecoderAnswer, bytes]:
        async with self._lines[line].turn(owner, address):
            found, picture = await self._decode(ask, content)
        _check(found, ask, content)
        return found, picture

    async def _decode(self, ask: Ask, content: bytes) -> tuple[DecoderAnswer, bytes]:
        """Start a process, give it the paper and read its answer; it is gone when this returns."""
        process = await asyncio.create_subprocess_exec(
            *_COMMAND,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            cwd="/",
            env={},
        )
        assert process.stdin is not None
        assert process.stdout is not None
        asked = msgspec.json.encode(ask)
        try:
            async with asyncio.timeout(self._wall_s):
                with contextlib.suppress(ConnectionError):  # it refused before it read all
                    process.stdin.writelines((_HEAD.pack(len(asked)), asked, _HEAD.pack(len(content)), content))
                    await process.stdin.drain()
                said, picture = await _part(process.stdout), await _part(process.stdout)
                return msgspec.json.decode(said, type=DecoderAnswer), picture
        except (TimeoutError, asyncio.IncompleteReadError, msgspec.DecodeError) as problem:
            # Killed by its limits, or crashed: to the person who sent the paper both mean that it is too much.
            log.warning("paper_not_decoded", extra={"why": type(problem).__name__, "bytes": len(content)})
            return DecoderAnswer(fault="detail"), b""
        finally:
            await _ended(process)


async def _part(stream: asyncio.StreamReader) -> bytes:
    (size,) = _HEAD.unpack(await stream.readexactly(_HEAD.size))
    if size > ANSWER_MAX_BYTES:
        raise msgspec.DecodeError("answer too long")
    return await stream.readexactly(size)


async def _ended(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    if process.stdin is not None:
        process.stdin.close()
        with contextlib.suppress(ConnectionError):
            await process.stdin.wait_closed()
    _ = await process.wait()


def _check(found: DecoderAnswer, ask: Ask, content: bytes) -> None:
    match found.fault:
        case "":
            return
        case "type" if kind := marked(content):
            raise DocumentIncomplete(found=kind)  # no decoder even finds its head
        case "type":
            raise DocumentTypeRefused(found=found.media_type or name_of(content))
        case "incomplete":
            raise DocumentIncomplete(found=found.media_type)
        case "detail":
            raise DocumentTooDetailed(max_points=PICTURE_PIXELS, max_pages=PAGES_MAX)
        case "password":
            raise DocumentLocked(tried=ask.password != "")
        case "page":
            raise NotFound(what="page", id=str(ask.page))
