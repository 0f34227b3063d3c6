"""All that a realm keeps, and what an act changed of it, in lines that a person can read."""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import msgspec
from redis.asyncio import Redis

from matcher.rows import pairs
from protocol.skills import Abilities, Needs
from runtime.clock import ManualClock

JOURNAL = "journal"
Value = tuple[bytes, int, object]
"""Kind, seconds that it lives (-1: for ever) and what it holds, of a key."""
Realm = dict[str, Value]
STARTED_MS = ManualClock().now_ms()
MOMENT = re.compile(r"\b176\d{10}(?:\.\d+)?\b")
NEEDS = re.compile(r'\{"skills":\[[^]]*\],"language":"[^"]*","authority":\d+,"district":"[^"]*","seat":"[^"]*"\}')
ABILITIES = re.compile(r'\{"skills":\[[^]]*\],"languages":\[[^]]*\],"authority":\d+,"districts":\[[^]]*\]\}')
DIGEST = re.compile(r"\b[0-9a-f]{20}\b")
LIVES_TO_S = 30
READ_ALL = """
local read = { hash = { 'HGETALL' }, zset = { 'ZRANGE', 0, -1, 'WITHSCORES' }, set = { 'SMEMBERS' },
  string = { 'GET' }, stream = { 'XRANGE', '-', '+' } }
local found = {}
for i, name in ipairs(redis.call('KEYS', '*')) do
  local kind = redis.call('TYPE', name).ok
  local command = read[kind]
  found[i] = { name, kind, redis.call('PTTL', name), redis.call(command[1], name, unpack(command, 2)) }
end
return found
"""


def told_short(found: re.Match[str]) -> str:
    """Return needs or abilities as `MZ:1/cmn/0/HD`."""
    if '"language"' in found.group():
        return in_words(msgspec.json.decode(found.group(), type=Needs))
    return in_words(msgspec.json.decode(found.group(), type=Abilities))


def in_words(value: Needs | Abilities) -> str:
    """Return needs or abilities as `MZ:1/cmn/0/HD`, what is asked for of one seat with its name."""
    skills = " ".join(f"{need.skill}:{need.level}" for need in value.skills)
    if isinstance(value, Needs):
        return f"{skills}/{value.language}/{value.authority}/{value.district}{'@' if value.seat else ''}{value.seat}"
    return f"{skills}/{' '.join(value.languages)}/{value.authority}/{' '.join(value.districts)}"


@dataclass
class Names:
    """Digests by what they stand for: `lane MZ:1/cmn/0/HD`."""

    known: dict[str, str]

    def learn(self, realm: Realm) -> None:
        """Read the records of lanes, profiles and policies."""
        for key, (_, _, value) in realm.items():
            kind, _, digest = key.partition(":")
            if kind in {"lane", "profile", "policy"} and (row := pairs(value)):
                text = row.get(b"needs") or row.get(b"able") or row[b"steps"]
                first = NEEDS.search(self.plain(text)) or ABILITIES.search(self.plain(text))
                if first:
                    more = f", {row[b'duty'].decode()} {row[b'home'].decode()}" if kind == "profile" else ""
                    self.known[digest.lstrip("@")] = f"<{told_short(first)}{more}>"

    def plain(self, text: bytes) -> str:
        """Return a text whose JSON inside JSON is JSON."""
        return text.decode(errors="backslashreplace").replace('\\"', '"')

    def shown(self, value: object) -> str:
        """Return a value as the table has it: moments as seconds since the hall opened (`@7`), needs in words."""
        text = self.plain(value) if isinstance(value, bytes) else self.plain(str(value).encode())
        text = MOMENT.sub(lambda found: f"@{round((float(found.group()) - STARTED_MS) / 1000, 6):g}", text)
        text = ABILITIES.sub(told_short, NEEDS.sub(told_short, text))
        return DIGEST.sub(lambda found: self.known.get(found.group(), found.group()), text)

    def held(self, key: str, value: Value) -> dict[str, str]:
        """Return what one key holds, by field, member or number."""
        kind, lives_s, content = value
        found = {} if lives_s < 0 else {"(lives)": f"{lives_s} s"}
        if kind == b"hash" and key == "pace":
            return {self.shown(name): paced(one) for name, one in pairs(content).items()}
        if kind in {b"hash", b"zset"}:
            return found | {self.shown(name): self.shown(one) for name, one in pairs(content).items()}
        if kind == b"set":
            return found | {self.shown(member): "" for member in cast("list[bytes]", content)}
        return found | {"": self.shown(content)}


def paced(text: bytes) -> str:
    """Return calls and milliseconds of a profile."""
    return "{:g} calls, {:g} ms".format(*struct.unpack("<dd", text))


async def everything(redis: Redis) -> Realm:
    """Return all that the realm keeps, by the key's name without the realm."""
    found = cast("list[tuple[bytes, bytes, int, object]]", await redis.execute_command("EVAL", READ_ALL, 0))
    realm: Realm = {}
    for key, kind, left_ms, content in found:
        lives_s = -1 if left_ms < 0 else -(-left_ms // 1000 // LIVES_TO_S) * LIVES_TO_S
        held = sorted(cast("list[bytes]", content)) if kind == b"set" else content
        realm[key.decode().partition("}:")[2]] = kind, lives_s, held
    return realm


def changes(names: Names, before: Realm, now: Realm) -> Iterator[str]:
    """Yield a line for each key that differs: what is gone (-), new (+), or another (old > new)."""
    names.learn(now)
    lines = []
    for key in before.keys() | now.keys():
        if key == JOURNAL or before.get(key) == now.get(key):
            continue
        was = names.held(key, before[key]) if key in before else {}
        is_now = names.held(key, now[key]) if key in now else {}
        gone = [f"-{name}" for name in was if name not in is_now]
        new = [f"+{name}={value}" if value else f"+{name}" for name, value in is_now.items() if name not in was]
        other = [f"{name}: {was[name]} > {one}" for name, one in is_now.items() if name in was and was[name] != one]
        lines.append(f"{names.shown(key)} {', '.join([*sorted(gone), *sorted(new), *sorted(other)])}")
    old = len(cast("list[object]", before[JOURNAL][2])) if JOURNAL in before else 0
    for _, fields in cast("list[tuple[bytes, object]]", now[JOURNAL][2] if JOURNAL in now else [])[old:]:
        entry = {names.shown(name): names.shown(value) for name, value in pairs(fields).items()}
        more = " ".join(f"{name}={value}" for name, value in entry.items() if name not in {"type", "at_ms"})
        yield f"{entry['at_ms']} {entry['type']} {more}"
    yield from sorted(lines)
