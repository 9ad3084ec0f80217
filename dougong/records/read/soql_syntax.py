"""SOQL text to its syntax tree, by the grammar in soql.lark; a fault is told with its place and what was expected."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import NoReturn, TypeVar

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from dougong.expressions.ast import Operator
from dougong.expressions.coerce import is_storable
from dougong.expressions.nearest import nearest
from dougong.kit.errors import BadRequest
from dougong.kit.limits import FILTER_DEPTH_MAX, SOQL_LENGTH_MAX
from dougong.records.read.soql_tree import (
    Comparison,
    Expression,
    FunctionCall,
    Group,
    Item,
    Literal,
    Name,
    Place,
    Select,
    SortKey,
    Test,
    refuse,
)

CALL_DEPTH_MAX = 3
"""Functions within functions."""


# Clauses on their way up to their query.


@dataclass(frozen=True)
class _Source:
    name: Name
    alias: Name | None


@dataclass(frozen=True)
class _Where:
    test: Test


@dataclass(frozen=True)
class _Having:
    test: Test


@dataclass(frozen=True)
class _Grouping:
    terms: tuple[Expression, ...]
    having: Test | None


@dataclass(frozen=True)
class _Ordering:
    keys: tuple[SortKey, ...]


@dataclass(frozen=True)
class _Limit:
    number: Literal


@dataclass(frozen=True)
class _Offset:
    number: Literal


@dataclass(frozen=True)
class _Nulls:
    first: bool


@dataclass(frozen=True)
class _Direction:
    descending: bool


T = TypeVar("T")


def _find(parts: Sequence[object], kind: type[T]) -> T | None:
    return next((part for part in parts if isinstance(part, kind)), None)


def _expressions(parts: Sequence[object]) -> tuple[Expression, ...]:
    return tuple(part for part in parts if isinstance(part, Name | FunctionCall))


@lru_cache(maxsize=256)
def parse_text(text: str) -> Select:
    """The syntax tree of `text`. Raises BadRequest("soql.…", line, column, …) that says what was expected there."""
    if len(text) > SOQL_LENGTH_MAX:
        raise BadRequest("soql.too_long", maximum=SOQL_LENGTH_MAX)
    if not is_storable(text):
        raise BadRequest("soql.unstorable")
    try:
        found: object = _parser().parse(text)
    except UnexpectedInput as error:
        _refuse_syntax(text, error)
    if not isinstance(found, Select):
        raise TypeError(found)
    return found


def _place(token: Token) -> Place:
    return Place(token.line or 1, token.column or 1)


_SIGNS = {"<>": Operator.NE, **{o.value: o for o in Operator}}


class _Build(Transformer[Token, object]):
    """Works bottom-up while the text is parsed, so that no text can nest deeper than Python's stack."""

    def start(self, parts: list[object]) -> object:
        return parts[0]

    def query(self, parts: list[object]) -> Select:
        source = _find(parts, _Source)
        if source is None:
            raise TypeError(parts)
        where, grouping, ordering = _find(parts, _Where), _find(parts, _Grouping), _find(parts, _Ordering)
        limit, offset = _find(parts, _Limit), _find(parts, _Offset)
        return Select(
            items=tuple(part for part in parts if isinstance(part, Item)),
            children=tuple(part for part in parts if isinstance(part, Select)),
            source=source.name,
            alias=source.alias,
            where=where.test if where else None,
            group=grouping.terms if grouping else (),
            having=grouping.having if grouping else None,
            order=ordering.keys if ordering else (),
            limit=limit.number if limit else None,
            offset=offset.number if offset else None,
        )

    def item(self, parts: list[object]) -> Item:
        alias = parts[1] if len(parts) > 1 else None
        return Item(_expressions(parts)[0], alias if isinstance(alias, Name) else None)

    def child(self, parts: list[object]) -> object:
        return parts[0]

    def alias(self, parts: list[Token]) -> Name:
        return _name(parts)

    def source(self, parts: list[object]) -> _Source:
        token = parts[0]
        if not isinstance(token, Token):
            raise TypeError(token)
        return _Source(_name([token]), _find(parts, Name))

    def where(self, parts: list[Test]) -> _Where:
        return _Where(parts[0])

    def grouping(self, parts: list[object]) -> _Grouping:
        having = _find(parts, _Having)
        return _Grouping(_expressions(parts), having.test if having else None)

    def having(self, parts: list[Test]) -> _Having:
        return _Having(parts[0])

    def ordering(self, parts: list[SortKey]) -> _Ordering:
        return _Ordering(tuple(parts))

    def order(self, parts: list[object]) -> SortKey:
        direction, nulls = _find(parts, _Direction), _find(parts, _Nulls)
        descending = direction is not None and direction.descending
        return SortKey(_expressions(parts)[0], descending, nulls is not None and nulls.first)

    def ascending(self, _parts: list[object]) -> _Direction:
        return _Direction(descending=False)

    def descending(self, _parts: list[object]) -> _Direction:
        return _Direction(descending=True)

    def nulls_first(self, _parts: list[object]) -> _Nulls:
        return _Nulls(first=True)

    def nulls_last(self, _parts: list[object]) -> _Nulls:
        return _Nulls(first=False)

    def limit(self, parts: list[Token]) -> _Limit:
        return _Limit(_literal("number", parts[0]))

    def offset(self, parts: list[Token]) -> _Offset:
        return _Offset(_literal("number", parts[0]))

    def expression(self, parts: list[object]) -> object:
        return parts[0]

    def call(self, parts: list[object]) -> FunctionCall:
        token, inner = parts[0], _expressions(parts[1:])
        if not isinstance(token, Token):
            raise TypeError(token)
        depth = inner[0].depth + 1 if inner and isinstance(inner[0], FunctionCall) else 1
        if depth > CALL_DEPTH_MAX:
            refuse("soql.calls_too_deep", _place(token), maximum=CALL_DEPTH_MAX)
        return FunctionCall(str(token), inner[0] if inner else None, _place(token), depth)

    def path(self, parts: list[Token]) -> Name:
        return _name(parts)

    def or_(self, parts: list[Test]) -> Group:
        return _group("or", parts)

    def and_(self, parts: list[Test]) -> Group:
        return _group("and", parts)

    def not_(self, parts: list[Test]) -> Group:
        return _group("not", parts)

    def compare(self, parts: list[object]) -> Comparison:
        return _comparison(parts, _SIGNS[str(parts[1])])

    def like(self, parts: list[object]) -> Comparison:
        return _comparison(parts, Operator.LIKE)

    def in_(self, parts: list[object]) -> Comparison:
        return _comparison(parts, Operator.IN)

    def not_in(self, parts: list[object]) -> Comparison:
        return _comparison(parts, Operator.NOT_IN)

    def includes(self, parts: list[object]) -> Comparison:
        return _comparison(parts, Operator.INCLUDES)

    def excludes(self, parts: list[object]) -> Comparison:
        return _comparison(parts, Operator.EXCLUDES)

    def is_null(self, parts: list[object]) -> Comparison:
        return _comparison(parts, Operator.IS_NULL)

    def is_not_null(self, parts: list[object]) -> Comparison:
        return _comparison(parts, Operator.NOT_NULL)

    def selection(self, parts: list[object]) -> object:
        return parts[0]

    def values(self, parts: list[Literal]) -> tuple[Literal, ...]:
        return tuple(parts)

    def text(self, parts: list[Token]) -> Literal:
        return _literal("text", parts[0])

    def number(self, parts: list[Token]) -> Literal:
        return _literal("number", parts[0])

    def date(self, parts: list[Token]) -> Literal:
        return _literal("date", parts[0])

    def moment(self, parts: list[Token]) -> Literal:
        return _literal("moment", parts[0])

    def time(self, parts: list[Token]) -> Literal:
        return _literal("time", parts[0])

    def variable(self, parts: list[Token]) -> Literal:
        return _literal("variable", parts[0])

    def constant(self, parts: list[Token]) -> Literal:
        return _literal(parts[0].lower(), parts[0])

    def word(self, parts: list[Token]) -> Literal:
        return Literal("word", str(parts[0]), _place(parts[0]), str(parts[1]) if len(parts) > 1 else None)


def _name(tokens: Sequence[Token]) -> Name:
    return Name(tuple(str(token) for token in tokens), _place(tokens[0]))


def _literal(kind: str, token: Token) -> Literal:
    return Literal(kind, str(token), _place(token))


def _comparison(parts: list[object], operator: Operator) -> Comparison:
    last = parts[-1]
    values = (last,) if isinstance(last, Literal) else last if isinstance(last, tuple) else ()
    expression = _expressions(parts)[0]
    if not isinstance(last, Select):
        return Comparison(expression, operator, values, expression.place)
    depth = 1 if last.where is None else _checked_depth(1 + last.where.depth)
    return Comparison(expression, operator, values, expression.place, depth, last)


def _group(word: str, items: list[Test]) -> Group:
    return Group(word, tuple(items), _checked_depth(1 + max(item.depth for item in items)))


def _checked_depth(depth: int) -> int:
    if depth > FILTER_DEPTH_MAX:
        raise BadRequest("expressions.too_deep", maximum=FILTER_DEPTH_MAX)
    return depth


@cache
def _parser() -> Lark:
    grammar = resources.files("dougong.records.read").joinpath("soql.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", transformer=_Build(), maybe_placeholders=False)


# What people call the grammar's terminals. Words of the language show as themselves.
_SHOWN = {
    "NAME": "name",
    "TEXT": "'text'",
    "NUMBER": "number",
    "DATE": "2026-01-31",
    "DATETIME": "2026-01-31T08:00:00Z",
    "TIME": "08:30",
    "VARIABLE": ":me",
    "SIGN": "= != < <= > >=",
    "LPAR": "(",
    "RPAR": ")",
    "COMMA": '","',
    "DOT": ".",
    "COLON": ":",
    "SEMICOLON": ";",
    "$END": "",
}
_OBVIOUS = {"SEMICOLON", "$END", "DOT", "COLON"}


def _refuse_syntax(text: str, error: UnexpectedInput) -> NoReturn:
    if not text.strip():
        raise BadRequest("soql.empty")
    if isinstance(error, UnexpectedToken):
        found = "" if error.token.type == "$END" else str(error.token)
        expected = error.accepts or error.expected
    elif isinstance(error, UnexpectedCharacters):
        found = text[error.pos_in_stream :][:1]
        expected = set(error.allowed or ())
    else:
        found, expected = "", set()
    place = Place(max(error.line, 1), max(error.column, 1)) if found else _end(text)
    if found in {"'", '"'}:
        refuse("soql.open_text", place)
    words = sorted(_SHOWN.get(name, name) for name in expected - _OBVIOUS)
    if not found:
        refuse("soql.unexpected_end", place, expected=", ".join(words))
    near = nearest(found, [word for word in words if word.isalpha() and word.isupper()], similar=0.6)
    code = "soql.unexpected_near" if near else "soql.unexpected"
    refuse(code, place, found=found[:60], expected=", ".join(words), nearest=near)


def _end(text: str) -> Place:
    lines = text.split("\n")
    return Place(len(lines), len(lines[-1]) + 1)
