"""Every sentence is said in every language, with its places, and none is left over."""

import json
from pathlib import Path

import pytest

from protocol import errors, identity_errors, port_errors
from runtime import refusals
from webui import extraction, translations
from webui.languages import ENGLISH, LANGUAGES, SIMPLIFIED
from webui.sentences import SENTENCES, tell
from webui.translations import Translations, fill

HOMES = {errors.__name__, identity_errors.__name__, port_errors.__name__, refusals.__name__}


def all_errors(kind: type[errors.ServiceError] = errors.ServiceError) -> set[str]:
    ours = [narrower for narrower in kind.__subclasses__() if narrower.__module__ in HOMES]
    return {kind.code}.union(*map(all_errors, ours))


def test_every_sentence_is_translated_and_none_is_stale() -> None:
    assert extraction.check() == []


def test_every_error_of_the_interface_has_its_sentence() -> None:
    assert all_errors() - set(SENTENCES) == set()


def test_an_error_is_told_in_the_readers_language_with_its_facts() -> None:
    loaded = translations.load()
    assert tell(loaded["en"], "too_many_tries", retry_after_s=30) == "Too many tries. Please try again in 30 s."
    assert "30 秒" in tell(loaded["zh-Hans"], "too_many_tries", retry_after_s=30)
    assert tell(loaded["zh-Hant"], "never heard of") == tell(loaded["zh-Hant"], "service_error")


def test_chinese_has_one_form_and_english_two() -> None:
    english, chinese = Translations(ENGLISH), Translations(SIMPLIFIED, {"{n} file": ("{n} 个文件",)})
    assert [english.ngettext("{n} file", "{n} files", n) for n in (0, 1, 2)] == ["0 files", "1 file", "2 files"]
    assert [chinese.ngettext("{n} file", "{n} files", n) for n in (1, 2)] == ["1 个文件", "2 个文件"]


def test_a_place_without_a_value_stays_visible() -> None:
    assert fill("{a} of {b}", {"a": 1}) == "1 of {b}"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ('x = gettext("One");', ["One"]),
        ('html`<p>${when ? html`<b>${gettext("Inside \\"quotes\\"")}</b>` : ""}</p>`', ['Inside "quotes"']),
        ('ngettext("{n} file", "{n} files", n)', [("{n} file", "{n} files")]),
        ('gettext(\n  "On its own line",\n)', ["On its own line"]),
        ("export function gettext(sentence) { return sentence; }", []),
    ],
)
def test_sentences_are_found_wherever_a_script_says_them(script: str, expected: list[extraction.Found]) -> None:
    assert list(extraction.in_script(script)) == expected


def test_a_sentence_put_together_at_run_time_is_refused() -> None:
    with pytest.raises(extraction.DynamicSentence):
        list(extraction.in_script("gettext(`Hello ${name}`)"))


def test_a_translation_may_leave_a_place_out_but_not_invent_one() -> None:
    assert extraction.same("{n} of {m}", "{m}")
    assert not extraction.same("{n}", "{name}")


def test_scripts_get_only_the_sentences_they_use_and_every_error() -> None:
    written = translations.javascript(translations.load()["zh-Hans"], {"Cloud Window"}, SENTENCES)
    name, _, values = written.partition("=")
    assert name == "self.cloudWindowSentences"
    brought = json.loads(values.rstrip(";\n"))
    assert brought["language"] == "zh-Hans"
    assert brought["messages"] == {translations.key_of("Cloud Window"): "云窗口"}
    assert set(brought["errors"]) == set(SENTENCES)


def test_a_sentence_is_looked_up_by_the_key_that_pages_make() -> None:
    # The same stands in tests/js/words_table.test.js.
    said = {"": "811c9dc5", "We are open now.": "29535315", "Tap “…” at the top right": "dade32e2"}
    assert {one: translations.key_of(one) for one in said} == said


def test_two_sentences_of_one_key_are_refused() -> None:
    alike = {"costarring": "", "liquid": ""}  # the first two words of English whose digests are the same
    catalogue = translations.Translations(LANGUAGES[0], alike)
    with pytest.raises(translations.SameKey):
        translations.javascript(catalogue, alike, {})


def test_every_language_but_english_has_its_folder() -> None:
    for language in LANGUAGES:
        if language is not ENGLISH:
            assert (Path(translations.LOCALE) / language.folder / "LC_MESSAGES" / "citizen.po").exists()
