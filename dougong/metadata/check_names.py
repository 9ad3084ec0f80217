"""Which fields an object will have, and what to say of a name that is none of them."""

from dougong.kit.errors import Problem
from dougong.metadata.check_fields import problem
from dougong.metadata.model import Object
from dougong.metadata.names import LOCK_FIELDS, OWNERSHIP_FIELDS, POOL_FIELDS, RECORD_TYPE, SYSTEM_FIELDS, nearest


def known_fields(obj: Object) -> set[str]:
    """The names of all fields that `obj` will have, those of the system included."""
    return {*obj.fields, *system_names(obj)}


def system_names(obj: Object) -> set[str]:
    """The names of the fields that the registry adds."""
    return {
        *SYSTEM_FIELDS,
        *(OWNERSHIP_FIELDS if obj.owned else ()),
        *(LOCK_FIELDS if obj.lockable else ()),
        *(POOL_FIELDS if obj.pooled else ()),
        *((RECORD_TYPE,) if obj.record_types else ()),
    }


def unknown_field(obj: Object, place: str, name: str) -> Problem:
    """The problem of a field that `obj` has not, with the nearest name."""
    near = nearest(name, known_fields(obj))
    return problem("metadata.no_such_field", place, name=name, object=obj.name, nearest=near)
