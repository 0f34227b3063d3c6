"""The register of personal fields is complete and fresh."""

from records import personal
from records.tables import Base


def test_no_column_is_without_a_class():
    assert personal.missing() == [], "say in records/personal.py what these hold of a person, or that it is nothing"


def test_the_register_names_nothing_that_is_no_more():
    tables = Base.metadata.tables
    gone = {name for name in (*personal.IMPERSONAL, *personal.FIELDS) if name not in tables}
    gone |= {
        f"{table}.{column}"
        for table, groups in personal.FIELDS.items()
        for names in groups
        for column in names.split()
        if table in tables and column not in tables[table].columns
    }
    assert not gone


def test_the_page_is_fresh():
    assert personal.PAGE.read_text(encoding="utf-8") == personal.page(), "run python -m records.personal"
