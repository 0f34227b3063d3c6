"""Note how old a program may work on these tables, so that a node of the release before can start during an update.

Revision: 0010, after 0009.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Say that programs which know this revision may work here.

    A migration that takes away what an older program still uses raises `oldest` to the first that does not.
    """
    support = op.create_table(
        "schema_support",
        sa.Column("oldest", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("oldest", name=op.f("pk_schema_support")),
    )
    op.bulk_insert(support, [{"oldest": "0010"}])


def downgrade() -> None:
    """Forget it."""
    op.drop_table("schema_support")
