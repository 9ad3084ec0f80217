"""The names that formulas of an object may use, and what each is: fields, and paths over lookups to fields of others.

Administrators write formulas, so every field is there but secrets; who may read the result is decided from
`Field.depends`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from dougong.expressions.ast import Path
from dougong.expressions.formula.problems import FormulaProblem
from dougong.expressions.formula.tree import Name
from dougong.expressions.formula.types import Field as Operand
from dougong.expressions.formula.types import Kind, Root, Type
from dougong.expressions.nearest import nearest
from dougong.metadata.field_types import KINDS
from dougong.metadata.model import Field, FieldType, Object

CHOICES = frozenset({FieldType.SELECT, FieldType.MULTI_SELECT})
UNUSABLE = frozenset({FieldType.FILE, FieldType.IMAGE})
RESULTS: Mapping[FieldType, Kind] = {
    FieldType.TEXT: Kind.TEXT,
    FieldType.LONG_TEXT: Kind.TEXT,
    FieldType.EMAIL: Kind.TEXT,
    FieldType.PHONE: Kind.TEXT,
    FieldType.URL: Kind.TEXT,
    FieldType.SELECT: Kind.TEXT,
    FieldType.INTEGER: Kind.NUMBER,
    FieldType.DECIMAL: Kind.NUMBER,
    FieldType.CURRENCY: Kind.NUMBER,
    FieldType.PERCENT: Kind.NUMBER,
    FieldType.DATE: Kind.DATE,
    FieldType.DATETIME: Kind.DATETIME,
    FieldType.TIME: Kind.TIME,
    FieldType.BOOLEAN: Kind.BOOLEAN,
}
"""The types that a formula field can have."""
DEFAULTED = frozenset({*RESULTS, FieldType.LOOKUP, FieldType.MASTER_DETAIL, FieldType.USER, FieldType.DEPARTMENT})
"""The types that a default can be computed for."""


def type_of(found: Field) -> Type:
    """The type of a field's value in formulas."""
    kind = Kind(KINDS[found.type].scalar)
    if found.type in CHOICES:
        labels = [(text, o.value) for o in found.options for text in (o.label.zh, o.label.en)]
        return Type(kind, frozenset(o.value for o in found.options), is_option=True, labels=tuple(labels))
    return Type(kind, frozenset(found.points_to)) if found.points_to else Type(kind)


@dataclass(frozen=True)
class FormulaNames:
    """The fields of `obj` and of what it looks up to, and the fields that were asked for so far."""

    objects: Mapping[str, Object]
    obj: Object
    used: set[tuple[str, str]] = field(default_factory=set)
    """The (object, field) pairs that paths have walked."""

    def field(self, name: Name, root: Root) -> Operand:
        """What `name` leads to. Raises FormulaProblem: unknown, not a lookup, or a field that formulas cannot use."""
        obj = self.objects["user"] if root is Root.USER else self.obj
        for position, step in enumerate(name.steps[:-1]):
            link = obj.fields.get(f"{step}_id")
            if link is None or not link.points_to or _is_closed(link):
                return self._part(obj, name, position, root)
            self.used.add((obj.name, link.name))
            if link.type is FieldType.POLYMORPHIC:
                if name.steps[position + 1 :] != ("name",):
                    raise FormulaProblem("formula.polymorphic_only_name", name.span, path=".".join(name.steps))
                return Operand(Path(name.steps), Type(Kind.TEXT), root)
            obj = self.objects[link.points_to[0]]
        found = self._last(obj, name)
        if found.type in UNUSABLE or (len(KINDS[found.type].columns(found)) > 1 and not found.points_to):
            raise FormulaProblem("formula.unusable_field", name.span, path=found.name, type=found.type.value)
        if root is Root.PRIOR and not found.stored:
            raise FormulaProblem("formula.prior_of_formula", name.span, path=found.name)
        self.used.add((obj.name, found.name))
        path = Path((*name.steps[:-1], found.name))
        return Operand(path, type_of(found), root, percent=found.type is FieldType.PERCENT)

    def _last(self, obj: Object, name: Name) -> Field:
        """The field at the end of a path: by its name, a lookup also without `_id`, "name" always the record's name."""
        last = name.steps[-1]
        found = obj.fields.get(last) or obj.fields.get(f"{last}_id")
        if found is None and last == "name":
            found = obj.fields[obj.name_field]
        if found is None or _is_closed(found):
            raise self._unknown(obj, name, last)
        return found

    def _part(self, obj: Object, name: Name, position: int, root: Root) -> Operand:
        """A part of a composite field: `address.city`."""
        found = obj.fields.get(name.steps[position])
        if found is None or _is_closed(found):
            raise self._unknown(obj, name, name.steps[position])
        columns = dict(KINDS[found.type].columns(found))
        part = f"{found.name}_{'_'.join(name.steps[position + 1 :])}"
        if len(columns) < 2 or part not in columns:
            raise FormulaProblem("formula.not_a_lookup", name.span, path=".".join(name.steps), step=found.name)
        self.used.add((obj.name, found.name))
        kind = Kind.NUMBER if isinstance(columns[part], sa.Numeric) else Kind.TEXT
        return Operand(Path(name.steps), Type(kind), root)

    def _unknown(self, obj: Object, name: Name, step: str) -> FormulaProblem:
        words = dict(_words(obj))
        probably = words.get(step) or words.get(nearest(step, words, similar=0.5), "")
        params = {"path": step, "object_zh": obj.label.zh, "object_en": obj.label.en, "nearest": probably}
        return FormulaProblem("formula.unknown_field", name.span, **params)


def _is_closed(found: Field) -> bool:
    """Secrets, and fields out of use: no formula can use them."""
    return found.secret or not found.active


def _words(obj: Object) -> Iterator[tuple[str, str]]:
    """What people may call the fields of `obj`, each with its name in formulas."""
    for found in obj.fields.values():
        if not _is_closed(found):
            yield from ((word.lower(), found.name) for word in (found.label.zh, found.label.en, found.step, found.name))
