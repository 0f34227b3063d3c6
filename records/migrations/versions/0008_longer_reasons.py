"""Give a declined reservation room for all that a seat may say of it.

Revision: 0008, after 0007.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Widen the column."""
    with op.batch_alter_table("reservations") as table:
        table.alter_column("reason", type_=sa.String(200), existing_type=sa.String(64), existing_nullable=False)


def downgrade() -> None:
    """Make it narrow again; longer reasons keep the migration from running."""
    with op.batch_alter_table("reservations") as table:
        table.alter_column("reason", type_=sa.String(64), existing_type=sa.String(200), existing_nullable=False)
