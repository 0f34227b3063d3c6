"""Keep what an agent said of a citizen's own claim to priority; empty where nobody looked.

Revision: 0013, after 0012.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tickets", sa.Column("priority_claim", sa.String(length=32), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("tickets", "priority_claim")
