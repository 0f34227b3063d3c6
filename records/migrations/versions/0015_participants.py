"""Keep the role of each participant of a session; rows of before are those of its citizen and its agent.

Revision: 0015, after 0014.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Left empty in old rows: they are sealed, and whose they are is told by their `party`.
    op.add_column("participants", sa.Column("role", sa.String(length=32), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("participants", "role")
