"""Who asks: a person with their rights and reach, resolved once and then a plain value."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

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


class Reach(StrEnum):
    """How much a token on a row lets its holder do; each includes the ones before it."""

    READ = "read"
    EDIT = "edit"
    OWN = "own"
    """Also delete, hand over and share: what an owner may, and what is never shared (domain.md 1.8)."""


REACHES = {
    Action.READ: Reach.READ,
    Action.EXPORT: Reach.READ,
    Action.DELETE: Reach.OWN,
    Action.TRANSFER: Reach.OWN,
    Action.SHARE: Reach.OWN,
}


def reach_of(action: Action) -> Reach:
    """The reach that one needs on a record for `action`."""
    return REACHES.get(action, Reach.EDIT)


class FieldAccess(StrEnum):
    """What a profile allows on a field; over several profiles the most permissive holds."""

    HIDDEN = "hidden"
    READ = "read"
    EDIT = "edit"


@dataclass(frozen=True)
class ObjectRights:
    """The union of what a person's profiles allow on one object. A field that is not named has `EDIT`."""

    actions: frozenset[Action] = frozenset()
    fields: Mapping[str, FieldAccess] = field(default_factory=lambda: MappingProxyType({}))


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
    administers: bool = False
    """Holds the administration right: configuration objects, users, metadata."""
    rights_key: Hashable = None
    """Equal for principals with equal rights and reach flags: part of the key of compiled queries."""
    valid_until: date | None = None
    """The last day of a right that ends by itself: then the person must be resolved anew."""
    reason: str | None = None
    """Why the system acts (lands in history); None for a person."""


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
    )
