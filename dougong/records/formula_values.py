"""The values that formulas ask for while records are written: of the records, of what they look up to, of the writer.

What a formula names behind a lookup is read for the whole batch at once, one statement for each lookup and object. The
formulas are the company's, not the writer's: they see every field and every living record.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from dougong.access.principal import Principal, system
from dougong.expressions.ast import Path
from dougong.expressions.context import EvaluationContext
from dougong.expressions.formula.evaluate import Record, evaluate
from dougong.expressions.formula.to_sql import NOW, TODAY, ZONE
from dougong.expressions.formula.types import Checked, Root, fields
from dougong.expressions.formula.types import Field as Used
from dougong.metadata.field_types import KINDS
from dougong.metadata.field_types.links import Reference
from dougong.metadata.formula_results import result_value
from dougong.metadata.formulas import Formula
from dougong.metadata.model import Field, Object
from dougong.metadata.registry import Registry
from dougong.records.read.binding import reader_context
from dougong.records.read.paths import ME, Source, part_of
from dougong.storage.unit_of_work import Snapshot

PRODUCT = system("formulas")

Values = Mapping[str, Any]
"""A record by field name, as Python values."""


@dataclass(frozen=True)
class Subject:
    """A record that formulas are asked of: as it will be, and as it was (None: it is being made)."""

    after: Values
    before: Values | None = None


@dataclass(frozen=True)
class Asking:
    """Formulas over records of one object for one person, with what they need of other records."""

    registry: Registry
    obj: Object
    context: EvaluationContext
    related: Mapping[tuple[str, int], Mapping[Path, Any]] = field(default_factory=dict)
    """By lookup and id: what is found behind it."""
    of_user: Mapping[Path, Any] = field(default_factory=dict)

    def value(self, formula: Formula, subject: Subject) -> Any:  # noqa: ANN401 - the value of any formula
        """The value of `formula` for `subject`."""
        return self._evaluated(formula.checked, subject)

    def value_for(self, found: Field, formula: Formula, subject: Subject) -> Any:  # noqa: ANN401
        """The value of `formula` as one of `found`."""
        return result_value(found, self.value(formula, subject))

    def _evaluated(self, checked: Checked, subject: Subject) -> Any:  # noqa: ANN401
        record = Record(lambda used: self._value_of(used, subject), is_new=subject.before is None)
        return evaluate(checked, record, self.context)

    def _value_of(self, used: Used, subject: Subject) -> Any:  # noqa: ANN401
        if used.root is Root.USER:
            return self.of_user.get(used.path)
        if used.root is Root.PRIOR:
            return _plain((subject.before or {}).get(used.path.steps[0]))
        steps = used.path.steps
        found = self.obj.fields.get(steps[0])
        if len(steps) == 1 and found is not None:
            if not found.stored:
                return self.value_for(found, self.registry.formulas.fields[self.obj.name, found.name], subject)
            return _plain(subject.after.get(found.name))
        link = self.obj.fields.get(f"{steps[0]}_id")
        if link is None or not link.points_to:
            return None if found is None else _part(found, used.path, subject.after)
        behind = _plain(subject.after.get(link.name))
        return None if behind is None else self.related.get((link.name, behind), {}).get(used.path)


def _plain(value: Any) -> Any:  # noqa: ANN401
    return value.id if isinstance(value, Reference) else value


def _part(found: Field, path: Path, values: Values) -> Any:  # noqa: ANN401
    """A part of a composite field."""
    columns = [name for name, _ in KINDS[found.type].columns(found)]
    packed = KINDS[found.type].pack(found, values.get(found.name))
    return dict(zip(columns, packed, strict=True))[part_of(found, path, 0)[0]]


def asking(
    snapshot: Snapshot,
    registry: Registry,
    obj: Object,
    actor: Principal,
    formulas: Sequence[Formula],
    records: Sequence[Values],
) -> Asking:
    """What `formulas` need to be asked of `records`, as `actor` writes them."""
    context = reader_context(actor)
    used = set(_used(registry, obj, formulas))
    related = _related(snapshot, registry, obj, context, used, records)
    return Asking(registry, obj, context, related, _of_user(snapshot, registry, context, used))


def _used(registry: Registry, obj: Object, formulas: Sequence[Formula]) -> Iterator[Used]:
    """Everything that the formulas name, also through computed fields of the record itself."""
    waiting, seen = list(formulas), set[str]()
    while waiting:
        for used in fields(waiting.pop().checked):
            yield used
            name = used.path.steps[0]
            computed = registry.formulas.fields.get((obj.name, name))
            if used.root is not Root.USER and len(used.path.steps) == 1 and computed is not None and name not in seen:
                seen.add(name)
                waiting.append(computed)


def _related(
    snapshot: Snapshot,
    registry: Registry,
    obj: Object,
    context: EvaluationContext,
    used: set[Used],
    records: Sequence[Values],
) -> Mapping[tuple[str, int], Mapping[Path, Any]]:
    paths: defaultdict[str, set[Path]] = defaultdict(set)
    for one in used:
        link = obj.fields.get(f"{one.path.steps[0]}_id")
        if one.root is Root.RECORD and len(one.path.steps) > 1 and link is not None and link.points_to:
            paths[link.name].add(one.path)
    found: dict[tuple[str, int], Mapping[Path, Any]] = {}
    for name, wanted in paths.items():
        link = obj.fields[name]
        values = [value for record in records if (value := record.get(name)) is not None]
        for target in link.points_to:
            ids = {_plain(v) for v in values if not isinstance(v, Reference) or v.object == target}
            if ids:
                rows = _behind(snapshot, registry, target, context, sorted(wanted, key=str), sorted(ids), link)
                found.update(((name, record_id), row) for record_id, row in rows)
    return found


def _behind(
    snapshot: Snapshot,
    registry: Registry,
    target: str,
    context: EvaluationContext,
    wanted: Sequence[Path],
    ids: Sequence[int],
    link: Field,
) -> Iterator[tuple[int, Mapping[Path, Any]]]:
    """For each living record of `target` among `ids` what the paths, of which the first step led here, find there."""
    obj = registry.objects[target]
    table: sa.FromClause = registry.tables[target].alias("t")
    source = Source(registry, PRODUCT, obj, table)
    rest = [Path(path.steps[1:]) for path in wanted]
    columns = [source.resolve(path).columns[-1] for path in rest]
    array = sa.cast(sa.literal(list(ids), ARRAY(sa.BigInteger())), ARRAY(sa.BigInteger()))
    statement = (
        sa.select(table.c.id, *[column.label(f"c{n}") for n, column in enumerate(columns)])
        .select_from(source.joined)
        .where(table.c.id == sa.any_(array), table.c.deleted_at.is_(None))
    )
    for row in _rows(snapshot, statement, context):
        yield row[0], dict(zip(wanted, row[1:], strict=True))


def _of_user(snapshot: Snapshot, registry: Registry, context: EvaluationContext, used: set[Used]) -> Mapping[Path, Any]:
    wanted = sorted({one.path for one in used if one.root is Root.USER}, key=str)
    if not wanted or context.user_id is None:
        return {}
    users: sa.FromClause = registry.tables["user"].alias("t")
    source = Source(registry, PRODUCT, registry.objects["user"], users)
    columns = [source.resolve(path).columns[-1] for path in wanted]
    shown = [column.label(f"c{n}") for n, column in enumerate(columns)]
    statement = sa.select(users.c.id, *shown).select_from(source.joined).where(users.c.id == context.user_id)
    for _, *row in _rows(snapshot, statement, context):
        return dict(zip(wanted, row, strict=True))
    return {}


def _rows(snapshot: Snapshot, statement: sa.Select[Any], context: EvaluationContext) -> Sequence[Sequence[Any]]:
    """The statement with what formulas within it (of the records behind a lookup) ask of the person."""
    given = {TODAY: context.today, NOW: context.now, ZONE: context.zone, ME: context.me}
    needed = statement.compile().params
    return snapshot.rows(statement.params({name: value for name, value in given.items() if name in needed}))
