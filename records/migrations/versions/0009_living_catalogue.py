"""Say who brought each row of the catalogue, and number its changes.

Revision: 0009, after 0008.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OWNED = (
    "booths", "calendar_days", "departments", "districts", "hours", "item_materials", "item_modes", "items",
    "materials", "packages", "seat_districts", "seat_languages", "seat_skills", "seats", "settings", "sites", "skills",
    "towns",
)  # fmt: skip


def upgrade() -> None:
    for table in OWNED:
        origin = sa.Column("origin", sa.String(length=32), nullable=False, server_default="import")
        op.add_column(table, origin)
    op.create_table(
        "catalogue_versions",
        sa.Column("changed_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False, comment="import, or the account"),
        sa.Column("what", sa.Text(), nullable=False, comment="JSON: table to rows added, changed, retired"),
        sa.PrimaryKeyConstraint("changed_ms", name=op.f("pk_catalogue_versions")),
    )


def downgrade() -> None:
    op.drop_table("catalogue_versions")
    for table in OWNED:
        op.drop_column(table, "origin")
