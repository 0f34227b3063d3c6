"""Give each account a scope; those that there are keep the whole realm.

Revision: 0014, after 0013.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("accounts", sa.Column("scope_kind", sa.String(length=32), nullable=False, server_default="realm"))
    op.add_column("accounts", sa.Column("scope_id", sa.String(length=64), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("accounts", "scope_id")
    op.drop_column("accounts", "scope_kind")
