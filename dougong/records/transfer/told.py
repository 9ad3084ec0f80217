"""An export as the audit log tells it: whose data, how many rows, under which condition, in words."""

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa

from dougong.access.audit import author_of
from dougong.access.principal import Principal
from dougong.expressions.ast import TRUE, Path, Value
from dougong.expressions.explain import explain_condition
from dougong.kit.clock import now
from dougong.kit.text import Language, sentence
from dougong.metadata.field_types import LINKS
from dougong.metadata.model import Field, Object
from dougong.metadata.registry import Registry
from dougong.records.api import Query
from dougong.storage.audit import Entry, Event, Origin, Words, append, told
from dougong.storage.schema import change
from dougong.storage.unit_of_work import Transaction


def note_export(
    tx: Transaction, registry: Registry, actor: Principal, query: Query, rows: int, *, via: str, origin: Origin
) -> None:
    """Write down that somebody has taken data out: who, when, from where, which object and condition, how many rows."""
    object_name, moment = query.object, now()
    tx.execute(
        sa.insert(change).values(
            at=moment, actor_id=actor.user_id, via="export", object=object_name, action="export", size=rows
        )
    )
    obj = registry.objects[object_name]
    label = Words(obj.plural.zh, obj.plural.en)
    where = Words() if query.where == TRUE else Words(*(_condition(tx, registry, query, lang) for lang in ("zh", "en")))
    details = told("audit.exported", object=label, count=rows, where=where)
    append(tx, [Entry(Event.EXPORTED, author_of(actor, via, origin), label, details, object=object_name)])


def _condition(tx: Transaction, registry: Registry, query: Query, language: Language) -> str:
    obj = registry.objects[query.object]

    def label_of(path: Path) -> str:
        return " · ".join(getattr(field.label, language) for field in _along(registry, obj, path)) or str(path)

    def shown(path: Path, value: Value) -> str:
        field = [*_along(registry, obj, path)][-1]
        if field.type in LINKS and str(value).isascii() and str(value).isdigit():
            return sentence("explain.quoted", language, {"value": _name(tx, registry, field, int(str(value)))})
        label = next((getattr(o.label, language) for o in field.options if o.value == value), None)
        text = value.isoformat(sep=" ", timespec="minutes") if isinstance(value, datetime) else str(value)
        return sentence("explain.quoted", language, {"value": label or text})

    return explain_condition(query.where, language, label_of, shown)


def _along(registry: Registry, obj: Object, path: Path) -> Iterator[Field]:
    """The fields of each step of `path`, as far as there are such."""
    owner: Object | None = obj
    for step in path.steps:
        if owner is None:
            return
        found = next((f for f in owner.fields.values() if f.name == step or (f.type in LINKS and f.step == step)), None)
        if found is None:
            return
        yield found
        owner = registry.objects.get(found.points_to[0]) if found.points_to else None


def _name(tx: Transaction, registry: Registry, field: Field, record_id: int) -> str:
    for target in field.points_to:
        table = registry.tables[target]
        name = table.c[registry.objects[target].name_field]
        found = tx.scalar(sa.select(name).where(table.c.id == record_id))
        if found is not None:
            return str(found)
    return str(record_id)
