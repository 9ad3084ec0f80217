"""What is compared before records become one: their values field by field, which is kept, and what hangs on each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from dougong.access.fields import TRANSFERRED, editable_fields
from dougong.access.policy import allowed, check_action
from dougong.access.principal import Action
from dougong.expressions.ast import Compare, Operator, Path, any_of
from dougong.kit.errors import BadRequest
from dougong.metadata.model import Field, FieldType, Object
from dougong.records.read.page import count, record_columns
from dougong.records.read.rights import see
from dougong.records.uses import Use, uses_of
from dougong.records.work import Reading

RECORDS_MIN, RECORDS_MAX = 2, 5

UNCHOSEN = frozenset({FieldType.AUTO_NUMBER})
"""Types of which every record keeps its own."""


@dataclass(frozen=True)
class Candidate:
    """One of the records: what its reader sees, whether they may merge it, and what hangs on it."""

    id: int
    record: Mapping[str, Any]
    may_merge: bool
    uses: tuple[Use, ...]


@dataclass(frozen=True)
class Comparison:
    """Records beside each other. `winner` is proposed to stay, `proposed` from which record each field is taken."""

    records: tuple[Candidate, ...]
    winner: int
    fields: tuple[Field, ...]
    """Those that have a value in one of the records; what differs first."""
    differing: frozenset[str]
    proposed: Mapping[str, int]
    choosable: frozenset[str]


def check_number(ids: Sequence[int]) -> None:
    """Raise BadRequest unless there are two to five different records."""
    if not RECORDS_MIN <= len(set(ids)) == len(ids) <= RECORDS_MAX:
        raise BadRequest("merging.number", field="ids", minimum=RECORDS_MIN, maximum=RECORDS_MAX)


def choosable_fields(r: Reading, obj: Object) -> frozenset[str]:
    """The fields of which the reader may choose whose value stays."""
    may_transfer = allowed(r.actor, obj, Action.TRANSFER) is None
    return frozenset(
        field.name
        for field in editable_fields(r.actor, obj)
        if field.type not in UNCHOSEN and field.stored and (may_transfer or field.name not in TRANSFERRED)
    )


def compare(r: Reading, object_name: str, ids: Sequence[int]) -> Comparison:
    """The records beside each other. Raises Forbidden, NotFound, BadRequest for too few or too many."""
    obj = r.registry.object(object_name)
    check_action(r.actor, obj, Action.MERGE)
    check_number(ids)
    records = []
    for record_id in ids:
        seen = see(r, object_name, record_id)
        records.append(Candidate(record_id, seen.values, seen.can[Action.MERGE], _hanging(r, object_name, record_id)))
    choosable = choosable_fields(r, obj)
    shown = [obj.fields[column.name] for column in record_columns(r, obj) if column.name in obj.fields]
    # What the product works out or keeps by itself follows from the rest.
    shown = [f for f in shown if f.name in TRANSFERRED or not (f.system or f.maintained or f.summary or f.formula)]
    fields = [field for field in shown if any(_filled(one.record.get(field.name)) for one in records)]
    differing = frozenset(f.name for f in fields if len({repr(one.record.get(f.name)) for one in records}) > 1)
    order = sorted(records, key=lambda one: _completeness(one, fields), reverse=True)
    best = order[0]
    proposed = {
        field.name: next((one.id for one in order if _filled(one.record.get(field.name))), best.id)
        for field in fields
        if field.name in choosable
    }
    fields.sort(key=lambda field: field.name not in differing)
    return Comparison(tuple(records), best.id, tuple(fields), differing, proposed, choosable)


def _hanging(r: Reading, object_name: str, record_id: int) -> tuple[Use, ...]:
    """What hangs on the record, each object once: a visit that leads to it by two of its links is one visit."""
    by_object: dict[str, list[Use]] = {}
    for use in uses_of(r, object_name, record_id):
        by_object.setdefault(use.object.name, []).append(use)
    found = []
    for name, uses in by_object.items():
        first = uses[0]
        if len(uses) > 1:
            here = (Compare(Path((use.field.name,)), Operator.EQ, (record_id,)) for use in uses)
            counted = count(r, name, any_of(*here))
            first = replace(first, number=counted.number, capped=counted.capped)
        found.append(first)
    return tuple(found)


def _completeness(one: Candidate, fields: Iterable[Field]) -> tuple[int, datetime]:
    """The more a record says the better; of two that say as much, the one that was changed last."""
    return sum(_filled(one.record.get(field.name)) for field in fields), one.record["updated_at"]


def _filled(value: object) -> bool:
    return value not in (None, "", [], (), {}, False)
