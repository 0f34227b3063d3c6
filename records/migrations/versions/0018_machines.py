"""Keep machines and their keys; nothing that there is changes, and a program of the release before runs beside it.

Revision: 0018, after 0017.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "machines",
        sa.Column("realm", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=48), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False, comment="the account of who answers for it"),
        sa.Column("scope_kind", sa.String(length=32), nullable=False),
        sa.Column("scope_id", sa.String(length=64), nullable=False),
        sa.Column("operations", sa.Text(), nullable=False, comment="names of operations"),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("changed_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("realm", "name", name=op.f("pk_machines")),
    )
    op.create_table(
        "machine_keys",
        sa.Column("realm", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False, comment="public: stands in the key itself"),
        sa.Column("machine", sa.String(length=48), nullable=False),
        sa.Column(
            "hash",
            sa.String(length=64),
            nullable=False,
            comment="SHA-256 of the whole key, which has 256 random bits",
        ),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("expires_ms", sa.BigInteger(), nullable=False, comment="a rotation sets an earlier end"),
        sa.Column("ended_ms", sa.BigInteger(), nullable=False),
        sa.Column("used_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["realm", "machine"], ["machines.realm", "machines.name"], name=op.f("fk_machine_keys_machine_machines")
        ),
        sa.PrimaryKeyConstraint("realm", "id", name=op.f("pk_machine_keys")),
    )
    op.create_index("ix_machine_keys_machine", "machine_keys", ["realm", "machine"])


def downgrade() -> None:
    op.drop_index("ix_machine_keys_machine", "machine_keys")
    op.drop_table("machine_keys")
    op.drop_table("machines")
