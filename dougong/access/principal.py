"""Who asks: a person with their rights and reach, resolved once and then a plain value."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

from dougong.access.areas import Area
from dougong.access.contacts import Contacts
from dougong.access.terms import Terms
from dougong.kit.text import Language


class Action(StrEnum):
    """What a profile may allow on an object (domain.md 1.3)."""

    READ = "read"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    TRANSFER = "transfer"
    IMPORT = "import"
    EXPORT = "export"
    BULK_EDIT = "bulk_edit"
    SHARE = "share"
    """Give others access to a record: team members and manual shares."""
    LOCK = "lock"
    """Lock a record against changes, and unlock it."""
    PRINT = "print"
    """Put a record on paper or into a file by a print template."""
    MERGE = "merge"
    """Make one record of several."""


class Reach(StrEnum):
    """How much a token on a row lets its holder do; each includes the ones before it."""

    READ = "read"
    EDIT = "edit"
    OWN = "own"
    """Also delete, hand over and share: what an owner may, and what is never shared (domain.md 1.8)."""


REACHES = {
    Action.READ: Reach.READ,
    Action.EXPORT: Reach.READ,
    Action.PRINT: Reach.READ,
    Action.DELETE: Reach.OWN,
    Action.TRANSFER: Reach.OWN,
    Action.SHARE: Reach.OWN,
    # One of the two is gone afterwards.
    Action.MERGE: Reach.OWN,
}


HELD_BY_LOCK = frozenset({Action.UPDATE, Action.DELETE, Action.TRANSFER, Action.MERGE})
"""What nobody may do to a locked record, whatever they reach."""


def reach_of(action: Action) -> Reach:
    """The reach that one needs on a record for `action`."""
    return REACHES.get(action, Reach.EDIT)


class FieldAccess(StrEnum):
    """What a profile allows on a field; over several profiles the most permissive holds."""

    HIDDEN = "hidden"
    READ = "read"
    EDIT = "edit"


PERMISSIVENESS = (FieldAccess.HIDDEN, FieldAccess.READ, FieldAccess.EDIT)
"""The levels, the narrow first."""


@dataclass(frozen=True)
class ObjectRights:
    """The union of what a person's profiles allow on one object. A field that is not named has `EDIT`."""

    actions: frozenset[Action] = frozenset()
    fields: Mapping[str, FieldAccess] = field(default_factory=lambda: MappingProxyType({}))
    barred_types: frozenset[str] = frozenset()
    """The record types that none of the profiles which allow creating may create."""
    preselected_type: str | None = None
    """The record type that a new record has unless another is chosen, where a profile says so."""
    off_menu: bool = False
    """It has no place in the person's navigation, though they may use it."""


@dataclass(frozen=True)
class Viewer:
    """An administrator who sees the product as somebody else does, until then."""

    user_id: int
    name: str
    until: datetime


@dataclass(frozen=True)
class Principal:
    """A person (or the system) that acts, with everything that decides what they may see and do.

    `tokens` has sorted tokens for each reach: a row is visible when its `access` array meets those of READ, editable
    when it meets those of EDIT, and its to delete, hand over and share when it meets those of OWN.
    `reads_all` / `edits_all`: the role's scope is the whole company.
    """

    user_id: int | None
    login: str
    name: str
    language: Language
    timezone: str
    department_id: int | None
    rights: Mapping[str, ObjectRights]
    tokens: Mapping[Reach, tuple[int, ...]]
    reads_all: bool = False
    edits_all: bool = False
    controls: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """By object, where dimensions beside departments have a say in it: the label of its control."""
    terms: Mapping[tuple[str, Reach], Terms] = field(default_factory=lambda: MappingProxyType({}))
    """By label and reach: what one reaches of such objects, instead of `tokens`, `reads_all` and `edits_all`."""
    contacts: Contacts | None = None
    """The people and departments whom one finds; None: everybody."""
    pools: Mapping[int, bool] = field(default_factory=lambda: MappingProxyType({}))
    """The pools that the person is in, each with whether they administer it; an administrator administers all."""
    masks: Mapping[tuple[str, str], tuple[int, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """By object and field the pools in which it is blank to them while a record lies there without an owner."""
    profiles: frozenset[str] = frozenset()
    """Keys of the profiles held: layouts are for some of them. Never ask them for a right."""
    administers: bool = False
    """Holds the administration right: configuration objects, users, metadata."""
    areas: frozenset[Area] = frozenset()
    """The areas of the settings that somebody has who does not administer as a whole."""
    rights_key: Hashable = None
    """Equal for principals with equal rights and reach flags: part of the key of compiled queries."""
    valid_until: date | None = None
    """The last day of a right that ends by itself: then the person must be resolved anew."""
    reason: str | None = None
    """Why the system acts (lands in history); None for a person."""
    product: bool = False
    """The product acts, by itself or in what goes with an act of the person: no lock keeps it from its own fields."""
    viewed_by: Viewer | None = None
    """Who looks with this person's eyes (access.view_as): then nothing can be written."""
    params: dict[str, str] = field(default_factory=dict, init=False, compare=False, repr=False)
    """What `records.read.visibility` has made of the tokens for statements, once and for all."""


NO_TOKENS: Mapping[Reach, tuple[int, ...]] = MappingProxyType(dict.fromkeys(Reach, ()))


def system(reason: str) -> Principal:
    """The product itself acting, for a stated reason: everything allowed, the reason goes into history."""
    return Principal(
        user_id=None,
        login="system",
        name="System",
        language="zh",
        timezone="Asia/Shanghai",
        department_id=None,
        rights=MappingProxyType({}),
        tokens=NO_TOKENS,
        reads_all=True,
        edits_all=True,
        administers=True,
        rights_key="system",
        reason=reason,
        product=True,
    )


def acting_for(person: Principal) -> Principal:
    """The product doing what goes with an act of `person`: everything is allowed, and history names the person.

    For what necessarily follows from an act that the person may do (decision 18), never for the act itself.
    """
    return replace(
        system("for a person"),
        user_id=person.user_id,
        login=person.login,
        name=person.name,
        language=person.language,
        timezone=person.timezone,
        department_id=person.department_id,
        reason=person.reason,
    )
