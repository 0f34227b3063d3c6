"""Create the journal's bookkeeping and the audit trail.

Revision: 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=100), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False, comment="JSON object of short facts, no personal data"),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index("ix_audit_actor", ["actor", "at_ms"], unique=False)
        batch_op.create_index("ix_audit_subject", ["subject"], unique=False)

    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "journal_entries",
        sa.Column("id", sa.String(length=40), nullable=False, comment="stream id"),
        sa.Column("position", sa.BigInteger(), nullable=False, comment="order of application"),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("ticket", sa.String(length=64), nullable=False),
        sa.Column("session", sa.String(length=64), nullable=False),
        sa.Column("seat", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False, comment="the other fields, without what people wrote"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_entries")),
    )
    with op.batch_alter_table("journal_entries", schema=None) as batch_op:
        batch_op.create_index("ix_journal_entries_at_ms", ["at_ms"], unique=False)
        batch_op.create_index("ix_journal_entries_session", ["session", "position"], unique=False)
        batch_op.create_index("ix_journal_entries_ticket", ["ticket", "position"], unique=False)

    op.create_table(
        "journal_positions",
        sa.Column("realm", sa.String(length=64), nullable=False),
        sa.Column("last_id", sa.String(length=40), nullable=False),
        sa.Column("applied", sa.BigInteger(), nullable=False),
        sa.Column("set_aside", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("realm", name=op.f("pk_journal_positions")),
    )
    op.create_table(
        "journal_set_aside",
        sa.Column("id", sa.String(length=40), nullable=False, comment="stream id"),
        sa.Column("why", sa.String(length=32), nullable=False, comment="unknown_type, malformed, orphan, refused"),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("kept_ms", sa.BigInteger(), nullable=False, comment="time in the stream id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_set_aside")),
    )


def downgrade() -> None:
    op.drop_table("journal_set_aside")
    op.drop_table("journal_positions")
    with op.batch_alter_table("journal_entries", schema=None) as batch_op:
        batch_op.drop_index("ix_journal_entries_ticket")
        batch_op.drop_index("ix_journal_entries_session")
        batch_op.drop_index("ix_journal_entries_at_ms")

    op.drop_table("journal_entries")
    op.drop_table("audit_head")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_subject")
        batch_op.drop_index("ix_audit_actor")

    op.drop_table("audit")
