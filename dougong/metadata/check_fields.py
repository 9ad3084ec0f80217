"""Whether a field's definition makes sense: its name, its type's settings, its options, target, bounds and default."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from dougong.kit.errors import Problem
from dougong.metadata.field_types import KINDS, LINKS
from dougong.metadata.field_types.kind import ValueProblem
from dougong.metadata.following import followed_field
from dougong.metadata.model import Field, FieldType, Object, Option, OptionSet
from dougong.metadata.names import NAME_LENGTH_MAX, RESERVED_FIELDS, name_problem, nearest, option_problem

SELECTS = frozenset({FieldType.SELECT, FieldType.MULTI_SELECT})
NUMERIC = frozenset({FieldType.INTEGER, FieldType.DECIMAL, FieldType.CURRENCY, FieldType.PERCENT})
DATED = frozenset({FieldType.DATE, FieldType.DATETIME})
SCALED = NUMERIC - {FieldType.INTEGER}
SIZED = frozenset(
    {FieldType.TEXT, FieldType.LONG_TEXT, FieldType.RICH_TEXT, FieldType.AUTO_NUMBER, FieldType.EMAIL, FieldType.URL}
)
SCALE_MAX = 10
DEFAULT_WORDS = {
    "$today": frozenset({FieldType.DATE}),
    "$now": frozenset({FieldType.DATETIME}),
    "$user": frozenset({FieldType.USER}),
    "$department": frozenset({FieldType.DEPARTMENT}),
}
PLAIN = "plain"
"""The format of whole numbers that are names more than amounts, such as years: written without separators."""

AUTO_NUMBER_FORM = re.compile(r"(?:[^{}]|\{(?:yyyy|yy|mm|dd)\})*\{0{1,18}\}(?:[^{}]|\{(?:yyyy|yy|mm|dd)\})*")


def problem(code: str, place: str, **params: object) -> Problem:
    """A problem at `place`; the place and `params` are what the sentence interpolates."""
    return Problem(code, params={"place": place, **params})


def name_problems(name: str, place: str, reserved: frozenset[str]) -> Iterator[Problem]:
    """What is wrong with an API name."""
    code = name_problem(name, reserved)
    if code is not None:
        yield problem(code, place, name=name, maximum=NAME_LENGTH_MAX)


def option_problems(options: Sequence[Option], place: str) -> Iterator[Problem]:
    """What is wrong with a list of options."""
    if not options:
        yield problem("metadata.no_options", place)
    seen: set[str] = set()
    for option in options:
        if (code := option_problem(option.value)) is not None:
            yield problem(code, place, value=option.value)
        if option.value in seen:
            yield problem("metadata.option_twice", place, value=option.value)
        seen.add(option.value)
    yield from stable_id_problems(options, place)


def stable_id_problems(things: Iterable[Object | Field | Option | OptionSet], place: str) -> Iterator[Problem]:
    """Two things with one stable id: a plan could not tell which of them a renamed one is."""
    seen: set[str] = set()
    for thing in things:
        if thing.stable_id in seen:
            yield problem("metadata.id_twice", place, id=thing.stable_id)
        seen.add(thing.stable_id)


def unknown_object(place: str, name: str, objects: Mapping[str, Object]) -> Problem:
    """The problem of an object that does not exist, with the nearest name."""
    return problem("metadata.no_such_object", place, name=name, nearest=nearest(name, objects))


def field_problems(
    obj: Object, found: Field, objects: Mapping[str, Object], option_sets: Mapping[str, OptionSet]
) -> Iterator[Problem]:
    """Everything that is wrong with one field of `obj`."""
    place = f"objects/{obj.name}.fields.{found.name}"
    yield from name_problems(found.name, place, RESERVED_FIELDS)
    if found.type is FieldType.ID:
        yield problem("metadata.id_type", place)
    yield from _link(found, objects, place)
    yield from _choice(found, option_sets, place)
    yield from _settings(found, place)
    yield from _bounds(found, place)
    yield from default_problems(found, option_sets, place)
    yield from _computed(found, place)
    if found.follows is not None:
        if not found.maintained:
            yield problem("metadata.setting_unfit", place, setting="follows", type=found.type.value)
        followed = followed_field(obj.fields, obj.name, found.follows)
        if followed is None or (followed[0] in objects and followed[1] not in objects[followed[0]].fields):
            near = nearest(found.follows, obj.fields)
            yield problem("metadata.no_such_field", place, name=found.follows, object=obj.name, nearest=near)


def _computed(found: Field, place: str) -> Iterator[Problem]:
    """A computed value is written, kept, searched and held unique by nobody."""
    if found.formula is None:
        if found.default_formula is not None and (found.default is not None or found.maintained):
            yield problem("metadata.default_and_formula", place)
        return
    for setting in ("required", "unique", "indexed", "searchable", "maintained", "secret"):
        if getattr(found, setting):
            yield problem("metadata.formula_setting", place, setting=setting)
    for setting in ("default", "default_formula", "minimum", "maximum", "summary"):
        if getattr(found, setting) is not None:
            yield problem("metadata.formula_setting", place, setting=setting)


def _link(found: Field, objects: Mapping[str, Object], place: str) -> Iterator[Problem]:
    if found.type in LINKS and not found.name.endswith("_id"):
        yield problem("metadata.link_name", place, name=found.name)
    needs_target = found.type in {FieldType.LOOKUP, FieldType.MASTER_DETAIL}
    if needs_target and found.target is None:
        yield problem("metadata.no_target", place)
    if found.type is FieldType.POLYMORPHIC and not found.targets:
        yield problem("metadata.no_target", place)
    if (found.target is not None and not needs_target) or (
        (found.targets or found.with_pooled) and found.type is not FieldType.POLYMORPHIC
    ):
        yield problem("metadata.setting_unfit", place, setting="target", type=found.type.value)
        return
    for target in found.points_to:
        if target not in objects:
            yield unknown_object(place, target, objects)


def _choice(found: Field, option_sets: Mapping[str, OptionSet], place: str) -> Iterator[Problem]:
    if found.type not in SELECTS:
        if found.options or found.option_set is not None:
            yield problem("metadata.setting_unfit", place, setting="options", type=found.type.value)
    elif found.option_set is None:
        yield from option_problems(found.options, place)
    elif found.option_set not in option_sets:
        yield problem(
            "metadata.no_such_option_set",
            place,
            name=found.option_set,
            nearest=nearest(found.option_set, option_sets),
        )


def _settings(found: Field, place: str) -> Iterator[Problem]:
    """Settings that the field's type does not have, or that are out of their own range."""
    kind = KINDS[found.type]
    for setting, given, fits in (
        ("length", found.length is not None, found.type in SIZED),
        ("scale", found.scale is not None, found.type in SCALED),
        ("minimum", found.minimum is not None, found.type in NUMERIC | DATED),
        ("maximum", found.maximum is not None, found.type in NUMERIC | DATED),
        ("format", found.format is not None, found.type in {FieldType.AUTO_NUMBER, FieldType.INTEGER}),
        ("unique", found.unique, kind.unique),
        ("indexed", found.indexed, kind.sortable or found.type is FieldType.MULTI_SELECT),
    ):
        if given and not fits:
            yield problem("metadata.setting_unfit", place, setting=setting, type=found.type.value)
    if found.length is not None and found.length < 1:
        yield problem("metadata.bad_setting", place, setting="length", value=str(found.length))
    if found.scale is not None and not 0 <= found.scale <= SCALE_MAX:
        yield problem("metadata.bad_setting", place, setting="scale", value=str(found.scale))
    if found.type is FieldType.AUTO_NUMBER and not AUTO_NUMBER_FORM.fullmatch(found.format or ""):
        yield problem("metadata.auto_number_format", place, value=found.format or "")
    if found.type is FieldType.INTEGER and found.format not in {None, PLAIN}:
        yield problem("metadata.integer_format", place, value=found.format or "")


def _bounds(found: Field, place: str) -> Iterator[Problem]:
    low, high = (_bound(found, b) for b in (found.minimum, found.maximum))
    for setting, given, read in (("minimum", found.minimum, low), ("maximum", found.maximum, high)):
        if given is not None and read is None and found.type in NUMERIC | DATED:
            yield problem("metadata.bad_setting", place, setting=setting, value=str(given))
    if low is not None and high is not None and low > high:  # type: ignore[operator]  # both of one type
        yield problem("metadata.bounds", place, minimum=str(low), maximum=str(high))


def _bound(found: Field, given: object) -> Decimal | date | None:
    if given is None:
        return None
    try:
        if found.type in NUMERIC:
            number = Decimal(str(given))
            return number if number.is_finite() else None
        return date.fromisoformat(str(given)) if found.type in DATED else None
    except (InvalidOperation, ValueError):
        return None


def default_problems(found: Field, option_sets: Mapping[str, OptionSet], place: str) -> Iterator[Problem]:
    """What is wrong with the default of a field."""
    if found.default is None:
        return
    if isinstance(found.default, str) and found.default.startswith("$"):
        if found.type not in DEFAULT_WORDS.get(found.default, ()):
            yield problem("metadata.bad_default", place, value=found.default, reason="metadata.bad_default")
        return
    try:
        KINDS[found.type].parse(_with_options(found, option_sets), found.default)
    except ValueProblem as refused:
        yield problem("metadata.bad_default", place, value=str(found.default), reason=refused.code)
    except (ValueError, InvalidOperation):
        # A bound that is no number or date; `_bounds` has told it.
        return


def _with_options(found: Field, option_sets: Mapping[str, OptionSet]) -> Field:
    if found.option_set is None or found.option_set not in option_sets:
        return found
    return Field(found.name, found.type, found.label, options=option_sets[found.option_set].options)
