"""Whatever the door accepts, an agent sees in the console of a real browser; what was sent stays as it was sent."""

import base64
import hashlib
import io
import os
from pathlib import Path

import pi_heif
import pikepdf
import pytest
from PIL import Image, ImageChops, ImageStat
from playwright.async_api import Browser, Page, expect

from booth_client.citizen import Citizen
from protocol.views import Mode
from tests.support.desk import Desk
from tests.support.papers import ofd, saved
from tests.support.samples import sample
from tests.support.window import Window

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
RED, GREEN, BLUE = ("red", "green", "blue")
FRAMES = [Image.new("RGB", (400, 300), colour) for colour in (RED, GREEN, BLUE)]
#: The pixels of the sheet that is shown, as the page has them.
PIXELS = """async () => {
  const sheet = document.querySelector("document-viewer img.sheet");
  await sheet.decode();
  const size = { width: sheet.naturalWidth, height: sheet.naturalHeight };
  const canvas = Object.assign(document.createElement("canvas"), size);
  canvas.getContext("2d").drawImage(sheet, 0, 0);
  return canvas.toDataURL("image/png").split(",")[1];
}"""
#: The longest that a frame of the page came late while it was listened to, in milliseconds.
WATCH = """() => {
  let before = performance.now();
  window.latest = 0;
  const look = () => {
    const now = performance.now();
    window.latest = Math.max(window.latest, now - before);
    before = now;
    setTimeout(look, 50);
  };
  look();
}"""
#: A page may hold so much more than before it opened a bomb: one sheet as it is drawn, and what was sent of it.
MORE_MB, LATE_MS = 300, 5_000


async def seen(page: Page) -> Image.Image:
    """Return the sheet that the agent sees."""
    picture = await page.evaluate(PIXELS)
    return Image.open(io.BytesIO(base64.b64decode(picture))).convert("RGB")


async def calling(chrome: Browser, window: Window) -> tuple[Desk, Citizen]:
    """Bring a citizen into a call with an agent at a real browser."""
    desk = await Desk.open(chrome, window, "s004")
    await desk.page.locator("seat-bar").get_by_role("button", name="就绪").click()
    citizen = await window.citizen()
    await citizen.take("MZ01", Mode.HANDLE, site="HD-TB")
    await expect(desk.page.get_by_role("alertdialog")).to_be_visible()
    await desk.page.keyboard.press("Enter")
    await citizen.until(lambda: citizen.conversation.view)
    return desk, citizen


async def opened(desk: Desk, citizen: Citizen, name: str, content: bytes) -> str:
    """Hand a paper in and open it at the desk; returns its id."""
    document = await citizen.upload(name, content, material="idcard")
    await desk.page.locator(".paper", has_text=name).click()
    await expect(desk.page.locator("document-viewer h3")).to_contain_text(name)
    return document


async def sheet_of(desk: Desk) -> Image.Image:
    await expect(desk.page.locator("document-viewer img.sheet")).to_be_visible()
    return await seen(desk.page)


def apart(one: Image.Image, other: Image.Image) -> float:
    """Return the mean difference of the worst channel, as a share."""
    assert one.size == other.size
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean) / 255


async def test_the_console_shows_an_iphones_photo_as_its_decoder_sees_it_and_keeps_the_file(
    chrome: Browser, window: Window, tmp_path: Path
) -> None:
    desk, citizen = await calling(chrome, window)
    content = sample("iphone.heic")
    document = await opened(desk, citizen, "IMG_0001.HEIC", content)
    decoded = pi_heif.open_heif(io.BytesIO(content)).to_pillow().convert("RGB")
    assert apart(await sheet_of(desk), decoded) < 0.02
    async with desk.page.expect_download() as saving:
        await desk.page.locator("document-viewer a[download]").click()
    kept = tmp_path / "kept"
    await (await saving.value).save_as(kept)
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == hashlib.sha256(content).hexdigest()
    assert document in str((await saving.value).url)


async def test_every_kind_of_paper_is_seen_with_all_its_pages(chrome: Browser, window: Window) -> None:
    desk, citizen = await calling(chrome, window)
    page = desk.page

    avif = saved(FRAMES[0], "AVIF")
    await opened(desk, citizen, "a.avif", avif)
    assert apart(await sheet_of(desk), FRAMES[0]) < 0.02
    await page.keyboard.press("Escape")

    await opened(desk, citizen, "b.gif", saved(FRAMES[1], "GIF", save_all=True, append_images=FRAMES[2:]))
    assert apart(await sheet_of(desk), FRAMES[1]) < 0.02  # one still: the first picture
    await expect(page.locator(".viewer__pages")).to_have_count(0)
    await page.keyboard.press("Escape")

    await opened(desk, citizen, "c.tif", saved(FRAMES[0], "TIFF", save_all=True, append_images=FRAMES[1:]))
    for number, frame in enumerate(FRAMES, 1):
        await expect(page.locator(".viewer__pages")).to_contain_text(f"{number}")
        await expect(page.locator(f"img.sheet[alt$='{number}/3']")).to_be_visible()
        assert apart(await seen(page), frame) < 0.02
        if number < len(FRAMES):
            await page.get_by_role("button", name="下一页").click()
    await page.keyboard.press("Escape")

    await opened(desk, citizen, "d.ofd", ofd())
    text = page.locator("document-viewer .sheet--text")
    await expect(text.first).to_contain_text("12345678")
    await expect(text.last).to_contain_text("价税合计")
    async with page.expect_download() as saving:
        await page.locator("document-viewer a[download]").click()
    assert (await saving.value).suggested_filename.endswith(".ofd")


@pytest.mark.console("status of 422")
async def test_a_pdf_with_a_password_opens_with_it_alone(chrome: Browser, window: Window) -> None:
    desk, citizen = await calling(chrome, window)
    page = desk.page
    await opened(desk, citizen, "社保.pdf", sample("password.pdf"))
    field = page.locator("document-viewer input[name=password]")
    await expect(field).to_be_visible()
    await field.fill("wrong")
    await field.press("Enter")
    await expect(page.locator("document-viewer")).to_contain_text("打不开")
    await expect(page.locator("document-viewer img.sheet")).to_have_count(0)
    await field.fill("１２３４５６")  # an input method was on
    await field.press("Enter")
    await expect(page.locator("document-viewer img.sheet")).to_be_visible()
    assert (await seen(page)).size[0] > 100


def renderers_mb() -> float:
    """Return the resident memory of the browser's page processes below this one."""
    kin, found = {str(os.getpid())}, 0.0
    stats = sorted(Path("/proc").glob("[0-9]*/stat"), key=lambda path: int(path.parent.name))
    for stat in stats:
        try:
            parent = stat.read_text(encoding="utf-8").rpartition(")")[2].split()[1]
            command = (stat.parent / "cmdline").read_bytes()
            resident = int((stat.parent / "statm").read_text(encoding="utf-8").split()[1])
        except OSError:
            continue  # it ended meanwhile
        if parent in kin:
            kin.add(stat.parent.name)
            found += resident * 4096 / 1e6 if b"--type=renderer" in command else 0.0
    return found


def wide_pdf() -> bytes:
    """A page of five by five metres, with twenty thousand strokes."""
    file = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(14_400, 14_400))
        strokes = b"".join(b"%d 0 m %d 14400 l S " % (at % 14_400, at * 7 % 14_400) for at in range(20_000))
        document.pages[0].Contents = document.make_stream(strokes)
        document.save(file)
    return file.getvalue()


@pytest.mark.console("status of 422")
async def test_a_bomb_of_a_pdf_or_a_picture_does_not_hurt_the_agents_browser(chrome: Browser, window: Window) -> None:
    desk, citizen = await calling(chrome, window)
    before = renderers_mb()
    assert before > 0
    await desk.page.evaluate(WATCH)
    for name, content in (("wide.pdf", wide_pdf()), ("large.png", saved(Image.new("1", (10_000, 10_000)), "PNG"))):
        await opened(desk, citizen, name, content)
        state = desk.page.locator("document-viewer img.sheet, document-viewer .viewer__state[role=status]")
        await expect(state.first).to_be_visible(timeout=60_000)
        if await desk.page.locator("document-viewer img.sheet").count():
            width, height = (await seen(desk.page)).size
            assert width * height <= 20e6, name
        await desk.page.keyboard.press("Escape")
        await expect(desk.page.locator("document-viewer")).to_have_count(0)
    late = await desk.page.evaluate("window.latest")
    assert late < LATE_MS, "the page answers while it looks"
    assert renderers_mb() - before < MORE_MB
    await citizen.say("还在吗")
    await expect(desk.page.locator(".chat__line").last).to_contain_text("还在吗")
