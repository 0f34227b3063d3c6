"""What a citizen hears in a real browser without any voice of its own: each shape of sentence, one at a time.

That every sentence is put together whole is held by tests/js/voice.test.js, that every clip is a sound of its words by
tests/unit/booth_client/test_voice.py.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route, expect

from booth_client.voice.numerals import LANGUAGES
from booth_client.voice.script import parts_of, prompts
from runtime.engines import EmbeddedValkey
from tests.support.faces import CitizenFace, FacesOfPeople
from tests.support.modules import linked
from tests.support.window import Window, open_window

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

#: Sixteen times as fast; what is heard, and whether two sound at once.
EARS = """
  window.speechSynthesis.getVoices = () => [];
  window.heard = []; window.atOnce = 0; window.most = 0;
  const names = new Map(), url = URL.createObjectURL, ask = window.fetch, play = HTMLMediaElement.prototype.play;
  window.fetch = async (...given) => {
    const answer = await ask(...given), blob = answer.blob.bind(answer);
    answer.blob = async () => { const found = await blob(); names.set(found, answer.url); return found; };
    return answer;
  };
  const addresses = new Map();
  URL.createObjectURL = (blob) => {
    const made = url.call(URL, blob);
    addresses.set(made, names.get(blob));
    return made;
  };
  HTMLMediaElement.prototype.play = function () {
    if (!(this instanceof HTMLAudioElement)) return play.call(this);
    this.preservesPitch = false; this.defaultPlaybackRate = this.playbackRate = window.pace ?? 16;
    const name = decodeURIComponent(new URL(addresses.get(this.src)).pathname.split("/").slice(2).join("/"));
    this.addEventListener("playing", () => {
      window.heard.push(name); window.most = Math.max(window.most, ++window.atOnce);
    }, { once: true });
    for (const end of ["pause", "ended", "error"])
      this.addEventListener(end, () => { window.atOnce = 0; }, { once: true });
    return play.call(this);
  };
"""
UNTOUCHED = """
  const allowed = HTMLMediaElement.prototype.play;
  let isTouched = false;
  for (const sign of ["pointerdown", "keydown"])
    document.addEventListener(sign, () => { isTouched = true; }, { capture: true });
  HTMLMediaElement.prototype.play = function () {
    if (isTouched || !(this instanceof HTMLAudioElement)) return allowed.call(this);
    return Promise.reject(new DOMException("untouched", "NotAllowedError"));
  };
"""
ASKED = """performance.getEntriesByType('resource')
  .map((one) => new URL(one.name).pathname).filter((path) => path.startsWith('/voice/'))"""
EACH = """async ([language, ids]) => {
  const { Player } = await import("#booth_client/voice/player.js");
  const { SpeechQueue } = await import("#booth_client/voice/queue.js");
  const player = new Player(() => language, () => 1);
  const queue = new SpeechQueue(player.speak);
  const time = 1764569100000;
  const params = { number: "MZ003", n: 2, low: 3, high: 10, receipt: "20-AB", time, when: time };
  for (const id of ids) {
    queue.add({ kind: id, rank: 1, parts: [{ id, params }] });
    while (!queue.isSilent) await new Promise((done) => setTimeout(done, 5));
  }
  return { heard: window.heard, most: window.most };
}"""


@pytest_asyncio.fixture
async def window(valkey: EmbeddedValkey, sqlite_ledger: str, tmp_path: Path) -> AsyncIterator[Window]:
    """The product, as composed for production."""
    async with open_window(valkey.url, sqlite_ledger, tmp_path, voice_folder=str(tmp_path / "voice")) as opened:
        yield opened


async def ears(people: FacesOfPeople, path: str, language: str = "en") -> CitizenFace:
    """Bring a citizen whose browser has no voice and whose ears remember."""
    citizen = await people.bring(CitizenFace, language=language)
    await citizen.page.add_init_script(EARS)
    await citizen.opens(path)
    await citizen.page.wait_for_function("() => document.documentElement.dataset.ready === ''")
    return citizen


async def hears(page: Page, clip: str) -> None:
    """Wait until a clip was heard."""
    await page.wait_for_function("(clip) => window.heard.includes(clip)", arg=clip)


def one_of_each_shape(language: str) -> list[str]:
    """Return the first sentence of each shape that the list has: what it says itself, and where which places stand."""
    shapes: dict[tuple[str, ...], str] = {}
    for id_, sentence in prompts(language).items():
        shape = tuple(part if "{" in part else "" for part in parts_of(id_, sentence))
        _ = shapes.setdefault(shape, id_)
    return list(shapes.values())


async def test_a_sentence_of_each_shape_is_heard_in_three_languages(browser: Browser, window: Window) -> None:
    people = FacesOfPeople(browser, window.address.base)

    async def listen(language: str) -> None:
        citizen = await ears(people, "/")
        ids = one_of_each_shape(language)
        told = await citizen.page.evaluate(linked(EACH), [language, ids])
        wanted = [
            f"{language}/{part}" for id_ in ids for part in parts_of(id_, prompts(language)[id_]) if "{" not in part
        ]
        fixed = set(wanted)
        assert [name for name in told["heard"] if name in fixed] == wanted
        assert told["most"] == 1

    await asyncio.gather(*(listen(language) for language in LANGUAGES))
    await people.leave()


async def test_a_sound_that_does_not_come_holds_up_no_other_and_a_page_speaks_once_it_is_touched(
    browser: Browser, window: Window
) -> None:
    people = FacesOfPeople(browser, window.address.base)
    citizen = await people.bring(CitizenFace)
    page = citizen.page
    # A reloaded page may make no sound before it is touched, and the network has just swallowed one.
    await page.add_init_script("localStorage.setItem('cloudwindow.voice', 'on'); window.pace = 16;" + EARS + UNTOUCHED)
    asked = asyncio.Event()

    async def swallow(_: Route) -> None:
        asked.set()

    await page.route("**/voice/en/guide.about*", swallow)
    await citizen.opens("/?item=MZ01")
    await asked.wait()
    await page.locator("h1").click()
    await hears(page, "en/guide.modes")
    await page.route("**/voice/en/taking.number*", swallow)
    asked.clear()
    await citizen.press("Speak to staff about this")
    await hears(page, "en/wait.nobody")
    assert "en/guide.about" not in await page.evaluate("window.heard")
    assert "en/voice.look" in await page.evaluate("window.heard")
    assert await page.evaluate("window.most") == 1
    await people.leave()


async def test_read_aloud_reads_the_face_and_follows_the_language_that_is_spoken(
    browser: Browser, window: Window
) -> None:
    people = FacesOfPeople(browser, window.address.base)
    citizen = await ears(people, "/", language="zh-Hans")
    page = citizen.page
    assert await page.evaluate(ASKED) == []
    await citizen.press("读给我听")
    for clip in ("voice.on", "welcome.call", "welcome.find"):
        await hears(page, f"cmn/{clip}")
    await citizen.speaks("yue")
    await hears(page, "yue/voice.yue")
    await citizen.speaks("hak")
    await hears(page, "cmn/voice.hak")
    await citizen.speaks("en")
    await citizen.press("再说一遍")
    await hears(page, "en/welcome.call")
    # Nobody is at a desk: the number, letter by letter, and what can be done about the wait.
    number = await citizen.presses_the_button()
    for clip in ("wait.number-1", *(f"n.{sign}" for sign in number if sign.isdigit()), "wait.nobody", "wait.stay"):
        await hears(page, f"en/{clip}")
    await expect(page.locator("#status")).to_contain_text(number)
    assert await page.locator(".stub [aria-live]").count() == 0
    await citizen.press("读给我听")
    await expect(page.locator("#status")).to_have_text("不再读出来了。")
    await citizen.press("不等了")
    await citizen.press("现在就走")
    await expect(page.locator("body[data-screen=ended]")).to_be_attached()
    await page.wait_for_function("() => window.atOnce === 0")
    assert [name for name in await page.evaluate("window.heard") if "/ended." in name] == []
    assert await page.evaluate("window.most") == 1
    await people.leave()
