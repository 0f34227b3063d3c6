"""Makes the README's pictures from the running product: `.venv/bin/python scripts/pictures.py`."""

import asyncio
import sys
import tempfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.support.browser import chromium  # noqa: E402  (the path comes first)
from tests.support.demo import demo  # noqa: E402
from tests.support.faces import CitizenFace, Face, FacesOfPeople, SupervisorFace  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
WIDTH, HEIGHT, FRAMES = 1280, 720, 40


def somebody(path: Path) -> Path:
    """Write a raw video of a drawn person who moves a little, for Chromium's fake camera."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(float)
    wall = 178 + 40 * (1 - y / HEIGHT)
    with path.open("wb") as file:
        file.write(b"YUV4MPEG2 W%d H%d F20:1 Ip A1:1 C420\n" % (WIDTH, HEIGHT))
        for frame in range(FRAMES):
            sway = WIDTH / 2 + 14 * np.sin(2 * np.pi * frame / FRAMES)
            head = ((x - sway) / 92) ** 2 + ((y - 270) / 118) ** 2 < 1
            shoulders = (((x - sway) / 300) ** 2 + ((y - 720) / 300) ** 2 < 1) & (y > 400)
            luma = np.where(head, 196, np.where(shoulders, 84, wall)).astype(np.uint8)
            blue = np.where(head, 112, np.where(shoulders, 148, 130)).astype(np.uint8)[::2, ::2]
            red = np.where(head, 146, np.where(shoulders, 110, 126)).astype(np.uint8)[::2, ::2]
            file.write(b"FRAME\n" + luma.tobytes() + blue.tobytes() + red.tobytes())
    return path


async def keep(face: Face, name: str) -> None:
    """Write the screen as a picture of moderate size."""
    await face.page.wait_for_timeout(1500)
    await face.page.screenshot(path=PICTURES / f"{name}.jpg", type="jpeg", quality=82)


async def main() -> None:
    """Act a call and take a picture of each face."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        video = somebody(Path(folder) / "somebody.y4m")
        async with (
            demo(Path(folder) / "var", "--lively", "24") as product,
            chromium(f"--use-file-for-fake-video-capture={video}") as browser,
        ):
            people = FacesOfPeople(browser, product.base, product.password)
            citizen = await people.bring(CitizenFace, language="zh-Hans")
            await citizen.opens()
            await keep(citizen, "citizen")
            agent = await people.agent("s004")
            await agent.page.goto(f"{product.base}/console?lang=zh-Hans")
            await citizen.finds("lrk", "老年人优待卡")
            await citizen.asks_for("handle")
            await keep(citizen, "guide")
            await citizen.presses_the_button()
            await agent.accepts()
            await citizen.is_in_the_call()
            await agent.is_in_the_call()
            await citizen.says("您好，我想给母亲办老人卡")
            await citizen.page.locator("#tab-papers").click()
            await keep(agent, "console")
            await keep(citizen, "call")
            supervisor = await people.bring(SupervisorFace, language="zh-Hans", screen="desktop")
            await supervisor.signs_in("sup", product.password("sup"))
            await supervisor.page.wait_for_timeout(20_000)  # for the crowd to come in
            await keep(supervisor, "wallboard")
            await people.leave()


if __name__ == "__main__":
    asyncio.run(main())
