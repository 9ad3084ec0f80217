"""Whether layouts, record types and columns of an object fit its fields and the objects around it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain

from dougong.expressions.ast import TRUE, Condition, DateRange, Path
from dougong.expressions.check import Comparable, check_condition
from dougong.expressions.filter_json import parse_filter
from dougong.expressions.shape import leaves
from dougong.kit.errors import BadRequest, Problem
from dougong.metadata.check_fields import SELECTS, default_problems, name_problems, problem, unknown_object
from dougong.metadata.check_names import known_fields, unknown_field
from dougong.metadata.field_types import KINDS
from dougong.metadata.model import (
    LISTS,
    Field,
    Layout,
    NamedLayout,
    Object,
    Option,
    OptionSet,
    RecordType,
    RelatedList,
    Section,
)
from dougong.metadata.names import RECORD_TYPE, nearest
from dougong.metadata.system_fields import added_fields

Sets = Mapping[str, OptionSet]


def arrangement_problems(obj: Object, objects: Mapping[str, Object], sets: Sets, place: str) -> Iterator[Problem]:
    """Everything that is wrong with how `obj` is arranged (an object without system fields)."""
    yield from _record_types(obj, sets, place)
    yield from _layout(obj, obj.layout, objects, sets, f"{place}.layout")
    seen: set[str] = set()
    for named in obj.layouts:
        where = f"{place}.layouts.{named.name}"
        yield from name_problems(named.name, where, frozenset())
        if named.name in seen:
            yield problem("metadata.named_twice", where, name=named.name)
        seen.add(named.name)
        yield from _whom(obj, named, where)
        yield from _layout(obj, named.layout, objects, sets, where)
    for name, paths in obj.columns.items():
        where = f"{place}.columns.{name}"
        if name not in LISTS:
            yield problem("metadata.no_such_list", where, name=name, known=list(LISTS), nearest=nearest(name, LISTS))
        for path in paths:
            yield from _path(obj, path, objects, where)


def _whom(obj: Object, named: NamedLayout, where: str) -> Iterator[Problem]:
    known = [one.name for one in obj.record_types]
    for name in named.record_types:
        if name not in known:
            yield problem("metadata.no_such_record_type", where, name=name, nearest=nearest(name, known))


def _layout(obj: Object, layout: Layout, objects: Mapping[str, Object], sets: Sets, place: str) -> Iterator[Problem]:
    known = known_fields(obj)
    for name in layout.highlights:
        if name not in known:
            yield unknown_field(obj, f"{place}.highlights", name)
    shown: set[str] = set()
    for number, section in enumerate(layout.sections):
        where = f"{place}.sections[{number}]"
        for name in section.fields:
            if name not in known:
                yield unknown_field(obj, where, name)
            if name in shown:
                yield problem("metadata.shown_twice", where, name=name)
            shown.add(name)
        for name in sorted(section.required & section.read_only):
            yield problem("metadata.required_read_only", where, name=name)
        yield from _visible_when(obj, section, sets, where)
    for number, related in enumerate(layout.related):
        yield from _related(obj, related, objects, f"{place}.related[{number}]")


def _visible_when(obj: Object, section: Section, sets: Sets, where: str) -> Iterator[Problem]:
    """The condition is decided while a form is being filled in, so it may ask for nothing but the form's own values."""
    if section.visible_when is None:
        return
    try:
        condition = check_condition(parse_filter(section.visible_when), _OwnFields(obj, sets))
    except BadRequest as refused:
        yield Problem(refused.code, params={**refused.params, "place": where})
        return
    if condition == TRUE:
        yield problem("metadata.condition_missing", where)
    if any(isinstance(value, DateRange) for value in _values(condition)):
        yield problem("metadata.condition_relative", where)


def _values(condition: Condition) -> Iterator[object]:
    return chain.from_iterable(compare.values for compare in leaves(condition))


class _OwnFields:
    """The fields of an object by themselves, as `expressions.check` asks for them."""

    def __init__(self, obj: Object, sets: Sets) -> None:
        self._obj = obj
        self._fields: Mapping[str, Field] = {**obj.fields, **added_fields(obj)}
        self._sets = sets

    def comparable(self, path: Path) -> Comparable:
        if len(path.steps) > 1:
            raise BadRequest("metadata.condition_elsewhere", field=str(path))
        found = self._fields.get(path.steps[0])
        if found is None:
            near = nearest(path.steps[0], self._fields)
            raise BadRequest("metadata.unknown_field", field=str(path), object=self._obj.name, nearest=near)
        kind = KINDS[found.type]
        options = frozenset(o.value for o in options_of(found, self._sets)) if found.type in SELECTS else None
        return Comparable(kind.scalar, kind.operators, options)

    def selecting(self, object_name: str) -> "_OwnFields":
        raise BadRequest("metadata.condition_elsewhere", field=object_name)


def options_of(found: Field, sets: Sets) -> tuple[Option, ...]:
    """The options of a field of a definition: its own or those of its set."""
    if found.option_set is None:
        return found.options
    return sets[found.option_set].options if found.option_set in sets else ()


def _record_types(obj: Object, sets: Sets, place: str) -> Iterator[Problem]:
    if not obj.record_types:
        return
    if obj.configuration or obj.log:
        yield problem("metadata.record_types_unfit", place)
    defaults = [one for one in obj.record_types if one.default]
    if len(defaults) != 1 or not defaults[0].active:
        yield problem("metadata.record_type_default", place)
    seen: set[str] = set()
    for one in obj.record_types:
        where = f"{place}.record_types.{one.name}"
        yield from name_problems(one.name, where, frozenset())
        if one.name in seen:
            yield problem("metadata.named_twice", where, name=one.name)
        seen.add(one.name)
        yield from _subsets(obj, one, sets, where)
        yield from _defaults(obj, one, sets, where)


def _subsets(obj: Object, one: RecordType, sets: Sets, where: str) -> Iterator[Problem]:
    for name, values in one.options.items():
        found = obj.fields.get(name)
        if found is None:
            yield unknown_field(obj, where, name)
        elif found.type not in SELECTS:
            yield problem("metadata.setting_unfit", where, setting="options", type=found.type.value)
        else:
            known = [option.value for option in options_of(found, sets)]
            for value in values:
                if value not in known:
                    near = nearest(value, known)
                    yield problem("metadata.no_such_option", where, name=name, value=value, nearest=near)
            # A new record must not start with what its type does not offer.
            if not _offered(found.default, values) and name not in one.defaults:
                yield problem("metadata.default_not_offered", where, name=name, value=str(found.default))


def _offered(default: object, values: tuple[str, ...]) -> bool:
    """Whether a default (of a select: a value, of a multi-select a list) is blank or among the offered values."""
    return default is None or set(default if isinstance(default, list) else [default]) <= set(values)


def _defaults(obj: Object, one: RecordType, sets: Sets, where: str) -> Iterator[Problem]:
    fields = {**obj.fields, **added_fields(obj)}
    for name, value in one.defaults.items():
        found = fields.get(name)
        if found is None or found.system or name == RECORD_TYPE:
            yield unknown_field(obj, where, name)
            continue
        yield from default_problems(replace(found, default=value), sets, where)
        if name in one.options and not _offered(value, one.options[name]):
            yield problem("metadata.default_not_offered", where, name=name, value=str(value))


def _related(obj: Object, related: RelatedList, objects: Mapping[str, Object], where: str) -> Iterator[Problem]:
    child = objects.get(related.object)
    if child is None:
        yield unknown_object(where, related.object, objects)
        return
    link = child.fields.get(related.field)
    if link is None:
        yield unknown_field(child, where, related.field)
    elif obj.name not in link.points_to:
        yield problem("metadata.not_pointing", where, name=related.field, object=child.name, target=obj.name)
    for path in (*related.columns, *(path for path, _down in related.sort)):
        yield from _path(child, path, objects, where)


def _path(obj: Object, path: str, objects: Mapping[str, Object], place: str) -> Iterator[Problem]:
    """A column of a list: a field, or a dotted path over lookups."""
    current = obj
    *steps, last = path.split(".")
    for step in steps:
        link = current.fields.get(f"{step}_id")
        target = link.points_to[0] if link is not None and link.points_to else _system_target(f"{step}_id", current)
        if target is None or target not in objects:
            if step not in current.fields:
                yield unknown_field(current, place, step)
            return
        current = objects[target]
    if last not in known_fields(current) and last != "name":
        yield unknown_field(current, place, last)


def _system_target(name: str, obj: Object) -> str | None:
    if name in {"created_by_id", "updated_by_id"} or (obj.owned and name == "owner_id"):
        return "user"
    return "department" if obj.owned and name == "department_id" else None
