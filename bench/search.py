"""Item search: time per query, first hits and memory, over the sample's items and over 60,000 generated ones."""

import argparse
import gc
import random
import resource
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

import records.sample
from bench.tables import table
from records.catalogue.file import Catalogue, read_catalogue
from records.catalogue.phonetics import forms
from records.catalogue.search import ItemIndex

SAMPLE = Path(records.sample.__path__[0]) / "catalog.yaml"
PHRASES = Path(__file__).parent.parent / "tests" / "data" / "search_phrases.tsv"
OTHERS = [PHRASES.with_name(f"search_phrases_{name}.tsv") for name in ("stranger", "second", "held")]
MANY = 60_000
SEED = 20261122
PLACES = [
    "荔湾",
    "越秀",
    "海珠",
    "天河",
    "白云",
    "黄埔",
    "番禺",
    "花都",
    "南沙",
    "从化",
    "增城",
    "深圳",
    "佛山",
    "东莞",
    "中山",
    "珠海",
    "惠州",
    "江门",
    "肇庆",
    "清远",
]
THINGS = [
    "道路",
    "桥梁",
    "渔业",
    "林木",
    "种子",
    "兽药",
    "农药",
    "电影",
    "出版",
    "广告",
    "测绘",
    "地图",
    "档案",
    "气象",
    "地震",
    "人防",
    "爆破",
    "枪支",
    "保安",
    "旅馆",
    "印章",
    "典当",
    "拍卖",
    "医疗",
    "药品",
    "器械",
    "母婴",
    "护士",
    "医师",
    "幼儿园",
    "小学",
    "中学",
    "职业",
    "培训",
    "民办",
    "社团",
    "基金会",
    "养老院",
    "殡葬",
    "墓地",
    "福利",
    "彩票",
    "宗教",
    "民族",
    "体育",
    "游泳",
    "攀岩",
    "滑雪",
    "文物",
    "博物馆",
    "图书",
    "网吧",
    "歌舞",
    "演出",
    "游艺",
    "船员",
    "船舶",
    "港口",
    "航道",
    "公路",
    "客运",
    "出租",
    "网约车",
    "公交",
    "停车",
    "驾校",
    "维修",
    "取水",
    "河道",
    "水土",
    "采砂",
    "防洪",
    "排污",
    "固废",
    "辐射",
    "噪声",
    "燃气",
    "供水",
    "供电",
    "供热",
    "绿化",
    "树木",
    "挖掘",
    "占道",
    "户外",
    "招牌",
    "渣土",
    "餐厨",
    "环卫",
]
ACTS = [
    "许可",
    "核准",
    "备案",
    "登记",
    "变更",
    "注销",
    "延续",
    "补办",
    "换发",
    "年检",
    "审批",
    "审查",
    "认定",
    "确认",
    "申领",
    "查询",
    "预约",
    "补贴申请",
    "资格认定",
    "证明开具",
]
KINDS = [
    "设立",
    "从业",
    "经营",
    "生产",
    "运输",
    "储存",
    "使用",
    "建设",
    "改建",
    "竣工",
    "临时",
    "跨区",
    "首次",
    "个人",
    "企业",
    "单位",
    "个体",
    "外资",
    "中外合资",
    "非营利",
]


def words(catalogue: Catalogue) -> list[tuple[str, Sequence[str]]]:
    """Return each item of the catalogue with its names."""
    items = [row.entry for row in catalogue.items]
    return [(item.id, (item.name, *item.synonyms, *item.names.values(), item.id)) for item in items]


def generated(count: int, chance: random.Random) -> list[tuple[str, Sequence[str]]]:
    """Make items with names as the national catalogue has them, all different, with a code and a short name."""
    made: dict[str, Sequence[str]] = {}
    while len(made) < count:
        place, kind, thing, act = (chance.choice(part) for part in (PLACES, KINDS, THINGS, ACTS))
        made[f"{place}{kind}{thing}{chance.choice(THINGS)}{act}"] = (f"{thing}{act}",)
    return [
        (f"G{number:05d}", (name, *short, f"11440113MBXX00027J4{number:012d}"))
        for number, (name, short) in enumerate(made.items())
    ]


def typed(owners: list[tuple[str, Sequence[str]]], count: int, chance: random.Random) -> list[str]:
    """Return what people type: whole names and parts, pinyin, initials, with one letter in ten wrong or missing."""
    queries = []
    for _ in range(count):
        name = chance.choice(owners)[1][0]
        start = chance.randrange(max(1, len(name) - 3))
        part = name[start : start + chance.randint(2, 8)]
        query = chance.choice([part, name, forms(part).sound, forms(part).initials or part])
        if len(query) > 3 and chance.random() < 0.3:
            at = chance.randrange(len(query))
            query = query[:at] + query[at + 1 :]
        queries.append(query)
    return queries


def phrases(table: Path = PHRASES) -> list[tuple[str, frozenset[str]]]:
    """Return the test phrases with the items that answer them."""
    lines = (line.split("\t") for line in table.read_text(encoding="utf-8").splitlines())
    return [(phrase, frozenset(items.split(","))) for phrase, items in lines]


def hit_share(index: ItemIndex, owners: list[tuple[str, Sequence[str]]], table: Path = PHRASES) -> float:
    """Return the share of phrases with a right item among the first three."""
    asked = phrases(table)
    right = sum(bool(wanted & {owners[hit.owner][0] for hit in index.find(phrase, 3)}) for phrase, wanted in asked)
    return right / len(asked)


def measure(owners: list[tuple[str, Sequence[str]]], queries: int) -> list[str]:
    """Build an index and return a row of the table."""
    chance = random.Random(SEED)
    gc.collect()
    before = memory_mb()
    began = time.perf_counter()
    index = ItemIndex(named for _, named in owners)
    built = time.perf_counter() - began
    after = memory_mb()
    times: list[float] = []
    processor: list[float] = []
    for query in [*typed(owners, queries, chance), *(phrase for phrase, _ in phrases())]:
        forms.cache_clear()  # every query is new
        began, busy = time.perf_counter(), time.process_time()
        index.find(query, 10)
        times.append((time.perf_counter() - began) * 1000)
        processor.append((time.process_time() - busy) * 1000)
    cuts = statistics.quantiles(times, n=100)
    share = " / ".join(f"{hit_share(index, owners, each):.1%}" for each in (PHRASES, *OTHERS))
    return [
        f"{len(owners):,}",
        f"{len(times):,}",
        *(f"{cut:.1f}" for cut in (cuts[49], cuts[94], cuts[98])),
        f"{statistics.quantiles(processor, n=100)[94]:.1f}",
        share,
        f"{built:.1f}",
        f"{after - before:,.0f}",
    ]


def memory_mb() -> float:
    """Return the memory this process holds now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    sample = words(read_catalogue(SAMPLE))
    many = sample + generated(MANY - len(sample), random.Random(SEED))
    rows = [measure(owners, 200 if quick else 2000) for owners in (sample, many)]
    heads = "items, queries, median ms, p95 ms, p99 ms, p95 CPU ms, hit in first 3: ours / three others, built s, MB"
    table(heads.split(", "), rows)
    sizes = ", ".join(str(len(phrases(each))) for each in (PHRASES, *OTHERS))
    print(f"{sizes} phrases a table (tests/data/search_phrases*.tsv); in the second row among 60,000 items.")


if __name__ == "__main__":
    main()
