"""Keep calls to other systems until they are answered.

Revision: 0020, after 0019.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "port_calls",
        sa.Column("realm", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False, comment="idempotency key; rises with time"),
        sa.Column("port", sa.String(length=32), nullable=False),
        sa.Column("operation", sa.String(length=32), nullable=False),
        sa.Column(
            "once",
            sa.String(length=160),
            nullable=False,
            comment="what is asked once only, by the caller's own name for it",
        ),
        sa.Column(
            "about", sa.String(length=64), nullable=False, comment="the matter, within which calls keep their order"
        ),
        sa.Column("body", sa.Text(), nullable=False, comment="sealed"),
        sa.Column("body_hash", sa.String(length=80), nullable=False, comment="keyed; before it the key's name"),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("kept_ms", sa.BigInteger(), nullable=False),
        sa.Column("next_ms", sa.BigInteger(), nullable=False, comment="not tried before"),
        sa.Column("lease_ms", sa.BigInteger(), nullable=False, comment="until then somebody is trying"),
        sa.Column("ended_ms", sa.BigInteger(), nullable=False, comment="0 while it waits"),
        sa.Column("answer", sa.Text(), nullable=False, comment="sealed"),
        sa.Column("problem", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("realm", "id", name="pk_port_calls"),
        sa.UniqueConstraint("realm", "port", "once", name="uq_port_calls_once"),
    )
    op.create_index("ix_port_calls_due", "port_calls", ["realm", "state", "port", "next_ms"])
    op.create_index("ix_port_calls_about", "port_calls", ["realm", "port", "about", "state"])
    op.create_index("ix_port_calls_ended_ms", "port_calls", ["realm", "ended_ms"])


def downgrade() -> None:
    op.drop_table("port_calls")
