"""Settings come from the environment, typed, or are refused with the variable's name."""

from pathlib import Path

import pytest

from runtime.settings import BadSettings, load


def test_variables_become_typed_settings() -> None:
    found = load({"WINDOW_PORT": "9000", "WINDOW_TURN_URLS": "turn:a, turn:b", "WINDOW_TURN_SECRET": "x", "HOME": "/"})
    assert found.port == 9000
    assert found.turn_urls == ("turn:a", "turn:b")


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("k" * 40 + "\n")
    assert load({"WINDOW_SECRET_KEY_FILE": str(tmp_path / "key")}).secret_key == "k" * 40


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"WINDOW_PROT": "9000"}, "WINDOW_PROT"),
        ({"WINDOW_PORT": "many"}, "WINDOW_PORT"),
        ({"WINDOW_PORT": "99999"}, "WINDOW_PORT"),
        ({"WINDOW_REALM": "Not A Name"}, "WINDOW_REALM"),
        ({"WINDOW_HOURS": "sometimes"}, "WINDOW_HOURS"),
        ({"WINDOW_SECRET_KEY_FILE": "/nowhere/key"}, "WINDOW_SECRET_KEY_FILE"),
        ({"WINDOW_TLS_CERT": "a.pem"}, "WINDOW_TLS_KEY"),
        ({"WINDOW_TURN_URLS": "turn:a"}, "WINDOW_TURN_SECRET"),
        ({"WINDOW_RELAY": "only"}, "WINDOW_RELAY"),
        ({"WINDOW_PROXY_ADDRESSES": "10.0.0.0/8,here"}, "WINDOW_PROXY_ADDRESSES"),
        ({"WINDOW_OPERATORS": "10.0.0.1/8"}, "WINDOW_OPERATORS"),
        ({"WINDOW_ICE_NETWORKS": "there"}, "WINDOW_ICE_NETWORKS"),
        ({"WINDOW_PORT_FILE": "x"}, "WINDOW_PORT_FILE"),
        ({"WINDOW_FURTHER_REALMS": "east"}, "WINDOW_FURTHER_REALMS: east"),
        ({"WINDOW_FURTHER_REALMS": "East=e.example"}, "WINDOW_FURTHER_REALMS: East"),
        ({"WINDOW_FURTHER_REALMS": "east=e.example:8080"}, "WINDOW_FURTHER_REALMS: east"),
        ({"WINDOW_FURTHER_REALMS": "east=-e.example"}, "WINDOW_FURTHER_REALMS: east"),
        ({"WINDOW_FURTHER_REALMS": f"east={64 * 'e'}.example"}, "WINDOW_FURTHER_REALMS: east"),
        ({"WINDOW_FURTHER_REALMS": "window=e.example"}, "the realm window is named twice"),
        ({"WINDOW_FURTHER_REALMS": "a=e.example,b=E.example"}, "the host e.example is named twice"),
        ({"WINDOW_HOSTS": "e.example", "WINDOW_FURTHER_REALMS": "a=e.example"}, "the host e.example is named twice"),
    ],
)
def test_what_is_wrong_is_named(environment: dict[str, str], named: str) -> None:
    with pytest.raises(BadSettings, match=named):
        load(environment)


def test_all_unknown_names_are_listed_at_once() -> None:
    with pytest.raises(BadSettings) as refused:
        load({"WINDOW_A": "1", "WINDOW_B": "2"})
    assert len(str(refused.value).splitlines()) == 2


def test_old_keys_are_a_list_also_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "old"
    file.write_text("one, two\n")
    found = load({"WINDOW_OLD_SECRET_KEYS": "a,b", "WINDOW_OLD_MASTER_KEYS_FILE": str(file)})
    assert (found.old_secret_keys, found.old_master_keys) == (("a", "b"), ("one", "two"))
