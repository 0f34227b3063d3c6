"""Keep the logins that live, so that staff stay signed in when the queue's memory is lost.

Revision: 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "logins",
        sa.Column("key", sa.String(length=64), nullable=False, comment="the cookie's hash"),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("began_ms", sa.BigInteger(), nullable=False),
        sa.Column("seen_ms", sa.BigInteger(), nullable=False, comment="was in use then, perhaps later too"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_logins")),
    )
    op.create_index("ix_logins_account", "logins", ["account"])


def downgrade() -> None:
    op.drop_table("logins")
