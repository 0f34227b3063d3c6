"""Tables of service items: their modes, materials, and earlier versions of their guides."""

from sqlalchemy import CheckConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from records.tables.base import Base, Key, Ms, Names, OfRealm, Owned, Packed, within


class MaterialRow(Owned, Base):
    """A kind of document that items may require."""

    __tablename__ = "materials"
    key: Mapped[str] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    names: Mapped[Names] = mapped_column(Packed(Names))
    electronic: Mapped[bool] = mapped_column(comment="may come from the certificate library")
    signature: Mapped[bool] = mapped_column(comment="needs the applicant's signature")
    sensitive: Mapped[bool] = mapped_column(comment="sensitive personal information (PIPL 28)")
    retired: Mapped[bool] = mapped_column(default=False)


class ItemRow(Owned, Base):
    """An item as it is now; its earlier guides are in `item_versions`."""

    __tablename__ = "items"
    __table_args__ = (
        UniqueConstraint("realm", "impl_code", name="uq_items_impl_code"),
        within("items", "department", "departments.id"),
        within("items", "skill", "skills.id"),
    )
    id: Mapped[str] = mapped_column(Key, primary_key=True)
    impl_code: Mapped[str] = mapped_column(String(31), comment="uscc 18 + level 1 + basic code 12")
    name: Mapped[str] = mapped_column(String(200))
    names: Mapped[Names] = mapped_column(Packed(Names))
    synonyms: Mapped[tuple[str, ...]] = mapped_column(Packed(tuple[str, ...]), comment="what people call it")
    department: Mapped[str] = mapped_column(Key)
    skill: Mapped[str] = mapped_column(Key)
    kind: Mapped[str] = mapped_column(String(8), comment="item type: 01 licence, 05 grant, 20 public service, ...")
    handling: Mapped[str] = mapped_column(String(16), comment="done at once, or promised within days")
    subject: Mapped[str] = mapped_column(String(1), comment="P natural person, L legal person")
    cross: Mapped[str] = mapped_column(String(16), comment="cross-district mode; none: own district only")
    saturday: Mapped[bool]
    promised_days: Mapped[int]
    legal_days: Mapped[int]
    average_min: Mapped[int]
    result: Mapped[str] = mapped_column(String(200))
    version: Mapped[int] = mapped_column(comment="counts the changes of the guide")
    digest: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the guide as imported")
    retired: Mapped[bool] = mapped_column(default=False)


class ItemModeRow(Owned, Base):
    """A mode in which an item is served."""

    __tablename__ = "item_modes"
    __table_args__ = (within("item_modes", "item", "items.id", cascades=True),)
    item: Mapped[str] = mapped_column(Key, primary_key=True)
    mode: Mapped[str] = mapped_column(String(16), primary_key=True)


class ItemMaterialRow(Owned, Base):
    """A material that an item requires, in the order of its guide."""

    __tablename__ = "item_materials"
    __table_args__ = (
        within("item_materials", "item", "items.id", cascades=True),
        within("item_materials", "material", "materials.key"),
    )
    item: Mapped[str] = mapped_column(Key, primary_key=True)
    material: Mapped[str] = mapped_column(Key, primary_key=True)
    position: Mapped[int]
    flags: Mapped[str] = mapped_column(String(8), comment="m d e o s c x, as in the catalogue")


class ItemVersionRow(OfRealm, Base):
    """An earlier version of a guide: the one shown in a session stays readable."""

    __tablename__ = "item_versions"
    __table_args__ = (CheckConstraint("version > 0", name="version"),)
    item: Mapped[str] = mapped_column(Key, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    guide: Mapped[str] = mapped_column(Text, comment="JSON of protocol.views.GuideView")
    digest: Mapped[str] = mapped_column(String(64))
    since_ms: Mapped[int] = mapped_column(Ms)


class PackageRow(Owned, Base):
    """Items that life brings together (one thing, done once)."""

    __tablename__ = "packages"
    __table_args__ = (within("packages", "lead", "departments.id"),)
    id: Mapped[str] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    names: Mapped[Names] = mapped_column(Packed(Names))
    mode: Mapped[str] = mapped_column(String(16), comment="joint or guide")
    lead: Mapped[str] = mapped_column(Key)
    items: Mapped[tuple[str, ...]] = mapped_column(Packed(tuple[str, ...]))
    retired: Mapped[bool] = mapped_column(default=False)
