"""A formula's text to its tree, by the grammar in formula.lark; a fault is told with its place and what is needed."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache, lru_cache
from importlib import resources
from typing import NoReturn, cast

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from dougong.expressions.coerce import is_storable
from dougong.expressions.formula.problems import FormulaProblem, Span
from dougong.expressions.formula.tree import Call, Literal, Name, Tree, depth, nodes
from dougong.kit.limits import FORMULA_DEPTH_MAX, FORMULA_LENGTH_MAX, FORMULA_NODES_MAX, PATH_DEPTH_MAX

NUMBER_LENGTH_MAX = 30
QUOTES = {'"': '"', "'": "'", "“": "“”", "”": "“”", "‘": "‘’", "’": "‘’"}
"""What begins a text, and what ends it."""

WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "blank": None}


@lru_cache(maxsize=2_000)
def parse(text: str) -> Tree:
    """The tree of `text`. Raises FormulaProblem with the place of what cannot be read, or is beyond `kit.limits`."""
    whole = Span(0, len(text), 1, 1)
    if len(text) > FORMULA_LENGTH_MAX:
        raise FormulaProblem("formula.too_long", whole, maximum=FORMULA_LENGTH_MAX)
    if not text.strip():
        raise FormulaProblem("formula.empty", whole)
    if not is_storable(text):
        raise FormulaProblem("formula.unstorable", whole)
    plain = "".join(_plain(text))
    try:
        tree = cast("Tree", _parser().parse(plain))
    except UnexpectedInput as error:
        _refuse(plain, error)
    except RecursionError as error:
        raise FormulaProblem("formula.too_deep", whole, maximum=FORMULA_DEPTH_MAX) from error
    if depth(tree) > FORMULA_DEPTH_MAX:
        raise FormulaProblem("formula.too_deep", whole, maximum=FORMULA_DEPTH_MAX)
    if sum(1 for _ in nodes(tree)) > FORMULA_NODES_MAX:
        raise FormulaProblem("formula.too_large", whole, maximum=FORMULA_NODES_MAX)
    return tree


def _plain(text: str) -> Iterator[str]:
    """Full-width signs, as a Chinese keyboard gives them, become the plain ones; inside texts nothing changes.

    Character for character, so that places stay what they are.
    """
    closing = ""
    escaped = False
    for c in text:
        if closing:
            if escaped:
                escaped = False
                yield c
            else:
                escaped = c == "\\"
                closing = "" if c in closing else closing
                yield c
        else:
            closing = QUOTES.get(c, "")
            yield c if closing else _half(c)


def _half(c: str) -> str:
    if "！" <= c <= "～":
        return chr(ord(c) - 0xFEE0)
    return {"\u3000": " ", "\u00a0": " ", "、": ",", "×": "*", "÷": "/", "−": "-"}.get(c, c)


def _span(token: Token) -> Span:
    return Span(token.start_pos or 0, len(token), token.line or 1, token.column or 1)


def _around(first: Span, last: Span) -> Span:
    return Span(first.start, last.start + last.length - first.start, first.line, first.column)


class _Build(Transformer[Token, object]):
    """The grammar's rules to nodes."""

    def number(self, parts: list[Token]) -> Literal:
        span = _span(parts[0])
        if span.length > NUMBER_LENGTH_MAX:
            raise FormulaProblem("formula.number_too_long", span, maximum=NUMBER_LENGTH_MAX)
        return Literal(Decimal(str(parts[0])), span)

    def text(self, parts: list[Token]) -> Literal:
        return Literal(_unescaped(str(parts[0])[1:-1]), _span(parts[0]))

    def name(self, parts: list[Token]) -> Tree:
        span, word = _span(parts[0]), str(parts[0]).lower()
        if word in WORDS:
            return Literal(WORDS[word], span)
        steps = tuple(word.split("."))
        if len(steps) > PATH_DEPTH_MAX:
            raise FormulaProblem("formula.path_too_deep", span, path=word, maximum=PATH_DEPTH_MAX)
        return Name(steps, span)

    def arguments(self, parts: list[Tree]) -> tuple[Tree, ...]:
        return tuple(parts)

    def call(self, parts: list[object]) -> Call:
        head, arguments = parts
        if not isinstance(head, Token):
            raise TypeError(head)
        given: tuple[Tree, ...] = arguments if isinstance(arguments, tuple) else ()
        span = _span(head)
        whole = span if not given else _around(span, given[-1].span)
        return Call(str(head).upper(), given, Span(whole.start, whole.length + 1, span.line, span.column), span)

    def binary(self, parts: Sequence[object]) -> Call:
        left, sign, right = parts
        if not (isinstance(sign, Token) and isinstance(left, Tree) and isinstance(right, Tree)):
            raise TypeError(sign)
        name = {"==": "=", "<>": "!=", "≤": "<=", "≥": ">="}.get(str(sign), str(sign))
        return Call(name, (left, right), _around(left.span, right.span), _span(sign))

    def signed(self, parts: Sequence[object]) -> Tree:
        sign, value = parts
        if not (isinstance(sign, Token) and isinstance(value, Tree)):
            raise TypeError(sign)
        span = _around(_span(sign), value.span)
        if isinstance(value, Literal) and isinstance(value.value, Decimal):
            return Literal(-value.value if sign == "-" else value.value, span)
        return Call("NEGATE" if sign == "-" else "PLUS", (value,), span, _span(sign))

    def not_call(self, parts: Sequence[object]) -> Call:
        sign, value = parts
        if not (isinstance(sign, Token) and isinstance(value, Tree)):
            raise TypeError(sign)
        return Call("NOT", (value,), _around(_span(sign), value.span), _span(sign))

    def and_call(self, parts: list[Tree]) -> Call:
        return self._joined("AND", parts)

    def or_call(self, parts: list[Tree]) -> Call:
        return self._joined("OR", parts)

    @staticmethod
    def _joined(name: str, parts: list[Tree]) -> Call:
        """`a && b && c` is one call of three, as AND(a, b, c) is."""
        first, last = parts
        span = _around(first.span, last.span)
        flat = (
            first.arguments if isinstance(first, Call) and first.name == name and first.head.length == 2 else (first,)
        )
        return Call(name, (*flat, last), span, Span(last.span.start, 2, last.span.line, last.span.column))


def _unescaped(body: str) -> str:
    found, escaped = [], False
    for c in body:
        if escaped:
            found.append({"n": "\n", "t": "\t"}.get(c, c))
            escaped = False
        elif c == "\\":
            escaped = True
        else:
            found.append(c)
    return "".join(found)


@cache
def _parser() -> Lark:
    grammar = resources.files("dougong.expressions.formula").joinpath("formula.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", transformer=_Build(), maybe_placeholders=True)


def _refuse(text: str, error: UnexpectedInput) -> NoReturn:
    line, column = max(error.line, 1), max(error.column, 1)
    if isinstance(error, UnexpectedToken) and error.token.type != "$END":
        span = _span(error.token)
        found, expected = str(error.token), set(error.accepts or error.expected)
    elif isinstance(error, UnexpectedCharacters):
        at: int = getattr(error, "pos_in_stream", 0)
        span = Span(at, 1, line, column)
        found, expected = text[at : at + 1], set(error.allowed or ())
    else:
        lines = text.split("\n")
        span = Span(max(len(text) - 1, 0), 1, len(lines), len(lines[-1]) + 1)
        found = ""
        expected = set(error.accepts or error.expected) if isinstance(error, UnexpectedToken) else set()
    if found in QUOTES:
        raise FormulaProblem("formula.open_text", span)
    if not found:
        code = "formula.unclosed" if "RPAR" in expected and not expected & {"NUMBER"} else "formula.unfinished"
        raise FormulaProblem(code, span)
    if expected >= {"NUMBER", "NAME"}:
        raise FormulaProblem("formula.value_expected", span, found=found[:60])
    raise FormulaProblem("formula.sign_expected", span, found=found[:60])
