"""A further realm works by the process's settings, with its own name, host, keys and folders."""

from typing import Final

import pytest
from msgspec.structs import asdict

from runtime.realms import settings_of
from runtime.settings import BadSettings, load

WHOLE: Final = load(
    {
        "WINDOW_REALM": "west",
        "WINDOW_HOSTS": "west.example",
        "WINDOW_FURTHER_REALMS": "east=east.example, north=north.example",
        "WINDOW_SECRET_KEY": "s" * 32,
        "WINDOW_OLD_SECRET_KEYS": "o" * 32,
        "WINDOW_MASTER_KEY": "1" * 64,
        "WINDOW_AUDIT_KEY": "2" * 64,
    }
)
KEYS: Final = ("secret_key", "master_key", "audit_key")


def test_the_first_realm_works_by_the_settings_as_they_are() -> None:
    assert WHOLE.realms == ("west", "east", "north")
    assert settings_of(WHOLE, "west") is WHOLE


def test_a_further_realm_has_keys_of_its_own_and_the_rest_of_the_process() -> None:
    east, north = asdict(settings_of(WHOLE, "east")), asdict(settings_of(WHOLE, "north"))
    assert (east["realm"], east["hosts"]) == ("east", ("east.example",))
    assert east["documents_folder"] == "var/files/realms/east"
    assert east["anchors_folder"] == "var/anchors/realms/east"
    keys = [one[name] for one in (asdict(WHOLE), east, north) for name in KEYS]
    assert len(set(keys)) == len(keys)
    assert all(len(bytes.fromhex(east[name])) == 32 for name in KEYS)
    assert len(east["old_secret_keys"]) == 1
    own = {"realm", "further_realms", "hosts", "documents_folder", "anchors_folder", "old_secret_keys", *KEYS}
    assert {name for name, value in asdict(WHOLE).items() if east[name] != value} == own


def test_a_key_that_is_not_set_is_not_made_up() -> None:
    bare = load({"WINDOW_FURTHER_REALMS": "east=east.example"})
    assert settings_of(bare, "east").secret_key == ""


def test_a_realm_that_is_not_named_is_refused() -> None:
    with pytest.raises(BadSettings, match=r"south: there is no such realm.* west, east, north"):
        settings_of(WHOLE, "south")
