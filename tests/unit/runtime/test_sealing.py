"""What is sealed opens with its key, for its purpose and its subject, and in no other way."""

import base64

import pytest

from runtime.sealing import Sealing, Unsealable

MASTER, OTHER = b"m" * 32, b"o" * 32
SECRET = "whsec_三人"


def test_a_secret_opens_with_the_key_that_sealed_it_and_while_that_is_kept_as_an_old_one() -> None:
    sealed = Sealing("hooks", MASTER).seal(SECRET, "h1")
    assert Sealing("hooks", MASTER).open(sealed, "h1") == SECRET
    assert Sealing("hooks", OTHER, [MASTER]).open(sealed, "h1") == SECRET
    assert Sealing("hooks", MASTER).seal(SECRET, "h1") != sealed, "each seal is another"
    fresh = Sealing("hooks", OTHER, [MASTER]).seal(SECRET, "h1")
    with pytest.raises(Unsealable):
        _ = Sealing("hooks", MASTER).open(fresh, "h1")


@pytest.mark.parametrize(
    ("purpose", "master", "about"), [("hooks", MASTER, "h2"), ("ports", MASTER, "h1"), ("hooks", OTHER, "h1")]
)
def test_another_subject_purpose_or_key_opens_nothing(purpose: str, master: bytes, about: str) -> None:
    sealed = Sealing("hooks", MASTER).seal(SECRET, "h1")
    with pytest.raises(Unsealable):
        _ = Sealing(purpose, master).open(sealed, about)


def test_what_was_changed_or_cut_opens_nothing() -> None:
    sealing = Sealing("hooks", MASTER)
    sealed = base64.b64decode(sealing.seal(SECRET, "h1"))
    spoilt = [sealed[:size] for size in range(len(sealed))]
    spoilt += [bytes([*sealed[:at], sealed[at] ^ 1, *sealed[at + 1 :]]) for at in range(len(sealed))]
    for one in (*(base64.b64encode(part).decode() for part in spoilt), "no base 64", "é"):
        with pytest.raises(Unsealable):
            _ = sealing.open(one, "h1")
