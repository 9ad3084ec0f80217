"""The values that a template asks for, read by the one read path as the reader: what they may not see is blank.

They leave here as plain JSON, each with its kind, for the press.
"""

import base64
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from dougong.access.fields import readable
from dougong.access.policy import allowed
from dougong.access.principal import Action, system
from dougong.expressions.ast import Compare, Operator, Path
from dougong.kit.clock import now, today
from dougong.kit.errors import BadRequest, NotFound
from dougong.kit.limits import PAGE_SIZE_MAX
from dougong.kit.text import Language
from dougong.metadata.field_types import KINDS, LINKS, Reference
from dougong.metadata.model import Field, FieldType, Object
from dougong.metadata.registry import Registry
from dougong.records.api import Column, Order, OutputColumn, Query, Reading, page
from dougong.records.files import file_content, get_file
from dougong.records.printing.paths import Steps, Wanted

CHILDREN_MAX = 5_000
"""Lines of all records of one print."""
PICTURE_BYTES_MAX = 5 * 1024 * 1024
COMPOSITE = frozenset({FieldType.ADDRESS, FieldType.LOCATION})

Json = Any


@dataclass
class _Tree:
    """Values by step, as a template walks them."""

    shown: str = ""
    parts: dict[str, "_Tree | Json"] = field(default_factory=dict)

    def put(self, steps: Steps, value: Json, *, name: bool) -> None:
        """Set the value at the end of `steps`; `name`: it is what the record there is called."""
        at = self
        for step in steps if name else steps[:-1]:
            inner = at.parts.get(step)
            if not isinstance(inner, _Tree):
                inner = at.parts[step] = _Tree()
            at = inner
        if name:
            at.shown = value or ""
        elif not isinstance(at.parts.get(steps[-1]), _Tree):
            at.parts[steps[-1]] = value

    def json(self) -> Json:
        """As the press reads it."""
        parts = {name: part.json() if isinstance(part, _Tree) else part for name, part in self.parts.items()}
        return ["node", [self.shown, parts]]


@dataclass(frozen=True)
class Found:
    """What a path of a template means: the path of the query; whether it is the name of what a lookup leads to."""

    path: Path
    name: bool = False


def locate(r: Reading, obj: Object, steps: Steps) -> Found | None:
    """What `steps` from a record of `obj` mean to the reader; None for what does not exist or is hidden."""
    current = obj
    for at, step in enumerate(steps):
        last = at == len(steps) - 1
        own = _field(current, step)
        if own is not None and readable(r.actor, current, own):
            if own.type in LINKS and last:
                return Found(Path((*steps[:at], own.step, "name")), name=True)
            if last:
                return Found(Path((*steps[:at], own.name)))
            if own.type in COMPOSITE and at == len(steps) - 2:
                parts = {column for column, _ in KINDS[own.type].columns(own)}
                return Found(Path(steps)) if f"{own.name}_{steps[-1]}" in parts else None
        link = next((f for f in current.fields.values() if f.type in LINKS and f.step == step), None)
        if link is None or not readable(r.actor, current, link):
            return None
        if last:
            return Found(Path((*steps, "name")), name=True)
        if link.type is FieldType.POLYMORPHIC:
            return Found(Path(steps)) if steps[at + 1 :] == ("name",) else None
        current = r.registry.objects[link.points_to[0]]
        if allowed(r.actor, current, Action.READ) is not None:
            return Found(Path(steps)) if steps[at + 1 :] == ("name",) else None
    return None


def _field(obj: Object, step: str) -> Field | None:
    found = obj.fields.get(obj.name_field if step == "name" and "name" not in obj.fields else step)
    return None if found is None or found.secret else found


def link_to(registry: Registry, child: Object, parent: Object) -> Field | None:
    """The lookup by which records of `child` hang on one of `parent`: as a part of it before any other."""
    pointing = [f for f in child.fields.values() if f.type in LINKS and not f.system and parent.name in f.points_to]
    return next((f for f in pointing if f.holds), pointing[0] if pointing else None)


def documents(
    r: Reading, object_name: str, ids: Sequence[int], wanted: Wanted, language: Language, logo: int | None = None
) -> list[dict[str, Json]]:
    """What the press needs for each record of `ids` that the reader sees, in that order. Raises NotFound for none."""
    obj = r.registry.object(object_name)
    write = _Writer(r, language)
    trees = _trees(r, obj, ids, wanted.record, write)
    if not trees:
        raise NotFound("record.not_found", object=object_name)
    children: dict[str, Mapping[int, list[Json]]] = {}
    for name, paths in sorted(wanted.children.items()):
        children[name] = _children(r, obj, name, list(trees), paths, write)
    common = {
        "today": ["date", today(r.actor.timezone).isoformat()],
        "now": ["datetime", now().astimezone(ZoneInfo(r.actor.timezone)).isoformat()],
        "user": r.actor.name,
        "logo": None if logo is None else _Writer(_by_product(r), language).picture(logo),
    }
    return [
        {
            **common,
            "id": str(number),
            "record": trees[number].json(),
            "children": ["node", ["", {name: ["nodes", held.get(number, [])] for name, held in children.items()}]],
        }
        for number in ids
        if number in trees
    ]


def _by_product(r: Reading) -> Reading:
    """What stands in a template is seen by everybody who may use it."""
    return Reading(r.snapshot, r.registry, system("print templates"))


def _columns(r: Reading, obj: Object, paths: Iterable[Steps]) -> dict[Steps, Found]:
    located = {steps: locate(r, obj, steps) for steps in sorted(paths)}
    return {steps: found for steps, found in located.items() if found is not None}


def _trees(r: Reading, obj: Object, ids: Sequence[int], paths: Iterable[Steps], write: "_Writer") -> dict[int, _Tree]:
    located = _columns(r, obj, paths)
    trees: dict[int, _Tree] = {}
    for start in range(0, len(ids), PAGE_SIZE_MAX):
        some = tuple(ids[start : start + PAGE_SIZE_MAX])
        asked = Query(obj.name, _asked(r, obj, located), Compare(Path(("id",)), Operator.IN, some), limit=PAGE_SIZE_MAX)
        answer = page(r, asked)
        trees |= {row[0]: _tree(answer.columns[1:], row[1:], located, write) for row in answer.rows}
    return trees


def _asked(r: Reading, obj: Object, located: Mapping[Steps, Found]) -> tuple[Column, ...]:
    """The id, what the record is called, and each path once."""
    name = obj.fields[obj.name_field]
    paths = [Path(("id",)), *([Path((obj.name_field,))] if readable(r.actor, obj, name) else [Path(("id",))])]
    columns = [Column(path, f"own {at}") for at, path in enumerate(paths)]
    return (*columns, *(Column(found.path, ".".join(steps)) for steps, found in located.items()))


def _tree(
    columns: Sequence[OutputColumn], row: Sequence[Any], located: Mapping[Steps, Found], write: "_Writer"
) -> _Tree:
    tree = _Tree(str(row[0] or ""))
    for (steps, found), column, value in zip(located.items(), columns[1:], row[1:], strict=True):
        tree.put(steps, write(column, value), name=found.name)
    return tree


def _children(
    r: Reading, obj: Object, name: str, ids: Sequence[int], paths: Iterable[Steps], write: "_Writer"
) -> dict[int, list[Json]]:
    """The children of each record; none where the reader may not see such records or how they hang together."""
    child = r.registry.objects.get(name)
    link = link_to(r.registry, child, obj) if child is not None else None
    if child is None or link is None or allowed(r.actor, child, Action.READ) is not None:
        return {}
    if not readable(r.actor, child, link):
        return {}
    located = _columns(r, child, paths)
    columns = (Column(Path((link.name,)), "parent"), *_asked(r, child, located))
    where = Compare(Path((link.name,)), Operator.IN, tuple(ids))
    query = Query(child.name, columns, where, order=(Order(Path(("id",))),), limit=PAGE_SIZE_MAX)
    found: dict[int, list[Json]] = defaultdict(list)
    total = 0
    for rows, answered in _pages(r, query):
        total += len(rows)
        if total > CHILDREN_MAX:
            raise BadRequest("print.too_many_lines", maximum=CHILDREN_MAX)
        for row in rows:
            parent = row[0].id if isinstance(row[0], Reference) else row[0]
            found[parent].append(_tree(answered[2:], row[2:], located, write).json())
    return found


def _pages(r: Reading, query: Query) -> Iterable[tuple[list[tuple[Any, ...]], Sequence[OutputColumn]]]:
    after: str | None = None
    while True:
        answer = page(
            r, Query(query.object, query.columns, query.where, order=query.order, limit=query.limit, after=after)
        )
        yield answer.rows, answer.columns
        after = answer.next
        if after is None:
            return


@dataclass
class _Writer:
    """Values as JSON with their kinds."""

    r: Reading
    language: Language
    pictures: dict[int, str | None] = field(default_factory=dict)

    def __call__(self, column: OutputColumn, value: Json) -> Json:
        """A value of the column with its kind; None is blank, whatever the kind."""
        if value is None:
            return None
        if column.type is None or column.field is None:
            return str(value)
        write = WRITERS.get(column.type)
        if write is not None:
            return write(self, column.field, value)
        exported = KINDS[column.type].export(column.field, value, self.language)
        return None if exported is None else str(exported)

    def label(self, found: Field, value: str) -> list[str]:
        """An option's value and label."""
        option = next((o for o in found.options if o.value == value), None)
        return [value, value if option is None else getattr(option.label, self.language)]

    def picture(self, file_id: int) -> str | None:
        """An image as an address that holds it, if the reader may see it and it is one."""
        if file_id not in self.pictures:
            self.pictures[file_id] = self._picture(file_id)
        return self.pictures[file_id]

    def _picture(self, file_id: int) -> str | None:
        try:
            stored = get_file(self.r, file_id)
        except NotFound:
            return None
        if not stored.content_type.startswith("image/") or stored.size > PICTURE_BYTES_MAX:
            return None
        content = b"".join(file_content(self.r, file_id))
        return f"data:{stored.content_type};base64,{base64.b64encode(content).decode()}"


def _number(_writer: _Writer, found: Field, value: Json) -> Json:
    return str(value) if found.format == "plain" else ["number", str(value)]


def _moment(writer: _Writer, _found: Field, value: Json) -> Json:
    return ["datetime", value.astimezone(ZoneInfo(writer.r.actor.timezone)).isoformat()]


WRITERS: Mapping[FieldType, Callable[[_Writer, Field, Any], Json]] = {
    FieldType.CURRENCY: lambda _w, _f, value: ["money", str(value)],
    FieldType.DECIMAL: _number,
    FieldType.INTEGER: _number,
    FieldType.PERCENT: lambda _w, _f, value: ["percent", str(value)],
    FieldType.DATE: lambda _w, _f, value: ["date", value.isoformat()],
    FieldType.DATETIME: _moment,
    FieldType.TIME: lambda _w, _f, value: ["time", value.isoformat()],
    FieldType.BOOLEAN: lambda _w, _f, value: bool(value),
    FieldType.SELECT: lambda w, f, value: ["choice", w.label(f, value)],
    FieldType.MULTI_SELECT: lambda w, f, value: ["choices", [w.label(f, item) for item in value]],
    FieldType.RICH_TEXT: lambda _w, _f, value: ["html", str(value)],
    FieldType.IMAGE: lambda w, _f, value: w.picture(int(value)),
}
"""The types that stay more than a text, so that templates can count with them and write them in their own way."""
