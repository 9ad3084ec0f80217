"""A few changes of definitions, as a screen makes them: the bodies in force with the changes in them, as a package.

The package is whole, so it is planned with `prune=True`: what it does not have is what was taken away.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from dougong.kit.errors import BadRequest, Problem
from dougong.metadata.check import InvalidDefinitions
from dougong.metadata.definitions import Body, object_to_body, option_set_from_body
from dougong.metadata.names import nearest
from dougong.metadata.package import Package, named_fields, object_from_file, schema_problems
from dougong.metadata.registry import Registry, without_system_fields
from dougong.metadata.renames import Definitions, Renames, Renaming


@dataclass(frozen=True)
class ChangedObject:
    """Settings of an object: a key given None goes back to its default, a key not given stays. No body deletes it;
    another `name` in it renames it, and whatever names it follows. So it is with a field.

    `fields` are changed one by one (`ChangedField`); in the body they are a list of names: the order in which they
    are to stand, those not named behind.
    """

    name: str
    body: Body | None


@dataclass(frozen=True)
class ChangedField:
    """A whole field in the place of the one that has its name, or a new one; no body deletes it.

    `after` names the field behind which it is to stand (an empty text: first); None leaves it where it is, a new one
    at the end.
    """

    object: str
    name: str
    body: Body | None
    after: str | None = None


@dataclass(frozen=True)
class ChangedOptionSet:
    """A whole option set; no body deletes it."""

    name: str
    body: Body | None


DefinitionChange = ChangedObject | ChangedField | ChangedOptionSet


def changed(registry: Registry, changes: Sequence[DefinitionChange]) -> Package:
    """All definitions of `registry` with `changes` in them, one after the other.

    Raises BadRequest for a change of what does not exist, and InvalidDefinitions for bodies that are not as the
    published schema has them. Whether the whole fits together is the plan's question.
    """
    before = Definitions({n: without_system_fields(o) for n, o in registry.objects.items()}, registry.option_sets)
    renames = _renames(before, changes)
    found = Renaming(before, renames).definitions() if renames else before
    objects, sets = dict(found.objects), dict(found.option_sets)
    changes = [_as_called(change, renames) for change in changes]
    bodies: dict[str, Body | None] = {}
    problems: list[Problem] = []
    for change in changes:
        if isinstance(change, ChangedOptionSet):
            problems += _change_set(sets, change)
            continue
        name = change.name if isinstance(change, ChangedObject) else change.object
        if name not in bodies:
            bodies[name] = named_fields(object_to_body(objects[name])) if name in objects else None
        bodies[name] = _changed_object(bodies[name], change, registry.objects)
    for name, body in bodies.items():
        if body is None:
            objects.pop(name, None)
            continue
        wrong = schema_problems("object", body, f"objects/{name}")
        problems += wrong
        if not wrong:
            objects[name] = object_from_file(name, body)
    if problems:
        raise InvalidDefinitions(problems)
    return Package(objects=MappingProxyType(objects), option_sets=MappingProxyType(sets))


def _renames(before: Definitions, changes: Sequence[DefinitionChange]) -> Renames:
    """What the changes call otherwise: a body with another `name` than that of what it changes."""
    objects: dict[str, str] = {}
    fields: dict[str, dict[str, str]] = {}
    for change in changes:
        new = (change.body or {}).get("name")
        if not isinstance(new, str) or new == change.name:
            continue
        if isinstance(change, ChangedObject) and change.name in before.objects:
            objects[change.name] = new
        elif isinstance(change, ChangedField) and change.name in _fields_of(before, change.object):
            fields.setdefault(change.object, {})[change.name] = new
    return Renames(objects, fields)


def _fields_of(before: Definitions, object_name: str) -> Mapping[str, object]:
    obj = before.objects.get(object_name)
    return {} if obj is None else obj.fields


def _as_called(change: DefinitionChange, renames: Renames) -> DefinitionChange:
    """The change under the names that things have from then on."""
    if isinstance(change, ChangedField):
        name = renames.fields.get(change.object, {}).get(change.name, change.name)
        after = renames.fields.get(change.object, {}).get(change.after or "", change.after)
        owner = renames.objects.get(change.object, change.object)
        return replace(change, object=owner, name=name, after=after)
    if isinstance(change, ChangedObject):
        body = None if change.body is None else {k: v for k, v in change.body.items() if k != "name"}
        return replace(change, name=renames.objects.get(change.name, change.name), body=body)
    return change


def _change_set(sets: dict[str, Any], change: ChangedOptionSet) -> Iterable[Problem]:
    if change.body is None:
        if change.name not in sets:
            raise _unknown("metadata.no_such_option_set", change.name, sets)
        del sets[change.name]
        return ()
    body = _given(change.body)
    wrong = schema_problems("option_set", body, f"option_sets/{change.name}")
    if not wrong:
        sets[change.name] = option_set_from_body(change.name, body)
    return wrong


def _changed_object(
    body: Body | None, change: ChangedObject | ChangedField, objects: Mapping[str, object]
) -> Body | None:
    if isinstance(change, ChangedField):
        if body is None:
            raise _unknown("metadata.no_such_object", change.object, objects)
        return {**body, "fields": _changed_fields(body["fields"], change)}
    if change.body is None:
        if body is None:
            raise _unknown("metadata.no_such_object", change.name, objects)
        return None
    order = change.body.get("fields")
    settings = {key: value for key, value in change.body.items() if key != "fields"}
    whole = _given({**(body or {}), **settings})
    fields = (body or {}).get("fields", {})
    return {**whole, "fields": fields if order is None else _ordered(fields, order, change.name)}


def _changed_fields(fields: Body, change: ChangedField) -> Body:
    if change.body is None:
        if change.name not in fields:
            raise _unknown("metadata.no_such_field", change.name, fields, object=change.object)
        return {name: one for name, one in fields.items() if name != change.name}
    body = {key: value for key, value in _given(change.body).items() if key != "name"}
    if "id" in fields.get(change.name, {}):
        body = {"id": fields[change.name]["id"], **body}
    if change.after is None:
        return {**fields, change.name: body}
    if change.after and change.after not in fields:
        raise _unknown("metadata.no_such_field", change.after, fields, object=change.object)
    others = [name for name in fields if name != change.name]
    place = others.index(change.after) + 1 if change.after in others else 0
    order = [*others[:place], change.name, *others[place:]]
    whole = {**fields, change.name: body}
    return {name: whole[name] for name in order}


def _ordered(fields: Body, order: object, object_name: str) -> Body:
    """`fields` as `order` names them, the others behind."""
    names = [name for name in order if isinstance(name, str)] if isinstance(order, list) else []
    for name in names:
        if name not in fields:
            raise _unknown("metadata.no_such_field", name, fields, object=object_name)
    return {name: fields[name] for name in dict.fromkeys([*names, *fields])}


def _given(body: Body) -> Body:
    """The settings that have a value: None means the default, which a definition does not write down."""
    return {key: value for key, value in body.items() if value is not None}


def _unknown(code: str, name: str, known: Iterable[str], **params: str) -> BadRequest:
    return BadRequest(code, place=name, name=name, nearest=nearest(name, known), **params)
