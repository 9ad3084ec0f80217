"""The rights on fields. A hidden field is answered as if it did not exist, on every surface."""

from dougong.access.principal import Action, FieldAccess, Principal
from dougong.metadata.model import Field, Object

ALWAYS_READ = frozenset({"id", "version"})
"""What each answer about a record carries, and no right can hide."""

TRANSFERRED = ("owner_id", "department_id")
"""Owner and department of owned records say who sees them: giving a stored record others is to transfer it."""


def field_access(principal: Principal, obj: Object, field: Field) -> FieldAccess:
    """What the principal's profiles allow on `field`; secret fields are hidden from everybody."""
    if field.secret:
        return FieldAccess.HIDDEN
    if principal.administers:
        return FieldAccess.READ if field.system else FieldAccess.EDIT
    rights = principal.rights.get(obj.name)
    if rights is None:
        return FieldAccess.HIDDEN
    access = rights.fields.get(field.name, FieldAccess.EDIT)
    if access is FieldAccess.HIDDEN and field.name in ALWAYS_READ:
        return FieldAccess.READ
    # The key by which configuration as text knows a record is the administrators', in personal list views too.
    if access is FieldAccess.EDIT and (field.system or field.name in obj.key):
        return FieldAccess.READ
    return access


def readable(principal: Principal, obj: Object, field: Field) -> bool:
    """Whether the principal may see, filter, sort, group or export by `field`."""
    if field_access(principal, obj, field) is FieldAccess.HIDDEN:
        return False
    # Rights without the one to read, to create only, say what may be written.
    return principal.administers or Action.READ in principal.rights[obj.name].actions


def readable_fields(principal: Principal, obj: Object) -> list[Field]:
    """The fields of `obj` that the principal may see, in the object's order."""
    return [f for f in obj.fields.values() if readable(principal, obj, f)]


def editable_fields(principal: Principal, obj: Object) -> list[Field]:
    """The fields of `obj` that the principal may write when the record lets them."""
    rights = principal.rights.get(obj.name)
    if not principal.administers and (rights is None or not rights.actions & {Action.CREATE, Action.UPDATE}):
        return []
    return [f for f in obj.fields.values() if field_access(principal, obj, f) is FieldAccess.EDIT]
