"""A catalogue file: refused with all its faults, or taken whole; the public face of reading and importing one."""

from pathlib import Path

from records.catalogue.checks import check
from records.catalogue.entries import (
    DepartmentEntry,
    DistrictEntry,
    GraceEntry,
    HoursEntry,
    ItemEntry,
    LanguageEntry,
    MaterialEntry,
    MetaEntry,
    OverrideEntry,
    PackageEntry,
    PolicyEntry,
    RatingsEntry,
    RetentionEntry,
    SeatEntry,
    SiteEntry,
    SkillEntry,
    TownEntry,
    YearEntry,
)
from records.catalogue.face import BrandingEntry, ColoursEntry, EmblemEntry, NoticesEntry, OrganiserEntry
from records.catalogue.face_checks import check_face
from records.catalogue.importer import Imported, import_catalogue
from records.catalogue.reader import Reader, parse
from records.catalogue.values import Catalogue, CatalogueFaults, Fault

__all__ = ["Catalogue", "CatalogueFaults", "Fault", "Imported", "import_catalogue", "read_catalogue"]


def read_catalogue(path: Path) -> Catalogue:
    """Read and check a catalogue file.

    Raises:
        CatalogueFaults: with every fault that was found; nothing of the file may be used.
    """
    reader = Reader(parse(path))
    outcomes_line, outcomes = reader.words("outcomes")
    catalogue = Catalogue(
        districts=reader.rows("districts", DistrictEntry, key="code"),
        towns=reader.rows("towns", TownEntry, key="code"),
        languages=reader.rows("languages", LanguageEntry),
        skills=reader.rows("skills", SkillEntry),
        departments=reader.rows("departments", DepartmentEntry),
        sites=reader.rows("sites", SiteEntry),
        materials=reader.rows("doc_types", MaterialEntry, key="key"),
        items=reader.rows("items", ItemEntry),
        overrides=reader.rows("item_hours_overrides", OverrideEntry, key=""),
        packages=reader.rows("packages", PackageEntry),
        seats=reader.rows("seats", SeatEntry),
        hours=reader.table("hours", HoursEntry, but=("grace",)),
        calendar=reader.table("calendar", YearEntry),
        grace=reader.one("hours", GraceEntry, inside="grace").entry,
        policy=reader.one("queue_policy", PolicyEntry),
        ratings=reader.one("ratings", RatingsEntry).entry,
        retention=reader.one("retention_days", RetentionEntry).entry,
        outcomes=outcomes,
        outcomes_line=outcomes_line,
        everywhere_skills=reader.words("everywhere_skills")[1],
        organiser=reader.one("organiser", OrganiserEntry),
        notices=reader.one("notices", NoticesEntry),
        branding=reader.one("branding", BrandingEntry, but=("colours", "emblem")),
        colours=reader.one("branding", ColoursEntry, inside="colours"),
        emblem=reader.one("branding", EmblemEntry, inside="emblem"),
        meta=reader.one("meta", MetaEntry),
        mentioned=frozenset(reader.mentioned),
    )
    faults = reader.finish() + check(catalogue) + check_face(catalogue)
    if faults:
        raise CatalogueFaults(faults)
    return catalogue
