"""The formulas of all objects, checked together: of computed fields, of defaults and of validation rules.

A formula may use other computed fields, of other objects too; that nobody goes round in a circle is proved here.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from dougong.expressions.formula.check import check, check_result
from dougong.expressions.formula.functions import Context
from dougong.expressions.formula.problems import FormulaProblem
from dougong.expressions.formula.types import BOOLEAN, Checked, Field, Kind, Root, Type, fields, weight
from dougong.kit.errors import Problem
from dougong.kit.limits import FORMULA_WEIGHT_MAX
from dougong.kit.text import Language, sentence
from dougong.metadata.field_types import LINKS
from dougong.metadata.formula_names import DEFAULTED, RESULTS, FormulaNames, type_of
from dougong.metadata.model import Field as FieldDefinition
from dougong.metadata.model import FieldType, Label, Object, ValidationRule

LANGUAGES: tuple[Language, ...] = ("zh", "en")

Name = tuple[str, str]
"""An object and one of its fields."""


@dataclass(frozen=True)
class Formula:
    """A checked formula of records of one object, and the fields that it names, those on the way included."""

    object: str
    text: str
    checked: Checked
    uses: frozenset[Name]


@dataclass(frozen=True)
class Formulas:
    """All formulas that are in force."""

    fields: Mapping[Name, Formula]
    defaults: Mapping[str, tuple[tuple[str, Formula], ...]]
    """By object: the fields with a computed default, each behind those that it needs."""
    rules: Mapping[str, tuple[tuple[ValidationRule, Formula], ...]]
    """By object: the validation rules that are switched on."""


def read_formula(
    objects: Mapping[str, Object], obj: Object, text: str, wanted: Type | None = None, context: Context = "formula"
) -> Formula:
    """`text` as a formula of records of `obj` that gives `wanted` (None: anything). Raises FormulaProblem."""
    names = FormulaNames(objects, obj)
    checked = check(text, names, context)
    if wanted is not None:
        checked = check_result(checked, wanted, text)
    return Formula(obj.name, text, checked, frozenset(names.used))


def references(objects: Mapping[str, Object], obj: Object, text: str, context: Context = "rule") -> frozenset[Name]:
    """The (object, field) pairs that a formula names; none of a formula that cannot be read. For "where is it used"."""
    try:
        return read_formula(objects, obj, text, context=context).uses
    except FormulaProblem:
        return frozenset()


@dataclass(frozen=True)
class Draft:
    """A formula that somebody writes. `purpose`: "formula" of a field, "default" of one, or "rule"."""

    object: str
    text: str
    expects: FieldType | None
    purpose: str
    field: str | None = None
    options: tuple[str, ...] = ()


def check_draft(objects: Mapping[str, Object], obj: Object, draft: Draft) -> tuple[Formula | None, list[Problem]]:
    """The formula of a draft, and what keeps it from being used where it is meant to be."""
    context: Context = "rule" if draft.purpose == "rule" else "formula"
    existing = obj.fields.get(draft.field or "")
    try:
        formula = read_formula(objects, obj, draft.text, None, context)
        wanted = _wanted(draft, existing)
        if wanted is not None:
            check_result(formula.checked, wanted, draft.text)
    except FormulaProblem as refused:
        return None, [Problem(refused.code, params=refused.params)]
    if draft.purpose == "rule" or existing is None:
        return formula, []
    # As it would be: only with it in its place one sees whether it comes back to itself.
    computed = (
        replace(existing, formula=draft.text)
        if draft.purpose == "formula"
        else replace(existing, default_formula=draft.text)
    )
    changed = {**objects, obj.name: replace(obj, fields={**obj.fields, existing.name: computed})}
    at = f"objects/{obj.name}.fields.{existing.name}."
    return formula, [p for p in all_formulas(changed)[1] if str(p.params.get("place", "")).startswith(at)]


def _wanted(draft: Draft, existing: FieldDefinition | None) -> Type | None:
    """The type that a draft must give; None: any."""
    if draft.purpose == "rule":
        return BOOLEAN
    if existing is not None and draft.expects in {None, existing.type}:
        return type_of(existing)
    if draft.expects is None or draft.expects not in DEFAULTED:
        return None
    if draft.expects in LINKS:
        return Type(Kind.ID)
    wanted = FieldDefinition("", draft.expects, Label("", ""))
    found = type_of(wanted)
    return replace(found, values=frozenset(draft.options)) if found.is_option else found


def all_formulas(objects: Mapping[str, Object]) -> tuple[Formulas, list[Problem]]:
    """Every formula of these completed objects, and what is wrong with them."""
    problems: list[Problem] = []
    computed: dict[Name, Formula] = {}
    defaults: dict[str, dict[str, Formula]] = {}
    rules: dict[str, list[tuple[ValidationRule, Formula]]] = {}
    for obj in objects.values():
        for found in obj.fields.values():
            place = f"objects/{obj.name}.fields.{found.name}"
            if found.formula is not None:
                formula = _field(objects, obj, found, found.formula, f"{place}.formula", problems)
                if formula is not None:
                    computed[obj.name, found.name] = formula
            if found.default_formula is not None:
                place = f"{place}.default_formula"
                formula = _field(objects, obj, found, found.default_formula, place, problems)
                if formula is not None:
                    defaults.setdefault(obj.name, {})[found.name] = formula
        rules[obj.name] = list(_rules(objects, obj, problems))
    problems += _circles(computed, objects)
    if not problems:
        problems += _sizes(computed, objects)
        problems += _circles({(o, n): f for o, held in defaults.items() for n, f in held.items()}, objects)
    ordered = {} if problems else {name: tuple(_ordered(name, held)) for name, held in defaults.items()}
    switched_on = {name: tuple(r for r in held if r[0].active) for name, held in rules.items() if held}
    return Formulas(MappingProxyType(computed), MappingProxyType(ordered), MappingProxyType(switched_on)), problems


def _field(
    objects: Mapping[str, Object],
    obj: Object,
    found: FieldDefinition,
    text: str,
    place: str,
    problems: list[Problem],
) -> Formula | None:
    computed = place.endswith(".formula")
    if found.type not in (RESULTS if computed else DEFAULTED):
        code = "metadata.formula_type" if computed else "metadata.default_formula_type"
        problems.append(Problem(code, params={"place": place, "type": found.type.value}))
        return None
    try:
        return read_formula(objects, obj, text, type_of(found))
    except FormulaProblem as refused:
        problems.append(told(refused, place, _shown(objects, (obj.name, found.name))))
        return None


def told(refused: FormulaProblem, place: str, title: tuple[str, str]) -> Problem:
    """A fault in a formula as a problem of the definition at `place`, which people call `title` (Chinese, English)."""
    details = {f"detail_{name}": sentence(refused.code, name, refused.params) for name in LANGUAGES}
    params = {"place": place, "reason": refused.code, "title_zh": title[0], "title_en": title[1], **details}
    return Problem("metadata.formula", params=params)


def _rules(
    objects: Mapping[str, Object], obj: Object, problems: list[Problem]
) -> Iterator[tuple[ValidationRule, Formula]]:
    seen: set[str] = set()
    for rule in obj.validation_rules:
        place = f"objects/{obj.name}.validation_rules.{rule.name}"
        if rule.name in seen:
            problems.append(Problem("metadata.rule_twice", params={"place": place, "name": rule.name}))
        seen.add(rule.name)
        if rule.field is not None and rule.field not in obj.fields:
            problems.append(
                Problem("metadata.no_such_field", params={"place": place, "name": rule.field, "object": obj.name})
            )
        unknown = set(rule.record_types) - {one.name for one in obj.record_types}
        problems += [Problem("metadata.rule_type", params={"place": place, "name": name}) for name in sorted(unknown)]
        try:
            yield rule, read_formula(objects, obj, rule.condition, BOOLEAN, "rule")
        except FormulaProblem as refused:
            title = f"{obj.label.zh}.{rule.label.zh}", f"{obj.label.en}.{rule.label.en}"
            problems.append(told(refused, f"{place}.condition", title))


def owner_of(objects: Mapping[str, Object], formula: Formula, used: Field) -> Name | None:
    """The object and field that a path of a formula ends in; None where that is no field (a part of one)."""
    obj = objects["user"] if used.root is Root.USER else objects[formula.object]
    for step in used.path.steps[:-1]:
        link = obj.fields.get(f"{step}_id")
        if link is None or len(link.points_to) != 1 or link.name not in obj.fields:
            return None
        obj = objects[link.points_to[0]]
    last = used.path.steps[-1]
    return (obj.name, last) if last in obj.fields else None


def _next(computed: Mapping[Name, Formula], objects: Mapping[str, Object]) -> Callable[[Name], list[Name]]:
    def following(name: Name) -> list[Name]:
        formula = computed[name]
        ends = (owner_of(objects, formula, used) for used in fields(formula.checked))
        return [end for end in dict.fromkeys(ends) if end is not None and end in computed]

    return following


def _circles(computed: Mapping[Name, Formula], objects: Mapping[str, Object]) -> Iterator[Problem]:
    """A problem for each formula that comes back to itself, with the whole way round."""
    following = _next(computed, objects)
    done: set[Name] = set()
    for start in computed:
        way: list[Name] = []
        waiting = [(start, 0)]
        while waiting:
            name, depth = waiting.pop()
            del way[depth:]
            if name in way:
                circle = [*way[way.index(name) :], name]
                if name == start:
                    shown = [_shown(objects, one) for one in circle]
                    params = {"way_zh": " → ".join(zh for zh, _ in shown), "way_en": " → ".join(en for _, en in shown)}
                    place = f"objects/{name[0]}.fields.{name[1]}.formula"
                    yield Problem("formula.circle", params={"place": place, **params})
                    break
                continue
            if name in done:
                continue
            way.append(name)
            waiting += [(child, depth + 1) for child in following(name)]
        done.add(start)


def _shown(objects: Mapping[str, Object], name: Name) -> tuple[str, str]:
    obj = objects[name[0]]
    found = obj.fields[name[1]]
    return f"{obj.label.zh}.{found.label.zh}", f"{obj.label.en}.{found.label.en}"


def _sizes(computed: Mapping[Name, Formula], objects: Mapping[str, Object]) -> Iterator[Problem]:
    """A problem for each formula that is too large once those that it uses are written out in it."""
    known: dict[Name, int] = {}

    def size(name: Name) -> int:
        if name not in known:
            formula = computed[name]

            def of_field(used: Field) -> int:
                end = owner_of(objects, formula, used)
                return size(end) if end is not None and end in computed else 1

            known[name] = min(weight(formula.checked, of_field), FORMULA_WEIGHT_MAX + 1)
        return known[name]

    for name in computed:
        if size(name) > FORMULA_WEIGHT_MAX:
            place = f"objects/{name[0]}.fields.{name[1]}.formula"
            yield Problem("formula.too_large_in_all", params={"place": place, "maximum": FORMULA_WEIGHT_MAX})


def _ordered(object_name: str, held: Mapping[str, Formula]) -> Iterator[tuple[str, Formula]]:
    """Defaults in an order in which each finds the others that it uses."""
    given: set[str] = set()

    def walk(name: str) -> Iterator[tuple[str, Formula]]:
        if name in given:
            return
        given.add(name)
        for used in fields(held[name].checked):
            if used.root is not Root.USER and len(used.path.steps) == 1 and used.path.steps[0] in held:
                yield from walk(used.path.steps[0])
        yield name, held[name]

    for name in held:
        yield from walk(name)


def depending(objects: Mapping[str, Object], found: Formulas) -> dict[str, Object]:
    """The objects with what each computed field depends on in the end, and that people only read it."""
    known: dict[Name, frozenset[Name]] = {}

    def depends(name: Name) -> frozenset[Name]:
        if name not in known:
            known[name] = frozenset()  # no circles are left
            uses = found.fields[name].uses
            rolled_up = (objects[owner].fields[used].depends for owner, used in uses if used in objects[owner].fields)
            computed = (depends(one) for one in uses if one in found.fields)
            known[name] = uses.union(*rolled_up, *computed)
        return known[name]

    changed = dict(objects)
    for object_name, field_name in found.fields:
        obj = changed[object_name]
        computed = replace(
            obj.fields[field_name],
            depends=tuple(sorted(depends((object_name, field_name)))),
            maintained=True,
            tracked=False,
        )
        changed[object_name] = replace(obj, fields=MappingProxyType({**obj.fields, field_name: computed}))
    return changed
