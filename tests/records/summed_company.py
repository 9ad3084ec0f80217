"""The small company with roll-ups of every function over lookups, details, itself and several levels, and what each
must come to, worked out in Python from the stored records."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import sqlalchemy as sa

from dougong.metadata.model import Field, FieldType, Summary, SummaryFunction
from dougong.metadata.registry import Registry
from dougong.records.work import Reading
from tests.records.company import OBJECTS, made

Record = Mapping[str, Any]

COUNT, SUM, MIN, MAX, AVERAGE = SummaryFunction
WON = {"field": "stage", "op": "=", "value": "won"}
LARGE = {"or": [{"field": "amount", "op": ">=", "value": "100"}, {"not": {"field": "next_step", "op": "is null"}}]}


def rolled(name: str, kind: FieldType, *summary: Any, **settings: Any) -> Field:
    return made(name, kind, **{"tracked": False, **settings}, summary=Summary(*summary))


ROLL_UPS: Mapping[str, tuple[Field, ...]] = {
    "account": (
        rolled("deals", FieldType.INTEGER, "opportunity", "account_id", COUNT, tracked=True),
        rolled("won", FieldType.CURRENCY, "opportunity", "account_id", SUM, "amount", WON),
        rolled("biggest", FieldType.CURRENCY, "opportunity", "account_id", MAX, "amount", LARGE),
        rolled("mean", FieldType.CURRENCY, "opportunity", "account_id", AVERAGE, "amount"),
        rolled("earliest", FieldType.DATE, "opportunity", "account_id", MIN, "close_date"),
        rolled("quantity", FieldType.DECIMAL, "opportunity", "account_id", SUM, "quantity", scale=3),
        rolled("contacts", FieldType.INTEGER, "contact", "account_id", COUNT),
        rolled("below", FieldType.INTEGER, "account", "parent_id", COUNT),
        rolled("won_below", FieldType.CURRENCY, "account", "parent_id", SUM, "won"),
        rolled("last_talk", FieldType.DATETIME, "activity", "related_id", MAX, "at"),
    ),
    "opportunity": (
        rolled("lines", FieldType.INTEGER, "opportunity_line", "opportunity_id", COUNT),
        rolled("quantity", FieldType.DECIMAL, "opportunity_line", "opportunity_id", SUM, "quantity", scale=3),
        rolled("talks", FieldType.INTEGER, "activity", "related_id", COUNT),
    ),
}

SUMMED_OBJECTS = tuple(
    replace(obj, fields={**obj.fields, **{f.name: f for f in ROLL_UPS.get(obj.name, ())}}) for obj in OBJECTS
)

CONDITIONS: Mapping[str, Callable[[Record], bool]] = {
    "won": lambda deal: deal["stage"] == "won",
    "biggest": lambda deal: (deal["amount"] is not None and deal["amount"] >= 100) or deal["next_step"] is not None,
}


def should_be(r: Reading) -> dict[tuple[str, int, str], Any]:
    """What every roll-up must be, by object, record and name: the lower ones first."""
    stored = {name: _rows(r, name) for name in r.registry.objects}
    found: dict[tuple[str, int, str], Any] = {}
    for name in ("opportunity", "account"):
        for field in ROLL_UPS[name]:
            for record_id, record in stored[name].items():
                value = _value(field, record_id, stored)
                record[field.name] = found[name, record_id, field.name] = value
    return found


def are(r: Reading) -> dict[tuple[str, int, str], Any]:
    """What every roll-up is."""
    return {
        (name, record_id, field.name): record[field.name]
        for name, fields in ROLL_UPS.items()
        for record_id, record in _rows(r, name).items()
        for field in fields
    }


def _rows(r: Reading, name: str) -> dict[int, dict[str, Any]]:
    return {row.id: dict(row._mapping) for row in r.snapshot.rows(sa.select(r.registry.tables[name]))}


def _value(field: Field, record_id: int, stored: Mapping[str, Mapping[int, Record]]) -> Any:
    summary = field.summary
    assert summary is not None
    met = CONDITIONS.get(field.name, lambda _child: True)
    children = [
        child
        for child in stored[summary.object].values()
        if child["deleted_at"] is None and child[summary.field] == record_id and met(child)
    ]
    values = [child[summary.of] for child in children if child[summary.of] is not None] if summary.of else []
    match summary.function:
        case SummaryFunction.COUNT:
            return len(children)
        case SummaryFunction.SUM:
            return sum(values, Decimal(0))
        case SummaryFunction.AVERAGE:
            return (sum(values, Decimal(0)) / len(values)).quantize(Decimal("0.01"), ROUND_HALF_UP) if values else None
        case SummaryFunction.MIN:
            return min(values, default=None)
        case SummaryFunction.MAX:
            return max(values, default=None)


def differing(r: Reading) -> Iterable[tuple[tuple[str, int, str], Any, Any]]:
    """Every roll-up that is not what it must be: which, what it is, what it should be."""
    now, wanted = are(r), should_be(r)
    return [(place, now.get(place), value) for place, value in wanted.items() if now.get(place) != value]


def tables_of(registry: Registry) -> list[str]:
    return [
        name
        for name in ("account", "contact", "opportunity", "opportunity_line", "activity")
        if name in registry.objects
    ]
