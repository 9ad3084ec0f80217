"""What an object, a field and a layout are: frozen dataclasses, no methods that query, no cycles.

Source: architecture.md (everything is an object), domain.md 0.1 (flags of a field).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

EMPTY: Mapping[str, Any] = MappingProxyType({})


class FieldType(StrEnum):
    """The closed set of field types; `metadata.field_types.KINDS` gives each one's facets."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    RICH_TEXT = "rich_text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    CURRENCY = "currency"
    PERCENT = "percent"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"
    BOOLEAN = "boolean"
    SELECT = "select"
    MULTI_SELECT = "multi_select"
    LOOKUP = "lookup"
    MASTER_DETAIL = "master_detail"
    POLYMORPHIC = "polymorphic"
    AUTO_NUMBER = "auto_number"
    EMAIL = "email"
    PHONE = "phone"
    URL = "url"
    ADDRESS = "address"
    LOCATION = "location"
    FILE = "file"
    IMAGE = "image"
    USER = "user"
    DEPARTMENT = "department"
    ID = "id"
    """A record's own id: only the system field `id` has this type."""


class OnDelete(StrEnum):
    """What becomes of a record when the record that it looks up to is deleted."""

    RESTRICT = "restrict"
    CASCADE = "cascade"
    CLEAR = "clear"


class Sharing(StrEnum):
    """An object's default access (domain.md 1.0, grant a)."""

    PRIVATE = "private"
    PUBLIC_READ = "public_read"
    PUBLIC_EDIT = "public_edit"
    PARENT = "parent"
    """A detail object: its records are as visible and as editable as their master."""


@dataclass(frozen=True)
class Label:
    """A text that people see, in both languages."""

    zh: str
    en: str


@dataclass(frozen=True)
class Option:
    """A value of a select field. `attributes` carry what the field's owner needs (a stage: probability, outcome)."""

    value: str
    label: Label
    color: str | None = None
    active: bool = True
    attributes: Mapping[str, Any] = field(default_factory=lambda: EMPTY)


@dataclass(frozen=True)
class Field:
    """One field of an object. `name` is its API name; a lookup's ends in `_id` and its path step has no `_id`."""

    name: str
    type: FieldType
    label: Label
    help: Label | None = None
    required: bool = False
    unique: bool = False
    indexed: bool = False
    tracked: bool = True
    searchable: bool = False
    default: Any = None
    """A literal of the field's type, or one of the words `$today`, `$now`, `$user`, `$department`."""
    length: int | None = None
    scale: int | None = None
    minimum: Any = None
    maximum: Any = None
    options: tuple[Option, ...] = ()
    option_set: str | None = None
    """Name of a general option set; the registry fills `options` from it."""
    target: str | None = None
    targets: tuple[str, ...] = ()
    """Polymorphic lookups: the objects that may be looked up."""
    on_delete: OnDelete = OnDelete.CLEAR
    format: str | None = None
    """Auto-number: for example OPP-{yyyy}{mm}-{0000}."""
    system: bool = False
    """Maintained by the product: readable by all who see the record, never writable through the API."""
    secret: bool = False
    """Never read, filtered, exported or shown by anyone (password hashes)."""

    @property
    def points_to(self) -> tuple[str, ...]:
        """The objects that a field of the lookup family may point to; none for other fields."""
        match self.type:
            case FieldType.POLYMORPHIC:
                return self.targets
            case FieldType.USER:
                return ("user",)
            case FieldType.DEPARTMENT:
                return ("department",)
            case _:
                return () if self.target is None else (self.target,)

    @property
    def holds(self) -> bool:
        """Whether no record can be without what this lookup points to, or outlive it: it is a part of that."""
        return self.type is FieldType.MASTER_DETAIL or (self.required and self.on_delete is OnDelete.CASCADE)

    @property
    def step(self) -> str:
        """The name of this lookup as a step of a dotted path: `account_id` is walked as `account.`."""
        return self.name.removesuffix("_id")


@dataclass(frozen=True)
class Section:
    """A titled group of fields on the record page and in the form."""

    label: Label
    fields: tuple[str, ...]
    columns: int = 2


@dataclass(frozen=True)
class RelatedList:
    """Children shown on a record's page: the records of `object` whose lookup `field` is this record."""

    object: str
    field: str
    columns: tuple[str, ...]
    label: Label | None = None
    """The title, where the object's own name would not say what these records are (the accounts below an account)."""


@dataclass(frozen=True)
class Layout:
    """How a record's page and form are drawn."""

    highlights: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    related: tuple[RelatedList, ...] = ()


@dataclass(frozen=True)
class Object:
    """A kind of record. `fields` includes the system fields that the registry adds to each object."""

    name: str
    label: Label
    plural: Label
    name_field: str
    fields: Mapping[str, Field]
    sharing: Sharing = Sharing.PRIVATE
    owned: bool = True
    """Has owner_id and department_id. Detail objects and configuration objects have not."""
    configuration: bool = False
    """Its records are configuration: exported as text by key, editable only with the administration right."""
    key: tuple[str, ...] = ()
    """The fields by which a record is known in configuration text; a record without them is personal, not text."""
    administered: bool = False
    """Only the administration right lets one write its records, though they are no configuration text (assignments)."""
    stage_field: str | None = None
    """The select field that drives the kanban and the stage bar."""
    amount_field: str | None = None
    """The currency field that kanban columns and the funnel sum up."""
    public_field: str | None = None
    """A boolean field of an owned private object: where it is true, everybody may read the record (a shared view)."""
    icon: str | None = None
    navigation: int | None = None
    """Place in the navigation bar; None keeps it out."""
    layout: Layout = field(default_factory=Layout)
    master_action: str = "update"
    """Detail objects: what one must be allowed to do with the master to write its details."""
    activities: bool = False
    """Whether activities may hang on its records (their timeline)."""

    @property
    def master(self) -> Field | None:
        """The field by which a detail object hangs on its master.

        Its master-detail field; a detail of records of several objects (a team member) has a polymorphic one instead.
        """
        if self.sharing is not Sharing.PARENT:
            return None
        wanted = (FieldType.MASTER_DETAIL, FieldType.POLYMORPHIC)
        return next((f for kind in wanted for f in self.fields.values() if f.type is kind), None)


@dataclass(frozen=True)
class OptionSet:
    """A general option set (通用选项集): options shared by fields of several objects."""

    name: str
    label: Label
    options: tuple[Option, ...]
