"""Finding records by a piece of text: the lookup box and the global search.

The text of each record lies in `search_entry` as 3-grams under a GIN index (docs/decisions: the embedded server has no
pg_trgm), so any substring, Chinese or Latin, full pinyin or initials, is found by an index and then compared whole.
The entry only proposes: a hit is a living record that the reader may see, through fields that the reader may read.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY

from dougong.access.fields import readable
from dougong.access.policy import allowed, check_action
from dougong.access.principal import Action
from dougong.expressions.matching import literal_pattern
from dougong.kit.money import amount_text
from dougong.metadata.field_types import KINDS
from dougong.metadata.model import FieldType, Object
from dougong.records.read.visibility import visible
from dougong.records.search_text import gram_query, normalise
from dougong.records.work import Reading
from dougong.storage.schema import search_entry

LOOKUP_LIMIT_MAX = 50
QUERY_LENGTH_MAX = 100
DETAIL_TYPES = frozenset(
    {FieldType.TEXT, FieldType.AUTO_NUMBER, FieldType.EMAIL, FieldType.PHONE, FieldType.SELECT, FieldType.CURRENCY}
)


@dataclass(frozen=True)
class Hit:
    """A record found: its name, and a second line that tells it from its namesakes."""

    object: str
    id: int
    name: str
    detail: str


def lookup(r: Reading, object_name: str, text: str, limit: int = 20) -> list[Hit]:
    """The visible records of `object_name` whose searchable text contains `text`; the first by name when it is blank.

    Names that begin with `text` come first, then shorter names. Raises Forbidden when the object is closed.
    """
    obj = r.registry.object(object_name)
    check_action(r.actor, obj, Action.READ)
    return _found(r, obj, normalise(text)[:QUERY_LENGTH_MAX], min(max(limit, 1), LOOKUP_LIMIT_MAX))


def search(r: Reading, text: str, limit: int = 5) -> list[Hit]:
    """The best `limit` hits of each object that has a place in the reader's navigation; none for a blank text."""
    sought = normalise(text)[:QUERY_LENGTH_MAX]
    if not sought:
        return []
    shown = sorted(
        (o for o in r.registry.objects.values() if o.navigation is not None), key=lambda o: o.navigation or 0
    )
    hits: list[Hit] = []
    for obj in shown:
        if allowed(r.actor, obj, Action.READ) is None:
            hits.extend(_found(r, obj, sought, min(limit, LOOKUP_LIMIT_MAX)))
    return hits


def _found(r: Reading, obj: Object, sought: str, limit: int) -> list[Hit]:
    table = r.registry.tables[obj.name]
    name = obj.fields[obj.name_field]
    if not readable(r.actor, obj, name):
        return []
    name_column = table.c[name.name]
    details = [table.c[f] for f in _detail_fields(r, obj)]
    statement = (
        sa.select(table.c.id, name_column, *details)
        .where(table.c.deleted_at.is_(None), visible(r.registry, r.actor, obj, table))
        .limit(limit)
    )
    if not sought:
        statement = statement.order_by(name_column, table.c.id)
    else:
        pattern = f"%{literal_pattern(sought)}%"
        if obj.configuration:
            # Of configuration there is little, and it has no entries: its names are compared themselves.
            statement = statement.where(sa.func.lower(name_column).like(pattern))
        else:
            statement = statement.join(search_entry, search_entry.c.record_id == table.c.id).where(
                search_entry.c.object == obj.name,
                search_entry.c.grams.op("@@", is_comparison=True)(sa.cast(gram_query(sought), TSQUERY)),
                search_entry.c.text.like(pattern),
                *_through_readable_fields(r, obj, table, pattern),
            )
        statement = statement.order_by(
            sa.func.lower(name_column).like(f"{literal_pattern(sought)}%").desc(),
            sa.func.length(name_column),
            name_column,
            table.c.id,
        )
    return [_hit(r, obj, tuple(row)) for row in r.snapshot.rows(statement)]


def _hit(r: Reading, obj: Object, row: tuple[Any, ...]) -> Hit:
    record_id, name, *details = row
    words = [_words(r, value) for value in details if value]
    return Hit(obj.name, record_id, name or "", " · ".join(words))


def _words(r: Reading, value: str | Decimal) -> str:
    """A detail as people read it; of the types that may be details only money is no text."""
    return f"¥{amount_text(value, r.actor.language)}" if isinstance(value, Decimal) else value


def _through_readable_fields(
    r: Reading, obj: Object, table: sa.FromClause, pattern: str
) -> list[sa.ColumnElement[bool]]:
    """Where a searchable field is hidden from the reader, the hit must show in one that is not: else a search would
    tell its value letter by letter."""
    searchable = [f for f in obj.fields.values() if f.searchable or f.name == obj.name_field]
    seen = [f for f in searchable if readable(r.actor, obj, f)]
    if len(seen) == len(searchable):
        return []
    columns = [table.c[column] for f in seen for column, _ in KINDS[f.type].columns(f)]
    return [sa.or_(*[sa.func.lower(sa.cast(column, sa.Text)).like(pattern) for column in columns])]


def _detail_fields(r: Reading, obj: Object) -> list[str]:
    """Up to two readable text-like fields that tell namesakes apart: searchable ones first, then highlights."""
    candidates = [f.name for f in obj.fields.values() if f.searchable] + list(obj.layout.highlights)
    found: list[str] = []
    for candidate in candidates:
        field = obj.fields.get(candidate)
        if field is None or candidate == obj.name_field or candidate in found:
            continue
        if field.type in DETAIL_TYPES and field.type is not FieldType.SELECT and readable(r.actor, obj, field):
            found.append(candidate)
    return found[:2]
