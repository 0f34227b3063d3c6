"""Loads the Lua verbs into the server as one library of functions, and calls them.

Functions and not scripts: a script's chunk runs anew at every call, and making its sixty closures took longer than most
verbs do. The library is kept with the data: it survives restarts and reaches replicas. Its name has the digest of its
source, so that nodes of two versions work side by side.
"""

import hashlib
import re
import textwrap
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Protocol, TypeVar

from redis.exceptions import ResponseError

from protocol.states import SEAT_MOVES, TICKET_MOVES

State = TypeVar("State", bound=StrEnum)
Argument = str | bytes | int | float
Reply = object
"""Answer of the server: integers, bytes, None, and lists of these."""

LOADS_MAX = 3
"""In a cluster one node may say that it has the library while another one is still being given it."""

INCLUDE = re.compile(r"^-- include: (\w+)\n", re.MULTILINE)
LUA = files("matcher") / "lua"
FRAME = "-- include: keys\n-- include: now\n-- include: rules\n"
VERB = """\
redis.register_function('$library_$name', function(keys, args)
  KEYS, ARGV, PREFIX, call = keys, args, string.sub(keys[1], 1, -8), redis.call -- the key without 'journal'
  now = tonumber(args[1])
  take_rules(args[2])
$body
end)
"""


class Server(Protocol):
    """Interface of a Redis client; `redis.asyncio.Redis` and `RedisCluster` both have it."""

    async def execute_command(self, *args: Argument) -> Reply:
        """Send one command and return its answer."""
        ...


def names() -> list[str]:
    """Return the names of all verbs."""
    found = (path.name for path in LUA.iterdir())
    return sorted(name.removesuffix(".lua") for name in found if name.endswith(".lua"))


async def run(server: Server, name: str, key: str, arguments: list[Argument]) -> Reply:
    """Run a verb; a server that does not have the library (any more) is given it."""
    source, library_name = library()
    for _ in range(LOADS_MAX):
        try:
            return await server.execute_command("FCALL", f"{library_name}_{name}", 1, key, *arguments)
        except ResponseError as error:
            if "Function not found" not in str(error):
                raise
        await _load(server, source)
    return await server.execute_command("FCALL", f"{library_name}_{name}", 1, key, *arguments)


async def _load(server: Server, source: str) -> None:
    """Load the library into the server unless another caller just did: compiling it costs as much as thirty verbs."""
    try:
        await server.execute_command("FUNCTION LOAD", source)
    except ResponseError as error:
        if "already exists" not in str(error):
            raise


@cache
def library() -> tuple[str, str]:
    """Return the library as the server gets it, each include once before its first use; and its name."""
    seen: set[str] = set()
    parts = _includes(FRAME, seen)
    for name in names():
        text = (LUA / f"{name}.lua").read_text(encoding="utf-8")
        parts += [*_includes(text, seen), VERB.replace("$name", name).replace("$body", INCLUDE.sub("", text))]
    source = _moves("\n".join(parts))
    name = "cw_" + hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest()[:16]
    return f"#!lua name={name}\n{source.replace('$library', name)}", name


def _includes(text: str, seen: set[str]) -> list[str]:
    parts = []
    for include in INCLUDE.findall(text):
        if include not in seen:
            seen.add(include)
            source = (LUA / "lib" / f"{include}.lua").read_text(encoding="utf-8")
            parts += [*_includes(source, seen), INCLUDE.sub("", source)]
    return parts


def _moves(text: str) -> str:
    text = text.replace("$ticket_moves", _as_text(TICKET_MOVES))
    return text.replace("$seat_moves", _as_text(SEAT_MOVES))


def _as_text(table: dict[State, frozenset[State]]) -> str:
    moves = sorted(f"{old}>{new}" for old, targets in table.items() for new in targets)
    lines = textwrap.wrap(" ".join(moves), width=100)
    return "\n".join(f";{line.replace(' ', ';')};" for line in lines)
