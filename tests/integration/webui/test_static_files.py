"""Static files over HTTP: cached for ever under their digest, compressed, never anything outside."""

import gzip
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

import booth_client.pages
from webui.assets import source
from webui.extraction import used_by
from webui.pages import FIRST_FACE, Pages
from webui.translations import key_of

Client = TestClient[web.Request, web.Application]
PLAIN = {"Accept-Encoding": "identity"}
PACKED = {"Accept-Encoding": "gzip"}
#: All that a browser fetches before the citizen's button works, on a mobile network of a village; with heads.
FIRST_BUTTON_MAX_BYTES = 66_000
#: What a server in front and the connection add to each answer's head: date, server, policies of transport.
HEAD_BYTES = 150


@pytest.fixture(scope="module")
def pages() -> Pages:
    return Pages()


@pytest_asyncio.fixture
async def browser_without_script(pages: Pages) -> AsyncIterator[Client]:
    app = web.Application()
    pages.mount(app)
    booth_client.pages.mount(app, pages, lambda request: request.headers.get("Origin") != "https://elsewhere.example")
    async with TestClient(TestServer(app), auto_decompress=False) as client:
        yield client


async def test_a_file_under_its_digest_is_kept_for_a_year_and_any_other_is_asked_after(
    browser_without_script: Client, pages: Pages
) -> None:
    url = pages.assets.url("signaling/js/channel.js")
    lasting = await browser_without_script.get(url, headers=PLAIN)
    assert lasting.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert lasting.headers["Content-Type"].startswith("text/javascript")
    for old in (url.split("?")[0], url[:-1]):
        answer = await browser_without_script.get(old)
        assert answer.headers["Cache-Control"] == "no-cache"


async def test_a_file_that_is_still_fresh_is_not_sent_again(browser_without_script: Client, pages: Pages) -> None:
    url = pages.assets.url("webui/all.css").split("?")[0]
    tag = (await browser_without_script.get(url)).headers["ETag"]
    again = await browser_without_script.get(url, headers={"If-None-Match": tag})
    assert (again.status, await again.read()) == (304, b"")


async def test_a_file_is_sent_gzipped_to_who_takes_it(browser_without_script: Client, pages: Pages) -> None:
    url = pages.assets.url("webui/vendor/lit.js")
    packed = await browser_without_script.get(url, headers={"Accept-Encoding": "gzip, br"})
    plain = await browser_without_script.get(url, headers=PLAIN)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(await packed.read()) == await plain.read()


@pytest.mark.parametrize(
    "path",
    ["/static/webui/../pages.py", "/static/webui/..%2fpages.py", "/static//etc/passwd", "/static/webui/js/nothing.js"],
)
async def test_nothing_outside_the_static_folders_is_served(browser_without_script: Client, path: str) -> None:
    assert (await browser_without_script.get(path)).status == 404


async def test_the_page_says_what_it_is_before_any_script_runs(browser_without_script: Client) -> None:
    text = gzip.decompress(await (await browser_without_script.get("/")).read()).decode()
    head = text[text.index("<html") : text.index("<head>")]
    for said in ('lang="zh-Hans"', 'data-zone="Asia/Shanghai"', 'data-face="citizen"', 'data-profile="pc"'):
        assert said in head
    assert "按这里，找人帮忙" in text
    assert "<noscript>" in text
    assert 'action="/"' in text


async def size(client: Client, path: str) -> tuple[int, bytes]:
    """Return how many bytes an answer has, its head included, and its content."""
    answer = await client.get(path, headers=PACKED)
    assert answer.status == 200
    body = await answer.read()
    head = sum(len(name) + len(value) + 4 for name, value in answer.raw_headers)
    return len(body) + head + HEAD_BYTES, body


@pytest.mark.parametrize("path", ["/", "/booth"])
@pytest.mark.parametrize("tag", ["zh-Hans", "zh-Hant", "en"])
async def test_what_the_first_button_needs_is_light(browser_without_script: Client, tag: str, path: str) -> None:
    weight, body = await size(browser_without_script, f"{path}?lang={tag}")
    page = gzip.decompress(body).decode()
    needed = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page.partition("</head>")[0]))
    assert len(needed) > 10
    assert ("device_key.js" in "".join(needed)) == (path == "/booth")  # what a booth waits for before all else
    for address in needed:
        weight += (await size(browser_without_script, address))[0]
    assert weight <= FIRST_BUTTON_MAX_BYTES, f"{len(needed) + 1} requests"


@pytest.mark.parametrize("tag", ["zh-Hans", "zh-Hant"])
async def test_the_first_face_has_its_sentences_and_the_others_bring_theirs(
    browser_without_script: Client, pages: Pages, tag: str
) -> None:
    page = await (await browser_without_script.get(f"/booth?lang={tag}", headers=PLAIN)).text()
    found = re.findall(r'(?:src|data-sentences)="(/static/booth_client/messages/[^"]+)"', page)
    later, first = [await (await browser_without_script.get(address, headers=PLAIN)).text() for address in found]
    whole = pages.assets.find(f"booth_client/messages/{tag}.js")
    assert whole is not None
    keys = [re.findall(r'"([0-9a-f]{1,8})":', text) for text in (first, later, whole.body.decode())]
    assert sorted(keys[0] + keys[1]) == sorted(keys[2])

    # A part that is not brought has no sentences of its own.
    entry = pages.assets.find(FIRST_FACE)
    assert entry is not None
    for script in (entry, *pages.assets.imported(FIRST_FACE)):
        for name in re.findall(r'(?<!=> )\bimport\("/static/([^?"]+)', script.body.decode()):
            parts = [name, *(asset.name for asset in pages.assets.imported(name))]
            said = {key_of(one) for one in used_by(source(part) for part in parts if "/vendor/" not in part)}
            assert said & set(keys[2]) <= set(keys[0]), f"{script.name} imports {name} without its sentences"


async def test_a_chosen_language_stays(browser_without_script: Client) -> None:
    chosen = await browser_without_script.get("/?lang=zh-Hant", headers=PLAIN)
    assert 'lang="zh-Hant"' in await chosen.text()
    assert chosen.headers["Content-Language"] == "zh-Hant"
    assert 'lang="zh-Hant"' in await (await browser_without_script.get("/booth", headers=PLAIN)).text()
    receipt = await browser_without_script.get("/receipt?lang=en", headers=PLAIN)
    assert "Check the result of your call" in await receipt.text()


async def test_another_language_and_the_way_home_keep_the_hall_the_item_and_the_number(
    browser_without_script: Client,
) -> None:
    text = await (await browser_without_script.get("/?site=HD-TB&item=MZ01&lang=en", headers=PLAIN)).text()
    assert 'href="?site=HD-TB&amp;item=MZ01&amp;lang=zh-Hant"' in text
    assert '<a class="brand" href="/?site=HD-TB">' in text
    text = await (await browser_without_script.get("/receipt?number=20261122-MZ003-7K4Q9D", headers=PLAIN)).text()
    assert 'href="?number=20261122-MZ003-7K4Q9D&amp;lang=en"' in text
    text = await (await browser_without_script.get("/", headers=PLAIN)).text()
    assert 'href="?lang=en"' in text
    assert '<a class="brand" href="/">' in text


async def test_what_is_typed_into_an_address_comes_back_as_text(browser_without_script: Client) -> None:
    answer = await browser_without_script.get(
        "/receipt", params={"number": '"><script>alert(1)</script>'}, headers=PLAIN
    )
    assert "<script>alert" not in await answer.text()


async def test_a_page_has_no_inline_script_and_is_never_cached(browser_without_script: Client) -> None:
    answer = await browser_without_script.get("/", headers=PLAIN)
    policy, text = answer.headers["Content-Security-Policy"], await answer.text()
    assert re.findall(r"<script(?![^>]* src=)", text) == []
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert "style=" not in text
    assert " on" + "click=" not in text


async def test_a_page_of_another_release_gets_scripts_that_import_by_its_own_version(
    browser_without_script: Client,
) -> None:
    url, version = "/static/booth_client/js/citizen.js", "0123456789abcdef"
    answer = await browser_without_script.get(url, params={"v": version})
    text = await answer.text()
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "Content-Encoding" not in answer.headers
    assert set(re.findall(r"/static/booth_client/[^\"]+\?v=(\w+)", text)) == {version}
    ours = await (await browser_without_script.get(url, headers=PLAIN)).text()
    assert version not in ours
