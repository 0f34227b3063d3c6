"""What is sent is signed as the reference library signs it, and as its published vector says."""

import base64
import datetime as dt
import re
from types import SimpleNamespace
from typing import Any

import pytest
from standardwebhooks import Webhook

from hooks.signing import sign
from tests.house.tree import read

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
EVENT = "msg_p5jXN8AQM9LWM0D4loKWxJek"
AT_S = 1614265330
BODY = b'{"test": 2432232314}'
PUBLISHED = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_published_vector_is_signed_as_published() -> None:
    assert sign([SECRET], EVENT, AT_S, BODY) == PUBLISHED


def test_the_documented_code_accepts_the_published_vector_and_nothing_else() -> None:
    [code] = re.findall(r"```python\n(.*?)```", read("docs/events.md"), re.DOTALL)
    found: dict[str, Any] = {}
    exec(code, found)
    found["time"] = SimpleNamespace(time=lambda: AT_S)
    is_ours = found["is_ours"]
    headers = {"webhook-id": EVENT, "webhook-timestamp": str(AT_S), "webhook-signature": f"v1,bm90IHJpZ2h0 {PUBLISHED}"}
    assert is_ours(SECRET, headers, BODY)
    assert not is_ours(SECRET, headers, BODY.replace(b" ", b""))
    assert not is_ours("whsec_AAAA", headers, BODY)
    found["time"] = SimpleNamespace(time=lambda: AT_S + 301)
    assert not is_ours(SECRET, headers, BODY)


@pytest.mark.parametrize("body", ['{"你好":"世界"}', "", '{"a": 1.0}'])
def test_any_body_is_signed_as_the_reference_library_signs_it(body: str) -> None:
    at = dt.datetime(2026, 3, 4, 9, 30, tzinfo=dt.UTC)
    for secret in (SECRET, "whsec_" + base64.b64encode(bytes(range(32))).decode()):
        wanted = Webhook(secret).sign("06F2Q4Y8T7D3N0V5K9ZB1CXHMA", at, body)
        assert sign([secret], "06F2Q4Y8T7D3N0V5K9ZB1CXHMA", int(at.timestamp()), body.encode()) == wanted


def test_several_secrets_make_several_signatures_and_a_spoilt_one_none() -> None:
    both = sign([SECRET, SECRET], "id", 1, b"{}").split()
    assert (len(both), len(set(both))) == (2, 1)
    with pytest.raises(ValueError, match="base 64"):
        _ = sign(["whsec_no base 64"], "id", 1, b"{}")
