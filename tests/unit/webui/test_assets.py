"""Static files: lasting addresses, scripts that import each other by them, and a policy without inline scripts."""

import gzip
import re

import pytest

from webui.assets import Asset, Assets, bare, module_name, room_folder
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
        ("webui/js/types.json", None),
    ],
)
def test_scripts_have_names_by_their_room(file: str, name: str | None) -> None:
    assert module_name(file) == name


def test_every_name_that_a_script_imports_has_become_the_one_address_of_that_script(assets: Assets) -> None:
    urls = {asset.url for asset in assets.scripts()}
    for asset in assets.scripts():
        if "/vendor/" in asset.name:
            continue
        code = asset.body.decode()
        assert not re.search(r"""["']#\w+/""", code), asset.name
        assert set(re.findall(r'"(/static/[^"]+\.js[^"]*)"', code)) <= urls, asset.name
    citizen = assets.find("booth_client/js/citizen.js")
    assert citizen is not None
    assert assets.url("booth_client/js/visit.js") in citizen.body.decode()


def test_comments_stay_here_and_every_statement_on_its_line(assets: Assets) -> None:
    ours = room_folder("booth_client")
    assert ours is not None
    lines = (ours / "static" / "js" / "citizen.js").read_text(encoding="utf-8").splitlines()
    citizen = assets.find("booth_client/js/citizen.js")
    assert citizen is not None
    sent = citizen.body.decode().splitlines()
    assert len(sent) == len(lines)
    assert [line for line in sent if line and "/static/" not in line and line not in lines] == []
    assert not [line for line in sent if line.startswith(("/*", "//"))]
    assert bare("a = `\n` // kept\n// gone\nb\n") == "a = `\n` // kept\n\nb\n"


def test_all_our_scripts_have_the_version_of_their_release_and_libraries_their_own(assets: Assets) -> None:
    ours = {asset.version for asset in assets.scripts() if "/vendor/" not in asset.name}
    assert len(ours) == 1
    lit = assets.find("webui/vendor/lit.js")
    assert lit is not None
    assert lit.version == lit.digest


def test_a_page_of_another_release_gets_each_script_by_one_address(assets: Assets) -> None:
    script = assets.find("booth_client/js/citizen.js")
    assert script is not None
    other = script.asked_as("0123456789abcdef")
    assert script.release.encode() not in other.body
    assert b"/static/booth_client/js/visit.js?v=0123456789abcdef" in other.body
    for as_it_is in (script.release, "", '"><script>', "0123456789ABCDEF", "0123456789abcdef0"):
        assert script.asked_as(as_it_is) is script


def test_a_module_imports_others_by_name_only_so_that_every_address_carries_its_digest(assets: Assets) -> None:
    relative = [
        asset.name
        for asset in assets.scripts()
        if "/vendor/" not in asset.name and (b'from "./' in asset.body or b'from "../' in asset.body)
    ]
    assert relative == []


def test_what_a_script_needs_at_once_is_known_and_what_it_needs_later_is_not_in_it(assets: Assets) -> None:
    needed = assets.closure("booth_client/js/citizen.js")
    assert any("/signaling/js/channel.js" in url for url in needed)
    for later in ("vendor/tus.js", "vendor/lit.js", "js/peer.js", "js/visit_faces.js"):
        assert not any(later in url for url in needed)


def test_declarations_and_hidden_files_are_not_served(assets: Assets) -> None:
    assert assets.find("signaling/js/messages.d.ts") is None
    assert assets.find("webui/vendor/.digest") is None


def test_the_policy_lets_no_inline_script_pass() -> None:
    policy = content_security_policy()
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "'wasm-unsafe-eval'" in content_security_policy(wasm=True)
