"""Keep every version of a session's closing: the first one told, and each correction.

Revision: 0011, after 0010.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "closings",
        sa.Column("session", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("case_was", sa.String(length=32), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("session", "version", name=op.f("pk_closings")),
    )
    op.add_column("outcomes", sa.Column("amended", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("outcomes", sa.Column("amended_ms", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("outcomes", "amended_ms")
    op.drop_column("outcomes", "amended")
    op.drop_table("closings")
