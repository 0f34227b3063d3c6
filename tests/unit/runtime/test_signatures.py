"""Messages between systems are signed as Standard Webhooks 1.0 says, and believed only then."""

import pytest

from runtime import signatures
from runtime.signatures import ID, LEEWAY_S, SIGNATURE, TIMESTAMP, BadSignature

#: The example of the specification's reference libraries.
SECRET = signatures.read_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
MESSAGE, AT_S, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
OTHER = b"o" * 32


def told(**changed: str) -> dict[str, str]:
    return {**signatures.headers([SECRET], MESSAGE, AT_S, BODY), **changed}


def test_the_signature_is_that_of_the_reference_libraries() -> None:
    assert told()[SIGNATURE] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
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
