"""Let one ledger hold several realms: each row has its realm, which leads its key, its indexes and its references.

The rows that there are become those of the realm that `WINDOW_REALM` names. A program of before would write rows
without a realm: it may not work on these tables.

Revision: 0017, after 0016.
"""

import re

import sqlalchemy as sa
from alembic import context, op
from alembic.util import CommandError

from records.migrations import OtherRealm

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

CATALOGUE = (
    "districts", "departments", "towns", "sites", "booths", "skills", "seats", "seat_skills", "seat_languages",
    "seat_districts", "materials", "items", "item_modes", "item_materials", "item_versions", "packages", "hours",
    "calendar_days", "settings", "notice_versions", "catalogue_versions",
)  # fmt: skip
STAFF = ("accounts", "recovery_codes", "logins")
TICKETS = ("tickets", "reservations", "seat_changes", "cases", "custody")
SESSIONS = ("sessions", "participants", "documents", "chat_lines", "outcomes", "closings", "ratings", "consents")
TRAIL = ("journal_entries", "journal_set_aside", "audit", "audit_inbox", "audit_head", "audit_alarms")
TABLES = (*CATALOGUE, *STAFF, *TICKETS, *SESSIONS, *TRAIL)
"""`journal_positions` and `record_seals` had their realm from the beginning."""

REFERENCE = re.compile(r"FOREIGN KEY\s*\(([^)]+)\) REFERENCES (\w+) \(([^)]+)\)")
KEY = re.compile(r"PRIMARY KEY \(")
UNIQUE = re.compile(r"UNIQUE \(")


def upgrade() -> None:
    """Give each row the realm of the installation."""
    bind = op.get_bind()
    realm = _realm(bind, context.config.attributes["realm"])
    if bind.dialect.name == "postgresql":
        _alter(bind, realm)
    else:
        for table in TABLES:
            _copy(bind, table, _with_realm(bind, table), realm)
    op.execute("UPDATE schema_support SET oldest = '0017'")


def _realm(bind: sa.Connection, named: str) -> str:
    """Return the realm of the rows that there are.

    Raises:
        OtherRealm: the journal's rows belong to realms of other names than the one that was named.
    """
    known = sorted(bind.execute(sa.text("SELECT realm FROM journal_positions")).scalars())
    if known and named not in known:
        raise OtherRealm(f"the ledger's rows are of the realm {', '.join(known)}, not of {named}: set WINDOW_REALM")
    return named


def _alter(bind: sa.Connection, realm: str) -> None:
    """Change the tables where they are (PostgreSQL); references go first and come back last."""
    look = sa.inspect(bind)
    references = [(table, one) for table in TABLES for one in look.get_foreign_keys(table)]
    for table, reference in references:
        op.drop_constraint(str(reference["name"]), table, type_="foreignkey")
    for table in TABLES:
        op.add_column(table, sa.Column("realm", sa.String(length=64), nullable=False, server_default=realm))
        op.alter_column(table, "realm", server_default=None)
        _lead_keys(look, table)
    for table, reference in references:
        op.create_foreign_key(
            str(reference["name"]),
            table,
            reference["referred_table"],
            ["realm", *reference["constrained_columns"]],
            ["realm", *reference["referred_columns"]],
            ondelete=reference["options"].get("ondelete"),
        )


def _lead_keys(look: sa.Inspector, table: str) -> None:
    """Put the realm in front of a table's key, of what is unique, and of its indexes (PostgreSQL)."""
    key = look.get_pk_constraint(table)
    op.drop_constraint(str(key["name"]), table, type_="primary")
    op.create_primary_key(str(key["name"]), table, ["realm", *key["constrained_columns"]])
    for unique in look.get_unique_constraints(table):
        op.drop_constraint(str(unique["name"]), table, type_="unique")
        op.create_unique_constraint(str(unique["name"]), table, ["realm", *unique["column_names"]])
    for index in look.get_indexes(table):
        if "duplicates_constraint" not in index:
            columns = ["realm", *(str(name) for name in index["column_names"])]
            op.drop_index(str(index["name"]), table)
            op.create_index(index["name"], table, columns, unique=bool(index["unique"]))


def _with_realm(bind: sa.Connection, table: str) -> tuple[str, ...]:
    """Return the statements that make a table, its indexes and triggers anew, each with the realm (SQLite)."""
    wanted = sa.text("SELECT type, name, sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL")
    made: dict[str, list[str]] = {"table": [], "index": [], "trigger": []}
    for kind, _, sql in bind.execute(wanted, {"table": table}):
        made[kind].append(sql)
    [body] = made["table"]
    body = re.sub(r"^CREATE TABLE \W?\w+\W? \(", "CREATE TABLE with_realm (realm VARCHAR(64) NOT NULL, ", body)
    body = UNIQUE.sub("UNIQUE (realm, ", KEY.sub("PRIMARY KEY (realm, ", body))
    body = REFERENCE.sub(r"FOREIGN KEY(realm, \1) REFERENCES \2 (realm, \3)", body)
    indexes = [re.sub(r" ON (\W?\w+\W?) \(", r" ON \1 (realm, ", one) for one in made["index"]]
    return (body, *indexes, *made["trigger"])


def _copy(bind: sa.Connection, table: str, made: tuple[str, ...], realm: str) -> None:
    """Put a table's rows into a new one of the same name; its triggers are not asked (SQLite)."""
    columns = ", ".join(f'"{one["name"]}"' for one in sa.inspect(bind).get_columns(table))
    body, *others = made
    bind.exec_driver_sql(body)
    moved = f"INSERT INTO with_realm (realm, {columns}) SELECT :realm, {columns} FROM {table}"  # noqa: S608 - our own names
    bind.execute(sa.text(moved), {"realm": realm})
    bind.exec_driver_sql(f"DROP TABLE {table}")
    bind.exec_driver_sql(f"ALTER TABLE with_realm RENAME TO {table}")
    for statement in others:
        bind.exec_driver_sql(statement)


def downgrade() -> None:
    """Refuse: rows of several realms have no place in tables without one.

    Raises:
        CommandError: always; the way back is the backup from before the update.
    """
    raise CommandError("rows of several realms have no older form: restore the backup that was made before the update")
