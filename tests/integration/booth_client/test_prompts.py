"""What operators do with the spoken sentences at the command line, and what a node then serves."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import web
from pytest_aiohttp.plugin import AiohttpClient

from booth_client.voice import pages
from booth_client.voice.library import SHIPPED
from booth_client.voice.numerals import LANGUAGES
from booth_client.voice.script import clips
from tests.support.command_line import log_left_alone, run


@pytest.fixture(autouse=True)
def the_log_goes_on_as_before() -> Iterator[None]:
    with log_left_alone():
        yield


def test_the_list_names_every_clip_with_its_words() -> None:
    for language in LANGUAGES:
        lines = run("prompts", "list", language).output.splitlines()
        assert [line.split("\t")[0] for line in lines] == list(clips(language))
    assert "wait.ahead-1\t前面还有\t前面还有{n}位。" in run("prompts", "list", "cmn").output
    assert run("prompts", "list", "hak").exit_code == 2


def test_a_folder_is_checked_filled_in_and_counted(tmp_path: Path) -> None:
    given, own = tmp_path / "given", tmp_path / "own"
    given.mkdir()
    told = {"WINDOW_VOICE_FOLDER": str(own)}
    for name in ("wait.next", "call.connected"):
        (given / f"{name}.mp3").write_bytes((SHIPPED / "cmn" / f"{name}.mp3").read_bytes())
    (given / "wait.one.mp3").write_bytes(b"none")
    (given / "notes.txt").write_text("no sound", "utf-8")
    checked = run("prompts", "check", "cmn", str(given), **told)
    assert checked.exit_code == 1
    assert "wait.one.mp3: not a sound that can be read" in checked.output
    assert f"2 good, 1 wrong, {len(clips('cmn')) - 3} not recorded\n" in checked.output
    assert not own.exists()
    filled = run("prompts", "fill", "cmn", str(given), **told)
    assert (filled.exit_code, ", 2 installed" in filled.output) == (1, True)
    counted = run("prompts", "status", **told)
    assert counted.exit_code == 0
    assert f"cmn (Mandarin): 2 recorded, {len(clips('cmn')) - 2} synthetic, 0 missing" in counted.output
    assert f"en (English): 0 recorded, {len(clips('en'))} synthetic, 0 missing" in counted.output
    # The whole list is a folder that leaves nothing to be said.
    whole = run("prompts", "fill", "en", str(SHIPPED / "en"), **told)
    assert (whole.exit_code, whole.output.splitlines()[-1]) == (
        0,
        f"{len(clips('en'))} good, 0 wrong, 0 not recorded, {len(clips('en'))} installed",
    )


@pytest.mark.parametrize("command", ["check", "fill"])
def test_a_folder_that_is_none_is_one_line(command: str, tmp_path: Path) -> None:
    failed = run("prompts", command, "cmn", str(tmp_path / "none"), WINDOW_VOICE_FOLDER=str(tmp_path))
    assert (failed.exit_code, failed.stderr.strip()) == (2, f"cloudwindow: {tmp_path / 'none'}: is no folder")


async def test_a_node_serves_the_list_and_its_clips_and_nothing_else(
    aiohttp_client: AiohttpClient, tmp_path: Path
) -> None:
    app = web.Application()
    pages.mount(app, tmp_path)
    client = await aiohttp_client(app)
    async with client.get("/voice/yue.json") as answer:
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-cache")
        manifest, tag = await answer.json(), answer.headers["ETag"]
    async with client.get("/voice/yue.json", headers={"If-None-Match": tag}) as answer:
        assert answer.status == 304
    assert set(manifest["clips"]) == set(clips("yue"))
    async with client.get(manifest["clips"]["wait.next"]) as answer:
        assert (answer.status, answer.content_type) == (200, "audio/mpeg")
        assert "immutable" in answer.headers["Cache-Control"]
        assert await answer.read() == (SHIPPED / "yue" / "wait.next.mp3").read_bytes()
    async with client.get("/voice/yue/wait.next?v=old") as answer:
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-cache")
    for path in (
        "hak.json",
        "..%2Fyue.json",
        "yue/index.json",
        "yue/..%2Findex",
        "yue/no.such",
        "hak/wait.next",
        "yue/",
    ):
        async with client.get(f"/voice/{path}") as answer:
            assert answer.status == 404, path
