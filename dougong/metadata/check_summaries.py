"""Whether a roll-up makes sense: its children, what it makes of them, its condition, and that it ends somewhere."""

from collections.abc import Iterator, Mapping

from dougong.expressions.ast import Among, DateRange, Me, Path
from dougong.expressions.check import Comparable, Schema, check_condition
from dougong.expressions.filter_json import parse_filter
from dougong.expressions.shape import leaves, paths
from dougong.kit.errors import BadRequest, Problem
from dougong.metadata.check_fields import problem, unknown_object
from dougong.metadata.field_types import KINDS
from dougong.metadata.model import Field, FieldType, Label, Object, OptionSet, Summary, SummaryFunction
from dougong.metadata.names import nearest
from dougong.metadata.summaries import ADDING, below

HANGING = frozenset({FieldType.LOOKUP, FieldType.MASTER_DETAIL, FieldType.POLYMORPHIC})
ORDERED = ADDING | {FieldType.DATE, FieldType.DATETIME}
UNFIT = (
    *("required", "unique", "searchable", "secret", "default", "default_formula", "formula"),
    *("length", "minimum", "maximum", "format"),
)
"""Settings of values that somebody writes."""

GIVEN: Mapping[str, Field] = {
    name: Field(name, kind, Label(name, name))
    for name, kind in (
        ("created_at", FieldType.DATETIME),
        ("created_by_id", FieldType.USER),
        ("owner_id", FieldType.USER),
        ("department_id", FieldType.DEPARTMENT),
    )
}
"""The fields of the product that stay as they are until somebody changes them."""


def summary_problems(
    obj: Object, found: Field, objects: Mapping[str, Object], option_sets: Mapping[str, OptionSet]
) -> Iterator[Problem]:
    """Everything that is wrong with the roll-up `found` of `obj`; nothing where it is none."""
    summary, place = found.summary, f"objects/{obj.name}.fields.{found.name}"
    if summary is None:
        return
    for setting in UNFIT:
        if getattr(found, setting) not in {None, False}:
            yield problem("metadata.summary_setting", place, setting=setting)
    child = objects.get(summary.object)
    if child is None:
        yield unknown_object(place, summary.object, objects)
        return
    if obj.log or obj.configuration or child.log:
        yield problem("metadata.summary_object", place, name=child.name if child.log else obj.name)
    link = child.fields.get(summary.field)
    if link is None:
        yield _unknown(place, child, summary.field)
    elif link.type not in HANGING or obj.name not in link.points_to:
        yield problem("metadata.not_pointing", place, name=summary.field, object=child.name, target=obj.name)
    yield from _value(found, summary, child, place)
    yield from _condition(summary, child, option_sets, place)
    yield from _cycle(obj, found, objects, place)


def _unknown(place: str, child: Object, name: str) -> Problem:
    close = nearest(name, [*child.fields, *GIVEN])
    return problem("metadata.no_such_field", place, name=name, object=child.name, nearest=close)


def _value(found: Field, summary: Summary, child: Object, place: str) -> Iterator[Problem]:
    """What is summed up, and whether the field can hold what comes of it."""
    if (summary.of is None) is not (summary.function is SummaryFunction.COUNT):
        yield problem("metadata.summary_of", place, function=summary.function.value)
        return
    of = None if summary.of is None else child.fields.get(summary.of)
    if summary.of == "created_at":
        of = GIVEN["created_at"]
    if summary.of is not None and (of is None or not of.stored):
        yield _unknown(place, child, summary.of)
        return
    if of is not None and not of.stored:
        yield problem("metadata.summary_of_formula", place, name=of.name)
        return
    wanted = results(summary.function, None if of is None else of.type)
    if found.type not in wanted:
        types = [kind.value for kind in wanted]
        code = "metadata.summary_type" if types else "metadata.summary_of_type"
        params = {"function": summary.function.value, "name": summary.of or "", "types": types}
        yield problem(code, place, **params)


def results(function: SummaryFunction, of: FieldType | None) -> tuple[FieldType, ...]:
    """The types of field that can hold what `function` makes of values of type `of`, the best first."""
    match function:
        case SummaryFunction.COUNT:
            return (FieldType.INTEGER,)
        case SummaryFunction.MIN | SummaryFunction.MAX:
            return (of,) if of in ORDERED and of is not None else ()
        case SummaryFunction.SUM if of is FieldType.INTEGER:
            return FieldType.INTEGER, FieldType.DECIMAL
        case SummaryFunction.AVERAGE if of is FieldType.INTEGER:
            return (FieldType.DECIMAL,)
        case _:
            return (of,) if of in ADDING and of is not None else ()


def _condition(summary: Summary, child: Object, option_sets: Mapping[str, OptionSet], place: str) -> Iterator[Problem]:
    """A condition may depend on nothing but the child itself: on a write of the child alone the sum is made anew."""
    try:
        condition = parse_filter(summary.where)
        known = _Own(child, option_sets)
        for path in paths(condition):
            if len(path.steps) > 1 or path.steps[0] not in known.fields:
                yield problem("metadata.summary_elsewhere", place, name=str(path), object=child.name)
                return
        for leaf in leaves(condition):
            if any(isinstance(value, DateRange | Me) for value in leaf.values):
                yield problem("metadata.summary_relative", place, name=str(leaf.path))
                return
        if any(isinstance(part, Among) for part in _parts(condition)):
            yield problem(
                "metadata.summary_elsewhere", place, name=str(next(iter(paths(condition)))), object=child.name
            )
            return
        check_condition(condition, known)
    except BadRequest as error:
        yield Problem(error.code, params={"place": place, "field": error.field, **error.params})


def _parts(condition: object) -> Iterator[object]:
    yield condition
    for item in getattr(condition, "items", ()):
        yield from _parts(item)
    if hasattr(condition, "item"):
        yield from _parts(condition.item)


class _Own:
    """The fields of a child that its condition may name: of one column, and written by somebody."""

    def __init__(self, child: Object, option_sets: Mapping[str, OptionSet]) -> None:
        """The fields of `child`, with the options of their sets."""
        self._sets = option_sets
        given = {n: f for n, f in GIVEN.items() if child.owned or n not in {"owner_id", "department_id"}}
        self.fields = {
            name: found
            for name, found in {**given, **child.fields}.items()
            if found.summary is None
            and found.stored
            and not found.secret
            and len(KINDS[found.type].columns(found)) == 1
        }

    def comparable(self, path: Path) -> Comparable:
        """What one of the fields can be compared with."""
        found = self.fields[path.steps[0]]
        kind = KINDS[found.type]
        shared = self._sets.get(found.option_set or "")
        options = found.options if shared is None else shared.options
        choices = frozenset(o.value for o in options) if options else None
        return Comparable(kind.scalar, kind.operators, choices)

    def selecting(self, object_name: str) -> Schema:
        """There are no selections."""
        raise BadRequest("query.selection_place", object=object_name)


def _cycle(obj: Object, found: Field, objects: Mapping[str, Object], place: str) -> Iterator[Problem]:
    """A roll-up that would, over others, sum up itself."""
    start, seen, summary = (obj.name, found.name), set[tuple[str, str]](), found.summary
    while summary is not None and (lower := below(objects, summary)) is not None:
        where = (summary.object, lower.name)
        if where == start:
            yield problem("metadata.summary_cycle", place, names=sorted(f"{o}.{f}" for o, f in {start, *seen}))
        if where == start or where in seen:
            return
        seen.add(where)
        summary = lower.summary
