"""Static files: lasting addresses, one import map, and a policy that names it."""

import gzip
import json

import pytest

from webui.assets import Asset, Assets, module_name, script_hash
from webui.policy import content_security_policy


@pytest.fixture(scope="module")
def assets() -> Assets:
    return Assets()


def test_an_address_changes_exactly_when_the_content_does() -> None:
    first, same, other = Asset("webui/js/a.js", b"1"), Asset("webui/js/a.js", b"1"), Asset("webui/js/a.js", b"2")
    assert first.url == same.url != other.url


def test_a_file_is_squeezed_only_where_that_makes_it_smaller() -> None:
    long = Asset("webui/js/a.js", b"let a = 1;\n" * 100)
    assert gzip.decompress(long.squeezed) == long.body
    assert Asset("webui/js/a.js", b"1").squeezed == b""
    assert Asset("webui/a.png", b"0" * 1000).squeezed == b""


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("webui/js/i18n.js", "#webui/i18n.js"),
        ("booth_client/js/visit.js", "#booth_client/visit.js"),
        ("webui/vendor/lit.js", "#vendor/lit.js"),
        ("webui/css/tokens.css", None),
        ("webui/messages/en.js", None),
    ],
)
def test_scripts_have_names_by_their_room(file: str, name: str | None) -> None:
    assert module_name(file) == name


def test_the_import_map_names_every_module_of_the_page_and_nothing_of_other_rooms(assets: Assets) -> None:
    other = Asset("booth_client/messages/en.js", b"export {};")
    imports = json.loads(assets.import_map(("booth_client", "signaling"), {"#webui/messages.js": other}))["imports"]
    assert imports["#webui/messages.js"] == other.url
    assert imports["#signaling/channel.js"].startswith("/static/signaling/js/channel.js?v=")
    assert not any(name.startswith("#seat_console/") for name in imports)


def test_a_module_imports_others_by_name_only_so_that_every_address_carries_its_digest(assets: Assets) -> None:
    relative = [
        asset.name
        for asset in assets.modules(("booth_client", "seat_console", "signaling")).values()
        if "/vendor/" not in asset.name and (b'from "./' in asset.body or b'from "../' in asset.body)
    ]
    assert relative == []


def test_what_a_script_needs_at_once_is_known_and_what_it_needs_later_is_not_in_it(assets: Assets) -> None:
    needed = assets.closure("booth_client/js/citizen.js", {})
    assert any("/signaling/js/channel.js" in url for url in needed)
    for later in ("vendor/tus.js", "vendor/lit.js", "js/peer.js", "js/faces.js"):
        assert not any(later in url for url in needed)


def test_declarations_and_hidden_files_are_not_served(assets: Assets) -> None:
    assert assets.find("signaling/js/messages.d.ts") is None
    assert assets.find("webui/vendor/.digest") is None


def test_the_policy_lets_only_this_inline_script_pass() -> None:
    policy = content_security_policy([script_hash('{"imports":{}}')])
    assert "'unsafe-inline'" not in policy
    assert "'unsafe-eval'" not in policy
    assert "script-src 'self' 'sha256-" in policy
    assert "default-src 'none'" in policy
    assert "'wasm-unsafe-eval'" in content_security_policy(wasm=True)
