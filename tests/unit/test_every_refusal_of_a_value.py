"""Each place in the modules that judge single values is met by a row here: which value, and what is told of it."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import pytest
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from matcher.lanes import profile_of
from matcher.tickets import Step, check_steps
from protocol import scopes, typed
from protocol.errors import ServiceError
from protocol.rights import Role
from protocol.skills import Abilities, Needs, SkillNeed
from protocol.states import TICKET_MOVES, TicketState, move
from records.fitting import BIGINT_MAX, check_value
from records.sessions.find import SessionSearch, exportable, read_cursor, understood
from records.signing import read_keys
from records.tables.seats import AccountRow
from runtime import doors
from runtime.clock import CHINA
from runtime.doors import check_query, check_request
from signaling.api import tus
from signaling.handlers.bounds import bounded
from signaling.session import ice
from tests.support.refusals import came_from, places

MODULES: Final = (
    "protocol/scopes.py",
    "protocol/skills.py",
    "protocol/states.py",
    "protocol/typed.py",
    "matcher/lanes.py",
    "matcher/tickets.py",
    "records/fitting.py",
    "records/signing.py",
    "runtime/doors.py",
    "signaling/api/tus.py",
    "signaling/handlers/bounds.py",
    "signaling/session/ice.py",
)
MZ: Final = SkillNeed("MZ", 1)
NEEDS: Final = Needs((MZ,))
NAME: Final[Any] = AccountRow.__table__.c["name"]


def needs(*skills: SkillNeed, **more: Any) -> Callable[[], object]:
    return lambda: Needs(skills, **more).checked()


def able(*skills: SkillNeed, authority: int = 0) -> Callable[[], object]:
    return lambda: profile_of(Abilities(skills, authority=authority), "full", "", frozenset({"MZ"}))


def steps(*some: Step) -> Callable[[], object]:
    return lambda: list(check_steps(some))


def asks(path: str, **headers: str) -> Callable[[], object]:
    return lambda: check_request(make_mocked_request("GET", path, headers=headers))


def filters(path: str) -> Callable[[], object]:
    return lambda: check_query(make_mocked_request("GET", path), {"seat"})


def uploads(check: Callable[..., object], *more: str, **headers: str) -> Callable[[], object]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda: check(make_mocked_request("PATCH", "/", headers=named), *more)


def describes(sdp: str) -> Callable[[], object]:
    return lambda: ice._checked(sdp)


ROWS: Final[Sequence[tuple[Callable[[], object], dict[str, object]]]] = (
    (lambda: scopes.parse("nowhere"), {"field": "scope", "why": "format"}),
    (lambda: scopes.parse("realm:1"), {"field": "scope", "why": "format"}),
    (
        lambda: scopes.check_role(Role.AUDITOR, scopes.parse("site:1")),
        {"field": "scope", "why": "realm_only", "role": "auditor"},
    ),
    (needs(MZ, MZ), {"field": "needs.skills", "why": "empty_or_repeated"}),
    (needs(SkillNeed("", 1)), {"field": "needs.skills", "why": "empty_or_repeated"}),
    (needs(SkillNeed("MZ", 6)), {"field": "needs.skills.level", "why": "out_of_range"}),
    (needs(MZ, authority=6), {"field": "needs.authority", "why": "out_of_range"}),
    (needs(), {"field": "needs", "why": "empty"}),
    (
        lambda: move(TICKET_MOVES, TicketState.DONE, TicketState.WAITING),
        {"kind": "TicketState", "old": "done", "new": "waiting"},
    ),
    (lambda: typed.number("—"), {"field": "number", "why": "format"}),
    (lambda: typed.receipts("20261129"), {"field": "receipt", "why": "receipt"}),
    (lambda: typed.day("2026-02-30"), {"field": "day", "why": "day"}),
    (lambda: typed.day("1899-01-01"), {"field": "day", "why": "day"}),
    (lambda: typed.moment("2026-11-28T9", "to", CHINA), {"field": "to", "why": "moment"}),
    (lambda: typed.moment("2026-11-28T09:00:00", "to", CHINA), {"field": "to", "why": "moment"}),
    (lambda: typed.phone("12345678901"), {"field": "phone", "why": "phone"}),
    (able(MZ, MZ), {"field": "abilities.skills", "why": "empty_or_repeated"}),
    (able(SkillNeed("MZ", 0)), {"field": "abilities.skills.level", "why": "out_of_range"}),
    (able(MZ, authority=6), {"field": "abilities.authority", "why": "out_of_range"}),
    (able(SkillNeed("XX", 1)), {"field": "skill", "why": "unknown", "skill": "XX"}),
    (steps(), {"field": "steps", "why": "empty"}),
    (steps(Step(5, NEEDS)), {"step": 0}),
    (steps(Step(0, NEEDS), Step(60, NEEDS)), {"step": 1}),
    (steps(Step(0, Needs((MZ,), district="*"))), {"field": "needs.district", "why": "contradictory"}),
    (lambda: check_value("a\0b"), {"field": "value", "why": "nul"}),
    (lambda: check_value("x" * 65, "name", NAME), {"field": "name", "why": "length", "max": 64}),
    (lambda: check_value(BIGINT_MAX + 1), {"field": "value", "why": "out_of_range"}),
    (lambda: check_value(float("nan")), {"field": "value", "why": "out_of_range"}),
    (asks("/", Accept="a\0b"), {"field": "Accept", "why": "nul"}),
    (asks("/", **{"Content-Type": "((("}), {"field": "Content-Type", "why": "format"}),
    (
        lambda: check_request(
            make_mocked_request("GET", "/", headers=CIMultiDict([("Authorization", "Bearer a")] * 2))
        ),
        {"field": "Authorization", "why": "repeated"},
    ),
    (lambda: doors._check("path", "/\ud800"), {"field": "path", "why": "encoding"}),
    (asks("/%ff"), {"field": "path", "why": "encoding"}),
    (asks("/?seat=%00"), {"field": "query", "why": "nul"}),
    (filters("/?site=1"), {"field": "query.site", "why": "unknown"}),
    (filters("/?seat=1&seat=2"), {"field": "query.seat", "why": "repeated"}),
    (lambda: understood(SessionSearch(from_ms=2, to_ms=1)), {"field": "to", "why": "before_from"}),
    (lambda: understood(SessionSearch(seat="\u200b")), {"field": "seat", "why": "format"}),
    (lambda: exportable(SessionSearch(unanswered=True)), {"field": "query", "why": "filter"}),
    (lambda: read_cursor("no"), {"field": "cursor", "why": "format"}),
    (uploads(tus.check_version, Tus_Resumable="0.2.2"), {"header": "Tus-Resumable", "supported": "1.0.0"}),
    (uploads(tus.check_media, Content_Type="image/png"), {"expected": tus.MEDIA}),
    (uploads(tus.read_number, "Upload-Length"), {"field": "Upload-Length", "why": "number"}),
    (uploads(tus.read_number, "Upload-Offset", Upload_Offset="-1"), {"field": "Upload-Offset", "why": "number"}),
    (lambda: tus.read_metadata("filename é"), {"field": "Upload-Metadata", "why": "format"}),
    (lambda: tus.read_metadata("filename $"), {"field": "Upload-Metadata", "why": "format"}),
    (
        lambda: tus.read_metadata("x" * (tus.METADATA_MAX + 1)),
        {"field": "Upload-Metadata", "why": "length", "max": tus.METADATA_MAX},
    ),
    (lambda: bounded("text", " ", 9, shortest=1), {"field": "text", "why": "length", "min": 1, "max": 9}),
    (lambda: bounded("text", "ab", 1), {"field": "text", "why": "length", "min": 0, "max": 1}),
    (describes(f"v=0{' ' * ice.SDP_MAX}"), {"field": "sdp", "why": "length", "max": ice.SDP_MAX}),
    (describes("v=0" + "\n" * ice.LINES_MAX), {"field": "sdp", "why": "lines", "max": ice.LINES_MAX}),
    (describes("o=- 1"), {"field": "sdp", "why": "malformed"}),
    (describes(f"v=0\na={'x' * ice.LINE_MAX}"), {"field": "sdp", "why": "length", "max": ice.LINE_MAX}),
    (
        describes("v=0" + "\nm=audio 9 RTP/AVP 0" * (ice.SECTIONS_MAX + 1)),
        {"field": "sdp", "why": "sections", "max": ice.SECTIONS_MAX},
    ),
    (describes("v=0\nm=audio 9 RTP/AVP 0\na=sendonly\na=recvonly"), {"field": "sdp", "why": "direction"}),
)


def test_each_refusal_of_a_value_is_met_and_told() -> None:
    met = set()
    for refused, told in ROWS:
        with pytest.raises(ServiceError) as caught:
            pytest.fail(f"was not refused as {told}: {refused()}")
        assert caught.value.params == told
        met.add(came_from(caught.value))
    with pytest.raises(ValueError, match="hexadecimal") as short:
        _ = read_keys("abcd")
    met.add(came_from(short.value))
    assert sorted(set(places(*MODULES)) - met) == [], "each refusal has a row"
