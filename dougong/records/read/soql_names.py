"""What the names in SOQL mean: objects, dotted paths, child relations, in any case and with or without underscores.

`CloseDate`, `closedate` and `close_date` are one field, `Account.Name` walks `account_id`. What comes out are API
names. What a reader may not see does not exist here either.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dougong.access.fields import readable
from dougong.access.policy import check_action
from dougong.access.principal import Action, Principal
from dougong.expressions.ast import Path
from dougong.expressions.check import Comparable
from dougong.expressions.nearest import nearest
from dougong.expressions.operators import OPERATORS_BY_SCALAR
from dougong.kit.errors import BadRequest
from dougong.kit.limits import PATH_DEPTH_MAX
from dougong.metadata.field_types import KINDS, LINKS
from dougong.metadata.model import Field, FieldType, Object
from dougong.metadata.registry import Registry
from dougong.records.read.schema import comparable_field

_OTHER_NAMES = {
    "createddate": "created_at",
    "lastmodifieddate": "updated_at",
    "createdbyid": "created_by_id",
    "lastmodifiedbyid": "updated_by_id",
    "createdby": "created_by",
    "lastmodifiedby": "updated_by",
    "stagename": "stage",
}
"""Salesforce's names of fields and relations that have others here, without underscores."""


@dataclass(frozen=True)
class Named:
    """What a path names: its API path, the field at its end (None for a part of a composite) and its scalar type."""

    path: Path
    field: Field | None
    scalar: str
    composite: bool = False

    @property
    def comparable(self) -> Comparable:
        """What it can be compared with. Raises BadRequest for a field of several parts."""
        if self.composite:
            raise BadRequest("query.composite", field=str(self.path))
        return self.testable

    @property
    def testable(self) -> Comparable:
        """The same where it is only asked whether it is blank, which a field of several parts may be too."""
        return of_scalar(self.scalar) if self.field is None else comparable_field(self.field)


def of_scalar(scalar: str) -> Comparable:
    """What something that is no field can be compared with."""
    return Comparable(scalar, OPERATORS_BY_SCALAR[scalar])


@dataclass(frozen=True)
class Names:
    """The names of one object for one reader (None: all but secret fields)."""

    registry: Registry
    obj: Object
    principal: Principal | None = None

    def named(self, steps: tuple[str, ...]) -> Named:
        """What the dotted path `steps` names. Raises BadRequest ("metadata.unknown_field" …) with the nearest name."""
        if len(steps) > PATH_DEPTH_MAX:
            raise BadRequest("expressions.path_too_deep", field=".".join(steps)[:200], maximum=PATH_DEPTH_MAX)
        obj = self.obj
        walked: list[str] = []
        for position, step in enumerate(steps[:-1]):
            rest = steps[position + 1 :]
            link = self._link(obj, step)
            if link is None:
                return self._part(obj, tuple(walked), step, rest)
            walked.append(link.step)
            if link.type is FieldType.POLYMORPHIC:
                if [name.lower() for name in rest] != ["name"]:
                    raise BadRequest("query.polymorphic_only_name", field=".".join(steps))
                return Named(Path((*walked, "name")), None, "text")
            obj = self.registry.object(link.points_to[0])
        found, name = self._field(obj, steps[-1])
        kind = KINDS[found.type]
        composite = len(kind.columns(found)) > 1 and found.type is not FieldType.POLYMORPHIC
        return Named(Path((*walked, name)), found, kind.scalar, composite)

    def fields(self) -> list[Field]:
        """The object's fields that the reader may see, in order."""
        return [field for field in self.obj.fields.values() if self._sees(self.obj, field)]

    def _sees(self, obj: Object, field: Field) -> bool:
        return not field.secret if self.principal is None else readable(self.principal, obj, field)

    def _field(self, obj: Object, name: str) -> tuple[Field, str]:
        """The field and the name by which to ask for it: "name" is every object's name field."""
        exact = obj.fields.get(name)
        if exact is not None and self._sees(obj, exact):
            return exact, name
        seen = {field.name: field for field in obj.fields.values() if self._sees(obj, field)}
        if name.lower() == "name" and obj.name_field in seen:
            return seen[obj.name_field], "name"
        found = _loosely(name, seen)
        if found is None:
            raise BadRequest("metadata.unknown_field", field=name[:60], object=obj.name, nearest=nearest(name, seen))
        return seen[found], found

    def _link(self, obj: Object, step: str) -> Field | None:
        exact = obj.fields.get(f"{step}_id")
        if exact is not None and exact.type in LINKS and self._sees(obj, exact):
            return exact
        links = {field.step: field for field in obj.fields.values() if field.type in LINKS and self._sees(obj, field)}
        found = _loosely(step, links)
        return None if found is None else links[found]

    def _part(self, obj: Object, walked: tuple[str, ...], step: str, rest: tuple[str, ...]) -> Named:
        """A part of a composite field: `address.city`."""
        links = [field.step for field in obj.fields.values() if field.type in LINKS and self._sees(obj, field)]
        try:
            field, name = self._field(obj, step)
        except BadRequest as error:
            raise BadRequest(
                "query.unknown_relation", field=step[:60], object=obj.name, nearest=nearest(step, links)
            ) from error
        columns = dict(KINDS[field.type].columns(field))
        parts = {column.removeprefix(f"{field.name}_"): column for column in columns}
        if len(columns) < 2 or field.type is FieldType.POLYMORPHIC:
            raise BadRequest("query.not_a_relation", field=".".join((*walked, step, *rest)), step=step)
        part = rest[0].lower()
        if len(rest) > 1 or part not in parts:
            raise BadRequest(
                "metadata.unknown_field", field=".".join(rest)[:60], object=name, nearest=nearest(rest[0], parts)
            )
        return Named(Path((*walked, name, part)), None, KINDS[field.type].scalar)


def find_object(registry: Registry, name: str, principal: Principal | None = None) -> Object:
    """The object that SOQL calls `name`.

    Raises BadRequest("metadata.unknown_object") with the nearest name, Forbidden where it is closed to `principal`.
    """
    found = registry.objects.get(name)
    if found is None:
        loosely = _loosely(name, registry.objects)
        found = registry.object(name if loosely is None else loosely)
    if principal is not None:
        check_action(principal, found, Action.READ)
    return found


def find_children(
    registry: Registry, parent: Object, name: str, principal: Principal | None = None
) -> tuple[Object, Field]:
    """The children of `parent` that a subquery's FROM calls `name`: the object and its lookup.

    `name` is the child object's, its plural, or `object__field` where several of its lookups point to the parent.
    Without a field, the lookup named after the parent is meant, then the only one that is no system field, then the
    owner. With `principal`, lookups that they may not see do not exist.
    Raises BadRequest("query.unknown_children") with the nearest, or ("query.ambiguous_children") with the choices.
    """
    wanted, _, field_name = name.partition("__")
    # Salesforce marks a custom relation so.
    field_name = "" if field_name.lower() in {"r", "c"} else field_name
    found: dict[str, list[Field]] = {}
    for obj in registry.objects.values():
        names = Names(registry, obj, principal)
        links = [field for field in names.fields() if parent.name in field.points_to]
        if links:
            found[obj.name] = links
    aliases = {alias: child for child in found for alias in (child, *_plurals(child))}
    child = aliases.get(wanted) or aliases.get(_loosely(wanted, aliases) or "")
    if child is None:
        near = nearest(name, [_plurals(known)[0] for known in found])
        raise BadRequest("query.unknown_children", field=name[:100], object=parent.name, nearest=near)
    return registry.objects[child], _chosen(child, parent, found[child], field_name)


def _chosen(child: str, parent: Object, links: list[Field], field_name: str) -> Field:
    if field_name:
        by_name = {alias: field for field in links for alias in (field.name, field.step)}
        found = by_name.get(field_name) or by_name.get(_loosely(field_name, by_name) or "")
        if found is None:
            near = nearest(field_name, by_name)
            raise BadRequest("metadata.unknown_field", field=field_name[:60], object=child, nearest=near)
        return found
    own = [field for field in links if not field.system]
    for choice in (
        [field for field in links if field.step == parent.name],
        own,
        [field for field in links if field.name == "owner_id"],
        links,
    ):
        if len(choice) == 1:
            return choice[0]
    choices = ", ".join(f"{child}__{field.step}" for field in links)
    raise BadRequest("query.ambiguous_children", field=child, object=parent.name, choices=choices)


def _plurals(name: str) -> tuple[str, ...]:
    """The English plural first, then what people write as well."""
    if name.endswith("y"):
        return f"{name[:-1]}ies", f"{name}s"
    return (f"{name}es", f"{name}s") if name.endswith(("s", "x", "z", "ch", "sh")) else (f"{name}s", f"{name}es")


def _squashed(name: str) -> str:
    return name.lower().replace("_", "")


def _loosely(name: str, names: Mapping[str, object] | Iterable[str]) -> str | None:
    """The only one of `names` that differs from `name` in case, underscores and Salesforce's custom mark alone."""
    lower = name.lower()
    for suffix in ("__c", "__r"):
        lower = lower.removesuffix(suffix)
    found = {candidate for candidate in names if _squashed(candidate) == _squashed(lower)}
    if not found:
        other = _OTHER_NAMES.get(_squashed(lower))
        found = {candidate for candidate in names if candidate == other}
    return found.pop() if len(found) == 1 else None
