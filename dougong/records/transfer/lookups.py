"""Finding the records that cells name: one query a lookup field and chunk, through the read path, so that an import
finds what its actor may see and nothing else.

A name that several visible records have is a problem, and so is one that none has; nothing is guessed and nothing made.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from dougong.access.fields import readable_fields
from dougong.access.policy import check_action
from dougong.access.principal import Action, Principal
from dougong.expressions.ast import Compare, Operator, Path
from dougong.expressions.nearest import nearest
from dougong.kit.errors import BadRequest
from dougong.kit.limits import IN_LIST_MAX, PAGE_SIZE_MAX
from dougong.metadata.field_types import KINDS, LINKS, TextFormat
from dougong.metadata.model import Field, FieldType, Object
from dougong.metadata.registry import Registry
from dougong.records.read.compile import columns_of
from dougong.records.read.page import page
from dougong.records.read.query import Order, Query
from dougong.records.work import Reading

KEPT_MAX = 200_000
"""Names that are remembered from chunk to chunk."""

FORM = TextFormat()


@dataclass
class Lookup:
    """How the cells of one rule name records of `target`: by the value of the field at the end of the path `by`."""

    target: Object
    by: str
    end: Field
    found: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """The ids of each name looked for so far: none, one, or two when there are several."""

    def look_for(self, r: Reading, names: Iterable[str], *, again: bool = False) -> None:
        """Learn which records have these names. `again` asks anew for those that nobody had."""
        if len(self.found) > KEPT_MAX:
            self.found.clear()
        wanted: dict[object, list[str]] = {}
        for name in names:
            known = self.found.get(name)
            if known is not None and (known or not again):
                continue
            self.found[name] = ()
            value = self.value(name)
            if value is not None:
                wanted.setdefault(value, []).append(name)
        values = list(wanted)
        for start in range(0, len(values), IN_LIST_MAX):
            for record_id, value in self._ask(r, values[start : start + IN_LIST_MAX]):
                for name in wanted.get(value, ()):
                    # Two ids are enough to know that the name is ambiguous.
                    self.found[name] = (*self.found[name], record_id)[:2]

    def value(self, name: str) -> object:
        """The value of the field that `name` means; None for what the field cannot hold, which no record has."""
        try:
            return KINDS[self.end.type].parse_text(self.end, name, FORM)
        except BadRequest:
            return None

    def _ask(self, r: Reading, values: Sequence[object]) -> Iterable[tuple[int, object]]:
        where = Compare(Path(tuple(self.by.split("."))), Operator.IN, tuple(values))  # type: ignore[arg-type]
        order = (Order(Path(("id",))),)
        after: str | None = None
        while True:
            query = Query(
                self.target.name, columns_of(("id", self.by)), where, order=order, limit=PAGE_SIZE_MAX, after=after
            )
            answer = page(r, query)
            yield from ((row[0], row[1]) for row in answer.rows)
            after = answer.next
            if after is None:
                return


def lookup_of(registry: Registry, actor: Principal, link: Field, by: str | None, object_name: str | None) -> Lookup:
    """The lookup of the link field `link` by the path `by` (default: the target's name).

    Raises Forbidden when `actor` may not read the target at all, BadRequest: transfer.lookup_object (a polymorphic
    lookup without an object of its own), transfer.field_unknown (hidden fields are answered as if they did not exist),
    transfer.lookup_by (the path does not end in a field that names a record).
    """
    if link.type is FieldType.POLYMORPHIC:
        if object_name not in link.points_to:
            raise BadRequest("transfer.lookup_object", field=link.name, known=", ".join(link.points_to))
        target = registry.object(str(object_name))
    else:
        target = registry.object(link.target or "")
    path = by or target.name_field
    check_action(actor, target, Action.READ)
    return Lookup(target, path, _end(registry, actor, target, path))


def _end(registry: Registry, actor: Principal, target: Object, path: str) -> Field:
    """The field at the end of a dotted path from `target`, all of which the actor may read."""
    *steps, last = path.split(".")
    obj = target
    for step in steps:
        links = {f.step: f for f in readable_fields(actor, obj) if f.type in LINKS and f.target}
        if step not in links:
            raise BadRequest("transfer.field_unknown", name=step, object=obj.name, nearest=nearest(step, links))
        obj = registry.object(links[step].target or "")
    fields = {f.name: f for f in readable_fields(actor, obj)}
    if last not in fields:
        raise BadRequest("transfer.field_unknown", name=last, object=obj.name, nearest=nearest(last, fields))
    end = fields[last]
    if end.type in LINKS or len(KINDS[end.type].columns(end)) != 1 or KINDS[end.type].scalar == "texts":
        raise BadRequest("transfer.lookup_by", field=path, object=target.name)
    return end
