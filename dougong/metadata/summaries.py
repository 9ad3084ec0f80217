"""Roll-ups as definitions say them: which there are, what each depends on, and which a change makes anew.

A roll-up that is new or says something else starts blank and is filled in by a job (`records.summaries.filling`), while
the write path keeps what it has filled in already (`records.write.summaries`). `storage.schema.summary_state` says how
far each is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from dougong.expressions.filter_json import parse_filter
from dougong.expressions.shape import paths
from dougong.metadata.model import Field, FieldType, Object, Summary
from dougong.storage.jobs import defer
from dougong.storage.schema import summary_state
from dougong.storage.unit_of_work import Transaction

FILLING_TASK = "summaries"
BUILDING, COMPLETE = "building", "complete"

ADDING = frozenset({FieldType.INTEGER, FieldType.DECIMAL, FieldType.CURRENCY, FieldType.PERCENT})
"""The types of values that can be added up."""

Place = tuple[str, str]
"""A field by its object and its name."""


def deciding(summary: Summary) -> frozenset[str]:
    """The children's fields, beside the lookup, of which the value follows."""
    own = {path.steps[0] for path in paths(parse_filter(summary.where))}
    return frozenset(own if summary.of is None else {summary.of, *own})


def rolled_up(objects: Mapping[str, Object]) -> Iterator[tuple[Object, Field, Summary]]:
    """All roll-ups, each with its object and field."""
    for obj in objects.values():
        for found in obj.fields.values():
            if found.summary is not None:
                yield obj, found, found.summary


def below(objects: Mapping[str, Object], summary: Summary) -> Field | None:
    """The roll-up of the children that `summary` rolls up, if it is one."""
    child = objects.get(summary.object)
    found = child.fields.get(summary.of or "") if child is not None else None
    return found if found is not None and found.summary is not None else None


def chain(objects: Mapping[str, Object], summary: Summary) -> list[Summary]:
    """`summary` and those below it, down to the one that rolls up what people write. Definitions have no cycles."""
    found, lower = [summary], below(objects, summary)
    while lower is not None and lower.summary is not None:
        found.append(lower.summary)
        lower = below(objects, lower.summary)
    return found


def with_depends(objects: Mapping[str, Object], found: Field) -> Field:
    """A roll-up as the registry has it: kept by the product, and with what one must be able to read to read it."""
    if found.summary is None:
        return found
    depends = {(one.object, name) for one in chain(objects, found.summary) for name in _told(objects, one)}
    return replace(found, maintained=True, depends=tuple(sorted(depends)))


def _told(objects: Mapping[str, Object], summary: Summary) -> Iterator[str]:
    """The children's fields that a roll-up tells something about: those it is made of, and those that these follow."""
    fields = objects[summary.object].fields if summary.object in objects else {}
    for name in deciding(summary) | {summary.field}:
        yield name
        if name in fields and (followed := fields[name].follows) in fields:
            yield str(followed)


def without_depends(found: Field) -> Field:
    """The reverse of `with_depends`."""
    return found if found.summary is None else replace(found, maintained=False, depends=())


def restated(current: Mapping[str, Object], wanted: Mapping[str, Object]) -> frozenset[Place]:
    """The roll-ups of `wanted` that have to be calculated anew: new ones, changed ones, and those above them."""
    fresh = {
        (obj.name, found.name)
        for obj, found, _ in rolled_up(wanted)
        if obj.name not in current or _meaning(current[obj.name].fields.get(found.name)) != _meaning(found)
    }
    return frozenset(
        (obj.name, found.name)
        for obj, found, summary in rolled_up(wanted)
        if (obj.name, found.name) in fresh
        or any((one.object, one.of) in fresh for one in chain(wanted, summary) if one.of is not None)
    )


def _meaning(found: Field | None) -> object:
    """What of a field decides about its value."""
    if found is None or found.summary is None:
        return None
    return found.type, found.scale, found.summary


def start_filling(
    tx: Transaction, current: Mapping[str, Object], wanted: Mapping[str, Object], tables: Mapping[str, sa.Table]
) -> None:
    """Note which roll-ups have to be filled in, and queue the job where there are records to fill in."""
    places = {(obj.name, found.name) for obj, found, _ in rolled_up(wanted)}
    gone = {(obj.name, found.name) for obj, found, _ in rolled_up(current)} - places
    key = sa.tuple_(summary_state.c.object, summary_state.c.field)
    tx.execute(sa.delete(summary_state).where(key.in_(sorted(gone)))) if gone else None
    anew = restated(current, wanted)
    statement = insert(summary_state)
    values = {name: statement.excluded[name] for name in ("state", "position", "done", "total", "finished_at")}
    statement = statement.on_conflict_do_update(index_elements=["object", "field"], set_=values)
    filled = {obj for obj, _ in anew if tx.scalar(sa.select(sa.exists().select_from(tables[obj])))}
    for obj, name in sorted(anew):
        state = BUILDING if obj in filled else COMPLETE
        tx.execute(
            statement.values(object=obj, field=name, state=state, position=0, done=0, total=None, finished_at=None)
        )
    if filled:
        queue_filling(tx)


def queue_filling(tx: Transaction) -> None:
    """Have the worker look, once the transaction is committed, at what there is to fill in."""
    defer(tx, FILLING_TASK, lock=FILLING_TASK, once=FILLING_TASK)
