"""The template language: Jinja2, closed to everything but the values that were handed over and a few functions.

An attribute can be asked for on a `Node` (a record, a line), a loop and a namespace, and on nothing else: there is no
way from a value to its class, a module or a function. Calls are of the functions named here and of macros. Texts do not
multiply, numbers have no powers. What is left (loops in loops) is ended by the process's bounds of time and memory.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from jinja2 import ChainableUndefined, Undefined, nodes
from jinja2.exceptions import SecurityError, TemplateRuntimeError
from jinja2.runtime import BlockReference, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace
from typing_extensions import override

from dougong.kit.text import Language
from dougong.records.press.formats import Node, Value, filters, shown

RANGE_MAX = 1_000
OUTPUT_MAX = 4 * 1024 * 1024
KEPT_FILTERS = (
    "abs batch count default d e escape first groupby join last length list lower map max min reject rejectattr replace"
    " reverse select selectattr slice sort string striptags sum title trim truncate unique upper wordcount"
).split()
KEPT_TESTS = (
    "boolean defined divisibleby eq equalto even false ge greaterthan gt in integer le lessthan lt mapping ne none"
    " number odd sequence string true undefined == != > >= < <="
).split()
LOOP_NAMES = frozenset(
    "index index0 revindex revindex0 first last length depth cycle changed previtem nextitem".split()
)


class Blank(ChainableUndefined):
    """What is blank, hidden from the reader or unknown: shown as nothing, counted as nothing."""

    def _nothing(self, _other: object = None) -> bool:
        return False

    def _other(self, other: Value) -> Value:
        return other

    __lt__ = __le__ = __gt__ = __ge__ = _nothing  # type: ignore[assignment]  # where Jinja's would raise
    __add__ = __radd__ = _other


class Environment(ImmutableSandboxedEnvironment):
    """The sandbox with what is not named here taken out of it."""

    intercepted_binops = frozenset(["+", "-", "*", "/", "//", "%", "**"])

    @override
    def getattr(self, obj: Any, attribute: str) -> Any:
        return self._part(obj, attribute)

    @override
    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(argument, str) and not isinstance(obj, dict):
            return self._part(obj, argument)
        if isinstance(obj, list | tuple | dict | str) and isinstance(argument, int | slice | str):
            try:
                return obj[argument]  # type: ignore[index]  # a wrong kind of index is the TypeError below
            except (LookupError, TypeError, ValueError):
                return self.undefined(name=str(argument))
        raise SecurityError("[]")

    def _part(self, obj: Value, name: str) -> Value:
        if isinstance(obj, Node):
            found = obj.parts.get(name)
            return self.undefined(name=name) if found is None else found
        if isinstance(obj, Undefined):
            return obj
        if isinstance(obj, Namespace) and not name.startswith("_"):
            return getattr(obj, name, self.undefined(name=name))
        if isinstance(obj, LoopContext) and name in LOOP_NAMES:
            return getattr(obj, name)
        # What `groupby` makes.
        if isinstance(obj, tuple) and name in {"grouper", "list"} and hasattr(obj, name):
            return getattr(obj, name)
        raise SecurityError(name)

    @override
    def is_safe_callable(self, obj: Any) -> bool:
        if isinstance(obj, Macro | BlockReference | LoopContext) or obj is Namespace or obj is _range:
            return True
        owner = getattr(obj, "__self__", None)
        return isinstance(owner, LoopContext) and getattr(obj, "__name__", "") in LOOP_NAMES

    @override
    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if isinstance(left, Undefined) or left is None:
            left = Decimal(0)
        if isinstance(right, Undefined) or right is None:
            right = Decimal(0)
        numbers = isinstance(left, int | float | Decimal) and isinstance(right, int | float | Decimal)
        if operator == "+" and isinstance(left, str) and isinstance(right, str):
            return left + right
        if operator == "**" or not numbers:
            raise SecurityError(operator)
        left, right = _exact(left), _exact(right)
        return super().call_binop(context, operator, left, right)


def _exact(value: Value) -> Value:
    """A number that others can be added to: fractions in a template are decimal ones."""
    return Decimal(repr(value)) if isinstance(value, float) else value


def _range(*given: int) -> range:
    found = range(*given)
    if len(found) > RANGE_MAX:
        raise SecurityError("range")
    return found


def environment(language: Language) -> Environment:
    """The environment of one print; `language` is that of numbers, dates and words."""
    found = Environment(
        autoescape=True,
        undefined=Blank,
        finalize=lambda value: shown(value, language),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters = {name: found.filters[name] for name in KEPT_FILTERS} | filters(language)
    found.tests = {name: found.tests[name] for name in KEPT_TESTS}
    found.globals = {"range": _range, "namespace": Namespace}
    return found


def rendered(env: Environment, source: str, context: Mapping[str, Any]) -> str:
    """The HTML that a template gives. Raises TemplateError for what is wrong with it, and where it gives too much."""
    if not source.strip():
        return ""
    parts: list[str] = []
    size = 0
    try:
        for part in env.from_string(source).generate(**context):
            size += len(part)
            if size > OUTPUT_MAX:
                raise SecurityError("size")
            parts.append(part)
    except (ArithmeticError, TypeError, ValueError, RecursionError, AttributeError) as error:
        raise TemplateRuntimeError(str(error) or type(error).__name__) from error
    return "".join(parts)


def parsed(source: str) -> nodes.Template:
    """The syntax tree. Raises TemplateError; knows the same filters and functions as the press."""
    env = environment("zh")
    # Only compiling finds unknown filters and tests.
    env.compile(source)
    return env.parse(source)


def walk(node: nodes.Node) -> Iterator[nodes.Node]:
    """A node and all within it."""
    yield node
    for child in node.iter_child_nodes():
        yield from walk(child)
