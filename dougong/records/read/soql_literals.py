"""The values of SOQL: quoted texts with their escapes, numbers, dates, relative dates, `:me`."""

import re
from datetime import date, datetime, time
from decimal import Decimal

from dougong.expressions.ast import DateRange, Me, Operator, Value
from dougong.expressions.coerce import DIGITS_MAX, is_storable
from dougong.expressions.dates import COUNTED_NAMES, FIXED_NAMES, check_range
from dougong.expressions.matching import literal_pattern
from dougong.expressions.nearest import nearest
from dougong.kit.errors import BadRequest
from dougong.records.read.soql_tree import Literal, refuse

_ESCAPES = {
    "n": "\n",
    "N": "\n",
    "r": "\r",
    "R": "\r",
    "t": "\t",
    "T": "\t",
    "b": "\b",
    "B": "\b",
    "f": "\f",
    "F": "\f",
}
_QUOTED = frozenset("'\"\\%_")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_FISCAL = re.compile(r"FISCAL_(?=QUARTER|YEAR)")
"""In China the fiscal year is the calendar year, by law (会计法, article 11)."""
_ME = frozenset({":me", "$me"})


def value_of(literal: Literal, operator: Operator) -> Value:
    """The value of a literal that is compared by `operator`. Raises BadRequest with its place."""
    match literal.kind:
        case "text":
            return _text(literal, pattern=operator is Operator.LIKE)
        case "number":
            return _number(literal)
        case "date" | "moment":
            return _moment(literal)
        case "time":
            return _time(literal)
        case "variable":
            if literal.text.lower() not in _ME:
                refuse("soql.unknown_variable", literal.place, name=literal.text)
            return Me()
        case "true" | "false":
            return literal.kind == "true"
        case "null":
            return None
        case _:
            return _relative(literal)


def whole_number(literal: Literal, maximum: int) -> int:
    """A count (LIMIT, OFFSET). Raises BadRequest unless it is a whole number from 0 to `maximum`."""
    if not literal.text.isdigit() or len(literal.text) > 18 or int(literal.text) > maximum:
        refuse("soql.count", literal.place, value=literal.text[:30], maximum=maximum)
    return int(literal.text)


def _text(literal: Literal, *, pattern: bool) -> str:
    r"""The text between the quotes. In a LIKE pattern `\%`, `\_` and `\\` stay escaped: they mean themselves."""

    def unescaped(match: re.Match[str]) -> str:
        c = match[1]
        if c in _QUOTED:
            return literal_pattern(c) if pattern else c
        if c[0] == "u" and len(c) == 5:
            return chr(int(c[1:], 16))
        if c not in _ESCAPES:
            refuse("soql.unknown_escape", literal.place, escape=match[0])
        return _ESCAPES[c]

    text = _ESCAPE.sub(unescaped, literal.text[1:-1])
    if not is_storable(text):
        refuse("soql.unknown_escape", literal.place, escape="\\u0000")
    return text


def _number(literal: Literal) -> int | Decimal:
    text = literal.text
    if len(text) > DIGITS_MAX:
        refuse("soql.number", literal.place, value=text[:30])
    return int(text) if text.lstrip("+-").isdigit() else Decimal(text)


def _moment(literal: Literal) -> date | datetime:
    text = literal.text.upper()
    try:
        if literal.kind == "date":
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
    except ValueError:
        refuse("soql.date", literal.place, value=literal.text)
    if moment.tzinfo is None:
        refuse("soql.zone_missing", literal.place, value=literal.text)
    return moment


def _time(literal: Literal) -> time:
    """A time of day; the `Z` of Salesforce's stands for no zone, for such a time has none."""
    try:
        return time.fromisoformat(literal.text.upper().removesuffix("Z"))
    except ValueError:
        refuse("soql.time", literal.place, value=literal.text)


def _relative(literal: Literal) -> DateRange:
    name = _FISCAL.sub("", literal.text.upper())
    if name not in FIXED_NAMES | COUNTED_NAMES:
        refuse(
            "soql.unknown_word",
            literal.place,
            name=literal.text[:60],
            nearest=nearest(name, sorted(FIXED_NAMES | COUNTED_NAMES)),
        )
    count = literal.count
    if count is not None and (not count.isdigit() or len(count) > 9):
        refuse("soql.count", literal.place, value=count[:30], maximum=10_000)
    value = DateRange(name, None if count is None else int(count))
    try:
        check_range(value)
    except BadRequest as error:
        refuse(error.code, literal.place, **error.params)
    return value
