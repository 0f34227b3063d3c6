"""How systems are reached is read at the start: typed, whole, and each fault told in one line."""

from pathlib import Path

import pytest

from cloudwindow.failures import OperatorError
from cloudwindow.ports import connections
from ports.kit.connections import BadConnections, connections_of, read_connections
from ports.register import PORTS
from runtime.settings import load

SECRET = "whsec_" + "c" * 40
GOOD = f'[window.messages]\nurl = "https://gateway.internal/sms"\nallowed = ["10.0.0.0/8"]\nsecret = "{SECRET}"\n'


def test_a_file_names_the_systems_of_each_realm(tmp_path: Path) -> None:
    file = tmp_path / "ports.toml"
    file.write_text(GOOD + GOOD.replace("window", "lintong").replace("/sms", "/lt"))
    found = read_connections(file, PORTS)
    assert found["window"]["messages"].url == "https://gateway.internal/sms"
    assert connections_of(found, "lintong")["messages"].url == "https://gateway.internal/lt"
    assert connections_of(found, "elsewhere") == {}
    settings = load({"WINDOW_PORTS_CONFIG": str(file)})
    assert set(connections(settings)) == {"messages"}
    assert connections(load({})) == {}


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("messages", "massages", "window.massages: there is no such port"),
        ("https://", "http://", "window.messages: url: http is for this machine alone"),
        ("https://", "ftp://", "url: write https://HOST/PATH"),
        ("https://", "https://name:word@", "url: without name, query and fragment"),
        ("/sms", "/sms?key=1", "url: without name, query and fragment"),
        ("gateway.internal", "192.168.0.1", "url: 192.168.0.1 is not among the allowed networks"),
        ("gateway.internal", "2130706433", "url: 2130706433 is neither a name nor an address"),
        ("gateway.internal", "127.1", "url: 127.1 is neither a name nor an address"),
        ('["10.0.0.0/8"]', "[]", "allowed: name the networks"),
        ("10.0.0.0/8", "10.0.0.1/8", "has host bits set"),
        (SECRET, "short", "whsec_"),
        (SECRET, "whsec_YWJj", "24 to 64 bytes"),
        ("secret =", 'secret_file = "/nowhere" #', "/nowhere: No such file"),
        ("secret =", 'ca_file = "/nowhere"\nsecret =', "No such file"),
        ("secret =", "total_s = 0\nsecret =", "$[...][...].total_s"),
        ("secret =", "unknown = 1\nsecret =", "unknown field `unknown`"),
        ("[window", "[[", "Invalid"),
    ],
)
def test_what_cannot_be_used_stops_the_start_with_one_line(tmp_path: Path, old: str, new: str, fault: str) -> None:
    file = tmp_path / "ports.toml"
    file.write_text(GOOD.replace(old, new))
    with pytest.raises(BadConnections) as caught:
        read_connections(file, PORTS)
    assert fault in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "c" * 40 not in str(caught.value)
    with pytest.raises(OperatorError, match="WINDOW_PORTS_CONFIG"):
        connections(load({"WINDOW_PORTS_CONFIG": str(file)}))


def test_an_address_within_another_is_judged_as_what_it_reaches(tmp_path: Path) -> None:
    file = tmp_path / "ports.toml"
    file.write_text(GOOD)
    connection = read_connections(file, PORTS)["window"]["messages"]
    admitted = {
        one: connection.admits(one) for one in ("10.1.2.3", "::ffff:10.1.2.3", "11.1.2.3", "::1", "fe80::1%eth0")
    }
    assert [one for one, is_in in admitted.items() if is_in] == ["10.1.2.3", "::ffff:10.1.2.3"]
