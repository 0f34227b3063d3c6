"""The Python client reads and writes the server's own types, verifies web-hooks, and keeps keys to HTTPS."""

import ast
import sys
import tomllib
from pathlib import Path
from typing import Final, get_type_hints

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudwindow_client import BadSignature, Unreadable, frame_text, read_frame, verify
from cloudwindow_client.address import read_address
from cloudwindow_client.api import frames, types
from cloudwindow_client.asking import Call
from cloudwindow_client.reading import plain, read_json
from protocol.commands import ClientFrame
from protocol.frames import ServerFrame
from protocol.version import PRODUCT_VERSION
from runtime import signatures

CLIENTS: Final = Path(__file__).resolve().parents[3] / "clients"
PACKAGE: Final = CLIENTS / "python" / "cloudwindow_client"
SECRETS: Final = [signatures.new_secret() for _ in range(3)]
EVENT: Final = (
    b'{"specversion":"1.0","id":"E1","source":"urn:x","type":"cloudwindow.ticket.taken.v1","subject":"T1","time":"t",'
    b'"dataschema":"s","datacontenttype":"application/json","sequence":"1","data":{"ticket":"T1"},"newer":1}'
)


def signed(*secrets: str, at_s: int = 1000, body: bytes = EVENT) -> dict[str, str]:
    keys = [signatures.read_secret(one) for one in secrets]
    return {name.title(): value for name, value in signatures.headers(keys, "E1", at_s, body).items()}


@pytest.mark.parametrize("sent", ClientFrame.__args__, ids=lambda one: one.__name__)
def test_every_frame_that_the_client_writes_the_server_reads(sent: type[msgspec.Struct]) -> None:
    kind = getattr(frames, sent.__name__)
    assert sent.__struct_config__.tag == kind.TAG
    assert {one.rstrip("_") for one in get_type_hints(kind)} - {"TAG"} == set(sent.__struct_encode_fields__)


def test_a_frame_goes_to_the_server_and_another_comes_back() -> None:
    hello = frames.Hello(version=2, role="citizen", locale="en")
    assert msgspec.json.decode(frame_text(hello), type=ClientFrame) == msgspec.json.decode(
        b'{"type":"hello","version":2,"role":"citizen","locale":"en"}', type=ClientFrame
    )
    done = next(kind for kind in ServerFrame.__args__ if kind.__name__ == "Done")
    assert read_frame(msgspec.json.encode(done(id="1"))) == frames.Done(id="1")
    assert read_frame('{"type":"of_a_newer_server","x":1}') is None
    for text in ("", "[]", "{}", '{"type":1}', '{"type":"done"}', '{"type":"done","id":1}'):
        with pytest.raises(Unreadable):
            read_frame(text)


def test_an_answer_of_a_newer_server_is_read_and_one_of_another_shape_is_told_with_its_place() -> None:
    event = read_json(EVENT, types.CloudEvent)
    assert (event.id, event.data, event.replaces) == ("E1", {"ticket": "T1"}, None)
    for text, place in (
        (b"nonsense", "no JSON"),
        (b"[]", r"\$: no object"),
        (b'{"sessions":[{}]}', r"\$\.sessions\[0\]\.session: missing"),
        (b'{"sessions":{}}', r"\$\.sessions: not"),
        (b'{"sessions":[],"cursor":true}', r"\$\.cursor: not str"),
    ):
        with pytest.raises(Unreadable, match=place):
            read_json(text, types.SessionPage)
    assert plain(types.Break(reason="meal")) == {"reason": "meal"}
    assert plain(types.Break()) == {}


@given(st.text(min_size=1), st.dictionaries(st.text(min_size=1), st.none() | st.booleans() | st.integers() | st.text()))
def test_no_value_leaves_its_place_in_the_address(place: str, query: dict[str, object]) -> None:
    if place not in {".", ".."}:
        target = Call("x", "GET", "/api/items/{}/pages", places=(place,), query=query).target
        path, _, rest = target.partition("?")
        assert (path.count("/"), target.isascii(), " " in target) == (4, True, False)
        assert rest.count("=") == sum(value is not None for value in query.values())


@pytest.mark.parametrize("known", [SECRETS[0], SECRETS[:2], [SECRETS[2], SECRETS[1]]], ids=["one", "two", "the new"])
def test_a_web_hook_signed_by_any_of_the_secrets_is_ours(known: str | list[str]) -> None:
    assert verify(known, signed(*SECRETS[:2]), EVENT, now_s=1300).id == "E1"


def test_a_web_hook_that_is_forged_old_or_cut_is_refused() -> None:
    right = signed(SECRETS[0])
    for headers, body, now_s in (
        (right, EVENT + b" ", 1000),
        (right, EVENT, 1301),
        (right, EVENT, 699),
        (signed(SECRETS[1]), EVENT, 1000),
        ({**right, "Webhook-Id": "E2"}, EVENT, 1000),
        ({**right, "Webhook-Timestamp": "1001"}, EVENT, 1000),
        ({**right, "Webhook-Timestamp": "²"}, EVENT, 1000),
        ({**right, "Webhook-Timestamp": "9" * 400}, EVENT, 1000),
        ({**right, "Webhook-Signature": right["Webhook-Signature"].replace("v1,", "v2,")}, EVENT, 1000),
        ({**right, "Webhook-Signature": "v1,ä"}, EVENT, 1000),
        ({}, EVENT, 1000),
    ):
        with pytest.raises(BadSignature):
            verify(SECRETS[0], headers, body, now_s=now_s)
    assert verify(SECRETS[0], right, EVENT, now_s=1400, leeway_s=400).subject == "T1"
    for secret in ("whsec_", "whsec_%"):
        with pytest.raises(ValueError, match="whsec_ and base 64"):
            verify(secret, right, EVENT, now_s=1000)
    with pytest.raises(Unreadable):
        verify(SECRETS[0], signed(SECRETS[0], body=b"{}"), b"{}", now_s=1000)


def test_a_key_goes_over_https_or_to_this_machine() -> None:
    assert read_address("https://window.example.org/").url == "https://window.example.org:443"
    assert read_address("http://[::1]:8080").url == "http://[::1]:8080"
    assert read_address("http://10.0.0.1", plain_http=True).port == 80
    for url in ("http://10.0.0.1", "ftp://x", "window", "https://x/api", "https://me@x", "https://x?a=1"):
        with pytest.raises(ValueError, match=r"HTTPS|an address is"):
            read_address(url)


def test_the_package_needs_python_alone_and_is_of_this_release() -> None:
    needed: dict[str, set[str]] = {}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [one.name for one in node.names] if isinstance(node, ast.Import) else []
            needed.setdefault(path.name, set()).update(name.partition(".")[0] for name in names)
    strange = {name: found - sys.stdlib_module_names - {"cloudwindow_client"} for name, found in needed.items()}
    assert {name: found for name, found in strange.items() if found} == {"aio.py": {"aiohttp"}}
    project = tomllib.loads((CLIENTS / "python" / "pyproject.toml").read_text("utf-8"))["project"]
    package = msgspec.json.decode((CLIENTS / "js" / "package.json").read_bytes())
    assert {project["version"], package["version"]} == {PRODUCT_VERSION}
    assert (project["dependencies"], package.get("dependencies")) == ([], None)
