"""A catalogue is imported whole and again without harm; what it no longer has is retired, old guides are kept."""

import asyncio
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from protocol.errors import BadInput, QueueUnavailable
from protocol.views import GuideView
from records.catalogue import edit, versions
from records.catalogue.directory import Directory
from records.catalogue.file import Catalogue, import_catalogue, read_catalogue
from records.catalogue.holder import CatalogueHolder
from records.database import Database
from records.tables.items import ItemVersionRow
from records.tables.places import BoothRow
from runtime.clock import ManualClock
from tests.integration.records.conftest import SAMPLE


def changed(tmp_path: Path, *changes: tuple[str, str]) -> Catalogue:
    text = SAMPLE.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    file = tmp_path / "changed.yaml"
    file.write_text(text, encoding="utf-8")
    return read_catalogue(file)


async def test_the_second_import_changes_nothing(stocked: Database, sample: Catalogue, clock: ManualClock):
    again = await import_catalogue(stocked, sample, clock)
    assert again.changed_nothing
    assert again.tables["items"].same == 75


async def test_a_changed_guide_is_a_new_version_and_the_old_one_can_be_read(
    stocked: Database, clock: ManualClock, tmp_path: Path
):
    clock.advance(3600)
    newer = changed(tmp_path, ('"photo1:m", "poa:x"', '"photo1:d", "poa:x"'))
    done = await import_catalogue(stocked, newer, clock)
    assert done.guides == 1
    async with stocked.read() as db:
        rows = await db.scalars(
            select(ItemVersionRow).where(ItemVersionRow.item == "MZ01").order_by(ItemVersionRow.version)
        )
        old, new = (msgspec.json.decode(row.guide, type=GuideView) for row in rows)
    assert [use.deferrable for use in old.materials if use.key == "photo1"] == [False]
    assert [use.deferrable for use in new.materials if use.key == "photo1"] == [True]
    assert (await Directory.load(stocked)).items.guide("MZ01") == new


async def test_an_item_that_is_gone_is_retired_and_can_come_back(
    stocked: Database, sample: Catalogue, clock: ManualClock, tmp_path: Path
):
    fewer = changed(tmp_path, ("  - {id: HZS01,", "  # - {id: HZS01,"))
    done = await import_catalogue(stocked, fewer, clock)
    assert done.tables["items"].gone == 1
    assert "HZS01" not in {item.id for item in (await Directory.load(stocked)).items.all()}
    await import_catalogue(stocked, sample, clock)
    assert (await Directory.load(stocked)).items.find("HZS01").version == 1


async def test_an_import_leaves_the_enrolment_of_booths_alone(stocked: Database, clock: ManualClock, tmp_path: Path):
    async with stocked.begin() as db:
        booth = await db.get(BoothRow, "HD-TB-01")
        assert booth is not None
        booth.token_hash = "x" * 64
    await import_catalogue(stocked, changed(tmp_path, ("炭步镇便民服务中心", "炭步镇政务服务中心")), clock)
    async with stocked.read() as db:
        booth = await db.get(BoothRow, "HD-TB-01")
        assert booth is not None
        assert (booth.name, booth.token_hash) == ("炭步镇政务服务中心 1", "x" * 64)


async def test_a_dry_run_says_what_would_go_and_changes_nothing(stocked: Database, clock: ManualClock, tmp_path: Path):
    fewer = changed(tmp_path, ("  - {id: HZS01,", "  # - {id: HZS01,"))
    before = await versions.newest(stocked)
    said = await import_catalogue(stocked, fewer, clock, dry_run=True)
    assert said.tables["items"].gone_keys == ("HZS01",)
    assert "HZS01" in {item.id for item in (await Directory.load(stocked)).items.all()}
    assert await versions.newest(stocked) == before


async def test_an_import_leaves_alone_what_an_operator_added_changed_or_retired(
    stocked: Database, sample: Catalogue, clock: ManualClock
):
    assert await edit.put(stocked, "sites", {"id": "HD-NEW", "name": "新站", "kind": "village", "district": "440114",
                                             "town": "440114103", "hours": '["booth_staffed"]'}, "op")  # fmt: skip
    assert not await edit.put(stocked, "items", {"id": "MZ01", "name": "老人优待卡"}, "op")
    await edit.retire(stocked, "packages", {"id": sample.packages[0].entry.id}, "op")
    clock.advance(60)
    again = await import_catalogue(stocked, sample, clock)
    assert again.changed_nothing
    directory = await Directory.load(stocked)
    assert directory.places.site("HD-NEW").name == "新站"
    assert directory.items.find("MZ01").name == "老人优待卡"
    assert sample.packages[0].entry.id not in directory.packages


@pytest.mark.parametrize(
    ("table", "values", "why"),
    [
        ("accounts", {"name": "sup", "role": "admin"}, "unknown"),
        ("items", {"name": "x"}, "missing"),
        ("items", {"id": "MZ01", "origin": "import"}, "unknown"),
        ("items", {"id": "MZ01", "promised_days": "soon"}, "malformed"),
        ("items", {"id": "MZ01", "names": "[1]"}, "malformed"),
        ("items", {"id": "MZ01", "name": "长" * 201}, "length"),
        ("items", {"id": "MZ01", "department": "nobody"}, "reference_or_missing"),
        ("items", {"id": "NEW01", "name": "x"}, "reference_or_missing"),
    ],
)
async def test_a_bad_change_is_refused_with_its_reason_and_changes_nothing(
    stocked: Database, table: str, values: dict[str, str], why: str
):
    before = await versions.newest(stocked)
    with pytest.raises(BadInput) as refused:
        await edit.put(stocked, table, values, "op")
    assert refused.value.params["why"] == why
    assert await versions.newest(stocked) == before


async def test_what_a_seat_refers_to_cannot_be_removed_by_an_operator(stocked: Database):
    with pytest.raises(BadInput, match="imported"):
        await edit.retire(stocked, "item_modes", {"item": "MZ01", "mode": "consult"}, "op")


async def test_a_holder_follows_a_change_once_and_tells_who_follows(stocked: Database):
    holder = await CatalogueHolder.load(stocked)
    told: list[str] = []

    async def follow(directory: Directory) -> None:
        told.append(directory.items.find("MZ01").name)

    holder.follow(follow)
    assert not await holder.refresh()
    await edit.put(stocked, "items", {"id": "MZ01", "name": "新名"}, "op")
    assert await holder.refresh()
    assert not await holder.refresh()
    assert (told, holder.current.items.find("MZ01").name) == (["新名"], "新名")


async def test_a_follower_that_fails_is_told_again_and_those_before_it_are_not(stocked: Database):
    holder = await CatalogueHolder.load(stocked)
    told: list[str] = []
    away = [True]

    async def first(_: Directory) -> None:
        told.append("first")

    async def second(_: Directory) -> None:
        if away:
            away.clear()
            raise QueueUnavailable
        told.append("second")

    holder.follow(first)
    holder.follow(second)
    await edit.put(stocked, "items", {"id": "MZ01", "name": "新名"}, "op")
    with pytest.raises(QueueUnavailable):
        await holder.refresh()
    assert not await holder.refresh()
    assert told == ["first", "second"]


async def test_looks_at_once_go_one_after_the_other_and_the_newer_catalogue_stays(stocked: Database):
    holder = await CatalogueHolder.load(stocked)
    told: list[str] = []

    async def follow(directory: Directory) -> None:
        if not told:
            await edit.put(stocked, "items", {"id": "MZ01", "name": "再新"}, "op")
        told.append(directory.items.find("MZ01").name)

    holder.follow(follow)
    await edit.put(stocked, "items", {"id": "MZ01", "name": "新名"}, "op")
    assert sorted(await asyncio.gather(*(holder.refresh() for _ in range(3)))) == [False, True, True]
    assert (told, holder.current.items.find("MZ01").name) == (["新名", "再新"], "再新")


@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("audit", {"seq": "1", "action": "x", "actor": "op"}),
        ("audit_inbox", {"id": "1", "action": "x"}),
        ("accounts", {"name": "op", "role": "security"}),
        ("booths", {"id": "HD-TB-01", "key": "MFkw"}),
        ("booths", {"id": "HD-TB-01", "code_hash": "0" * 64}),
        ("booths", {"id": "HD-TB-01", "stopped_ms": "0"}),
    ],
)
async def test_neither_the_trail_nor_a_booth_s_key_is_written_through_the_catalogue(
    stocked: Database, table: str, values: dict[str, str]
) -> None:
    with pytest.raises(BadInput) as refused:
        await edit.put(stocked, table, values, "op")
    assert refused.value.params["why"] == "unknown"
