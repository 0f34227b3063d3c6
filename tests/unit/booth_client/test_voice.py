"""The list of what is said, the numerals, and what is made of recordings: good ones installed, bad ones named."""

import json
import re
import wave
from pathlib import Path

import numpy as np
import pytest

from booth_client.voice import script
from booth_client.voice.library import SHIPPED, Library
from booth_client.voice.numerals import LANGUAGES, chinese, english, ordinal, pieces
from booth_client.voice.recordings import install, judge_folder
from booth_client.voice.script import BadScript, clips, parts_of, prompts
from booth_client.voice.sounds import RATE, judge, read
from tests.house.tree import read as source
from tests.house.tree import select


def voice(seconds: float, level: float = 0.2, rate: int = 48_000) -> np.ndarray:
    """Return something like a voice between two silences."""
    time = np.arange(round(seconds * rate)) / rate
    tone = level * np.sin(2 * np.pi * 220 * time) * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * time))
    return np.concatenate([np.zeros(rate // 2), tone, np.zeros(rate // 2)])


def record(path: Path, samples: np.ndarray, rate: int = 48_000) -> None:
    """Write a recording as a studio hands it over."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())


def test_every_sentence_can_be_said_in_every_language() -> None:
    for language in LANGUAGES:
        counts = Library(Path("no/such/folder")).counts(language)
        assert counts == {"recorded": 0, "synthetic": len(clips(language)), "missing": 0}, "run scripts/speak.py"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_clip_is_a_sound_of_the_length_of_its_words(language: str) -> None:
    sounds = Library(Path("no/such/folder")).sounds(language)
    assert len({found.path.read_bytes()[:2] for found in sounds.values()}) == 1, "one kind of file: a browser plays all"
    for name, found in sounds.items():
        assert judge(read(found.path), found.clip.words, language).seconds > 0, name


def test_every_sentence_of_the_list_is_said_somewhere_and_every_one_said_is_in_the_list() -> None:
    faces = select(".js", ".html", inside=("booth_client/static/js/", "booth_client/templates/"))
    scripts = "\n".join(source(path) for path in faces)
    said = {*re.findall(r'"([a-z]+\.[a-z_]+)"', scripts)}
    groups = {name.split(".")[0] for name in prompts("cmn")}
    open_groups = set(re.findall(r"`([a-z]+)\.\$\{", scripts))
    files = {"voice.js", "words.js"}
    assert {name for name in said - files if name.split(".")[0] in groups} <= set(prompts("cmn"))
    unsaid = {name for name in prompts("cmn") if name not in said and name.split(".")[0] not in open_groups}
    assert {name for name in unsaid if not re.search(rf"`\$\{{[\w.]+\}}\.{name.split('.')[1]}`", scripts)} == set()


@pytest.mark.parametrize(
    ("number", "han", "words"),
    [
        (0, "零", "zero"),
        (10, "十", "ten"),
        (12, "十二", "twelve"),
        (20, "二十", "twenty"),
        (45, "四十五", "forty five"),
    ],
)
def test_numerals_are_what_one_says(number: int, han: str, words: str) -> None:
    assert (chinese(number), english(number)) == (han, words)


def test_hours_days_and_pairs_are_what_one_says() -> None:
    mandarin, cantonese, said = (pieces(language) for language in LANGUAGES)
    assert [mandarin[f"hour.{hour}"] for hour in (0, 2, 9, 12, 14, 22)] == [
        "凌晨零点", "凌晨两点", "上午九点", "中午十二点", "下午两点", "晚上十点",
    ]  # fmt: skip
    assert (mandarin["count.2"], cantonese["count.2"], mandarin["minute.5"]) == ("两", "兩", "零五分")
    assert (said["hour.0"], said["hour.14"], said["minute.5"]) == ("twelve", "two", "oh five")
    assert [ordinal(n) for n in (1, 12, 20, 22, 30, 31)] == [
        "first", "twelfth", "twentieth", "twenty second", "thirtieth", "thirty first",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        '[a.b]\ncmn = "甲"\nyue = "甲"\n',
        '[a.b]\ncmn = "{n}位"\nyue = "位"\nen = "{n}"\n',
        '[a.b]\ncmn = "{x}位"\nyue = "{x}位"\nen = "{x}"\n',
    ],
    ids=["a language is missing", "places differ", "an unknown place"],
)
def test_a_list_with_a_hole_is_refused(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "spoken.toml"
    path.write_text(text, "utf-8")
    monkeypatch.setattr(script, "SPOKEN", path)
    with pytest.raises(BadScript, match=r"^a\.b: "):
        prompts.__wrapped__("cmn")


def test_a_good_recording_is_trimmed_brought_to_one_loudness_and_used_at_once(tmp_path: Path) -> None:
    given, own = tmp_path / "given", tmp_path / "own"
    given.mkdir()
    record(given / "wait.next.wav", voice(1.5, 0.05))
    record(given / "call.connected.WAV", voice(1.6, 0.6))
    library = Library(own)
    assert library.sounds("cmn")["wait.next"].kind == "synthetic"
    found = judge_folder(given, "cmn")
    assert (found.faults, sorted(found.good)) == ([], ["call.connected", "wait.next"])
    assert install(found, own) == 2
    heard = library.sounds("cmn")
    assert library.counts("cmn")["recorded"] == 2
    levels = []
    for name in found.good:
        assert heard[name].kind == "recorded"
        samples = read(heard[name].path)
        assert len(samples) / RATE < 1.9  # a second of silence is gone
        levels.append(float(np.sqrt(np.mean(samples**2))))
    assert max(levels) / min(levels) < 1.2
    # The manifest names the recording; the address is another one than the stand-in's.
    urls = json.loads(library.manifest("cmn"))["clips"]
    assert urls["wait.next"] != json.loads(Library(tmp_path / "none").manifest("cmn"))["clips"]["wait.next"]
    # What was recorded of an older sentence is not said any more.
    index = own / "cmn" / "index.json"
    index.write_text(index.read_text("utf-8").replace(clips("cmn")["wait.next"].digest, "0" * 12), "utf-8")
    assert library.sounds("cmn")["wait.next"].path.is_relative_to(SHIPPED)


def test_bad_recordings_are_named_with_what_is_wrong_and_nothing_of_them_is_used(tmp_path: Path) -> None:
    bad = {
        "wait.one": np.zeros(48_000),
        "wait.next": voice(1.5, 0.014),
        "wait.stay": voice(0.3),
        "ring.through": voice(30),
        "call.connected": np.sign(voice(1.5, 5)),
        "wait.soon": voice(70),
        "no.such": voice(1),
    }
    for name, samples in bad.items():
        record(tmp_path / f"{name}.wav", samples)
    (tmp_path / "goodbye.thanks.mp3").write_bytes(b"this is no sound" * 50)
    (tmp_path / "goodbye.ended.ogg").write_bytes(b"")
    for ending in ("wav", "ogg"):
        record(tmp_path / f"goodbye.rate.{ending}", voice(2))
    (tmp_path / "held.last.wav").symlink_to("/etc/hostname")
    found = judge_folder(tmp_path, "cmn")
    assert found.good == {}
    told = {fault.split(":")[0]: fault for fault in found.faults}
    for name, why in {
        "wait.one.wav": "silent",
        "wait.next.wav": "too quiet",
        "wait.stay.wav": "cut off",
        "ring.through.wav": "something else",
        "call.connected.wav": "clipped",
        "wait.soon.wav": "longer than",
        "no.such.wav": "nothing is called so",
        "goodbye.thanks.mp3": "not a sound",
        "goodbye.ended.ogg": "not a sound",
        "goodbye.rate": "recorded twice",
    }.items():
        assert why in told.pop(name), name
    assert told == {}
    assert "held.last" in found.missing
    assert install(found, tmp_path / "own") == 0
    assert Library(tmp_path / "own").counts("cmn")["recorded"] == 0


def test_a_sentence_is_cut_at_its_places_only() -> None:
    assert parts_of("a.b", "前面还有{n}位。") == ["a.b-1", "{n}", "a.b-2"]
    assert parts_of("a.b", "编号是：{receipt}。") == ["a.b-1", "{receipt}"]
    assert parts_of("a.b", "您好。请坐。") == ["a.b"]
