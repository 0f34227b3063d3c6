"""Keep the news that other systems tell, and how far each of their matters is.

Revision: 0022, after 0021.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "port_news",
        sa.Column("realm", sa.String(length=64), nullable=False),
        sa.Column("port", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False, comment="the sender's id of it"),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("matter", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="sealed"),
        sa.Column("body_hash", sa.String(length=80), nullable=False, comment="keyed; before it the key's name"),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("received_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("realm", "port", "id", name="pk_port_news"),
    )
    op.create_index("ix_port_news_matter", "port_news", ["realm", "port", "matter", "state"])
    op.create_index("ix_port_news_state", "port_news", ["realm", "state", "received_ms"])
    op.create_table(
        "port_matters",
        sa.Column("realm", sa.String(length=64), nullable=False),
        sa.Column("port", sa.String(length=32), nullable=False),
        sa.Column("matter", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False, comment="handled last"),
        sa.Column("rank", sa.Integer(), nullable=False, comment="highest handled"),
        sa.Column("moved_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("realm", "port", "matter", name="pk_port_matters"),
    )
    op.create_index("ix_port_matters_moved_ms", "port_matters", ["realm", "moved_ms"])


def downgrade() -> None:
    op.drop_table("port_matters")
    op.drop_table("port_news")
