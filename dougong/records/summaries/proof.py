"""What the doctor asks of roll-ups: are they what the children come to, as far as they are filled in?"""

from collections import defaultdict
from collections.abc import Mapping

import sqlalchemy as sa

from dougong.metadata.model import Field
from dougong.metadata.registry import Registry
from dougong.metadata.summaries import Place
from dougong.records.summaries.filling import Filling, fillings
from dougong.records.write.summing import Group, all_groups, summed
from dougong.storage.unit_of_work import Snapshot

CHUNK = 20_000


def wrong_summaries(snapshot: Snapshot, registry: Registry) -> dict[str, int]:
    """How many values are wrong, by object and field (account.deals); those that are right are left out."""
    known = fillings(snapshot)
    wrong: defaultdict[str, int] = defaultdict(int)
    for group in all_groups(registry):
        for reached, fields in _by_reach(group, known).items():
            for name, count in _wrong(snapshot, registry, group, fields, reached).items():
                wrong[f"{group.parent.name}.{name}"] += count
    return {name: count for name, count in wrong.items() if count}


def _by_reach(group: Group, known: Mapping[Place, Filling]) -> dict[int | None, list[Field]]:
    """The roll-ups of a group by the id up to which they are filled in; None: all of them."""
    found: defaultdict[int | None, list[Field]] = defaultdict(list)
    for field in group.fields:
        state = known.get((group.parent.name, field.name))
        found[None if state is None or state.complete else state.position].append(field)
    return found


def _wrong(
    snapshot: Snapshot, registry: Registry, group: Group, fields: list[Field], reached: int | None
) -> dict[str, int]:
    table = registry.tables[group.parent.name]
    found = dict.fromkeys((field.name for field in fields), 0)
    after = 0
    while True:
        behind = table.c.id > after if reached is None else (table.c.id > after) & (table.c.id <= reached)
        stretch = sa.select(table.c.id).where(behind).order_by(table.c.id).limit(CHUNK).subquery()
        last = snapshot.scalar(sa.select(sa.func.max(stretch.c.id)))
        if last is None:
            return found
        parents = table.alias("parents")
        within = (parents.c.id > after) & (parents.c.id <= last)
        anew = summed(registry, group, fields, within, parents).subquery("anew")
        differs = (
            sa.func.count().filter(table.c[field.name].is_distinct_from(anew.c[field.name])).label(field.name)
            for field in fields
        )
        (row,) = snapshot.rows(sa.select(*differs).select_from(table.join(anew, anew.c.id == table.c.id)))
        for name in found:
            found[name] += row._mapping[name]
        after = last
