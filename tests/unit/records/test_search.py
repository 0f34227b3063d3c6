"""People find items by their own words, pinyin, initials, and with typing errors."""

from pathlib import Path

import pytest

from records.catalogue.file import Catalogue
from records.catalogue.meaning import NearWords
from records.catalogue.phonetics import asked, fold, forms, plain
from records.catalogue.search import GramIndex, ItemIndex, closeness, pairs

TABLES = Path(__file__).parents[2] / "data"
#: Table of phrases, how many of a hundred are answered at least. `docs/measurements.md` says who wrote each, and when.
TABLE_AIMS = {
    "search_phrases": 99,
    "search_phrases_stranger": 99,
    "search_phrases_second": 98,
    "search_phrases_held": 97,
}


@pytest.fixture(scope="session")
def ids(sample: Catalogue) -> list[str]:
    return [row.entry.id for row in sample.items]


@pytest.fixture(scope="session")
def index(sample: Catalogue) -> ItemIndex:
    uscc = {row.entry.id: row.entry.uscc for row in sample.departments}
    items = [row.entry for row in sample.items]
    return ItemIndex((i.name, *i.synonyms, *i.names.values(), i.id, uscc[i.dept] + i.code13) for i in items)


def first(index: ItemIndex, ids: list[str], query: str, limit: int = 3) -> list[str]:
    return [ids[hit.owner] for hit in index.find(query, limit)]


@pytest.mark.parametrize("query", ["老人卡", "laorenka", "lrk", "LRK", " 老 人 卡 ", "老仁卡", "老人優待卡", "mz01"])
def test_the_seniors_card_is_found_first_however_it_is_typed(index: ItemIndex, ids: list[str], query: str):
    assert first(index, ids, query)[0] == "MZ01"


@pytest.mark.parametrize(("table", "aim"), TABLE_AIMS.items())
def test_of_a_table_of_phrases_nearly_all_have_a_right_item_among_the_first_three(
    index: ItemIndex, ids: list[str], table: str, aim: int
):
    lines = [line.split("\t") for line in (TABLES / f"{table}.tsv").read_text(encoding="utf-8").splitlines()]
    missed = [phrase for phrase, wanted in lines if not set(first(index, ids, phrase)) & set(wanted.split(","))]
    assert len(lines) >= 120
    assert 100 * len(missed) <= (100 - aim) * len(lines), missed


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("阿嫲72岁坐巴士", "MZ01"),  # nobody's synonym: an age, a Cantonese word, riding
        ("七十岁老人乘车", "MZ01"),
        ("舊樓裝升降機", "ZJ04"),  # traditional script, another word for the thing
        ("唔见咗社保卡", "RS08"),
        ("elderly bus card", "MZ01"),
        ("lost bank and social security cards", "RS08"),
        ("买养老保险", "RS05"),
    ],
)
def test_words_that_mean_the_same_lead_to_the_same_item(index: ItemIndex, ids: list[str], query: str, wanted: str):
    assert wanted in first(index, ids, query)


def test_a_sound_cut_from_the_middle_of_other_words_is_no_hit(index: ItemIndex, ids: list[str]):
    assert "YC01" not in first(index, ids, "给爸妈买养老")  # `maiyan`, to sell tobacco


def test_a_word_of_several_classes_counts_once():
    near = NearWords({"old people": ["老人"], "a": ["重领", "甲"], "b": ["重领", "乙"]})
    assert near.read("重领甲") == ([frozenset({1, 2}), frozenset({1})], 0)
    assert near.read("重领丙") == ([frozenset({1, 2})], 1)
    assert near.read("八十五岁")[0] == [frozenset({0})]
    assert near.read("59岁")[0] == []


@pytest.mark.parametrize("query", ["老人卡", "老人优待卡", "低保", "社保卡"])
def test_a_good_hit_stands_without_the_noise_far_below_it(index: ItemIndex, ids: list[str], query: str):
    found = index.find(query, 10)
    assert found[-1].closeness >= 0.6 * found[0].closeness
    assert "GA02" not in [ids[hit.owner] for hit in found], (
        "the end of a household register is nothing for a senior's card"
    )


def test_an_index_of_nothing_finds_nothing():
    assert ItemIndex([]).find("老人卡") == []


@pytest.mark.parametrize("query", ["lvshi", "lüshi", "lǜshī", "lushi", "ＬＶＳＨＩ"])
def test_tone_marks_and_umlauts_are_folded_and_not_thrown_away(index: ItemIndex, ids: list[str], query: str):
    assert first(index, ids, query)[0] == "SF01"
    assert set(first(index, ids, "yíngyè zhízhào")) == set(first(index, ids, "yingyezhizhao"))


@pytest.mark.parametrize("query", ["lrk卡", "lr卡", "老人咭", "长者咭", "敬老咭", "⽼⼈卡", "老\u200b人卡"])
def test_half_typed_words_and_those_of_hong_kong_are_understood(index: ItemIndex, ids: list[str], query: str):
    assert first(index, ids, query)[0] == "MZ01"
    assert first(index, ids, "社保咭")[0] == "RS08"


@pytest.mark.parametrize("query", ["", "   ", "!?", "xxyyqq", "。"])
def test_nothing_close_means_nothing_found(index: ItemIndex, ids: list[str], query: str):
    assert first(index, ids, query) == []


@pytest.mark.parametrize("query", ["老" * 5000, "a" * 100_000, "老人卡" * 1000, "\x00\u202e老人卡", "𠀀𠀁", "%_'\"--"])
def test_strange_queries_do_no_harm(index: ItemIndex, ids: list[str], query: str):
    assert len(first(index, ids, query)) <= 3


@pytest.mark.parametrize("query", ["canjizheng", "chanjizheng", "canjizhen"])
def test_southern_spellings_are_as_good(index: ItemIndex, ids: list[str], query: str):
    assert first(index, ids, query)[0] in {"CL01", "HCL01"}


def test_the_words_around_a_wish_are_not_searched():
    assert asked("请问我要办身份证怎么办") == "办身份证"
    assert asked("怎么办") == "怎么办"


def test_forms_of_a_word():
    assert plain("Ｌｒｋ 老人卡!") == "lrk老人卡"
    assert forms("长者").sound == fold("zhangzhe")
    assert forms("老人卡").initials == "lrk"
    assert forms("mz01").initials == ""


def test_closeness_prefers_the_same_then_the_beginning_then_a_part():
    query = pairs("abc")
    order = [closeness("abc", query, term) for term in ("abc", "abcd", "xabc", "ab", "axc", "xyz")]
    assert order == sorted(order, reverse=True)
    assert order[0] == 1.0
    assert closeness("", frozenset(), "abc") == 0.0


def test_the_nearest_terms_are_those_that_share_most():
    terms = GramIndex(2, [f"term{number}" for number in range(1000)] + ["treasure", ""])
    assert 1000 in terms.nearest("treasure", 5)
    assert len(terms.nearest("term", 5)) == 5
    assert len(terms.nearest("qqq", 5)) == 0
