"""`cloudwindow prompts`: the list of all that is said aloud, and the recordings that say it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import click

from booth_client.voice.library import Library
from booth_client.voice.numerals import LANGUAGES
from booth_client.voice.script import clips
from cloudwindow.failures import OperatorError, told
from cloudwindow.settings import read

LANGUAGE: Final = click.argument("language", type=click.Choice(LANGUAGES))
FOLDER: Final = click.argument("folder", type=click.Path(path_type=Path))
SPOKEN: Final[Mapping[str, str]] = {"cmn": "Mandarin", "yue": "Cantonese", "en": "English"}
SHOWN: Final = 40
OWN: Final = click.option("--folder", "own", type=click.Path(path_type=Path), help="Instead of WINDOW_VOICE_FOLDER.")


@click.group()
def prompts() -> None:
    """Look after the spoken prompts for citizens: Mandarin (cmn), Cantonese (yue), English (en)."""


@prompts.command("list")
@LANGUAGE
@told
def list_(language: str) -> None:
    """Print the prompts to record in LANGUAGE, tab-separated: name, words, and the sentence that contains them.

    Record each line in a file of its name: wait.ahead-1.wav.
    """
    for clip in clips(language).values():
        click.echo(f"{clip.name}\t{clip.words}\t{clip.sentence if clip.sentence != clip.words else ''}".rstrip())


@prompts.command()
@LANGUAGE
@FOLDER
@told
def check(language: str, folder: Path) -> None:
    """Judge the recordings of FOLDER and install nothing; exit code 1 if one cannot be used or is missing."""
    judged(language, folder, own=None)


@prompts.command()
@LANGUAGE
@FOLDER
@OWN
@told
def fill(language: str, folder: Path, own: Path | None) -> None:
    """Judge the recordings of FOLDER and install the good ones; exit code 1 if one cannot be used or is missing.

    Files are wav, flac, ogg, opus, mp3 or m4a. They are trimmed and brought to one loudness. What is not recorded is
    said by the synthetic voice that comes with the program. Nodes that serve speak with them at once.
    """
    judged(language, folder, own=own or Path(read().voice_folder))


@prompts.command()
@OWN
@told
def status(own: Path | None) -> None:
    """Tell how much is recorded and how much is synthetic; exit code 1 if a sentence has no sound."""
    library = Library(own or Path(read().voice_folder))
    whole = True
    for language in LANGUAGES:
        counts = library.counts(language)
        whole = whole and counts["missing"] == 0
        told_ = ", ".join(f"{number} {kind}" for kind, number in counts.items())
        click.echo(f"{language} ({SPOKEN[language]}): {told_}")
    click.echo("Synthetic sounds are stand-ins of espeak-ng: clear, but robotic. Record them (docs/voice.md).")
    if not whole:
        raise SystemExit(1)


def judged(language: str, folder: Path, own: Path | None) -> None:
    """Judge a folder, install its good recordings where `own` is given, and print the findings."""
    from booth_client.voice.recordings import install, judge_folder

    try:
        found = judge_folder(folder, language)
        installed = install(found, own) if own is not None and found.good else 0
    except OSError as problem:
        raise OperatorError(f"{folder}: {problem.strerror or 'is no folder'}") from problem
    for fault in found.faults:
        click.echo(fault)
    if found.missing:
        more = f" and {len(found.missing) - SHOWN} more" if len(found.missing) > SHOWN else ""
        click.echo(f"not recorded: {', '.join(found.missing[:SHOWN])}{more}")
    done = f", {installed} installed" if own is not None else ""
    click.echo(f"{len(found.good)} good, {len(found.faults)} wrong, {len(found.missing)} not recorded{done}")
    if not found.is_whole:
        raise SystemExit(1)
