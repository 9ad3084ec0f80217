"""Which values a template asks for, read off its syntax before anything is rendered: they are then one query.

A name stands for the record (`record`), for a line of a loop over `children.OBJECT`, or for what such a name led to
(`{% set a = record.account %}`). More may be found than a run would ask for, never less.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from jinja2 import TemplateError, TemplateSyntaxError, nodes

from dougong.kit.errors import BadRequest
from dougong.records.press.language import parsed, walk

RECORD = "record"
CHILDREN = "children"
BY_ATTRIBUTE = {"sum", "map", "sort", "groupby", "join", "unique", "min", "max", "selectattr", "rejectattr"}
Steps = tuple[str, ...]
Origin = tuple[str | None, Steps]
"""What a name stands for: a child object or (None) the record, and how far from it."""


@dataclass
class Wanted:
    """The paths that a template asks of the record, and of the children of each object."""

    record: set[Steps] = field(default_factory=set)
    children: dict[str, set[Steps]] = field(default_factory=lambda: defaultdict(set))

    def add(self, other: "Wanted") -> None:
        """Also what another part of the template asks for."""
        self.record |= other.record
        for name, paths in other.children.items():
            self.children[name] |= paths


def wanted_by(*sources: str) -> Wanted:
    """What the parts of a template ask for. Raises BadRequest for a part that is no template."""
    found = Wanted()
    for source in sources:
        found.add(_wanted(source))
    return found


def _wanted(source: str) -> Wanted:
    try:
        tree = parsed(source)
    except TemplateSyntaxError as error:
        raise BadRequest("print.syntax", line=error.lineno, message=error.message) from error
    except TemplateError as error:
        raise BadRequest("print.failed", message=error.message) from error
    origins: dict[str, set[Origin]] = defaultdict(set)
    origins[RECORD].add((None, ()))
    found = Wanted()
    every = list(walk(tree))
    # A name may stand for what another one led to: as often as there are such, at most a few times.
    for _ in range(4):
        for node in every:
            _bind(node, origins)
    for node in every:
        for origin, steps in _asked(node, origins):
            if origin is not None:
                found.children[origin].add(steps)
            elif steps:
                found.record.add(steps)
        child = _child_of(node)
        if child is not None:
            found.children[child] |= set()
    return found


def _bind(node: nodes.Node, origins: dict[str, set[Origin]]) -> None:
    match node:
        case nodes.For(target=nodes.Name(name=name), iter=items):
            origins[name] |= {(child, ()) for child in _children_in(items)}
        case nodes.Assign(target=nodes.Name(name=name), node=value):
            origins[name] |= set(_led_to(value, origins))
            origins[name] |= {(child, ()) for child in _children_in(value)}
        case nodes.With(targets=targets, values=values):
            for target, value in zip(targets, values, strict=False):
                if isinstance(target, nodes.Name):
                    origins[target.name] |= set(_led_to(value, origins))
        case _:
            pass


def _led_to(node: nodes.Node, origins: dict[str, set[Origin]]) -> Iterator[Origin]:
    """What a chain of names (`record.account.owner`) may stand for."""
    match node:
        case nodes.Name(name=name):
            yield from origins.get(name, ())
        case nodes.Getattr(node=inner, attr=step) | nodes.Getitem(node=inner, arg=nodes.Const(value=str(step))):
            yield from ((child, (*steps, step)) for child, steps in _led_to(inner, origins))
        case _:
            pass


def _asked(node: nodes.Node, origins: dict[str, set[Origin]]) -> Iterator[Origin]:
    if isinstance(node, nodes.Getattr | nodes.Getitem):
        yield from _led_to(node, origins)
    if isinstance(node, nodes.Filter) and node.name in BY_ATTRIBUTE and node.node is not None:
        constants = [*node.args, *(pair.value for pair in node.kwargs if pair.key == "attribute")]
        bases: list[Origin] = [(child, ()) for child in _children_in(node.node)]
        if isinstance(node.node, nodes.Name):
            bases += [origin for origin in origins.get(node.node.name, ()) if origin[0] is not None]
        for constant in constants:
            if isinstance(constant, nodes.Const) and isinstance(constant.value, str):
                yield from ((child, tuple(constant.value.split("."))) for child, _ in bases)


def _child_of(node: nodes.Node) -> str | None:
    """The object of `children.OBJECT`."""
    match node:
        case nodes.Getattr(node=nodes.Name(name="children"), attr=name):
            return str(name)
        case nodes.Getitem(node=nodes.Name(name="children"), arg=nodes.Const(value=str(name))):
            return name
        case _:
            return None


def _children_in(node: nodes.Node) -> Iterator[str]:
    for inner in walk(node):
        child = _child_of(inner)
        if child is not None:
            yield child
