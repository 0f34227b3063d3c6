"""Name, emblem and colours of a realm are data: what can be read is shown on every page, what cannot is refused."""

import base64
import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from cloudwindow.commands.ledger import SAMPLE
from records.catalogue.colours import LEAST, contrast
from records.catalogue.file import CatalogueFaults, read_catalogue
from runtime.engines import EmbeddedValkey
from tests.support.access import serious
from tests.support.ledgers import prepare
from tests.support.samples import png
from tests.support.window import open_window

LIGHT, DARK = "#a4161a", "#ff8f8f"
NS = 'xmlns="http://www.w3.org/2000/svg"'
SVG = f"""emblem: {{svg: '<svg {NS} viewBox="0 0 10 10"><path fill="#a4161a" d="M0 0h10v10z"/></svg>'}}"""
PNG = f"emblem: {{png: '{base64.b64encode(png(64, 64)).decode()}'}}"
COLOURS = f"""colours: {{light: "{LIGHT}", dark: "{DARK}"}}"""
BUTTON = """() => {
  const hex = (colour) => {
    const canvas = document.createElement("canvas").getContext("2d");
    canvas.fillStyle = colour;
    return canvas.fillStyle;
  };
  const style = getComputedStyle(document.querySelector("[data-start]"));
  return [hex(style.backgroundColor), hex(style.color)];
}"""


def realm(folder: Path, *sections: str) -> Path:
    """Write the sample catalogue with another name, and these lines in its branding."""
    text = SAMPLE.read_text("utf-8")
    head = "  name: 云窗口\n"
    assert text.count(head) == 1
    lines = "".join(f"  {section}\n" for section in sections)
    path = folder / "catalog.yaml"
    path.write_text(text.replace(head, f"  name: 番禺云窗口\n{lines}"), "utf-8")
    return path


@pytest.mark.parametrize(
    ("section", "code"),
    [
        ('colours: {light: "#8ab4f8", dark: "#8ab4f8"}', "colour_too_weak"),
        ('colours: {light: "#0b57d0", dark: "#0b57d0"}', "colour_too_weak"),
        ('colours: {light: "#777777", dark: "#cccccc"}', "colour_too_weak"),
        ('colours: {light: "#0b57d0"}', "colour_missing"),
        ('colours: {light: "blue", dark: "#8ab4f8"}', "bad_entry"),
        ("emblem: {svg: '<svg><script/></svg>'}", "bad_emblem"),
        ("emblem: {svg: 'no drawing'}", "bad_emblem"),
        (f"emblem: {{png: '{base64.b64encode(b'GIF89a').decode()}'}}", "bad_emblem"),
        (f"emblem: {{png: '{base64.b64encode(png(64, 64)[:-20]).decode()}'}}", "bad_emblem"),
        (f"emblem: {{png: '{base64.b64encode(png(2000, 8)).decode()}'}}", "bad_emblem"),
        ("emblem: {png: 'no base64!'}", "bad_emblem"),
        (SVG[:-1] + f", png: '{base64.b64encode(png(8, 8)).decode()}'}}", "emblem_twice"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_by_everybody_or_shown_everywhere_is_refused(tmp_path: Path, section: str, code: str):
    with pytest.raises(CatalogueFaults) as refused:
        read_catalogue(realm(tmp_path, section))
    assert code in {fault.code for fault in refused.value.faults}


def with_hotline(folder: Path, line: str) -> Path:
    """Write the sample catalogue with this line among what it says of its organiser, and no number in its notices."""
    text = SAMPLE.read_text("utf-8")
    head = '  phone: "12345"\n'
    assert text.count(head) == 1
    path = folder / "catalog.yaml"
    path.write_text(text.replace(head, f"  {line}\n").replace(" 12345", ""), "utf-8")
    return path


@pytest.mark.parametrize("number", ['""', "call me", '"1"', '"123;45"', '"' + "1" * 40 + '"'])
def test_a_hotline_that_nobody_can_dial_is_refused(tmp_path: Path, number: str):
    with pytest.raises(CatalogueFaults) as refused:
        read_catalogue(with_hotline(tmp_path, f"hotline: {number}"))
    assert "bad_entry" in {fault.code for fault in refused.value.faults}


async def test_every_page_names_the_hotline_of_the_realm_and_no_other(valkey: EmbeddedValkey, tmp_path: Path):
    ledger = f"sqlite+aiosqlite:///{tmp_path / 'ledger.db'}"
    await prepare(ledger, with_hotline(tmp_path, 'hotline: "+852 1823"\n  hotline_all_day: false'))
    async with open_window(valkey.url, ledger, tmp_path) as window:
        http = await window.http()
        for path in ("/", "/receipt", "/sign-in"):
            for lang in ("zh-Hans", "zh-Hant", "en"):
                page = (await window.get(http, f"{path}?lang={lang}")).decode()
                assert 'data-hotline="+852 1823"' in page
                assert "+852 1823" in page[page.index("<body") :]
                assert "12345" not in page
                assert "data-all-day" not in page


async def shown(page: Page, address: str, scheme: str) -> tuple[str, str]:
    """Open the first page in light or dark; return the colours of its button and of the words on it."""
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await page.goto(address)
    ground, words = await page.evaluate(BUTTON)
    return str(ground), str(words)


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.timeout(120)
@pytest.mark.parametrize(("emblem", "kind"), [(SVG, "image/svg+xml"), (PNG, "image/png")], ids=["svg", "png"])
async def test_the_name_the_emblem_and_the_colour_are_on_the_page(
    browser: Browser, valkey: EmbeddedValkey, tmp_path: Path, emblem: str, kind: str
):
    ledger = f"sqlite+aiosqlite:///{tmp_path / 'ledger.db'}"
    await prepare(ledger, realm(tmp_path, COLOURS, emblem))
    async with open_window(valkey.url, ledger, tmp_path) as window:
        page = await browser.new_page()
        for scheme, colour in (("light", LIGHT), ("dark", DARK)):
            ground, words = await shown(page, window.address.to("/?lang=zh-Hans"), scheme)
            assert ground == colour
            assert contrast(ground, words) >= LEAST
            assert await serious(page) == []
        await expect(page).to_have_title(re.compile("番禺云窗口"))
        await expect(page.locator(".brand")).to_contain_text("番禺云窗口")
        assert await page.evaluate("document.querySelector('img.brand__mark').naturalWidth") > 0
        sent = await page.request.get(window.address.to("/emblem"))
        assert sent.headers["content-type"].startswith(kind)
        await page.goto(window.address.to("/sign-in?lang=zh-Hans"))
        await expect(page.locator("img.brand__mark")).to_be_visible()
        await page.close()
