"""Loads the Lua verbs: expands includes, calls by digest, sends the source again when the server forgot it."""

import hashlib
import re
import textwrap
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Protocol, TypeVar

from redis.exceptions import NoScriptError

from protocol.states import SEAT_MOVES, TICKET_MOVES

State = TypeVar("State", bound=StrEnum)
Argument = str | bytes | int | float
Reply = object
"""What the server answers: integers, bytes, None, and lists of these."""

INCLUDE = re.compile(r"^-- include: (\w+)\n", re.MULTILINE)
LUA = files("matcher") / "lua"


class Server(Protocol):
    """What is needed of a Redis client; `redis.asyncio.Redis` and `RedisCluster` both have it."""

    async def execute_command(self, *args: Argument) -> Reply:
        """Send one command and return its answer."""
        ...


def expand(name: str) -> str:
    """Return the verb's source as the server gets it: each include once, before its first use."""
    return _moves(_expand((LUA / f"{name}.lua").read_text(encoding="utf-8"), set()))


def names() -> list[str]:
    """Return the names of all verbs."""
    found = (path.name for path in LUA.iterdir())
    return sorted(name.removesuffix(".lua") for name in found if name.endswith(".lua"))


async def run(server: Server, name: str, key: str, arguments: list[Argument]) -> Reply:
    """Run a verb; a server that lost its script cache gets the source again."""
    source, digest = _loaded(name)
    try:
        return await server.execute_command("EVALSHA", digest, 1, key, *arguments)
    except NoScriptError:
        return await server.execute_command("EVAL", source, 1, key, *arguments)


def _expand(text: str, seen: set[str]) -> str:
    header, parts = INCLUDE.sub("", text), []
    for include in INCLUDE.findall(text):
        if include not in seen:
            seen.add(include)
            source = (LUA / "lib" / f"{include}.lua").read_text(encoding="utf-8")
            parts.append(_expand(source, seen))
    return "\n".join([*parts, header])


def _moves(text: str) -> str:
    text = text.replace("$ticket_moves", _as_text(TICKET_MOVES))
    return text.replace("$seat_moves", _as_text(SEAT_MOVES))


def _as_text(table: dict[State, frozenset[State]]) -> str:
    moves = sorted(f"{old}>{new}" for old, targets in table.items() for new in targets)
    lines = textwrap.wrap(" ".join(moves), width=100)
    return "\n".join(f";{line.replace(' ', ';')};" for line in lines)


@cache
def _loaded(name: str) -> tuple[str, str]:
    source = expand(name)
    return source, hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest()
