"""Give sites and seats names in the readers' languages; those that there are keep the one they have.

Revision: 0016, after 0015.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

NAMED = ("sites", "seats")


def upgrade() -> None:
    for table in NAMED:
        op.add_column(table, sa.Column("names", sa.Text(), nullable=False, server_default="{}"))


def downgrade() -> None:
    for table in NAMED:
        op.drop_column(table, "names")
