"""The rights on fields. A hidden field is answered as if it did not exist, on every surface."""

from collections.abc import Mapping

from dougong.access.areas import area_of, seen_by
from dougong.access.principal import Action, FieldAccess, Principal
from dougong.metadata.model import Field, Object

ALWAYS_READ = frozenset({"id", "version"})
"""What each answer about a record carries, and no right can hide."""

TRANSFERRED = ("owner_id", "department_id")
"""Owner and department of owned records say who sees them: giving a stored record others is to transfer it."""


def field_access(principal: Principal, obj: Object, field: Field) -> FieldAccess:
    """What the principal's profiles allow on `field`; secret fields and those out of use are hidden from all."""
    if field.secret or (not field.active and principal.user_id is not None):
        # What is out of use only the product itself still reads: for export as text, backups of values, its checks.
        return FieldAccess.HIDDEN
    if _sets(principal, obj):
        return FieldAccess.READ if field.system or field.maintained or obj.log else FieldAccess.EDIT
    rights = principal.rights.get(obj.name)
    if rights is None:
        return FieldAccess.READ if seen_by(principal.areas, obj.name) else FieldAccess.HIDDEN
    if not _reads_all(principal, field.depends):
        return FieldAccess.HIDDEN
    access = rights.fields.get(field.name, FieldAccess.EDIT)
    if access is FieldAccess.HIDDEN and field.name in ALWAYS_READ:
        return FieldAccess.READ
    # The key by which configuration as text knows a record is the administrators', in personal list views too.
    if access is FieldAccess.EDIT and (field.system or field.maintained or field.name in obj.key):
        return FieldAccess.READ
    return access


def _sets(principal: Principal, obj: Object) -> bool:
    """Whether no profile limits the principal's fields of the object: it is theirs to administer."""
    return principal.administers or area_of(obj.name) in principal.areas


def _reads_all(principal: Principal, depends: tuple[tuple[str, str], ...]) -> bool:
    """Whether the principal may read all that a formula or a roll-up is made of: else its value would tell it."""
    for object_name, field_name in depends:
        rights = principal.rights.get(object_name)
        if rights is None or Action.READ not in rights.actions:
            return False
        if rights.fields.get(field_name) is FieldAccess.HIDDEN and field_name not in ALWAYS_READ:
            return False
    return True


def readable(principal: Principal, obj: Object, field: Field) -> bool:
    """Whether the principal may see, filter, sort, group or export by `field`."""
    if field_access(principal, obj, field) is FieldAccess.HIDDEN:
        return False
    # Rights without the one to read, to create only, say what may be written.
    if _sets(principal, obj) or seen_by(principal.areas, obj.name):
        return True
    return Action.READ in principal.rights[obj.name].actions


def readable_fields(principal: Principal, obj: Object) -> list[Field]:
    """The fields of `obj` that the principal may see, in the object's order."""
    return [f for f in obj.fields.values() if readable(principal, obj, f)]


def editable_fields(principal: Principal, obj: Object) -> list[Field]:
    """The fields of `obj` that the principal may write when the record lets them."""
    rights = principal.rights.get(obj.name)
    if not _sets(principal, obj) and (rights is None or not rights.actions & {Action.CREATE, Action.UPDATE}):
        return []
    return [f for f in obj.fields.values() if field_access(principal, obj, f) is FieldAccess.EDIT]


def path_readable(objects: Mapping[str, Object], principal: Principal, obj: Object, path: str) -> bool:
    """Whether each step of a path may be read; a path through a polymorphic lookup ends there."""
    head, _, rest = path.partition(".")
    found = obj.fields.get(head) or obj.fields.get(f"{head}_id")
    if found is None or not readable(principal, obj, found):
        return False
    if not rest or found.target is None or found.target not in objects:
        return True
    return path_readable(objects, principal, objects[found.target], rest)
