"""Create the catalogue and the staff.

Revision: 0001, after nothing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_days",
        sa.Column("day", sa.String(length=10), nullable=False, comment="yyyy-mm-dd, local"),
        sa.Column("kind", sa.String(length=16), nullable=False, comment="holiday, holiday_first, makeup, notice"),
        sa.PrimaryKeyConstraint("day", "kind", name=op.f("pk_calendar_days")),
    )
    op.create_table(
        "districts",
        sa.Column("code", sa.String(length=12), nullable=False, comment="GB/T 2260, six digits"),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("names", sa.Text(), nullable=False, comment="names in other languages"),
        sa.Column("active", sa.Boolean(), nullable=False, comment="has sites of its own; the others are peers"),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_districts")),
    )
    op.create_table(
        "hours",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False, comment="JSON of records.hours.Rule"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hours")),
    )
    op.create_table(
        "item_versions",
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("guide", sa.Text(), nullable=False, comment="JSON of protocol.views.GuideView"),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_item_versions_version")),
        sa.PrimaryKeyConstraint("item", "version", name=op.f("pk_item_versions")),
    )
    op.create_table(
        "materials",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("electronic", sa.Boolean(), nullable=False, comment="may come from the certificate library"),
        sa.Column("signature", sa.Boolean(), nullable=False, comment="needs the applicant's signature"),
        sa.Column("sensitive", sa.Boolean(), nullable=False, comment="sensitive personal information (PIPL 28)"),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_materials")),
    )
    op.create_table(
        "settings",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False, comment="JSON; its type is in records.entries"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_settings")),
    )
    op.create_table(
        "skills",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skills")),
    )
    op.create_table(
        "departments",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("short_name", sa.String(length=100), nullable=False),
        sa.Column("district", sa.String(length=12), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False, comment="unified social credit code, GB 32100"),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["district"], ["districts.code"], name=op.f("fk_departments_district_districts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_departments")),
    )
    op.create_table(
        "towns",
        sa.Column("code", sa.String(length=12), nullable=False, comment="nine digits"),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("full_name", sa.String(length=100), nullable=False),
        sa.Column("district", sa.String(length=12), nullable=False),
        sa.Column("booths", sa.Integer(), nullable=False, comment="booths in the whole town, as published"),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["district"], ["districts.code"], name=op.f("fk_towns_district_districts")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_towns")),
    )
    op.create_table(
        "items",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("impl_code", sa.String(length=31), nullable=False, comment="uscc 18 + level 1 + basic code 12"),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("synonyms", sa.Text(), nullable=False, comment="what people call it"),
        sa.Column("department", sa.String(length=64), nullable=False),
        sa.Column("skill", sa.String(length=64), nullable=False),
        sa.Column(
            "kind",
            sa.String(length=8),
            nullable=False,
            comment="item type: 01 licence, 05 grant, 20 public service, ...",
        ),
        sa.Column("handling", sa.String(length=16), nullable=False, comment="done at once, or promised within days"),
        sa.Column("subject", sa.String(length=1), nullable=False, comment="P natural person, L legal person"),
        sa.Column(
            "cross", sa.String(length=16), nullable=False, comment="cross-district mode; none: own district only"
        ),
        sa.Column("saturday", sa.Boolean(), nullable=False),
        sa.Column("promised_days", sa.Integer(), nullable=False),
        sa.Column("legal_days", sa.Integer(), nullable=False),
        sa.Column("average_min", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="counts the changes of the guide"),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="SHA-256 of the guide as imported"),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["department"], ["departments.id"], name=op.f("fk_items_department_departments")),
        sa.ForeignKeyConstraint(["skill"], ["skills.id"], name=op.f("fk_items_skill_skills")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_items")),
        sa.UniqueConstraint("impl_code", name=op.f("uq_items_impl_code")),
    )
    op.create_table(
        "packages",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False, comment="joint or guide"),
        sa.Column("lead", sa.String(length=64), nullable=False),
        sa.Column("items", sa.Text(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["lead"], ["departments.id"], name=op.f("fk_packages_lead_departments")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packages")),
    )
    op.create_table(
        "sites",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False, comment="hall, town, village, self24, ..."),
        sa.Column("district", sa.String(length=12), nullable=False),
        sa.Column("town", sa.String(length=12), nullable=False),
        sa.Column("hours", sa.Text(), nullable=False, comment="ids of opening hours"),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["district"], ["districts.code"], name=op.f("fk_sites_district_districts")),
        sa.ForeignKeyConstraint(["town"], ["towns.code"], name=op.f("fk_sites_town_towns")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sites")),
    )
    op.create_table(
        "booths",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=True, comment="SHA-256 of the one-time enrolment code"),
        sa.Column("code_until_ms", sa.BigInteger(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=True, comment="SHA-256 of the booth's token"),
        sa.Column("enrolled_ms", sa.BigInteger(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name=op.f("fk_booths_site_sites")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booths")),
    )
    with op.batch_alter_table("booths", schema=None) as batch_op:
        batch_op.create_index("ix_booths_code_hash", ["code_hash"], unique=True)
        batch_op.create_index("ix_booths_token_hash", ["token_hash"], unique=True)

    op.create_table(
        "item_materials",
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("material", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("flags", sa.String(length=8), nullable=False, comment="m d e o s c x, as in the catalogue"),
        sa.ForeignKeyConstraint(["item"], ["items.id"], name=op.f("fk_item_materials_item_items"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["material"], ["materials.key"], name=op.f("fk_item_materials_material_materials")),
        sa.PrimaryKeyConstraint("item", "material", name=op.f("pk_item_materials")),
    )
    op.create_table(
        "item_modes",
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["item"], ["items.id"], name=op.f("fk_item_modes_item_items"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("item", "mode", name=op.f("pk_item_modes")),
    )
    op.create_table(
        "seats",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("district", sa.String(length=12), nullable=False),
        sa.Column("duty", sa.String(length=8), nullable=False, comment="full, or part: is alerted and claims"),
        sa.Column("authority", sa.Integer(), nullable=False, comment="1 consult, 2 coach, 3 handle"),
        sa.Column("wrap_up_s", sa.Integer(), nullable=False),
        sa.Column("certificate", sa.String(length=100), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["district"], ["districts.code"], name=op.f("fk_seats_district_districts")),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name=op.f("fk_seats_site_sites")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seats")),
    )
    op.create_table(
        "accounts",
        sa.Column("name", sa.String(length=64), nullable=False, comment="lower case"),
        sa.Column("display_name", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("seat", sa.String(length=64), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=False, comment="Argon2id, with its parameters"),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("changed_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["seat"], ["seats.id"], name=op.f("fk_accounts_seat_seats")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_accounts")),
    )
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.create_index("ix_accounts_seat", ["seat"], unique=False)

    op.create_table(
        "seat_districts",
        sa.Column("seat", sa.String(length=64), nullable=False),
        sa.Column("district", sa.String(length=12), nullable=False, comment="a code, or * for all"),
        sa.ForeignKeyConstraint(["seat"], ["seats.id"], name=op.f("fk_seat_districts_seat_seats"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("seat", "district", name=op.f("pk_seat_districts")),
    )
    op.create_table(
        "seat_languages",
        sa.Column("seat", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False, comment="ISO 639-3 or `en`"),
        sa.ForeignKeyConstraint(["seat"], ["seats.id"], name=op.f("fk_seat_languages_seat_seats"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("seat", "language", name=op.f("pk_seat_languages")),
    )
    op.create_table(
        "seat_skills",
        sa.Column("seat", sa.String(length=64), nullable=False),
        sa.Column("skill", sa.String(length=64), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name=op.f("ck_seat_skills_level")),
        sa.ForeignKeyConstraint(["seat"], ["seats.id"], name=op.f("fk_seat_skills_seat_seats"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["skill"], ["skills.id"], name=op.f("fk_seat_skills_skill_skills")),
        sa.PrimaryKeyConstraint("seat", "skill", name=op.f("pk_seat_skills")),
    )


def downgrade() -> None:
    op.drop_table("seat_skills")
    op.drop_table("seat_languages")
    op.drop_table("seat_districts")
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.drop_index("ix_accounts_seat")

    op.drop_table("accounts")
    op.drop_table("seats")
    op.drop_table("item_modes")
    op.drop_table("item_materials")
    with op.batch_alter_table("booths", schema=None) as batch_op:
        batch_op.drop_index("ix_booths_token_hash")
        batch_op.drop_index("ix_booths_code_hash")

    op.drop_table("booths")
    op.drop_table("sites")
    op.drop_table("packages")
    op.drop_table("items")
    op.drop_table("towns")
    op.drop_table("departments")
    op.drop_table("skills")
    op.drop_table("settings")
    op.drop_table("materials")
    op.drop_table("item_versions")
    op.drop_table("hours")
    op.drop_table("districts")
    op.drop_table("calendar_days")
