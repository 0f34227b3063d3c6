"""The text of a machine's key: a slip is seen without asking anybody, and every key is another."""

import re

from hypothesis import given
from hypothesis import strategies as st

from protocol.ids import ALPHABET
from runtime.api_keys import digest, id_of, is_digest_of, is_of_machine, new_key


def test_a_key_names_itself_holds_256_bits_and_is_never_made_twice() -> None:
    keys = {new_key() for _ in range(200)}
    assert len({id_of(key) for key in keys}) == len(keys) == 200
    assert all(re.fullmatch(r"cwm_\w{10}_\w{59}", key) and is_of_machine(key) for key in keys)
    assert all(is_digest_of(digest(key), key) for key in keys)
    first, second, *_ = keys
    assert not is_digest_of(digest(first), second)


@given(st.data())
def test_a_key_with_one_wrong_sign_is_none(data: st.DataObject) -> None:
    key = new_key()
    at = data.draw(st.integers(0, len(key) - 1))
    other = data.draw(st.sampled_from(sorted(set(ALPHABET) - {key[at]})))
    assert id_of(key[:at] + other + key[at + 1 :]) == ""


@given(st.text(max_size=100))
def test_nonsense_is_no_key(text: str) -> None:
    assert id_of(text) == ""
    assert id_of(f"cwm_{text}") == ""


def test_a_key_that_was_cut_or_typed_in_small_letters_is_none() -> None:
    key = new_key()
    assert [id_of(one) for one in ("", key[:-1], key.lower(), f" {key}", f"{key}\n")] == [""] * 5
