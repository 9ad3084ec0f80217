"""What a program may do with an API token that is for some objects only: never more than its owner, and no settings.

The limits make another principal of the owner, who goes through the same gates as everybody. It does not administer:
a token that leaked must not open a way around its own limits. Names behind a link are read only where the linked object
is among the chosen, as for a person without the right to it.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from dougong.access.fields import field_access
from dougong.access.policy import allowed
from dougong.access.principal import Action, FieldAccess, ObjectRights, Principal, Reach, reach_of
from dougong.access.sessions import TokenScope
from dougong.metadata.model import Object
from dougong.metadata.registry import Registry

Limits = Mapping[str, TokenScope]
"""By object whether it may be read only, or also written."""


def limited(owner: Principal, registry: Registry, limits: Limits) -> Principal:
    """The owner of a token as far as the token goes. Objects that are gone by now are left out."""
    chosen = {name: scope for name, scope in limits.items() if name in registry.objects}
    rights = {name: _rights(owner, registry.objects[name], scope) for name, scope in chosen.items()}
    return replace(
        owner,
        rights=MappingProxyType(rights),
        administers=False,
        areas=frozenset(),
        rights_key=(owner.rights_key, tuple(sorted(chosen.items()))),
    )


def _rights(owner: Principal, obj: Object, scope: TokenScope) -> ObjectRights:
    held = [action for action in Action if allowed(owner, obj, action) is None]
    levels = {field.name: field_access(owner, obj, field) for field in obj.fields.values()}
    return ObjectRights(
        actions=frozenset(a for a in held if scope is TokenScope.WRITE or reach_of(a) is Reach.READ),
        fields=MappingProxyType({name: level for name, level in levels.items() if level is not FieldAccess.EDIT}),
    )
