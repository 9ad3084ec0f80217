"""The Python back end: decides a condition on one record. Proved equal to `to_sql` by tests/expressions.

Sharing tokens are written by this back end when a record is saved and by the other when a rule is recalculated: a
difference between the two would be a leak. No third evaluator may be written.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from dougong.expressions.ast import Among, And, Compare, Condition, DateRange, Me, Not, Operator, Or, Path, Value
from dougong.expressions.context import EvaluationContext
from dougong.expressions.dates import add_days, days_of, moments_of
from dougong.expressions.matching import matches_like
from dougong.expressions.operators import OPERATORS_BY_SCALAR, PATTERNS, operator_refused

__all__ = ["EvaluationContext", "evaluate"]

ValueOf = Callable[[Path], object]
ScalarOf = Callable[[Path], str]
RecordsOf = Callable[[str], Iterable[tuple[ValueOf, ScalarOf]]]
"""The living records of an object that the reader may see, each as the values and the scalar types of its paths."""


@dataclass(frozen=True)
class _Span:
    """A relative date on a column: a half-open range of dates or of moments."""

    start: date
    end: date

    def __contains__(self, item: object) -> bool:
        return isinstance(item, date) and self.start <= item < self.end


def no_records(object_name: str) -> Iterable[tuple[ValueOf, ScalarOf]]:
    """For conditions that select from no other records."""
    raise LookupError(object_name)


def evaluate(
    condition: Condition,
    value_of: ValueOf,
    scalar_of: ScalarOf,
    context: EvaluationContext,
    records_of: RecordsOf = no_records,
) -> bool:
    """Whether the record whose values `value_of` gives meets `condition`, for the reader of `context`.

    Values are Python values of their scalar type: aware date-times, Decimal or int numbers, a collection of texts for a
    multi-select, None for blank. The condition must have passed `check_condition`. Raises BadRequest for an operator
    that the scalar type has not.
    """
    match condition:
        case Compare(path):
            return _compare(condition, value_of(path), scalar_of(path), context)
        case Among(path):
            return _among(condition, value_of(path), context, records_of)
        case And(items):
            return all(evaluate(item, value_of, scalar_of, context, records_of) for item in items)
        case Or(items):
            return any(evaluate(item, value_of, scalar_of, context, records_of) for item in items)
        case Not(item):
            return not evaluate(item, value_of, scalar_of, context, records_of)


def _among(among: Among, value: object, context: EvaluationContext, records_of: RecordsOf) -> bool:
    """Whether a selected record has the value; of a blank neither that nor its opposite is true."""
    selection = among.selection
    found = value is not None and any(
        theirs(selection.field) == value and evaluate(selection.where, theirs, scalars, context, records_of)
        for theirs, scalars in records_of(selection.object)
    )
    return value is not None and found is not among.negated


def _compare(compare: Compare, value: object, scalar: str, context: EvaluationContext) -> bool:
    if compare.operator not in OPERATORS_BY_SCALAR[scalar]:
        raise operator_refused(compare, OPERATORS_BY_SCALAR[scalar])
    match compare.operator:
        case Operator.IS_NULL:
            return value is None
        case Operator.NOT_NULL:
            return value is not None
        case Operator.LIKE | Operator.CONTAINS | Operator.STARTS_WITH:
            return _like(value, compare.values[0], PATTERNS[compare.operator])
        case _ if scalar == "texts":
            return _compare_set(compare, value)
        case Operator.IN:
            return any(_equal(value, _wanted(given, scalar, context)) for given in compare.values)
        case Operator.NOT_IN:
            # A blank in the list says nothing more than that a blank field is not meant, which it never is.
            return value is not None and not any(_equal(value, _wanted(v, scalar, context)) for v in compare.values)
        case Operator.EQ:
            return _equal(value, _wanted(compare.values[0], scalar, context))
        case _:
            wanted = _wanted(compare.values[0], scalar, context)
            return value is not None and wanted is not None and _ordered(compare.operator, value, wanted)


def _compare_set(compare: Compare, value: object) -> bool:
    """A multi-select field: its options are a set, their order says nothing."""
    wanted = {given for given in compare.values if given is not None}
    if compare.operator is Operator.EQ and not wanted:
        return value is None
    if value is None or (compare.operator is Operator.NE and not wanted):
        return False
    if not isinstance(value, Collection):
        raise TypeError(value)
    options = set(value)
    if compare.operator is Operator.INCLUDES:
        return not options.isdisjoint(wanted)
    if compare.operator is Operator.EXCLUDES:
        return options.isdisjoint(wanted)
    return (options == wanted) is (compare.operator is Operator.EQ)


def _like(value: object, pattern: Value, make: Callable[[str], str]) -> bool:
    return value is not None and pattern is not None and matches_like(str(value), make(str(pattern)))


def _wanted(value: Value, scalar: str, context: EvaluationContext) -> object:
    """The value that is compared with: a relative date, or a day on a date-time field, becomes a span."""
    if isinstance(value, Me):
        return context.me
    if isinstance(value, DateRange):
        days = days_of(value, context.today)
    elif isinstance(value, date) and not isinstance(value, datetime) and scalar == "datetime":
        days = value, add_days(value, 1)
    else:
        return value
    return _Span(*(moments_of(days, context.zone) if scalar == "datetime" else days))


def _equal(value: object, wanted: object) -> bool:
    return value in wanted if isinstance(wanted, _Span) else value == wanted


def _ordered(operator: Operator, value: object, wanted: object) -> bool:
    """!= < <= > >= of two values that are not blank."""
    if operator is Operator.NE:
        return not _equal(value, wanted)
    first, last = (wanted.start, wanted.end) if isinstance(wanted, _Span) else (wanted, None)
    if operator is Operator.LT:
        return _before(value, first)
    if operator is Operator.GE:
        return not _before(value, first)
    if last is not None:
        return _before(value, last) if operator is Operator.LE else not _before(value, last)
    return not _before(first, value) if operator is Operator.LE else _before(first, value)


def _before(a: object, b: object) -> bool:
    """`a < b`, of two values of one scalar type; texts by code points, as `COLLATE "C"` has them."""
    if isinstance(a, datetime) and isinstance(b, datetime):
        return a < b
    if isinstance(a, date) and isinstance(b, date):
        return a < b
    if isinstance(a, str) and isinstance(b, str):
        return a < b
    if isinstance(a, Decimal | int) and isinstance(b, Decimal | int):
        return a < b
    if isinstance(a, time) and isinstance(b, time):
        return a < b
    raise TypeError(a, b)
