"""Create the ledger of tickets and sessions.

Revision: 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cases",
        sa.Column("ticket", sa.String(length=64), nullable=False, comment="a case is known by its ticket"),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("collecting_site", sa.String(length=64), nullable=False),
        sa.Column("collecting_district", sa.String(length=12), nullable=False),
        sa.Column("handling_district", sa.String(length=12), nullable=False),
        sa.Column("opened_ms", sa.BigInteger(), nullable=False),
        sa.Column("changed_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("ticket", name=op.f("pk_cases")),
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index("ix_cases_collecting_district", ["collecting_district"], unique=False)
        batch_op.create_index("ix_cases_handling_district", ["handling_district"], unique=False)

    op.create_table(
        "chat_lines",
        sa.Column("entry", sa.String(length=40), nullable=False, comment="id of the journal's entry"),
        sa.Column("session", sa.String(length=64), nullable=False),
        sa.Column(
            "seq", sa.Integer(), nullable=False, comment="starts anew when the queue's memory was lost in mid-session"
        ),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("party", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_chat_lines")),
    )
    with op.batch_alter_table("chat_lines", schema=None) as batch_op:
        batch_op.create_index("ix_chat_lines_session", ["session", "seq"], unique=False)

    op.create_table(
        "custody",
        sa.Column("ticket", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False, comment="site, seat, district or courier"),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("courier_number", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("ticket", "position", name=op.f("pk_custody")),
    )
    op.create_table(
        "documents",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("ticket", sa.String(length=64), nullable=False),
        sa.Column("session", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("material", sa.String(length=64), nullable=False),
        sa.Column("verdict", sa.String(length=32), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("stored_ms", sa.BigInteger(), nullable=False),
        sa.Column("judged_ms", sa.BigInteger(), nullable=True),
        sa.Column("wiped_ms", sa.BigInteger(), nullable=True, comment="content removed when its time was over"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
    )
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.create_index("ix_documents_session", ["session"], unique=False)
        batch_op.create_index("ix_documents_ticket", ["ticket"], unique=False)

    op.create_table(
        "outcomes",
        sa.Column("session", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False, comment="materials still missing"),
        sa.Column("receipt", sa.String(length=40), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("session", name=op.f("pk_outcomes")),
    )
    op.create_table(
        "participants",
        sa.Column("session", sa.String(length=64), nullable=False),
        sa.Column("party", sa.String(length=32), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False, comment="seat id; ticket id for the citizen"),
        sa.Column("place", sa.String(length=64), nullable=False, comment="booth, site or channel"),
        sa.Column("joined_ms", sa.BigInteger(), nullable=False),
        sa.Column("left_ms", sa.BigInteger(), nullable=True),
        sa.Column("absences", sa.Integer(), nullable=False, comment="how often its page went away"),
        sa.Column("here", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("session", "party", "who", name=op.f("pk_participants")),
    )
    op.create_table(
        "ratings",
        sa.Column("session", sa.String(length=64), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False, comment="1 on acceptance, 2 on completion"),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name=op.f("ck_ratings_level")),
        sa.PrimaryKeyConstraint("session", "stage", name=op.f("pk_ratings")),
    )
    op.create_table(
        "reservations",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("ticket", sa.String(length=64), nullable=False),
        sa.Column("seat", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False, comment="fencing token"),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.Column("deadline_ms", sa.BigInteger(), nullable=True, comment="none for a claim"),
        sa.Column("ended_ms", sa.BigInteger(), nullable=True),
        sa.Column("waited_ms", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("explain", sa.Text(), nullable=False, comment="JSON: why this seat"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservations")),
    )
    with op.batch_alter_table("reservations", schema=None) as batch_op:
        batch_op.create_index("ix_reservations_seat", ["seat", "made_ms"], unique=False)
        batch_op.create_index("ix_reservations_ticket", ["ticket"], unique=False)

    op.create_table(
        "seat_changes",
        sa.Column("entry", sa.String(length=40), nullable=False, comment="id of the journal's entry"),
        sa.Column("seat", sa.String(length=64), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("was", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.Column("ticket", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_seat_changes")),
    )
    with op.batch_alter_table("seat_changes", schema=None) as batch_op:
        batch_op.create_index("ix_seat_changes_seat", ["seat", "at_ms"], unique=False)

    op.create_table(
        "sessions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("ticket", sa.String(length=64), nullable=False),
        sa.Column("seat", sa.String(length=64), nullable=False),
        sa.Column("reservation", sa.String(length=64), nullable=False),
        sa.Column("day", sa.String(length=8), nullable=False, comment="local day on which it began, yyyymmdd"),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("began_ms", sa.BigInteger(), nullable=False),
        sa.Column("active_ms", sa.BigInteger(), nullable=True, comment="when both saw each other first"),
        sa.Column("hung_up_ms", sa.BigInteger(), nullable=True),
        sa.Column("closed_ms", sa.BigInteger(), nullable=True),
        sa.Column("served_ms", sa.BigInteger(), nullable=True, comment="as the queue measured it"),
        sa.Column("notes", sa.Text(), nullable=False, comment="the agent's own notes"),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
    )
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.create_index("ix_sessions_began_ms", ["began_ms", "id"], unique=False)
        batch_op.create_index("ix_sessions_day", ["day", "began_ms"], unique=False)
        batch_op.create_index("ix_sessions_seat", ["seat", "began_ms"], unique=False)
        batch_op.create_index("ix_sessions_ticket", ["ticket"], unique=False)

    op.create_table(
        "tickets",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("receipt", sa.String(length=40), nullable=False),
        sa.Column("day", sa.String(length=8), nullable=False, comment="local day of the arrival, yyyymmdd"),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("priority", sa.String(length=32), nullable=False),
        sa.Column("about", sa.Text(), nullable=False, comment="JSON of protocol.views.About"),
        sa.Column("needs", sa.Text(), nullable=False, comment="JSON of protocol.skills.Needs"),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("item_name", sa.String(length=200), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("booth", sa.String(length=64), nullable=False),
        sa.Column("collecting_district", sa.String(length=12), nullable=False),
        sa.Column("handling_district", sa.String(length=12), nullable=False),
        sa.Column("helper_present", sa.Boolean(), nullable=False),
        sa.Column(
            "arrived_ms", sa.BigInteger(), nullable=False, comment="when the waiting began; kept when a machine failed"
        ),
        sa.Column("taken_ms", sa.BigInteger(), nullable=False, comment="when this queue took it up"),
        sa.Column("relaxed", sa.String(length=64), nullable=False, comment="what widening gave up, comma-separated"),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("returns", sa.Integer(), nullable=False, comment="how often it went back to waiting"),
        sa.Column("waited_ms", sa.BigInteger(), nullable=True, comment="to the first answer or to leaving"),
        sa.Column("ended_ms", sa.BigInteger(), nullable=True),
        sa.Column("why_ended", sa.String(length=64), nullable=False),
        sa.Column("session", sa.String(length=64), nullable=False, comment="its latest session"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
    )
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.create_index("ix_tickets_day_number", ["day", "number"], unique=False)
        batch_op.create_index("ix_tickets_receipt", ["receipt"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.drop_index("ix_tickets_receipt")
        batch_op.drop_index("ix_tickets_day_number")

    op.drop_table("tickets")
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.drop_index("ix_sessions_ticket")
        batch_op.drop_index("ix_sessions_seat")
        batch_op.drop_index("ix_sessions_day")
        batch_op.drop_index("ix_sessions_began_ms")

    op.drop_table("sessions")
    with op.batch_alter_table("seat_changes", schema=None) as batch_op:
        batch_op.drop_index("ix_seat_changes_seat")

    op.drop_table("seat_changes")
    with op.batch_alter_table("reservations", schema=None) as batch_op:
        batch_op.drop_index("ix_reservations_ticket")
        batch_op.drop_index("ix_reservations_seat")

    op.drop_table("reservations")
    op.drop_table("ratings")
    op.drop_table("participants")
    op.drop_table("outcomes")
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.drop_index("ix_documents_ticket")
        batch_op.drop_index("ix_documents_session")

    op.drop_table("documents")
    op.drop_table("custody")
    with op.batch_alter_table("chat_lines", schema=None) as batch_op:
        batch_op.drop_index("ix_chat_lines_session")

    op.drop_table("chat_lines")
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index("ix_cases_handling_district")
        batch_op.drop_index("ix_cases_collecting_district")

    op.drop_table("cases")
