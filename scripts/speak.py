"""Makes the synthetic stand-ins of all that is said aloud, by espeak-ng; a clip whose words are unchanged stays.

    python scripts/speak.py            make what is missing or stale
    python scripts/speak.py --check    only tell whether sounds and sentences agree (needs no espeak-ng)

The sounds are committed: an installation without a network and without espeak-ng speaks all the same.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from booth_client.voice.library import SHIPPED, ClipIndex, read_index, sounding, write_index
from booth_client.voice.numerals import LANGUAGES
from booth_client.voice.script import Clip, clips
from booth_client.voice.sounds import encode, judge, read

VOICES = {"cmn": ("cmn-latn-pinyin", "165"), "yue": ("yue", "155"), "en": ("en-gb", "150")}
SHOWN = 20
LETTERS = {"cmn": ("en-gb", "140"), "yue": ("en-gb", "140"), "en": ("en-gb", "140")}


def spoken(clip: Clip) -> str:
    """Return the words as the voice reads them: Mandarin in pinyin, with punctuation for its pauses."""
    if clip.language != "cmn" or clip.name.startswith("letter."):
        return clip.words
    from pypinyin import Style, lazy_pinyin

    syllables = lazy_pinyin(clip.words, style=Style.TONE3, neutral_tone_with_five=True)
    return " ".join(syllables).translate(str.maketrans("，。：、？“”；", ",.:,?  ;"))


def synthesise(clip: Clip, folder: Path) -> bytes:
    """Return a clip said by espeak-ng."""
    voice, speed = (LETTERS if clip.name.startswith("letter.") else VOICES)[clip.language]
    wave = folder / "clip.wav"
    subprocess.run(
        ["espeak-ng", "-v", voice, "-s", speed, "-w", str(wave), "--stdin"],
        input=spoken(clip).encode(),
        check=True,
        timeout=30,
    )
    return encode(judge(read(wave), clip.words, clip.language), "synthetic")


def stale(language: str, index: ClipIndex) -> list[Clip]:
    """Return the clips that have no sound, or one of other words."""
    return [clip for clip in clips(language).values() if not index.says(clip)]


def fill(language: str) -> str:
    """Make the missing clips of a language and delete the unused ones; return the changes."""
    folder = SHIPPED / language
    folder.mkdir(parents=True, exist_ok=True)
    index = read_index(folder)
    todo = stale(language, index)
    with tempfile.TemporaryDirectory() as working:
        for clip in todo:
            (folder / f"{clip.name}.mp3").write_bytes(synthesise(clip, Path(working)))
    wanted = clips(language)
    for path in folder.glob("*.mp3"):
        if path.stem not in wanted:
            path.unlink()
    write_index(folder, ClipIndex("synthetic", {clip.name: sounding(clip, folder) for clip in wanted.values()}))
    size = sum(path.stat().st_size for path in folder.glob("*.mp3"))
    return f"{language}: {len(todo)} made, {len(wanted)} in all, {size:,} bytes"


def faults(language: str) -> list[str]:
    """Return the stale, missing and superfluous clips."""
    folder = SHIPPED / language
    index = read_index(folder)
    found = [f"{language}: stale or missing: {clip.name}" for clip in stale(language, index)]
    files = {path.stem for path in folder.glob("*.mp3")}
    return found + [f"{language}: file and list differ: {name}" for name in sorted(files ^ set(clips(language)))]


def main() -> int:
    """Make or check the stand-ins; the exit code is 1 where they are not right."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    if not parser.parse_args().check:
        for language in LANGUAGES:
            print(fill(language))
    wrong = [fault for language in LANGUAGES for fault in faults(language)]
    print("\n".join(wrong[:SHOWN]) or "voice: sounds and sentences agree")
    if wrong:
        print(f"voice: {len(wrong)} faults; `python scripts/speak.py` makes the stand-ins anew (Debian: espeak-ng)")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
