"""The second line of a hit, where the object says which fields stand there: read like any list, for this reader."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from zoneinfo import ZoneInfo

from dougong.access.fields import readable
from dougong.access.principal import system
from dougong.expressions.ast import Compare, Operator, Path
from dougong.kit.money import amount_text
from dougong.metadata.field_types import LINKS
from dougong.metadata.model import Field, FieldType, Object
from dougong.records.read.compile import columns_of
from dougong.records.read.page import page
from dougong.records.read.query import Query
from dougong.records.wording import value_words
from dougong.records.work import Reading

WORDLESS = frozenset({FieldType.FILE, FieldType.IMAGE})


def shown_words(r: Reading, obj: Object, names: Sequence[str], ids: Sequence[int]) -> Mapping[int, str]:
    """Values of records that the reader may not see, of fields that administrators let everybody know.

    The fields' own rights hold nevertheless, and so does what a pool hides until somebody has taken the record. Used by
    the search alone, for names that a setting lists.
    """
    shown = [found for name in names if (found := _shown(r, obj, name)) is not None]
    reader = replace(system("search beyond rights"), masks=r.actor.masks)
    return _read(Reading(r.snapshot, r.registry, reader), shown, obj, ids, r)


@dataclass(frozen=True)
class _Shown:
    """A column that this reader may see: what is asked for, and the field whose value comes (None: a name)."""

    path: str
    field: Field | None


def second_lines(r: Reading, obj: Object, paths: Sequence[str], ids: Sequence[int]) -> Mapping[int, str]:
    """The line of each record of `ids` from the values at `paths`; what the reader may not see is left out."""
    shown = [found for path in paths if (found := _shown(r, obj, path)) is not None]
    return _read(r, shown, obj, ids, r)


def _read(
    reading: Reading, shown: Sequence["_Shown"], obj: Object, ids: Sequence[int], r: Reading
) -> Mapping[int, str]:
    """The values at `shown` as `reading` reads them, in the words of `r`."""
    if not shown or not ids:
        return {}
    where = Compare(Path(("id",)), Operator.IN, tuple(ids))
    query = Query(obj.name, columns_of(("id", *(one.path for one in shown))), where, limit=len(ids))
    return {
        row[0]: " · ".join(
            _words(r, one.field, value)
            for one, value in zip(shown, row[1:], strict=True)
            if value not in (None, "", [])
        )
        for row in page(reading, query).rows
    }


def _shown(r: Reading, obj: Object, path: str) -> _Shown | None:
    *steps, last = path.split(".")
    current = obj
    for step in steps:
        link = current.fields.get(f"{step}_id")
        if link is None or not readable(r.actor, current, link):
            return None
        if last == "name" and step == steps[-1]:
            return _Shown(path, None)
        if len(link.points_to) != 1 or link.points_to[0] not in r.registry.objects:
            return None
        current = r.registry.objects[link.points_to[0]]
    found = current.fields.get(last)
    if found is None or found.type in WORDLESS or not readable(r.actor, current, found):
        return None
    if found.type in LINKS:
        return _Shown(".".join((*steps, found.step, "name")), None)
    return _Shown(path, found)


def _words(r: Reading, field: Field | None, value: object) -> str:
    if field is None:
        return str(value)
    if field.type is FieldType.CURRENCY and isinstance(value, Decimal):
        return f"¥{amount_text(value, r.actor.language)}"
    return value_words(field, value, r.actor.language, ZoneInfo(r.actor.timezone))
