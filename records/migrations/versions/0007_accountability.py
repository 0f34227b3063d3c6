"""Sign the audit trail, seal the records, and name who served and who uploaded.

Revision: 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

#: Columns are added one by one: a table that is made anew would lose the triggers that refuse changes.
ADDED = (
    ("audit", "id", 64),
    ("audit", "seat", 64),
    ("audit", "person", 16),
    ("audit", "result", 32),
    ("audit", "origin", 16),
    ("audit", "request", 32),
    ("audit", "key", 8),
    ("audit_head", "key", 8),
    ("audit_head", "mac", 64),
    ("sessions", "account", 64),
    ("sessions", "agent_name", 100),
    ("participants", "account", 64),
    ("participants", "name", 100),
    ("documents", "uploaded_by", 64),
    ("documents", "request", 64),
    ("outcomes", "account", 64),
    ("journal_positions", "seal_hash", 64),
)


def upgrade() -> None:
    for table, name, length in ADDED:
        column = sa.Column(name, sa.String(length=length), nullable=False, server_default="")
        op.add_column(table, column)
    seal_seq = sa.Column("seal_seq", sa.BigInteger(), nullable=False, server_default="0")
    op.add_column("journal_positions", seal_seq)
    op.create_index("ix_audit_action", "audit", ["action", "seq"])
    op.create_index("ix_sessions_account", "sessions", ["account", "began_ms"])
    op.create_table(
        "audit_inbox",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=100), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("seat", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=16), nullable=False),
        sa.Column("result", sa.String(length=32), nullable=False),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("request", sa.String(length=32), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_inbox")),
    )
    op.create_table(
        "record_seals",
        sa.Column("realm", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("rows", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("realm", "seq", name=op.f("pk_record_seals")),
    )
    op.create_table(
        "audit_alarms",
        sa.Column("id", sa.String(length=160), nullable=False),
        sa.Column("rule", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("limit", sa.Integer(), nullable=False),
        sa.Column("raised_ms", sa.BigInteger(), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("answered_ms", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_alarms")),
    )
    op.create_index("ix_audit_alarms_open", "audit_alarms", ["answered_ms", "raised_ms"])


def downgrade() -> None:
    for table in ("audit_alarms", "record_seals", "audit_inbox"):
        op.drop_table(table)
    op.drop_index("ix_sessions_account", "sessions")
    op.drop_index("ix_audit_action", "audit")
    for table, name, _ in (*ADDED, ("journal_positions", "seal_seq", 0)):
        op.drop_column(table, name)
