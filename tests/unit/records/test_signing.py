"""A signature is right for its kind, its parts in their order and its key, and for nothing else."""

from records.signing import AuditKeys, name_of

KEY, OTHER = b"k" * 32, b"o" * 32
PARTS = ("a", 1, "bc")
ELSE = [("head", *PARTS), ("audit", "a", 1, "b"), ("audit", 1, "a", "bc"), ("audit", "a", "1", "bc"), ("audit", "a1bc")]


def test_a_signature_is_right_for_exactly_what_was_signed() -> None:
    keys = AuditKeys(KEY)
    signed, named = keys.sign("audit", *PARTS), keys.sign_named("audit", *PARTS)
    assert keys.is_right(signed, keys.current, "audit", *PARTS)
    assert keys.is_right_named(named, "audit", *PARTS)
    for kind, *parts in ELSE:
        assert not keys.is_right(signed, keys.current, str(kind), *parts)
        assert not keys.is_right_named(named, str(kind), *parts)
    for kept in ("", ":", signed, f":{signed}", f"{name_of(OTHER)}:{signed}", named[:-1]):
        assert not keys.is_right_named(kept, "audit", *PARTS)


def test_an_old_key_is_known_and_signs_nothing() -> None:
    before, now = AuditKeys(KEY), AuditKeys(OTHER, [KEY])
    named = before.sign_named("audit", *PARTS)
    assert now.is_right_named(named, "audit", *PARTS)
    assert not before.is_right_named(now.sign_named("audit", *PARTS), "audit", *PARTS)
    assert [now.knows(name_of(key)) for key in (KEY, OTHER, b"x" * 32)] == [True, True, False]


def test_a_person_has_one_hash_under_a_key_and_nobody_has_none() -> None:
    keys = AuditKeys(KEY)
    found = {keys.person("li"), keys.person("lin"), AuditKeys(OTHER).person("li")}
    assert (len(found), keys.person("li") in found, keys.person("")) == (3, True, "")
