"""A catalogue with anything wrong in it is refused, with every fault and its line."""

from pathlib import Path

import pytest

from records.catalogue.file import Catalogue, CatalogueFaults, read_catalogue


def faults_of(tmp_path: Path, text: str) -> list[tuple[int, str]]:
    file = tmp_path / "catalog.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueFaults) as caught:
        read_catalogue(file)
    return [(fault.line, fault.code) for fault in caught.value.faults]


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


def test_the_sample_has_no_fault(sample: Catalogue):
    assert (len(sample.items), len(sample.seats), len(sample.skills)) == (75, 36, 32)
    assert all("en" in row.entry.names and "zh_Hant" in row.entry.names for row in sample.items)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("11440113MBXX00027J}", "11440113MBXX00027K}", "bad_uscc"),
        ("11440113MBXX00027J}", "11440113MBXX00028X}", "bad_uscc"),
        ('code13: "5442011001000"', 'code13: "7442011001000"', "bad_code13"),
        ('code13: "5442011001000"', 'code13: "544201100100"', "bad_code13"),
        ("{id: MZ01, name", "{id: MZ02, name", "duplicate_id"),
        ("dept: MZ, code13", "dept: MZZ, code13", "unknown_department"),
        ("skill: MZ, avg_min: 12", "skill: XX, avg_min: 12", "unknown_skill"),
        ('"hukou:e", "photo1:m", "poa:x"', '"hokou:e", "photo1:m", "poa:x"', "unknown_material"),
        ('"photo1:m", "poa:x"', '"photo1:q", "poa:x"', "bad_material_flags"),
        ('"photo1:m", "poa:x"', '"photo1:md", "poa:x"', "bad_material_flags"),
        ('"photo1:m", "poa:x"', '"photo1:m", "photo1:x"', "material_twice"),
        ("avg_min: 12,", "avg_min: soon,", "bad_entry"),
        ("timezone: Asia/Shanghai", "timezone: Asia/Guangzhou", "unknown_timezone"),
        ("timezone: Asia/Shanghai", "timezone: 8", "bad_entry"),
        ("cross: full_online, sat: false, skill: MZ, avg_min: 12", "cross: maybe, sat: false, skill: MZ, avg_min: 12",
         "bad_entry"),
        ("modes: [consult, coach, handle], cross: full_online, sat: false, skill: MZ, avg_min: 12",
         "modes: [consult, shout], cross: full_online, sat: false, skill: MZ, avg_min: 12", "bad_entry"),
        ("id: S001, name: 坐席001, site: PY-HALL", "id: S001, name: 坐席001, site: NOWHERE", "unknown_site"),
        ('site: PY-HALL, district: "440113", duty: full, langs: [cmn, yue], skills: ["ZS:3", "MZ:1"',
         'site: PY-HALL, district: "440199", duty: full, langs: [cmn, yue], skills: ["ZS:3", "MZ:1"',
         "unknown_district"),
        ('langs: [cmn, yue], skills: ["ZS:3", "MZ:1"', 'langs: [cmn, tlh], skills: ["ZS:3", "MZ:1"',
         "unknown_language"),
        ('"ZS:3", "MZ:1", "SB:1"', '"ZS:9", "MZ:1", "SB:1"', "bad_level"),
        ('"ZS:3", "MZ:1", "SB:1"', '"ZS", "MZ:1", "SB:1"', "bad_level"),
        ('"ZS:3", "MZ:1", "SB:1"', '"ZS:3", "ZS:1", "SB:1"', "skill_twice"),
        ('id: HD-TB, name: 炭步镇便民服务中心, kind: town, district: "440114", town: "440114107"',
         'id: HD-TB, name: 炭步镇便民服务中心, kind: town, district: "440114", town: "440114999"', "unknown_town"),
        ('id: HD-TB, name: 炭步镇便民服务中心, kind: town, district: "440114", town: "440114107"',
         'id: HD-TB, name: 炭步镇便民服务中心, kind: town, district: "440114", town: "440113104"',
         "town_of_other_district"),
        ('village_std: {workdays: ["08:30-12:00"', 'village_std: {workdays: ["08:30-12:00am"', "bad_hours"),
        ('"2026-01-01/03"', '"2026-01-01/33"', "bad_day"),
        ('"2026-01-04"', '"2026-01-02"', "holiday_and_workday"),
        ("- {items: [GA02], add: [sun_death", "- {items: [GA99], add: [sun_death", "unknown_item"),
        ("- {items: [GA02], add: [sun_death", "- {items: [GA02], add: [sun_deaf", "unknown_hours"),
        ("outcomes: [解答办结", "outcomes: [解答结办", "unknown_outcome"),
        ("items: [CL01, MZ03, MZ04], mode: joint, lead: CL", "items: [CL01, MZ03, MZ04], mode: joint, lead: CLX",
         "unknown_department"),
        ("general_skill: ZS ", "general_skill: ZZ ", "unknown_skill"),
        ("relax: language}", "relax: district}", "relaxed_twice"),
        ('code: "440113014", name: 石壁街', 'code: "440114014", name: 石壁街', "bad_town_code"),
        ("signaling_log: 180", "signaling_log: 30", "bad_entry"),
    ],
)  # fmt: skip
def test_a_fault_is_found_on_its_line(tmp_path: Path, sample_text: str, old: str, new: str, code: str):
    assert old in sample_text
    text = sample_text.replace(old, new, 1)
    faults = faults_of(tmp_path, text)
    assert code in {found for _, found in faults}
    lines = {line for line, found in faults if found == code}
    anchor = "queue_policy:" if code == "relaxed_twice" or "general_skill" in old else new.splitlines()[0]
    expected = line_of(text, anchor)
    assert lines & {expected, expected + 1}


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("queue_policy:", "queue_polcy:", "unknown_section section=queue_polcy nearest=queue_policy"),
        ("everywhere_skills:", "elsewhere:", "unknown_section section=elsewhere"),
        ("callback_after_s: 180", "calback_after_s: 180",
         "unknown_field section=queue_policy field=calback_after_s nearest=callback_after_s"),
        ("callback_after_s: 180", "relax: 180", "unknown_field section=queue_policy field=relax nearest=widening"),
        ("relax: language}", "relax: language, afters_s: 3}",
         "unknown_field section=queue_policy field=widening[1].afters_s nearest=after_s"),
        ("duty: full, langs: [cmn, yue]", "duty: full, authorty: 1, langs: [cmn, yue]",
         "unknown_field section=seats field=authorty nearest=authority"),
        ('hall_std: {workdays: ["09:00-12:00"', 'hall_std: {workday: ["09:00-12:00"',
         "unknown_field section=hours field=workday nearest=workdays"),
        ("last_ticket_before_close_min:", "last_ticket_before_close:",
         "unknown_field section=hours field=last_ticket_before_close nearest=last_ticket_before_close_min"),
        ('{en: "Liwan"', '{eng: "Liwan"', "unknown_field section=districts field=names.eng nearest=en"),
        ("signaling_log: 180", "signalling_log: 180, signaling_log: 180",
         "unknown_field section=retention_days field=signalling_log nearest=signaling_log"),
    ],
)  # fmt: skip
def test_a_misspelt_section_or_field_is_refused_with_the_nearest_known_name(
    tmp_path: Path, sample_text: str, old: str, new: str, fault: str
):
    assert old in sample_text
    text = sample_text.replace(old, new, 1)
    file = tmp_path / "catalog.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueFaults) as caught:
        read_catalogue(file)
    lines = [str(one) for one in caught.value.faults if one.code in {"unknown_section", "unknown_field"}]
    assert lines == [f"line {line_of(text, new)}: {fault}"]


def test_notes_of_a_files_own_are_let_be(tmp_path: Path, sample_text: str):
    text = sample_text.replace("{id: MZ01, name", "{id: MZ01, x-owner: me, name", 1)
    file = tmp_path / "catalog.yaml"
    file.write_text(f"{text}\nx-notes: {{anything: [1, 2]}}\n", encoding="utf-8")
    read_catalogue(file)


def test_all_faults_are_listed_at_once_in_the_order_of_the_file(tmp_path: Path, sample_text: str):
    text = (
        sample_text.replace("11440113MBXX00027J}", "11440113MBXX00027K}", 1)
        .replace("skill: MZ, avg_min: 12", "skill: XX, avg_min: 12", 1)
        .replace('"ZS:3", "MZ:1", "SB:1"', '"ZS:9", "MZ:1", "SB:1"', 1)
    )
    faults = faults_of(tmp_path, text)
    assert [code for _, code in faults] == ["bad_uscc", "unknown_skill", "bad_level"]
    assert faults == sorted(faults)


def test_an_unreadable_department_does_not_make_all_its_items_faulty(tmp_path: Path, sample_text: str):
    text = sample_text.replace('{id: MZ, name: "广州市番禺区民政局"', "{id: MZ, name: []", 1)
    assert {code for _, code in faults_of(tmp_path, text)} == {"bad_entry"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("items: [\n", [(2, "not_yaml")]),
        ("just a sentence", [(1, "not_a_catalogue")]),
        ("", [(1, "not_a_catalogue")]),
        ("x-a: 1\nitems: 3\n", [(2, "not_a_list")]),
        ("hours: []\n", [(1, "not_a_mapping")]),
        ("skills: []\nskills: []\n", [(2, "section_twice")]),
        ("skills:\n  - {id: A, name: x, name: y}\n", [(2, "field_twice")]),
        ("skills:\n  - {id: A B, name: x}\n", [(2, "bad_entry")]),
        ("x-a: &a [*a]\nskills: *a\n", [(1, "alias_of_itself")]),
        ("organiser: &o\n  <<: *o\n", [(1, "alias_of_itself")]),
        ("? [a, b]\n: x\n", [(1, "bad_key")]),
        ("hours:\n  ? {a: b}\n  : {}\n", [(2, "bad_key")]),
        ("skills:\n  - {id: A, name: x, ? [y] : z}\n", [(2, "bad_key")]),
        ("skills:\n  - {id: A, name: x, names: {en: " + "x" * 201 + "}}\n", [(2, "bad_entry")]),
        (
            "skills:\n  - {id: A, name: x, names: {" + ", ".join(f"k{n}: x" for n in range(33)) + "}}\n",
            [(2, "unknown_field")] * 33 + [(2, "bad_entry")],
        ),
        ("skills:\n  - !!python/object/apply:os.system [id]\n", [(2, "bad_entry")]),
    ],
)
def test_what_is_no_catalogue_is_refused_on_its_line(tmp_path: Path, text: str, expected: list[tuple[int, str]]):
    found = [fault for fault in faults_of(tmp_path, text) if fault[1] not in {"missing_outcome", "unknown_skill"}]
    assert found[: len(expected)] == expected


@pytest.mark.parametrize("grows", ["[{}]", "{{<<: [{}]}}"])
def test_ten_lines_of_aliases_do_not_stand_for_a_thousand_million(tmp_path: Path, grows: str):
    lines = ["a0: &a0 {x: y}"]
    lines += [f"a{n}: &a{n} " + grows.format(", ".join([f"*a{n - 1}"] * 10)) for n in range(1, 10)]
    assert [code for _, code in faults_of(tmp_path, "\n".join([*lines, "organiser: *a9"]))] == ["too_many_aliases"]


def test_an_alias_that_saves_typing_is_read(tmp_path: Path):
    rows = "  - {id: A, name: x, names: *both}\n  - {<<: *row, id: B}\n"
    text = f"x-both: &both {{zh_Hant: x, en: x}}\nx-row: &row {{name: x}}\nskills:\n{rows}"
    assert {code for _, code in faults_of(tmp_path, text)} <= {"missing_outcome", "unknown_skill", "unknown_language"}


def test_a_file_that_is_not_there_or_not_text_is_one_clear_fault(tmp_path: Path):
    with pytest.raises(CatalogueFaults, match="unreadable"):
        read_catalogue(tmp_path / "nothing.yaml")
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CatalogueFaults, match="not_utf8"):
        read_catalogue(tmp_path / "binary.yaml")
