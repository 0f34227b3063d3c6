"""Decides what is sent, repeated, waited for and renewed, without input or output: both clients carry its steps out."""

import itertools
import json
import random
import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from cloudwindow_client.access import Key, Program
from cloudwindow_client.api.errors import BY_CODE, BadKey
from cloudwindow_client.asking import Call
from cloudwindow_client.reading import plain
from cloudwindow_client.refused import Away, Refused, TokenRefused, Unreadable

TOKEN_PATH = "/api/oauth/token"  # noqa: S105 - an address
FORM = "application/x-www-form-urlencoded"
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0
PATIENCE_S = 120.0
"""A server that asks for a longer pause is not waited for, except by the feed."""
TOO_MANY, OUT_OF_REACH = 429, frozenset({502, 503, 504})
OK = range(200, 300)
T = TypeVar("T")


@dataclass(frozen=True)
class Request:
    """A request to be sent, and the seconds within which its answer must come."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes | None
    within_s: float


@dataclass(frozen=True)
class Reply:
    """An answer; its headers have small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Pause:
    """Seconds to wait."""

    seconds: float


@dataclass(frozen=True)
class Renewal:
    """Steps that must not be taken twice at once: the exchange of the key for a token."""

    steps: "Steps[None]"


Step: TypeAlias = Request | Pause | Renewal
Steps: TypeAlias = Generator[Step, Reply | Away | None, T]


class Conversation:
    """The steps of calls: to be sent a `Reply` or `Away` for each `Request`, None for the others."""

    def __init__(self, access: Key | Program, *, timeout_s: float, attempts: int) -> None:
        """Ask as `access`; an answer must come within `timeout_s` seconds, and a call is tried `attempts` times."""
        self._access = access
        self._timeout_s = timeout_s
        self._attempts = attempts
        self._token = ""
        self._token_until = 0.0

    def ask(self, call: Call, *, is_patient: bool = False) -> Steps[Reply]:
        """Carry a call out; one that `is_patient` is tried for as long as the server is out of reach.

        Raises:
            Refused: the server refused; of the class of its code.
            Away: no answer came.
        """
        target, body = call.target, None if call.body is None else json.dumps(plain(call.body)).encode()
        was_renewed = False
        for attempt in itertools.count(1):
            credential = yield from self._credential(is_patient=is_patient)
            headers = {"Authorization": f"Bearer {credential}"}
            if body is not None:
                headers["Content-Type"] = "application/json"
            found = yield Request(call.method, target, headers, body, self._timeout_s + call.waits_s)
            if isinstance(found, Reply) and found.status in OK:
                return found
            problem = _problem(found)
            if isinstance(problem, BadKey) and isinstance(self._access, Program) and not was_renewed:
                was_renewed = True
                self._forget(credential)
                continue
            yield Pause(self._pause_s(problem, attempt, may_repeat=call.is_repeatable, is_patient=is_patient))
        raise AssertionError

    def _pause_s(self, problem: Refused | Away, attempt: int, *, may_repeat: bool, is_patient: bool) -> float:
        """Return the seconds before the next try; raise the problem where there is none."""
        asked_s = None
        worth_it = may_repeat
        if isinstance(problem, Refused):
            asked_s = problem.retry_after_s
            # A request over the limit was not begun: every operation may be asked again.
            worth_it = problem.status == TOO_MANY or (may_repeat and problem.status in OUT_OF_REACH)
        if not worth_it or (not is_patient and (attempt >= self._attempts or (asked_s or 0) > PATIENCE_S)):
            raise problem
        if asked_s is not None:
            return asked_s
        longest_s = min(FIRST_PAUSE_S * float(2 ** min(attempt - 1, 10)), LONGEST_PAUSE_S)
        return longest_s * random.uniform(0.5, 1)  # noqa: S311 - no secret hangs on the spread of pauses

    def _credential(self, *, is_patient: bool) -> Steps[str]:
        if isinstance(self._access, Key):
            return self._access.key
        if not self._is_fresh():
            yield Renewal(self._renew(self._access, is_patient=is_patient))
        return self._token

    def _is_fresh(self) -> bool:
        return bool(self._token) and time.monotonic() < self._token_until

    def _forget(self, token: str) -> None:
        """Renew a token that was refused, unless another call has done so."""
        if token == self._token:
            self._token = ""

    def _renew(self, program: Program, *, is_patient: bool) -> Steps[None]:
        """Exchange the key for a token, which counts as old after nine tenths of its life."""
        if self._is_fresh():
            return
        headers = {"Authorization": program.authorization, "Content-Type": FORM}
        for attempt in itertools.count(1):
            began = time.monotonic()
            found = yield Request("POST", TOKEN_PATH, headers, program.form, self._timeout_s)
            if isinstance(found, Reply) and found.status in OK:
                said = _object(found)
                token, lives_s = said.get("access_token"), said.get("expires_in")
                if not isinstance(token, str) or not isinstance(lives_s, int):
                    raise Unreadable("an answer without a token")
                self._token, self._token_until = token, began + lives_s * 0.9
                return
            problem = _problem(found)
            yield Pause(self._pause_s(problem, attempt, may_repeat=True, is_patient=is_patient))


def _object(reply: Reply) -> dict[str, object]:
    """Return the JSON object of an answer; an empty one where it has none."""
    try:
        said = json.loads(reply.body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _problem(found: Reply | Away | None) -> Refused | Away:
    """Return what stands in the way of an answer, as the error that a caller meets."""
    if not isinstance(found, Reply):
        return found or Away("no answer")
    said = _object(found)
    code, params, error = said.get("code"), said.get("params"), said.get("error")
    after = found.headers.get("retry-after", "")
    kind = TokenRefused if isinstance(error, str) else BY_CODE.get(code if isinstance(code, str) else "", Refused)
    return kind(
        found.status,
        code if isinstance(code, str) else "",
        params if isinstance(params, dict) else {},
        retry_after_s=float(after) if after.isascii() and after.isdigit() else None,
        request=found.headers.get("x-request-id", ""),
    )
