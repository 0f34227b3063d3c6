"""Papers leave a real browser although something on the way lets no PATCH through."""

import pytest
from playwright.async_api import Browser, Route

from tests.support.modules import linked
from tests.support.window import Window

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(150)]

SENDS = """async () => {
  const { send } = await import("#signaling/upload.js");
  const socket = new WebSocket(`ws://${location.host}/ws`);
  const token = await new Promise((resolve, refused) => {
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(data);
      if (frame.type === "welcome") socket.send(JSON.stringify({ type: "take_ticket", id: "1" }));
      if (frame.type === "ticket_taken") resolve(frame.token);
      if (frame.type === "error") refused(new Error(data));
    };
    socket.onopen = () => socket.send(JSON.stringify({ type: "hello", version: 2, role: "citizen" }));
  });
  const canvas = Object.assign(document.createElement("canvas"), { width: 8, height: 8 });
  canvas.getContext("2d").fillRect(0, 0, 8, 8);
  const paper = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  const one = () => new Promise((stored, refused) => {
    send(paper, { name: "a.png", purpose: "material" }, token, { progress() {}, stored, refused });
  });
  return [await one(), await one()];
}"""


@pytest.mark.console("/api/uploads/")
@pytest.mark.parametrize("how", ["403", "hangs up"])
async def test_a_page_notices_that_patch_is_stopped_and_sends_by_post(
    browser: Browser, window: Window, how: str
) -> None:
    stopped = []

    async def stop(route: Route) -> None:
        if route.request.method != "PATCH":
            await route.continue_()
            return
        stopped.append(route.request.url)
        if how == "403":
            await route.fulfill(status=403, content_type="text/html", body="<h1>Blocked by policy</h1>")
        else:
            await route.abort("connectionreset")

    page = await browser.new_page()
    await page.route("**/api/uploads/*", stop)
    await page.goto(window.address.to("/?lang=en"))
    first, second = await page.evaluate(linked(SENDS))
    assert first != second
    assert len(stopped) == 1, "the second file remembers what the first one found out"
