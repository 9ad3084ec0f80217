"""YAML as this product reads and writes it: YAML 1.2's few plain types, no duplicate keys, every value with its line.

YAML 1.1 would read the option value `no` as false and `12:30` as 750; PyYAML's loader is told otherwise here.
"""

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml
from typing_extensions import override

PathSteps = tuple[str | int, ...]

WIDTH = 110


class YamlProblem(ValueError):
    """A text that is no YAML of this kind; `line` counts from 1."""

    def __init__(self, code: str, line: int, **params: str) -> None:
        """`code` keys the sentence, `params` what it interpolates."""
        self.code = code
        self.line = line
        self.params = params
        super().__init__(code, line, params)


@dataclass(frozen=True)
class Document:
    """What a file says, and where it says each part of it."""

    value: Any
    lines: Mapping[PathSteps, int]

    def line_of(self, path: Sequence[str | int]) -> int:
        """The line of the value at `path`, or of the nearest thing around it that has one."""
        steps = tuple(path)
        while steps and steps not in self.lines:
            steps = steps[:-1]
        return self.lines.get(steps, 1)


class _Loader(yaml.CSafeLoader):
    """PyYAML's safe loader (on libyaml: several times as fast) with the plain types of YAML 1.2's core schema."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's own form


for _tag, _pattern, _first in (
    ("tag:yaml.org,2002:bool", r"true|false", "tf"),
    ("tag:yaml.org,2002:null", r"null|~|", "n~\0"),
    ("tag:yaml.org,2002:int", r"-?(0|[1-9][0-9]{0,17})", "-0123456789"),
    ("tag:yaml.org,2002:float", r"-?(0|[1-9][0-9]*)\.[0-9]+", "-0123456789"),
):
    _Loader.add_implicit_resolver(_tag, re.compile(f"^(?:{_pattern})$"), [c.strip("\0") for c in _first])


def load_yaml(text: str) -> Document:
    """The document of `text`. Raises YamlProblem with the line."""
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return Document(None, {})
        lines: dict[PathSteps, int] = {}
        _walk(node, (), lines, set())
        return Document(loader.construct_document(node), lines)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        # What is never closed is missed behind the last line.
        line = min(mark.line + 1, max(1, len(text.splitlines()))) if mark else 1
        raise YamlProblem("package.bad_yaml", line, reason=error.problem or "") from error
    except yaml.YAMLError as error:
        raise YamlProblem("package.bad_yaml", 1, reason=str(error)) from error
    finally:
        loader.dispose()


def _walk(node: yaml.Node, path: PathSteps, lines: dict[PathSteps, int], met: set[int]) -> None:
    """Note where everything is. Refuses duplicate keys, which would lose a value, and aliases, which may explode."""
    line = node.start_mark.line + 1
    if id(node) in met:
        raise YamlProblem("package.alias", line)
    met.add(id(node))
    lines.setdefault(path, line)
    if isinstance(node, yaml.MappingNode):
        seen: set[Hashable] = set()
        for key, value in node.value:
            if key.value in seen:
                raise YamlProblem("package.key_twice", key.start_mark.line + 1, key=str(key.value))
            seen.add(key.value)
            lines[*path, key.value] = key.start_mark.line + 1
            _walk(value, (*path, key.value), lines, met)
    elif isinstance(node, yaml.SequenceNode):
        for position, value in enumerate(node.value):
            _walk(value, (*path, position), lines, met)


class _Dumper(yaml.SafeDumper):
    """Block style, with short things (a label, a list of names) on one line; never an alias."""

    @override
    def ignore_aliases(self, data: object) -> bool:
        """Equal things are written out each time."""
        return True

    @override
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Lists are indented under their key."""
        super().increase_indent(flow, False)


def _is_scalar(value: object) -> bool:
    return value is None or isinstance(value, str | int | float | bool)


def _represent_mapping(dumper: _Dumper, value: Mapping[str, Any]) -> yaml.Node:
    node = dumper.represent_mapping("tag:yaml.org,2002:map", value.items())
    node.flow_style = bool(value) and set(value) <= {"zh", "en"} and len(str(value)) < WIDTH
    return node


def _represent_list(dumper: _Dumper, value: Sequence[Any]) -> yaml.Node:
    node = dumper.represent_sequence("tag:yaml.org,2002:seq", value)
    node.flow_style = all(_is_scalar(v) for v in value)
    return node


def _represent_text(dumper: _Dumper, value: str) -> yaml.Node:
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(dict, _represent_mapping)
_Dumper.add_representer(list, _represent_list)
_Dumper.add_representer(tuple, _represent_list)
_Dumper.add_representer(str, _represent_text)


def dump_yaml(value: object) -> str:
    """`value` as readable YAML: keys in their own order, Chinese as it is."""
    return yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=WIDTH, default_flow_style=False)
