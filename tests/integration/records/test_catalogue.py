"""A catalogue is imported whole and again without harm; what it no longer has is retired, old guides are kept."""

from pathlib import Path

import msgspec
from sqlalchemy import select

from protocol.views import GuideView
from records.catalogue.directory import Directory
from records.catalogue.file import Catalogue, import_catalogue, read_catalogue
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
    assert (await Directory.load(stocked)).guide("MZ01") == new


async def test_an_item_that_is_gone_is_retired_and_can_come_back(
    stocked: Database, sample: Catalogue, clock: ManualClock, tmp_path: Path
):
    fewer = changed(tmp_path, ("  - {id: HZS01,", "  # - {id: HZS01,"))
    done = await import_catalogue(stocked, fewer, clock)
    assert done.tables["items"].gone == 1
    assert "HZS01" not in {item.id for item in (await Directory.load(stocked)).items()}
    await import_catalogue(stocked, sample, clock)
    assert (await Directory.load(stocked)).item("HZS01").version == 1


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
