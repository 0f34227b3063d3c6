"""Keep what citizens agreed to, the notices they read, and who of the staff spoke with them.

Revision: 0012, after 0011.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

#: Columns are added one by one: a table that is made anew would lose the triggers that refuse changes.
ADDED = (
    ("accounts", "staff_number", 32),
    ("accounts", "department", 64),
    ("sessions", "staff_number", 32),
    ("sessions", "department", 64),
)


def upgrade() -> None:
    op.create_table(
        "consents",
        sa.Column("entry", sa.String(length=40), nullable=False, comment="id of the journal's entry"),
        sa.Column("ticket", sa.String(length=64), nullable=False),
        sa.Column("session", sa.String(length=64), nullable=False, comment="empty while waiting"),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False, comment="of the notice that was shown"),
        sa.Column("locale", sa.String(length=16), nullable=False, comment="the language it was read in"),
        sa.Column("how", sa.String(length=32), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_consents")),
    )
    op.create_index("ix_consents_ticket", "consents", ["ticket", "at_ms"])
    op.create_table(
        "notice_versions",
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False, comment="JSON of records.catalogue.face.NoticesEntry"),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="SHA-256 of the text"),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_notice_versions")),
    )
    op.add_column("departments", sa.Column("names", sa.Text(), nullable=False, server_default="{}"))
    for table, name, length in ADDED:
        op.add_column(table, sa.Column(name, sa.String(length=length), nullable=False, server_default=""))


def downgrade() -> None:
    for table, name, _ in ADDED:
        op.drop_column(table, name)
    op.drop_column("departments", "names")
    op.drop_table("notice_versions")
    op.drop_index("ix_consents_ticket", "consents")
    op.drop_table("consents")
