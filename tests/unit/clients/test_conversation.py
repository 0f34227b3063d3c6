"""Steps of the Python client: tokens are cached and renewed once, a call is repeated where the document allows it."""

import json
from collections.abc import Callable
from typing import Any, Final

import pytest

from cloudwindow_client.access import Key, Program
from cloudwindow_client.api.errors import BadKey, NotAllowed, TooManyTries
from cloudwindow_client.api.types import Break
from cloudwindow_client.asking import Call
from cloudwindow_client.conversation import Conversation, Pause, Renewal, Reply, Request, Steps
from cloudwindow_client.refused import Away, Refused, TokenRefused, Unreadable

PROGRAM: Final = Program("hall numbers", "cwm_K:1", ("get_public", "get_events"))
READ: Final = Call("get_public", "GET", "/api/public", is_repeatable=True)
CHANGE: Final = Call("post_seats_seat_pause", "POST", "/api/seats/{}/pause", places=("S 1/2",), body=Break())
TOKEN: Final = Reply(200, {}, b'{"access_token":"cwt_1","expires_in":600}')
DONE: Final = Reply(200, {}, b"{}")


def refusal(status: int, code: str, **headers: str) -> Reply:
    return Reply(status, headers, json.dumps({"code": code, "params": {"operation": "x"}}).encode())


class Server:
    """Answers requests one after the other from a list, and keeps them; pauses pass at once."""

    def __init__(self, *answers: Reply | Away) -> None:
        self.answers = list(answers)
        self.came: list[Request] = []
        self.pauses: list[float] = []

    def carry(self, steps: Steps[Any]) -> Any:
        answer: Reply | Away | None = None
        while True:
            try:
                step = steps.send(answer)
            except StopIteration as end:
                return end.value
            answer = None
            match step:
                case Request():
                    self.came.append(step)
                    answer = self.answers.pop(0)
                case Pause(seconds):
                    self.pauses.append(seconds)
                case Renewal(inner):
                    self.carry(inner)

    @property
    def credentials(self) -> list[str]:
        return [one.headers["Authorization"].split(" ")[1] for one in self.came if "oauth" not in one.target]


def talk(access: Program | None = None) -> Conversation:
    return Conversation(access or Key("cwm_1"), timeout_s=30, attempts=3)


def test_a_key_is_sent_as_it_is_and_a_body_without_its_defaults() -> None:
    server = Server(DONE)
    assert server.carry(talk().ask(CHANGE)) == DONE
    [came] = server.came
    assert (came.method, came.target, came.body) == ("POST", "/api/seats/S%201%2F2/pause", b"{}")
    assert came.headers == {"Authorization": "Bearer cwm_1", "Content-Type": "application/json"}


def test_a_token_is_asked_for_once_with_name_and_key_form_encoded() -> None:
    server, conversation = Server(TOKEN, DONE, DONE), talk(PROGRAM)
    for _ in range(2):
        server.carry(conversation.ask(READ))
    asked = server.came[0]
    assert (asked.target, asked.headers["Authorization"]) == (
        "/api/oauth/token",
        "Basic aGFsbCtudW1iZXJzOmN3bV9LJTNBMQ==",
    )
    assert asked.body == b"grant_type=client_credentials&scope=get_public+get_events"
    assert server.credentials == ["cwt_1", "cwt_1"]


def test_a_token_that_ended_is_renewed_once_and_then_the_refusal_is_told() -> None:
    other = Reply(200, {}, b'{"access_token":"cwt_2","expires_in":600}')
    server = Server(TOKEN, refusal(401, "bad_key"), other, DONE)
    assert server.carry(talk(PROGRAM).ask(READ)) == DONE
    assert server.credentials == ["cwt_1", "cwt_2"]
    again = Server(TOKEN, refusal(401, "bad_key"), other, refusal(401, "bad_key"))
    with pytest.raises(BadKey):
        again.carry(talk(PROGRAM).ask(READ))


def test_a_token_past_nine_tenths_of_its_life_is_not_used() -> None:
    server = Server(Reply(200, {}, b'{"access_token":"cwt_0","expires_in":0}'), DONE, TOKEN, DONE)
    conversation = talk(PROGRAM)
    for _ in range(2):
        server.carry(conversation.ask(READ))
    assert server.credentials == ["cwt_0", "cwt_1"]


def test_a_bad_key_of_a_program_that_sends_its_key_is_told_at_once() -> None:
    with pytest.raises(BadKey):
        Server(refusal(401, "bad_key")).carry(talk().ask(READ))


def test_a_token_that_is_refused_says_why_as_oauth_does() -> None:
    said = b'{"error":"invalid_client","error_description":"wrong","code":"invalid_client","params":{}}'
    with pytest.raises(TokenRefused) as refused:
        Server(Reply(401, {}, said)).carry(talk(PROGRAM).ask(READ))
    assert (refused.value.status, refused.value.code) == (401, "invalid_client")
    with pytest.raises(Unreadable):
        Server(Reply(200, {}, b"[]")).carry(talk(PROGRAM).ask(READ))


FAULTS: Final[dict[str, tuple[Reply | Away, bool, bool]]] = {
    "no answer": (Away("cut"), True, False),
    "a gateway's 502": (Reply(502, {}, b"<html>"), True, False),
    "503": (refusal(503, "queue_unavailable"), True, False),
    "429": (refusal(429, "too_many_tries"), True, True),
    "403": (refusal(403, "not_allowed"), False, False),
    "500": (refusal(500, "failure"), False, False),
    "a redirect": (Reply(302, {"location": "https://elsewhere.example"}, b""), False, False),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("call", [READ, CHANGE], ids=["read", "change"])
def test_a_call_is_repeated_only_where_nothing_is_done_twice(fault: str, call: Call) -> None:
    answer, reads, changes = FAULTS[fault]
    server = Server(answer, DONE)
    if changes if call is CHANGE else reads:
        assert server.carry(talk().ask(call)) == DONE
        assert len(server.pauses) == 1
    else:
        with pytest.raises((Refused, Away)):
            server.carry(talk().ask(call))
        assert len(server.came) == 1


def test_tries_end_and_a_pause_that_the_server_asks_for_is_kept() -> None:
    slow = refusal(429, "too_many_tries", **{"retry-after": "7", "x-request-id": "R1"})
    server = Server(slow, slow, slow)
    with pytest.raises(TooManyTries) as refused:
        server.carry(talk().ask(READ))
    assert (server.pauses, refused.value.retry_after_s, refused.value.request) == ([7, 7], 7, "R1")
    long = Server(refusal(429, "too_many_tries", **{"retry-after": "3600"}))
    with pytest.raises(TooManyTries):
        long.carry(talk().ask(READ))
    assert long.pauses == []


def test_the_feed_waits_an_outage_out_with_pauses_that_grow_to_half_a_minute() -> None:
    server = Server(*[Away("cut")] * 40, DONE)
    assert server.carry(talk().ask(READ, is_patient=True)) == DONE
    assert all(15 <= pause <= 30 for pause in server.pauses[7:])
    refused = Server(Away("cut"), refusal(403, "not_allowed"))
    with pytest.raises(NotAllowed):
        refused.carry(talk().ask(READ, is_patient=True))


def test_an_unknown_code_is_a_refusal_with_its_status() -> None:
    with pytest.raises(Refused) as refused:
        Server(refusal(409, "brand_new")).carry(talk().ask(READ))
    assert (type(refused.value), refused.value.status, refused.value.code) == (Refused, 409, "brand_new")
    assert str(refused.value) == "409 brand_new operation=x"


@pytest.mark.parametrize("place", ["", ".", ".."])
def test_a_place_that_leads_elsewhere_is_refused_before_it_is_sent(place: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        Server().carry(talk().ask(Call("get_items_item", "GET", "/api/items/{}", places=(place,))))


def test_no_secret_is_in_what_a_log_may_print() -> None:
    shown: list[Callable[[], str]] = [lambda: repr(PROGRAM), lambda: repr(Key("cwm_1"))]
    assert not any("cwm_" in one() for one in shown)
