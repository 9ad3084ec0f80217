"""Who asks: a person with their rights and reach, resolved once and then a plain value."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
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

    `read_tokens` and `edit_tokens` are sorted; a row is visible when its `access` array meets the first and editable
    when it meets the second. `reads_all` / `edits_all`: the role's scope is the whole company.
    """

    user_id: int | None
    login: str
    name: str
    language: Language
    timezone: str
    department_id: int | None
    rights: Mapping[str, ObjectRights]
    read_tokens: tuple[int, ...]
    edit_tokens: tuple[int, ...]
    reads_all: bool = False
    edits_all: bool = False
    administers: bool = False
    """Holds the administration right: configuration objects, users, metadata."""
    rights_key: Hashable = None
    """Equal for principals with equal rights and reach flags: part of the key of compiled queries."""
    reason: str | None = None
    """Why the system acts (lands in history); None for a person."""


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
        read_tokens=(),
        edit_tokens=(),
        reads_all=True,
        edits_all=True,
        administers=True,
        rights_key="system",
        reason=reason,
    )
