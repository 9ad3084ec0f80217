"""What an object, a field and a layout are: frozen dataclasses, no methods that query, no cycles.

Source: architecture.md (everything is an object), domain.md 0.1 (flags of a field).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
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
    default: bool = False
    """Chosen for new records, where the field that offers it has no default of its own."""
    fixed: bool = False
    """It comes with the product and changes only with it: neither edited, switched off nor removed by the company."""
    shown_for: tuple[str, ...] | None = None
    """The values of the controlling field for which it is offered; None: for all, and while that is blank."""
    attributes: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    id: str | None = None
    """What it was called first, where that is another value (`stable_id`)."""

    @property
    def stable_id(self) -> str:
        """What stays when the value changes."""
        return self.id or self.value


class SummaryFunction(StrEnum):
    """What a roll-up makes of its children."""

    COUNT = "count"
    SUM = "sum"
    MIN = "min"
    MAX = "max"
    AVERAGE = "average"


@dataclass(frozen=True)
class Summary:
    """A roll-up (汇总): the field says something about the records of `object` whose lookup `field` is this record."""

    object: str
    field: str
    function: SummaryFunction
    of: str | None = None
    """The child's field that is summed up; a count has none."""
    where: Mapping[str, Any] | None = None
    """Which children count, as filter JSON on their own fields; all of them when there is none."""

    @property
    def empty(self) -> int | None:
        """What it says when there are no children: nothing adds up to 0, but has no least and no mean."""
        return 0 if self.function in {SummaryFunction.COUNT, SummaryFunction.SUM} else None


@dataclass(frozen=True)
class Proposed:
    """Which records a lookup proposes (优先范围): those that meet `where`. Others may be chosen all the same."""

    where: Mapping[str, Any]
    """Filter JSON on fields of the target. A value {"from": path} is taken from the record that looks up; a comparison
    whose value is blank there asks nothing."""
    mark: str | None = None
    """The path from the target to what is shown beside a record that does not meet it (`account.name`)."""


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
    controlled_by: str | None = None
    """A select or boolean field of the same object: its value decides which options this one offers."""
    shown_for: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: EMPTY)
    """With an option set: for which controlling values each option is offered, where the set itself does not say so.
    A field's own options say it themselves."""
    target: str | None = None
    targets: tuple[str, ...] = ()
    """Polymorphic lookups: the objects that may be looked up."""
    with_pooled: bool = False
    """Polymorphic lookups: beside `targets` every object whose records can lie in pools, a company's own too."""
    pooled_targets: tuple[str, ...] = ()
    """With `with_pooled`: these objects; the registry has them."""
    proposed: Proposed | None = None
    """Lookups and master-details: which records pickers offer at first; no rule for what may be written."""
    on_delete: OnDelete = OnDelete.CLEAR
    format: str | None = None
    """Auto-number: for example OPP-{yyyy}{mm}-{0000}."""
    formula: str | None = None
    """Computed whenever it is read, never stored and never written; the type is that of the result."""
    default_formula: str | None = None
    """The value of a new record that was given none, computed from its other values."""
    system: bool = False
    """Maintained by the product: readable by all who see the record, never writable through the API."""
    maintained: bool = False
    """Kept by the product like a system field, though it stands in the package: people read it (a state, a time)."""
    follows: str | None = None
    """With `maintained`: the field of which the value tells something, of the object or of one that it points to
    (`opportunity.stage`); who may not read that, reads neither."""
    active: bool = True
    """False: out of use. Its values stay, but nobody reads, writes, filters or finds by it until it is used again."""
    secret: bool = False
    """Never read, filtered, exported or shown by anyone (password hashes)."""
    summary: Summary | None = None
    """A roll-up of children: kept by the write path (`records.write.summaries`), never written by anybody."""
    depends: tuple[tuple[str, str], ...] = ()
    """Formulas, roll-ups and fields that follow another: the (object, field) pairs that the value tells something
    about; the registry has them."""
    id: str | None = None
    """What it was called first, where that is another name (`stable_id`)."""

    @property
    def stored(self) -> bool:
        """Whether the table has a column for it."""
        return self.formula is None

    @property
    def stable_id(self) -> str:
        """What stays when the name changes: by it a plan knows a renamed field from a new one."""
        return self.id or self.name

    @property
    def points_to(self) -> tuple[str, ...]:
        """The objects that a field of the lookup family may point to; none for other fields."""
        match self.type:
            case FieldType.POLYMORPHIC:
                return (*self.targets, *self.pooled_targets)
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
    required: frozenset[str] = frozenset()
    """Fields that the form demands here beyond those that the object requires; the page binds, not the API."""
    read_only: frozenset[str] = frozenset()
    """Fields that are shown here and not entered; likewise."""
    collapsed: bool = False
    visible_when: Any = None
    """A filter (JSON) over the record's own fields; the section is there while the record meets it."""


@dataclass(frozen=True)
class RelatedList:
    """Children shown on a record's page: the records of `object` whose lookup `field` is this record."""

    object: str
    field: str
    columns: tuple[str, ...]
    label: Label | None = None
    """The title, where the object's own name would not say what these records are (the accounts below an account)."""
    sort: tuple[tuple[str, bool], ...] = ()
    """Paths, each with whether it goes down; without any the newest come first."""
    rows: int | None = None
    """How many are shown at once."""


@dataclass(frozen=True)
class Layout:
    """How a record's page and form are drawn."""

    highlights: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    related: tuple[RelatedList, ...] = ()
    buttons: tuple[str, ...] | None = None
    """Names of the buttons that the page has; None: all of the object."""


@dataclass(frozen=True)
class NamedLayout:
    """A layout for some: the first of an object's whose `record_types` and `profiles` (none: any) fit is drawn.

    To be on a layout or not is no permission: what a person may not read is hidden by profiles.
    """

    name: str
    label: Label
    layout: Layout
    record_types: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    """Keys of profiles; one of a person's is enough."""


@dataclass(frozen=True)
class RecordType:
    """A business type (业务类型) of an object's records: what they offer to choose, and what new ones start with."""

    name: str
    label: Label
    description: Label | None = None
    active: bool = True
    default: bool = False
    """What records have that nobody gave a type; exactly one of an object's types."""
    options: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: EMPTY)
    """By select field the values that records of this type offer; fields that are not named offer all."""
    defaults: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    """Defaults of fields that hold for this type instead of the fields' own."""


LISTS = ("list", "lookup", "search")
"""The places whose columns an object names: lists without a view, the lookup box, hits of the global search."""


class ButtonKind(StrEnum):
    """What a button of an object does."""

    LINK = "link"
    """Opens an address."""
    CREATE = "create"
    """Opens the form of a new record of another object."""
    UPDATE = "update"
    """Sets values."""
    PRINT = "print"
    """Prints by a template."""


class ButtonPlace(StrEnum):
    """Where a button stands."""

    RECORD = "record"
    LIST = "list"
    """Above the records that are selected in a list."""


@dataclass(frozen=True)
class Button:
    """What an administrator lets people do to records with one click; all of it through their ordinary rights."""

    name: str
    label: Label
    kind: ButtonKind
    places: tuple[ButtonPlace, ...] = (ButtonPlace.RECORD,)
    icon: str | None = None
    primary: bool = False
    """It stands beside "Edit" instead of in the menu."""
    url: str | None = None
    """A link's address, with fields of the record in braces: https://map.example/?q={account.name}."""
    object: str | None = None
    """What a create button makes."""
    values: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    """By field: what an update button sets; what a new record starts with, {"from": path} taking it from the record."""
    confirm: Label | None = None
    """What one is asked before."""
    template: str | None = None
    """The key of the print template."""
    visible_when: Any = None
    """The condition (as the API writes filters) that a record must meet."""
    profiles: tuple[str, ...] = ()
    """The keys of the profiles that have it; none: everybody."""


@dataclass(frozen=True)
class ValidationRule:
    """What may not be saved: a record for which `condition` (a formula) is true is refused with `message`."""

    name: str
    label: Label
    condition: str
    message: Label
    field: str | None = None
    """The field at which forms show the message; None: above the form."""
    active: bool = True
    when: tuple[str, ...] = ("create", "update")
    record_types: tuple[str, ...] = ()
    """The types of the records that it is for; none: all."""


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
    active: bool = True
    """False: out of use. Its records stay; it is in no menu, form or search, and nobody writes them."""
    configuration: bool = False
    """Its records are configuration: exported as text by key, editable only with the administration right."""
    key: tuple[str, ...] = ()
    """The fields by which a record is known in configuration text; a record without them is personal, not text."""
    administered: bool = False
    """Only the administration right lets one write its records, though they are no configuration text (assignments)."""
    log: bool = False
    """A log that the product itself keeps: administrators read it, nobody writes it, and its table is a system one."""
    single: bool = False
    """It has one record, which is changed and neither joined by another nor deleted: settings of the whole company."""
    stage_field: str | None = None
    """The select field that drives the kanban and the stage bar."""
    amount_field: str | None = None
    """The currency field that kanban columns and the funnel sum up."""
    dated_by: str | None = None
    """Documents: the date of which the rate of exchange is that converts their money."""
    public_field: str | None = None
    """A boolean field of an owned private object: where it is true, everybody may read the record (a shared view)."""
    icon: str | None = None
    navigation: int | None = None
    """Place in the navigation bar; None keeps it out."""
    layout: Layout = field(default_factory=Layout)
    """For everybody whom none of `layouts` is for."""
    layouts: tuple[NamedLayout, ...] = ()
    record_types: tuple[RecordType, ...] = ()
    """With some, the registry adds the field `record_type`."""
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: EMPTY)
    """By place of `LISTS`: which fields stand there."""
    master_action: str = "update"
    """Detail objects: what one must be allowed to do with the master to write its details."""
    activities: bool = False
    """Whether activities may hang on its records (their timeline)."""
    lockable: bool = False
    """Its records can be locked: then nobody edits, deletes or hands them over (domain.md 1.0, the third gate)."""
    pooled: bool = False
    """Its records can lie in a pool, without an owner, until somebody takes them (domain.md 5.8)."""
    priced: bool = False
    """Its records are priced lines of the document that is their master: a product, its quantity, price, discount and
    amount (domain.md 2.5, 2.9), which `crm.catalogue` keeps together."""
    pooled_with: str | None = None
    """The lookup to a pooled object with which its records change hands: contacts go with their account."""
    validation_rules: tuple[ValidationRule, ...] = ()
    actions: tuple[str, ...] = ()
    """What profiles can allow on it, where that is not what follows from its kind (`access.policy.offers`)."""
    buttons: tuple[Button, ...] = ()
    id: str | None = None
    """What it was called first, where that is another name (`stable_id`)."""

    @property
    def stable_id(self) -> str:
        """What stays when the name changes."""
        return self.id or self.name

    def english_of(self, name: str) -> str | None:
        """The field beside `name` that says the same in English, where the records are settings known by a key.

        Those come with the product, which speaks both languages; what people enter in business records is theirs.
        """
        beside = f"{name}_en"
        return beside if self.key and beside in self.fields else None

    @cached_property
    def searched(self) -> bool:
        """Whether its records are found by what stands in them. Configuration is not; neither is what the product alone
        keeps about other records (where they were moved, what was done): that is found through those."""
        kept = all(field.system or field.maintained for field in self.fields.values())
        return not (self.configuration or self.log or kept)

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
    help: Label | None = None
    controlled_by: str | None = None
    """The set whose options decide which of these are offered (省→市→区), where a field of that set controls."""
    preset: bool = False
    """Comes with the product and changes only with it."""
    single: bool = False
    """Only fields that take one option may use it."""
    id: str | None = None
    """What it was called first, where that is another name (`stable_id`)."""

    @property
    def stable_id(self) -> str:
        """What stays when the name changes."""
        return self.id or self.name
