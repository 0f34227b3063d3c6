"""Messages between systems are signed as Standard Webhooks 1.0 says, and believed only then."""

import base64
import datetime as dt
import re
from types import SimpleNamespace
from typing import Any

import pytest
from standardwebhooks import Webhook

from runtime import signatures
from runtime.signatures import ID, LEEWAY_S, SIGNATURE, TIMESTAMP, BadSignature
from tests.house.tree import read

#: The example of the specification's reference libraries.
WRITTEN = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SECRET = signatures.read_secret(WRITTEN)
MESSAGE, AT_S, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
PUBLISHED = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
OTHER = b"o" * 32


def told(**changed: str) -> dict[str, str]:
    return {**signatures.headers([SECRET], MESSAGE, AT_S, BODY), **changed}


def test_the_signature_is_that_of_the_reference_libraries() -> None:
    assert told()[SIGNATURE] == PUBLISHED
    assert signatures.check([SECRET], told(), BODY, AT_S) == MESSAGE


def test_a_secret_is_exchanged_without_a_gap() -> None:
    both = signatures.headers([OTHER, SECRET], MESSAGE, AT_S, BODY)
    assert signatures.check([SECRET], both, BODY, AT_S) == MESSAGE
    assert signatures.check([OTHER, SECRET], told(), BODY, AT_S) == MESSAGE


@pytest.mark.parametrize("off_s", [-LEEWAY_S, LEEWAY_S])
def test_clocks_may_be_a_minute_apart_and_no_more(off_s: int) -> None:
    assert signatures.check([SECRET], told(), BODY, AT_S + off_s) == MESSAGE
    with pytest.raises(BadSignature):
        signatures.check([SECRET], told(), BODY, AT_S + off_s + (1 if off_s > 0 else -1))


@pytest.mark.parametrize(
    "changed",
    [
        {ID: "msg_other"},
        {ID: ""},
        {TIMESTAMP: str(AT_S + 1)},
        {TIMESTAMP: ""},
        {TIMESTAMP: "-1"},
        {TIMESTAMP: "9" * 5000},
        {TIMESTAMP: "١٦١٤٢٦٥٣٣٠"},
        {SIGNATURE: ""},
        {SIGNATURE: "v1,"},
        {SIGNATURE: "v1,ü"},
        {SIGNATURE: "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="},
        {SIGNATURE: signatures.headers([OTHER], MESSAGE, AT_S, BODY)[SIGNATURE]},
    ],
)
def test_what_was_changed_is_not_believed(changed: dict[str, str]) -> None:
    with pytest.raises(BadSignature):
        signatures.check([SECRET], told(**changed), BODY, AT_S)


def test_a_changed_body_and_missing_headers_are_not_believed() -> None:
    with pytest.raises(BadSignature):
        signatures.check([SECRET], told(), BODY + b" ", AT_S)
    with pytest.raises(BadSignature):
        signatures.check([SECRET], {}, BODY, AT_S)


@pytest.mark.parametrize("text", ["", "whsec_", "whsec_YWJj", "whsec_!!!", "whsec_" + "A" * 88])
def test_a_secret_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="base 64"):
        signatures.read_secret(text)


def test_the_documented_code_accepts_the_published_vector_and_nothing_else() -> None:
    [code] = re.findall(r"```python\n(.*?)```", read("docs/events.md"), re.DOTALL)
    found: dict[str, Any] = {}
    exec(code, found)
    found["time"] = SimpleNamespace(time=lambda: AT_S)
    is_ours = found["is_ours"]
    headers = {
        "webhook-id": MESSAGE,
        "webhook-timestamp": str(AT_S),
        "webhook-signature": f"v1,bm90IHJpZ2h0 {PUBLISHED}",
    }
    assert is_ours(WRITTEN, headers, BODY)
    assert not is_ours(WRITTEN, headers, BODY.replace(b" ", b""))
    assert not is_ours("whsec_AAAA", headers, BODY)
    found["time"] = SimpleNamespace(time=lambda: AT_S + 301)
    assert not is_ours(WRITTEN, headers, BODY)


@pytest.mark.parametrize("body", ['{"你好":"世界"}', "", '{"a": 1.0}'])
def test_any_body_is_signed_as_the_reference_library_signs_it(body: str) -> None:
    at = dt.datetime(2026, 3, 4, 9, 30, tzinfo=dt.UTC)
    for secret in (WRITTEN, "whsec_" + base64.b64encode(bytes(range(32))).decode()):
        wanted = Webhook(secret).sign("06F2Q4Y8T7D3N0V5K9ZB1CXHMA", at, body)
        ours = signatures.headers(
            [signatures.read_secret(secret)], "06F2Q4Y8T7D3N0V5K9ZB1CXHMA", int(at.timestamp()), body.encode()
        )
        assert ours[SIGNATURE] == wanted
