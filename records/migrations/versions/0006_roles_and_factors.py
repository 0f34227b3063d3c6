"""Part the administrators, keep second factors and booth keys.

`admin` had a supervisor's rights and everything else; it becomes the system administrator, who keeps accounts and the
machine. A security administrator is granted at the command line, see docs/operations.md.

Revision: 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE accounts SET role = 'system', changed_ms = changed_ms WHERE role = 'admin'")
    for column in (
        sa.Column("must_change", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("factor", sa.String(length=200), nullable=True, comment="the sealed key of one-time codes"),
        sa.Column("factor_ms", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("factor_step", sa.BigInteger(), nullable=False, server_default="0"),
    ):
        op.add_column("accounts", column)
    op.create_table(
        "recovery_codes",
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False, comment="SHA-256; a used code is deleted"),
        sa.PrimaryKeyConstraint("account", "hash", name=op.f("pk_recovery_codes")),
    )
    for column in (
        sa.Column("key", sa.String(length=200), nullable=True, comment="the device's public key: SPKI, base64"),
        sa.Column("stopped_ms", sa.BigInteger(), nullable=False, server_default="0"),
    ):
        op.add_column("booths", column)


def downgrade() -> None:
    for name in ("stopped_ms", "key"):
        op.drop_column("booths", name)
    op.drop_table("recovery_codes")
    for name in ("factor_step", "factor_ms", "factor", "must_change"):
        op.drop_column("accounts", name)
    # The roles of this version are unknown to the one before: who had none of its words may not sign in there.
    op.execute("UPDATE accounts SET role = 'admin' WHERE role = 'system'")
    op.execute("UPDATE accounts SET role = 'agent', active = false WHERE role NOT IN ('agent', 'supervisor', 'admin')")
