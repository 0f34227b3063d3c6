"""What the pages say is true and plain: words a citizen does not know, promises nobody keeps, names of buttons."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from booth_client.voice.numerals import LANGUAGES
from booth_client.voice.script import prompts
from tests.house.tree import ROOT, read, select

CITIZENS = ("citizen", "common", "errors")
#: Staff's and programmers' words, and what is a slip of paper elsewhere.
NOT_FOR_CITIZENS = {
    "zh_Hans": re.compile(r"云坐席|座席|办结|业务|高拍仪|导办|小屋|上班|下班|realm|ticket", re.IGNORECASE),
    "zh_Hant": re.compile(
        r"辦結|業務|高拍儀|導辦|回條|小屋|視頻|屏幕|信息|點擊|登錄|緩存|毋須|realm|ticket", re.IGNORECASE
    ),
}
#: One word for one thing over all catalogues: these are other words for what has one already (docs/glossary.md).
#: Simplified: the citizen is 群众 to staff, a receipt has a 回执编号, a call is no 电话; traditional: one 您, no 座席.
SECOND_WORDS = {
    "zh_Hans": re.compile(r"市民|回执号|座席|这通电话|……"),
    "zh_Hant": re.compile(r"你|裡|麥克風|群眾|座席|回執號|帳號|(?:工作|分派|項|閱|早的|件的)記錄|……"),
    "en": re.compile(
        r"\bpapers?\b|\bsomebody\b|\bconversations?\b|\bpresent password\b|\bran out\b|\bdesks?\b", re.IGNORECASE
    ),
}
#: What a template writes between two values of its own: signs that Chinese writes otherwise.
PUT_TOGETHER = re.compile(r"\}\}: |\}\} \(|\) *: *\{\{")
#: A sentence that says that something goes on by itself, and the file whose loop does it.
GOES_ON = re.compile(
    r"\b(?:keep trying|try again every|tries again every|connecting again|goes on by itself)\b", re.IGNORECASE
)
LOOPS = {
    "signaling/static/js/network_words.js",  # the channel tries for ever
    "booth_client/static/js/away.js",  # the channel tries
    "booth_client/static/js/banner.js",  # it stands while the channel or the peer tries
    "seat_console/static/js/seat-desk.js",  # the channel of the console
    "seat_console/static/js/wall-board.js",  # the channel of the wallboard
    "webui/sentences.py",  # slow_consumer: cut by the server, and the channel comes back
}
#: Numbers that are settings.
CONSTANT = re.compile(r"\b\d+ (?:MB|days?|hours?|minutes?|seconds?)\b|\b12345\b")
#: Figures, and numbers that are read out figure by figure.
SPELLED = re.compile(r"\d|[一二三四五六七八九]{3}|\b(?:one two|two three)\b")
HAN = "\u3400-\u9fff"
HALF_WIDTH = re.compile(rf"[{HAN}][,;?!()](?!\w)|[,;?!()][{HAN}]")
CHINESE_LITERAL = re.compile(rf'"([^"A-Za-z|+\n]*[{HAN}][^"A-Za-z|+\n]*)"')
#: Where a reader may pause, and how many characters somebody who reads with effort takes in before that.
STOPS, BREATH_MAX = re.compile(r"[。！？；：]|——"), 25
QUOTED = {"zh_Hans": re.compile(r"“([^”]+)”"), "zh_Hant": re.compile(r"「([^」]+)」")}
#: What other programs call their own buttons, and what is a name.
OF_OTHERS = {
    "允许", "…", "在浏览器打开", "大小", "网站设置", "设置", "网站", "办不成事",
    "允許", "在瀏覽器開啟", "aA", "網站設定", "設定", "網站", "辦不成事",
}  # fmt: skip


def said(tag: str, names: tuple[str, ...] = ()) -> dict[str, str]:
    """Return what a language says, by the English sentence; of these catalogues, or of all."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "webui" / "locale" / tag).rglob("*.po")):
        if names and path.stem not in names:
            continue
        with path.open("rb") as file:
            catalogue = read_po(file)
        for message in catalogue:
            if message.id:
                one = message.id if isinstance(message.id, str) else message.id[0]
                found[one] = message.string if isinstance(message.string, str) else (message.string or ("",))[0]
    return found


@pytest.mark.parametrize("tag", NOT_FOR_CITIZENS)
def test_citizens_read_words_that_they_know(tag: str) -> None:
    assert {one for one in said(tag, CITIZENS).values() if NOT_FOR_CITIZENS[tag].search(one)} == set()


@pytest.mark.parametrize("tag", SECOND_WORDS)
def test_a_thing_has_one_word_in_all_catalogues(tag: str) -> None:
    sentences = set(said("zh_Hans")) if tag == "en" else set(said(tag).values())
    assert {one for one in sentences if SECOND_WORDS[tag].search(one)} == set()


@pytest.mark.parametrize("tag", QUOTED)
def test_a_button_that_is_named_exists(tag: str) -> None:
    all_of_it = said(tag)
    buttons = {*all_of_it.values(), *OF_OTHERS}
    named = {name for one in all_of_it.values() for name in QUOTED[tag].findall(one)}
    assert named - buttons == set()


@pytest.mark.parametrize("tag", QUOTED)
def test_chinese_has_its_own_punctuation(tag: str) -> None:
    assert {one for one in said(tag).values() if HALF_WIDTH.search(one)} == set()


def test_chinese_in_scripts_and_templates_has_its_own_punctuation() -> None:
    kept = ("tests/", "bench/", "simulation/", "protocol/")
    places = {path for path in select(".js", ".html", ".py") if not path.startswith(kept)}
    # What has Latin letters is English that names something Chinese; what has a bar or a plus is a pattern.
    written = {(path, said) for path in places for said in CHINESE_LITERAL.findall(read(path))}
    assert {(path, said) for path, said in written if HALF_WIDTH.search(said)} == set()


def test_no_template_puts_a_sentence_together_with_english_signs() -> None:
    assert {path for path in select(".html") if PUT_TOGETHER.search(read(path))} == set()


@pytest.mark.parametrize(("tag", "signs"), [("zh_Hans", "gb2312"), ("zh_Hant", "big5hkscs")])
def test_each_script_keeps_to_its_characters(tag: str, signs: str) -> None:
    text = "".join(sorted({sign for one in said(tag).values() for sign in one if re.match(f"[{HAN}]", sign)}))
    wrong = [sign for sign in text if not _has(sign, signs)]
    assert wrong == []


def _has(sign: str, encoding: str) -> bool:
    try:
        sign.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def test_only_what_is_tried_is_said_to_be_tried() -> None:
    places = {path for path in select(".js", ".html", ".py") if GOES_ON.search(_sentences(path))}
    assert places <= LOOPS, "who tries? name the loop"


def _sentences(path: str) -> str:
    if path.startswith(("tests/", "bench/")) or Path(path).name == "check.py":
        return ""
    return " ".join(re.findall(r'(?:gettext|gettext_noop)\(\s*"([^"]*)"', read(path)))


def test_a_sentence_has_no_number_that_is_a_setting() -> None:
    assert {one for one in said("zh_Hans", CITIZENS) if CONSTANT.search(one)} == set()
    heard = {words for language in LANGUAGES for words in prompts(language).values()}
    assert {words for words in heard if SPELLED.search(words)} == set(), "a telephone number is the realm's: {hotline}"


def test_no_line_begins_with_the_dot_between_two_facts() -> None:
    # The space before the dot holds it at what it follows: `dotted()`, `&nbsp;· `; a title of a window does not wrap.
    loose = re.compile(r"[^·\s] · [^·]|(?:^|[\"'`}>]) · ", re.MULTILINE)
    pages = select(".js", ".html", ".po", ".py", outside=("tests/", "bench/", "simulation/", "scripts/"))
    texts = {path: re.sub(r"\{% block title %\}.*", "", read(path)) for path in pages}
    assert {path for path, text in texts.items() if loose.search(text)} == set()


def test_a_citizen_reads_and_hears_no_sentence_longer_than_one_breath() -> None:
    read_by_citizens = {one for tag in NOT_FOR_CITIZENS for one in said(tag, CITIZENS).values()}
    heard = {words for language in ("cmn", "yue") for words in prompts(language).values()}
    breaths = {part for one in read_by_citizens | heard for part in STOPS.split(one)}
    assert {part for part in breaths if len(re.findall(f"[{HAN}]", part)) > BREATH_MAX} == set()
