"""tus 1.0 by the letter: each MUST of the specification, cut connections, and proxies that let no PATCH through."""

import asyncio
import base64
import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from protocol.events import DocumentNoted
from scripts.vendor import find_node
from tests.integration.signaling.test_papers import bearer, begin, metadata, send
from tests.support.gate import Gate
from tests.support.people import People
from tests.support.samples import PNG
from tests.support.wire_page import WirePage

ROOT = Path(__file__).parents[3]
MEDIA = "application/offset+octet-stream"
BIG = PNG + bytes(300_000)


async def ask(
    page: WirePage, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
) -> tuple[int, Mapping[str, str], str]:
    """Send one request with the ticket's token and tus 1.0.0; an empty value takes a header away."""
    sent = {name: value for name, value in {**bearer(page), **(headers or {})}.items() if value}
    async with page.http.request(method, page.at.url + path, data=body, headers=sent) as answer:
        return answer.status, answer.headers.copy(), await answer.text()


#: What is asked ({} stands for an upload of which 20 bytes of PNG have arrived), and what the specification demands.
MUSTS = [
    # Core: every response carries the version, refusals too.
    ("HEAD", "{}", {}, 200, {"Tus-Resumable": "1.0.0", "Upload-Offset": "20", "Cache-Control": "no-store"}),
    ("HEAD", "{}", {"Authorization": ""}, 401, {"Tus-Resumable": "1.0.0"}),
    ("HEAD", "{}X", {}, 404, {"Tus-Resumable": "1.0.0"}),
    ("GET", "{}", {}, 405, {"Tus-Resumable": "1.0.0", "Allow": "DELETE,HEAD,PATCH"}),
    ("PATCH", "{}", {"Content-Type": "text/plain", "Upload-Offset": "20"}, 415, {"Tus-Resumable": "1.0.0"}),
    ("PATCH", "{}", {"Content-Type": MEDIA, "Upload-Offset": "-1"}, 422, {"Tus-Resumable": "1.0.0"}),
    ("PATCH", "{}", {"Content-Type": MEDIA, "Upload-Offset": "7"}, 409, {"Tus-Resumable": "1.0.0"}),
    # Core: another version is refused and nothing is done.
    ("HEAD", "{}", {"Tus-Resumable": "0.2.2"}, 412, {"Tus-Version": "1.0.0", "Tus-Resumable": "1.0.0"}),
    ("HEAD", "{}", {"Tus-Resumable": ""}, 412, {"Tus-Version": "1.0.0"}),
    ("DELETE", "{}", {"Tus-Resumable": "2.0.0"}, 412, {"Tus-Version": "1.0.0"}),
    # Core: the length that is known; creation: the metadata as it was sent; expiration: when it will be dropped.
    ("HEAD", "{}", {}, 200, {"Upload-Length": str(len(PNG)), "Upload-Metadata": metadata(filename="a.png")}),
    ("HEAD", "{}", {}, 200, {"Upload-Expires": "GMT"}),
    # Core: OPTIONS says what is spoken and does not look at the client's version.
    ("OPTIONS", "/api/uploads", {"Tus-Resumable": "0.1"}, 204, {"Tus-Version": "1.0.0", "Tus-Max-Size": "20971520"}),
    ("OPTIONS", "/api/uploads", {"Authorization": ""}, 204, {"Tus-Extension": "creation,termination,expiration"}),
    # Core: the method is what X-HTTP-Method-Override says.
    ("POST", "{}", {"X-HTTP-Method-Override": "HEAD"}, 200, {"Upload-Offset": "20"}),
    ("POST", "{}", {"X-HTTP-Method-Override": "BREW"}, 405, {"Tus-Resumable": "1.0.0"}),
    ("GET", "/api/uploads", {"X-HTTP-Method-Override": "OPTIONS"}, 204, {"Tus-Version": "1.0.0"}),
    ("POST", "{}", {"X-HTTP-Method-Override": "DELETE"}, 204, {"Tus-Resumable": "1.0.0"}),
    # Creation: a length is needed, and one beyond the largest is 413.
    ("POST", "/api/uploads", {}, 422, {"Tus-Resumable": "1.0.0"}),
    ("POST", "/api/uploads", {"Upload-Length": "99999999999"}, 413, {"Tus-Max-Size": "20971520"}),
    ("POST", "/api/uploads", {"Upload-Length": "9" * 40}, 422, {"Tus-Resumable": "1.0.0"}),
    ("POST", "/api/uploads", {"Upload-Length": "0" * 5000}, 422, {"Tus-Resumable": "1.0.0"}),
    # Termination.
    ("DELETE", "{}", {}, 204, {"Tus-Resumable": "1.0.0"}),
]


async def test_each_demand_of_the_specification_is_met(people: People) -> None:
    citizen = await people.waiting(item="MZ01")
    for method, path, headers, status, told in MUSTS:
        row = (method, path, headers)
        place = await begin(citizen, len(PNG), filename="a.png")
        assert (await send(citizen, place, PNG[:20]))[0] == 204
        answer = await ask(citizen, method, path.format(place), headers)
        assert answer[0] == status, (row, answer)
        for name, value in told.items():
            assert value in answer[1].get(name, ""), (row, name, answer[1])
        assert answer[1]["X-Request-Id"]
        if status >= 400 and method != "HEAD":
            assert json.loads(answer[2])["code"]
        # Nothing that was refused changed the upload; what was taken away is gone.
        is_gone = status == 204 and "DELETE" in {method, headers.get("X-HTTP-Method-Override")}
        after = await ask(citizen, "HEAD", place)
        assert (after[0], after[1].get("Upload-Offset")) == ((404, None) if is_gone else (200, "20")), row


async def test_a_post_that_stands_for_patch_adds_bytes_until_the_paper_is_whole(people: People) -> None:
    citizen = await people.waiting(item="MZ01")
    place = await begin(citizen, len(PNG), filename="a.png")
    posted = {"X-HTTP-Method-Override": "PATCH", "Content-Type": MEDIA}
    half = await ask(citizen, "POST", place, {**posted, "Upload-Offset": "0"}, PNG[:20])
    assert (half[0], half[1]["Upload-Offset"], "Upload-Expires" in half[1]) == (204, "20", True)
    whole = await ask(citizen, "POST", place, {**posted, "Upload-Offset": "20"}, PNG[20:])
    assert (whole[0], whole[1]["Upload-Offset"], "Upload-Expires" in whole[1]) == (204, str(len(PNG)), False)
    kept = await ask(citizen, "HEAD", place)
    assert kept[1]["Upload-Metadata"] == metadata(filename="a.png")


async def test_a_method_that_a_header_names_needs_the_csrf_token_of_that_method(people: People) -> None:
    citizen, agent = await people.talking()
    place = await begin(citizen, len(PNG), filename="a.png")
    del agent.http.headers["X-CSRF-Token"]
    headers = {"Tus-Resumable": "1.0.0", "X-HTTP-Method-Override": "DELETE"}
    async with agent.http.get(agent.at.url + place, headers=headers) as answer:
        assert (answer.status, (await answer.json())["code"]) == (403, "bad_csrf")
    assert (await ask(citizen, "HEAD", place))[0] == 200


async def test_a_name_that_is_not_written_by_the_letter_is_read_all_the_same(people: People) -> None:
    citizen, agent = await people.talking()
    for said, name in (
        (base64.b64encode("户口簿.png".encode()).decode().rstrip("="), "户口簿.png"),
        (base64.urlsafe_b64encode("身份证>>>?.png".encode()).decode(), "身份证>>>?.png"),
        (base64.b64encode("户口簿.png".encode("gb18030")).decode(), "户口簿.png"),
        ("", "document"),
    ):
        headers = {"Upload-Length": str(len(PNG)), "Upload-Metadata": f"filename {said},is_confidential"}
        status, told, text = await ask(citizen, "POST", "/api/uploads", headers)
        assert status == 201, text
        assert (await send(citizen, told["Location"], PNG))[0] == 204
        assert (await agent.sees(told["Location"].rsplit("/", 1)[-1]))["name"] == name


async def cut(page: WirePage, place: str, content: bytes, length: int) -> None:
    """Begin a PATCH of `length` bytes and lose the connection after `content`."""
    at = urlsplit(page.at.url)
    _, writer = await asyncio.open_connection(at.hostname, at.port)
    lines = [
        f"PATCH {place} HTTP/1.1", f"Host: {at.netloc}", f"Authorization: Bearer {page.token}",
        f"Content-Type: {MEDIA}", "Tus-Resumable: 1.0.0", "Upload-Offset: 0", f"Content-Length: {length}",
    ]  # fmt: skip
    writer.write("\r\n".join([*lines, "", ""]).encode() + content)
    await writer.drain()
    writer.transport.abort() if length % 2 else writer.close()


@pytest.mark.parametrize("arrived", [1, 4_000, 100_000, 200_001])
async def test_what_arrived_of_a_request_that_was_cut_is_kept(
    people: People, caplog: pytest.LogCaptureFixture, arrived: int
) -> None:
    citizen = await people.waiting(item="MZ01")
    place = await begin(citizen, len(BIG), filename="a.png")
    with caplog.at_level("INFO"):
        await cut(citizen, place, BIG[:arrived], len(BIG))
        offset = 0
        while offset < arrived:  # the server sees the cut when the system tells it
            status, told, _ = await ask(citizen, "HEAD", place)
            assert status == 200
            offset = int(told["Upload-Offset"])
        while not (said := [line for line in caplog.records if line.getMessage() == "request_cut"]):
            await asyncio.sleep(0)
    assert offset == arrived
    assert [line.__dict__["route"] for line in said] == ["/api/uploads/{upload}"]
    assert [line.getMessage() for line in caplog.records if line.exc_info or line.levelname == "ERROR"] == []
    rest = BIG[arrived:]
    assert (await send(citizen, place, rest, arrived))[0] in {204, 422}  # zeros after a PNG may be judged, but arrived


async def test_a_paper_whose_line_broke_after_its_last_byte_is_kept(people: People) -> None:
    citizen, agent = await people.talking()
    place = await begin(citizen, len(PNG), filename="a.png")
    await cut(citizen, place, PNG, len(PNG) + 100)
    assert (await agent.sees(place.rsplit("/", 1)[-1]))["bytes"] == len(PNG)


async def test_a_whole_upload_whose_node_died_is_made_a_paper_when_it_is_asked_for(people: People) -> None:
    citizen, agent = await people.talking()
    place, wrong = await begin(citizen, len(PNG), filename="a.png"), await begin(citizen, 40, filename="b.png")
    documents = people.at.node.services.documents
    for at, content in ((place, PNG), (wrong, b"MZ" + bytes(38))):
        _ = await documents.append(await documents.open(at.rsplit("/", 1)[-1]), 0, content)
    for _ in range(2):
        status, told, _ = await ask(citizen, "HEAD", place)
        assert (status, told["Upload-Offset"]) == (200, str(len(PNG)))
    assert (await agent.sees(place.rsplit("/", 1)[-1]))["name"] == "a.png"
    assert (await ask(citizen, "HEAD", wrong))[0] == 415
    assert (await ask(citizen, "HEAD", wrong))[0] == 404


async def test_a_paper_of_a_ticket_that_the_queue_forgot_is_not_acknowledged_before_it_is_told(
    gated: tuple[People, Gate],
) -> None:
    people, between = gated
    citizen = await people.waiting(item="MZ01")
    place = await begin(citizen, len(PNG), filename="a.png")
    asked = between.stop(rb"_ticket\r\n")
    sending = asyncio.create_task(send(citizen, place, PNG))
    await asked.until_asked()
    asked.open()
    # Its ticket is known when the upload goes on, and forgotten when the paper is whole.
    told = between.stop(rb"_ticket\r\n")
    await told.until_asked()
    await people.at.node.services.redis.flushall()
    told.open()
    status, body = await sending
    assert (status, json.loads(body)["code"]) == (503, "queue_unavailable")
    assert (await ask(citizen, "HEAD", place))[0] == 503

    _ = await citizen.done("take_ticket", item="MZ01", stub=citizen.stub)
    assert (await ask(citizen, "HEAD", place))[0] == 200
    entries = [event for _, event in await people.at.node.services.queue.journal.entries()]
    assert [one.document for one in entries if isinstance(one, DocumentNoted)] == [place.rsplit("/", 1)[-1]]


CLIENT = """
const { Upload } = await import(process.argv[1]);
const [, , url, token, override] = process.argv;
const content = Buffer.from(process.argv[5], "base64");
let told = 0;
const upload = new Upload(content, {
  endpoint: url + "/api/uploads", chunkSize: 1000, retryDelays: null, overridePatchMethod: override === "post",
  headers: { Authorization: "Bearer " + token }, metadata: { filename: "a.png", purpose: "material" },
  onChunkComplete: () => {
    told += 1;
    if (told !== 2) return;
    upload.abort().then(() => upload.start());
  },
  onSuccess: () => console.log(upload.url.split("/").pop()),
  onError: (error) => { console.error(String(error)); process.exit(1); },
});
upload.start();
"""


@pytest.mark.parametrize("way", ["patch", "post"])
async def test_tus_js_client_uploads_and_goes_on_after_a_pause(people: People, way: str) -> None:
    citizen, agent = await people.talking()
    module = (ROOT / "node_modules/tus-js-client/lib.esm/node/index.js").as_uri()
    content = base64.b64encode(PNG).decode()
    done = await asyncio.to_thread(
        subprocess.run,
        [str(find_node()), "--input-type=module", "-e", CLIENT, module, citizen.at.url, citizen.token, way, content],
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    document = await agent.sees(done.stdout.strip())
    assert (document["bytes"], document["name"]) == (len(PNG), "a.png")
