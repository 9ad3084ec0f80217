"""Where a definition names another: layouts, keys, lookups and parts of objects that use a field or an object.

What configuration *records* name (list views, rules, permissions) is `records.definition_uses`'s. A new kind of
definition that names fields adds a generator to `SOURCES`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from dougong.metadata.check_buttons import PLACEHOLDER
from dougong.metadata.model import Field, Layout, Object
from dougong.metadata.proposing import compared, taken_from
from dougong.metadata.registry import Registry
from dougong.metadata.summaries import deciding

Target = tuple[str, str | None]
"""An object, or one of its fields."""


@dataclass(frozen=True)
class Use:
    """`target` is named by `object` (by its field `field`, where it is one) in the way that `kind` says.

    `removable`: the use can be taken out and the rest stays as it is. Of a record that uses it `record` is object and
    id, `title` its name. `blocks`: what is used cannot go while it is so used; else the use just loses it.
    """

    kind: str
    target: Target
    object: str
    field: str | None = None
    record: tuple[str, int] | None = None
    title: str = ""
    removable: bool = True
    blocks: bool = True


PARTS: Mapping[str, bool] = {
    "name_field": False,
    "stage_field": True,
    "amount_field": True,
    "dated_by": True,
    "public_field": False,
}
"""The parts that fields play in their objects, and whether the object can do without."""


def steps_of(registry: Registry, object_name: str, path: str) -> Iterator[Target]:
    """Each field that the dotted `path` from `object_name` goes over, the last one included."""
    obj = registry.objects.get(object_name)
    for step in path.split("."):
        if obj is None:
            return
        found = obj.fields.get(step) or obj.fields.get(f"{step}_id")
        if found is None:
            return
        yield obj.name, found.name
        obj = registry.objects.get(found.target) if found.target is not None else None


def definition_uses(registry: Registry) -> Iterator[Use]:
    """Every use of an object or field by a definition."""
    for obj in registry.objects.values():
        for source in SOURCES:
            yield from source(registry, obj)


def set_uses(registry: Registry, name: str) -> tuple[Target, ...]:
    """The fields that take their options from the option set `name`."""
    return tuple(
        (obj.name, found.name)
        for obj in registry.objects.values()
        for found in obj.fields.values()
        if found.option_set == name
    )


def _parts(registry: Registry, obj: Object) -> Iterator[Use]:
    for part, removable in PARTS.items():
        name = getattr(obj, part)
        if name is not None:
            yield Use(part, (obj.name, name), obj.name, removable=removable)
    for name in obj.key:
        yield Use("key", (obj.name, name), obj.name, removable=False)


def _layouts(registry: Registry, obj: Object) -> Iterator[Use]:
    yield from _layout(registry, obj, obj.layout, "")
    for named in obj.layouts:
        yield from _layout(registry, obj, named.layout, named.label.zh)
    for place, paths in obj.columns.items():
        for path in paths:
            for target in steps_of(registry, obj.name, path):
                yield Use("column", target, obj.name, title=place)


def _layout(registry: Registry, obj: Object, layout: Layout, title: str) -> Iterator[Use]:
    for name in layout.highlights:
        yield Use("highlight", (obj.name, name), obj.name, title=title)
    for section in layout.sections:
        where = " · ".join(filter(None, (title, section.label.zh)))
        for name in section.fields:
            yield Use("section", (obj.name, name), obj.name, title=where)
        for path in filter_paths(section.visible_when):
            for target in steps_of(registry, obj.name, path):
                # Without its condition the section would be there for everybody: somebody has to decide that.
                yield Use("section_condition", target, obj.name, title=where, removable=False)
    for related in layout.related:
        yield Use("related", (related.object, related.field), obj.name, title=title)
        yield Use("related", (related.object, None), obj.name, title=title)
        for path in related.columns:
            for target in steps_of(registry, related.object, path):
                yield Use("related_column", target, obj.name, title=title)


def filter_paths(value: object) -> Iterator[str]:
    """The paths that filter JSON names: those of its `field` keys, at any depth."""
    if isinstance(value, Mapping):
        if isinstance(value.get("field"), str):
            yield value["field"]
        for one in value.values():
            yield from filter_paths(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from filter_paths(one)


def _record_types(_registry: Registry, obj: Object) -> Iterator[Use]:
    for one in obj.record_types:
        for name in {**one.options, **one.defaults}:
            yield Use("record_type", (obj.name, name), obj.name, title=one.label.zh)


def _buttons(registry: Registry, obj: Object) -> Iterator[Use]:
    for button in obj.buttons:
        told = partial(Use, "button", object=obj.name, title=button.label.zh, removable=False)
        for path in (*filter_paths(button.visible_when), *PLACEHOLDER.findall(button.url or "")):
            yield from (told(target) for target in steps_of(registry, obj.name, path))
        receiver = button.object or obj.name
        if button.object is not None:
            yield told((button.object, None))
        for name, value in button.values.items():
            yield told((receiver, name))
            if isinstance(value, Mapping):
                yield from (told(target) for target in steps_of(registry, obj.name, str(value["from"])))


def _links(registry: Registry, obj: Object) -> Iterator[Use]:
    for found in obj.fields.values():
        if found.system:
            continue
        for target in found.points_to:
            if target != obj.name:
                yield Use("lookup", (target, None), obj.name, found.name, removable=_may_go(obj, found))


def _summaries(registry: Registry, obj: Object) -> Iterator[Use]:
    for found in obj.fields.values():
        if found.summary is None:
            continue
        name = found.summary.object
        yield Use("summary", (name, None), obj.name, found.name, removable=False)
        for used in sorted(deciding(found.summary) | {found.summary.field}):
            yield Use("summary", (name, used), obj.name, found.name, removable=False)


def _may_go(obj: Object, found: Field) -> bool:
    """Whether the lookup can be deleted with what it points to: not the one by which a detail hangs on its master."""
    return obj.master != found and found.name not in obj.key


def _formulas(registry: Registry, obj: Object) -> Iterator[Use]:
    """Formulas go with the fields that they use only if somebody writes them anew."""
    found = registry.formulas
    for name in obj.fields:
        formula = found.fields.get((obj.name, name))
        for target in sorted(formula.uses) if formula is not None else ():
            yield Use("formula", target, obj.name, name, removable=False)
    for name, formula in found.defaults.get(obj.name, ()):
        for target in sorted(formula.uses):
            yield Use("default_formula", target, obj.name, name, removable=False)
    for rule, formula in found.rules.get(obj.name, ()):
        for target in sorted(formula.uses):
            yield Use("validation_rule", target, obj.name, title=rule.label.zh, removable=False)
        if rule.field is not None:
            yield Use("validation_rule", (obj.name, rule.field), obj.name, title=rule.label.zh, removable=False)


def _controlling(_registry: Registry, obj: Object) -> Iterator[Use]:
    for found in obj.fields.values():
        if found.controlled_by is not None:
            yield Use("controlled_by", (obj.name, found.controlled_by), obj.name, found.name, removable=False)


def _proposed(registry: Registry, obj: Object) -> Iterator[Use]:
    for found in obj.fields.values():
        if found.proposed is None or found.target is None:
            continue
        asked = [(found.target, path) for path in compared(found.proposed.where)]
        asked += [(obj.name, path) for path in taken_from(found.proposed.where)]
        asked += [(found.target, found.proposed.mark)] if found.proposed.mark is not None else []
        for start, path in asked:
            for target in steps_of(registry, start, path):
                yield Use("proposed", target, obj.name, found.name, removable=False)


SOURCES: tuple[Callable[[Registry, Object], Iterator[Use]], ...] = (
    _parts,
    _layouts,
    _record_types,
    _buttons,
    _links,
    _summaries,
    _controlling,
    _proposed,
    _formulas,
)
