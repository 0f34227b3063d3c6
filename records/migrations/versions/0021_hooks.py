"""Make web-hooks: who is sent the events of the outbox, and the deliveries that were not accepted at once.

Revision: 0021, after 0020.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

REALM = ("realm", sa.String(length=64))
KEY = sa.String(length=64)


def _column(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def upgrade() -> None:
    """Make the tables; there is nothing to put into them."""
    number, count = sa.BigInteger(), sa.Integer()
    op.create_table(
        "hooks",
        _column(*REALM),
        _column("id", KEY),
        _column("name", sa.String(length=100)),
        _column("url", sa.String(length=500)),
        _column("kinds", sa.Text()),
        _column("scope_kind", sa.String(length=32)),
        _column("scope_id", KEY),
        _column("secrets", sa.Text()),
        _column("state", sa.String(length=32)),
        _column("why", sa.String(length=32)),
        _column("made_ms", number),
        _column("cursor_seq", number),
        _column("claimed_seq", number),
        _column("failures", count),
        _column("failing_ms", number),
        _column("next_ms", number),
        _column("accepted_ms", number),
        _column("lease_node", KEY),
        _column("lease_ms", number),
        _column("turn", number),
        sa.PrimaryKeyConstraint("realm", "id", name=op.f("pk_hooks")),
    )
    op.create_table(
        "hook_deliveries",
        _column(*REALM),
        _column("hook", KEY),
        _column("event", sa.String(length=40)),
        _column("seq", number),
        _column("kind", sa.String(length=40)),
        _column("subject", KEY),
        _column("body", sa.Text()),
        _column("state", sa.String(length=32)),
        _column("attempts", count),
        _column("first_ms", number),
        _column("tried_ms", number),
        _column("next_ms", number),
        _column("status", count),
        _column("why", sa.String(length=32)),
        sa.PrimaryKeyConstraint("realm", "hook", "event", name=op.f("pk_hook_deliveries")),
    )
    op.create_index("ix_hook_deliveries_due", "hook_deliveries", ["realm", "hook", "state", "next_ms"])
    op.create_index("ix_hook_deliveries_subject", "hook_deliveries", ["realm", "hook", "subject", "seq"])


def downgrade() -> None:
    """Forget them."""
    for table in ("hook_deliveries", "hooks"):
        op.drop_table(table)
