"""Gives a formula its types, or says with a place what does not fit and what was probably meant."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Protocol

from dougong.expressions.formula.functions import ALIASES, ANY, FUNCTIONS, TAKEN, Context, Function, Parameter
from dougong.expressions.formula.numbers import representable
from dougong.expressions.formula.parse import parse
from dougong.expressions.formula.problems import FormulaProblem, Span, in_words
from dougong.expressions.formula.tree import Call, Literal, Name, Tree
from dougong.expressions.formula.types import (
    BLANK,
    BOOLEAN,
    NUMBER,
    TEXT,
    Checked,
    Constant,
    Field,
    Kind,
    Operation,
    Root,
    Type,
)
from dougong.expressions.nearest import nearest

USER = "$user"
ROUND_DIGITS_MAX = 5

ARITHMETIC = frozenset({"+", "-", "*", "/"})
COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
ORDERED = frozenset({Kind.TEXT, Kind.NUMBER, Kind.DATE, Kind.DATETIME, Kind.TIME})
JOINABLE = ANY - {Kind.BOOLEAN}


class Schema(Protocol):
    """The fields that a formula may use."""

    def field(self, name: Name, root: Root) -> Field:
        """The field that `name` leads to from `root` (without `$user`). Raises FormulaProblem with the nearest name."""
        ...


def check(text: str, schema: Schema, context: Context = "formula") -> Checked:
    """The formula `text` with its types. Raises FormulaProblem with the place of the first thing that is wrong."""
    return _Checker(schema, context).check(parse(text))


def check_result(checked: Checked, wanted: Type, text: str) -> Checked:
    """`checked` where a value of type `wanted` is needed. Raises FormulaProblem when it gives another one."""
    whole = Span(0, len(text), 1, 1)
    if checked.type.kind is Kind.BLANK:
        return fitted(checked, wanted)
    if checked.type.kind is not wanted.kind:
        raise FormulaProblem("formula.wrong_result", whole, **in_words(found=checked.type.kind, wanted=wanted.kind))
    if wanted.kind is Kind.ID and wanted.values and not (checked.type.values or frozenset()) <= wanted.values:
        raise FormulaProblem("formula.wrong_record", whole)
    if wanted.is_option:
        if checked.type.values is None:
            raise FormulaProblem("formula.result_not_option", whole)
        for value in sorted(checked.type.values - (wanted.values or frozenset())):
            raise FormulaProblem("formula.no_such_option", whole, value=value, nearest=_option(value, wanted))
    return checked


def fitted(checked: Checked, wanted: Type) -> Checked:
    """A blank takes the type of its place."""
    if isinstance(checked, Constant) and checked.type.kind is Kind.BLANK:
        return Constant(None, wanted)
    if isinstance(checked, Operation) and checked.type.kind is Kind.BLANK:
        return replace(checked, arguments=tuple(fitted(a, wanted) for a in checked.arguments), type=wanted)
    return checked


def _option(value: str, type_: Type) -> str:
    """The option that was probably meant by `value`: perhaps its label."""
    by_label = dict(type_.labels)
    if value in by_label:
        return by_label[value]
    found = nearest(value, [*(type_.values or ()), *by_label], similar=0.4)
    return by_label.get(found, found)


class _Checker:
    def __init__(self, schema: Schema, context: Context) -> None:
        self.schema = schema
        self.context = context

    def check(self, tree: Tree) -> Checked:
        match tree:
            case Literal(value, span):
                return _literal(value, span)
            case Name():
                return self.name(tree)
            case Call(name) if name in ARITHMETIC:
                return self.arithmetic(tree)
            case Call(name) if name in COMPARISONS:
                return self.comparison(tree)
            case Call("&"):
                return self.join(tree)
            case Call("NEGATE" | "PLUS"):
                signed = self.of_kind(tree.arguments[0], frozenset({Kind.NUMBER}), tree.name)
                return signed if tree.name == "PLUS" else Operation("negate", (signed,), NUMBER)
            case Call():
                return self.call(tree)

    def name(self, tree: Name) -> Checked:
        root = Root.RECORD
        if tree.steps[0] == USER:
            root, tree = Root.USER, replace(tree, steps=tree.steps[1:] or ("id",))
        elif tree.steps[0].startswith("$"):
            raise FormulaProblem("formula.unknown_variable", tree.span, name=tree.steps[0])
        return self.schema.field(tree, root)

    def of_kind(self, tree: Tree, kinds: frozenset[Kind], function: str, *, alike: bool = False) -> Checked:
        """`tree`, which must be of one of `kinds`; a blank becomes one of them, or (`alike`) of what others are."""
        found = self.check(tree)
        if alike and found.type.kind is Kind.BLANK:
            return found
        return _as_one_of(found, kinds, tree.span, function)

    def arithmetic(self, tree: Call) -> Checked:
        left, right = (self.check(argument) for argument in tree.arguments)
        kinds = (left.type.kind, right.type.kind)
        dated = {Kind.DATE, Kind.DATETIME}
        if tree.name == "+" and Kind.TEXT in kinds:
            raise FormulaProblem("formula.plus_of_texts", tree.head)
        if tree.name == "-" and kinds[0] in dated and kinds[0] is kinds[1]:
            return Operation(f"{kinds[0].value}_between", (right, left), NUMBER)
        if tree.name in {"+", "-"} and kinds[0] in dated and kinds[1] in {Kind.NUMBER, Kind.BLANK}:
            return _moved(left, fitted(right, NUMBER), back=tree.name == "-")
        if tree.name == "+" and kinds[1] in dated and kinds[0] in {Kind.NUMBER, Kind.BLANK}:
            return _moved(right, fitted(left, NUMBER), back=False)
        numbers = (
            _as_one_of(left, frozenset({Kind.NUMBER}), tree.arguments[0].span, tree.name),
            _as_one_of(right, frozenset({Kind.NUMBER}), tree.arguments[1].span, tree.name),
        )
        return Operation({"+": "add", "-": "subtract", "*": "multiply", "/": "divide"}[tree.name], numbers, NUMBER)

    def comparison(self, tree: Call) -> Checked:
        left, right = (self.check(argument) for argument in tree.arguments)
        left, right = fitted(left, right.type), fitted(right, left.type)
        if left.type.kind is Kind.BLANK:
            left, right = fitted(left, TEXT), fitted(right, TEXT)
        kind, other = left.type.kind, right.type.kind
        if Kind.TEXTS in {kind, other} and not _is_blank(left) and not _is_blank(right):
            raise FormulaProblem("formula.use_includes", tree.head)
        if kind is not other:
            code = "formula.use_datevalue" if {kind, other} == {Kind.DATE, Kind.DATETIME} else "formula.not_comparable"
            raise FormulaProblem(code, tree.span, **in_words(left=kind, right=other))
        if tree.name not in {"=", "!="} and kind not in ORDERED:
            raise FormulaProblem("formula.no_order", tree.head, sign=tree.name, **in_words(kind=kind))
        _check_options(left.type, right.type, tree.arguments[1].span)
        _check_options(right.type, left.type, tree.arguments[0].span)
        names = {"=": "equal", "!=": "differ", "<": "less", "<=": "at_most", ">": "more", ">=": "at_least"}
        return Operation(names[tree.name], (left, right), BOOLEAN)

    def join(self, tree: Call) -> Checked:
        parts = []
        for argument in tree.arguments:
            found = self.of_kind(argument, JOINABLE, "&")
            parts.append(found if found.type.kind is Kind.TEXT else Operation("text", (found,), TEXT))
        return Operation("join", tuple(parts), TEXT)

    def call(self, tree: Call) -> Checked:
        function = self.function(tree)
        count = len(tree.arguments)
        if count < function.least or (function.most is not None and count > function.most):
            params = {"name": function.name, "least": function.least, "most": function.most, "count": count}
            raise FormulaProblem("formula.wrong_count", tree.head, **params)
        if function.name == "CASE":
            return self.case(tree)
        if function.name == "ROUND":
            return self.round(tree)
        places = [self.parameter(function, n) for n in range(count)]
        found = [
            self.own_field(argument, function.name)
            if place.field
            else self.of_kind(argument, place.kinds, function.name, alike=place.alike)
            for place, argument in zip(places, tree.arguments, strict=True)
        ]
        alike = [n for n, place in enumerate(places) if place.alike]
        result = function.result
        if alike:
            common = self.common([found[n] for n in alike], [tree.arguments[n].span for n in alike], function.name)
            for n in alike:
                found[n] = fitted(found[n], common)
            result = result or common
        if function.name == "INCLUDES":
            _check_options(found[0].type, found[1].type, tree.arguments[1].span)
        if function.name == "IF" and count == 2:
            found.append(Constant(None, result or TEXT))
        return Operation(function.operation, tuple(found), result or found[0].type)

    def function(self, tree: Call) -> Function:
        name = ALIASES[tree.name] if tree.name in TAKEN else tree.name
        function = FUNCTIONS.get(name)
        if function is None:
            probably = ALIASES.get(name) or nearest(name, FUNCTIONS, similar=0.5).upper()
            code = "formula.no_ispickval" if name == "ISPICKVAL" else "formula.unknown_function"
            raise FormulaProblem(code, tree.head, name=tree.name[:40], nearest=probably)
        if function.context == "rule" and self.context != "rule":
            raise FormulaProblem("formula.only_in_rules", tree.head, name=function.name)
        return function

    @staticmethod
    def parameter(function: Function, place: int) -> Parameter:
        if place < len(function.parameters):
            return function.parameters[place]
        if function.rest is None:
            raise IndexError(place)
        return function.rest

    def own_field(self, tree: Tree, function: str) -> Checked:
        """The field that ISCHANGED and PRIORVALUE name, as it was."""
        if not isinstance(tree, Name) or len(tree.steps) != 1 or tree.steps[0].startswith("$"):
            raise FormulaProblem("formula.field_wanted", tree.span, name=function)
        return self.schema.field(tree, Root.PRIOR)

    def common(self, found: Sequence[Checked], spans: Sequence[Span], function: str) -> Type:
        """The one type of values that stand for each other."""
        known = [(one.type, span) for one, span in zip(found, spans, strict=True) if one.type.kind is not Kind.BLANK]
        if not known:
            return BLANK
        first = known[0][0]
        for other, span in known[1:]:
            if other.kind is not first.kind:
                raise FormulaProblem(
                    "formula.unlike", span, name=function, **in_words(found=other.kind, wanted=first.kind)
                )
        if first.kind not in {Kind.TEXT, Kind.ID} or any(t.values is None for t, _ in known):
            return Type(first.kind)
        return Type(first.kind, frozenset[str]().union(*(t.values or frozenset() for t, _ in known)))

    def case(self, tree: Call) -> Checked:
        """CASE(expression, value, result, …, otherwise)."""
        arguments = tree.arguments
        if len(arguments) % 2:
            raise FormulaProblem("formula.case_pairs", tree.head)
        subject = self.check(arguments[0])
        values, results = list(arguments[1:-1:2]), [*arguments[2:-1:2], arguments[-1]]
        keys = []
        for value in values:
            key = fitted(self.check(value), subject.type)
            if key.type.kind is not subject.type.kind:
                raise FormulaProblem(
                    "formula.not_comparable", value.span, **in_words(left=subject.type.kind, right=key.type.kind)
                )
            _check_options(subject.type, key.type, value.span)
            keys.append(key)
        found = [self.check(result) for result in results]
        common = self.common(found, [result.span for result in results], "CASE")
        whole = [subject]
        for key, result in zip(keys, found[:-1], strict=True):
            whole += [key, fitted(result, common)]
        return Operation("case", (*whole, fitted(found[-1], common)), common)

    def round(self, tree: Call) -> Checked:
        value = self.of_kind(tree.arguments[0], frozenset({Kind.NUMBER}), "ROUND")
        digits = tree.arguments[1]
        given = digits.value if isinstance(digits, Literal) else None
        if not isinstance(given, Decimal) or given != int(given) or not 0 <= given <= ROUND_DIGITS_MAX:
            raise FormulaProblem("formula.round_digits", digits.span, maximum=ROUND_DIGITS_MAX)
        return Operation("round", (value,), NUMBER, digits=int(given))


def _literal(value: Decimal | str | bool | None, span: Span) -> Constant:
    if value is None or value == "":
        # An empty text is how people write "blank", and blank is what this product has.
        return Constant(None, BLANK if value is None else TEXT)
    if isinstance(value, bool):
        return Constant(value, BOOLEAN)
    if isinstance(value, str):
        return Constant(value, Type(Kind.TEXT, frozenset({value})))
    if not representable(value):
        raise FormulaProblem("formula.number_too_large", span)
    return Constant(value, NUMBER)


def _as_one_of(found: Checked, kinds: frozenset[Kind], span: Span, function: str) -> Checked:
    kind = found.type.kind
    if kind is Kind.BLANK:
        return found if kinds >= ANY else fitted(found, Type(min(kinds)))
    if kind not in kinds:
        code = "formula.text_to_number" if kind is Kind.TEXT and kinds == {Kind.NUMBER} else "formula.wrong_kind"
        raise FormulaProblem(code, span, name=function, **in_words(found=kind, wanted=kinds))
    return found


def _is_blank(checked: Checked) -> bool:
    return isinstance(checked, Constant) and checked.value is None


def _check_options(options: Type, given: Type, span: Span) -> None:
    """Refuse a text that a select field can never have."""
    if options.is_option and not given.is_option and given.values is not None:
        for value in sorted(given.values - (options.values or frozenset())):
            raise FormulaProblem("formula.no_such_option", span, value=value[:100], nearest=_option(value, options))


def _moved(date: Checked, by: Checked, *, back: bool) -> Operation:
    """A date or moment that number of days later or earlier."""
    days = Operation("negate", (by,), NUMBER) if back else by
    return Operation("adddays" if date.type.kind is Kind.DATE else "later", (date, days), date.type)
