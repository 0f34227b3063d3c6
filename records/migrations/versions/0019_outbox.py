"""Make the outbox: the events that other systems are told.

Revision: 0019, after 0018.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

REALM = ("realm", sa.String(length=64))
KEY = sa.String(length=64)


def _column(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def upgrade() -> None:
    """Make the tables; there is nothing to put into them."""
    number = sa.BigInteger()
    op.create_table(
        "outbox",
        _column(*REALM),
        _column("seq", number),
        _column("id", sa.String(length=40)),
        _column("kind", sa.String(length=40)),
        _column("subject", KEY),
        _column("at_ms", number),
        _column("data", sa.Text()),
        _column("replaces", sa.String(length=40)),
        _column("collecting_district", sa.String(length=12)),
        _column("handling_district", sa.String(length=12)),
        _column("department", KEY),
        _column("site", KEY),
        sa.PrimaryKeyConstraint("realm", "seq", name=op.f("pk_outbox")),
    )
    op.create_index("ix_outbox_id", "outbox", ["realm", "id"], unique=True)
    op.create_index("ix_outbox_subject", "outbox", ["realm", "subject", "seq"])
    op.create_index("ix_outbox_at_ms", "outbox", ["realm", "at_ms"])
    op.create_table(
        "outbox_heads",
        _column(*REALM),
        _column("seq", number),
        _column("gone_seq", number),
        sa.PrimaryKeyConstraint("realm", name=op.f("pk_outbox_heads")),
    )


def downgrade() -> None:
    """Forget them."""
    for table in ("outbox_heads", "outbox"):
        op.drop_table(table)
