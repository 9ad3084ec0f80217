"""What the doctor asks of sharing rules: which tokens of theirs must each record carry?"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from dougong.access.tokens import KINDS, Kind, token
from dougong.metadata.model import Object
from dougong.metadata.registry import Registry
from dougong.records.read.row_conditions import meeting
from dougong.records.sharing.generations import Standing, as_standing
from dougong.records.write.rules import LIVE, generations
from dougong.storage.schema import sharing_generation, sharing_source
from dougong.storage.unit_of_work import Snapshot


@dataclass(frozen=True)
class KeptUp:
    """The live generations of an object, each with the condition, in SQL, of the rows that it covers."""

    table: sa.Table
    conditions: Mapping[int, tuple[Standing, sa.ColumnElement[bool]]]

    def proves(self, number: int, record_id: int) -> bool:
        """Whether a rule's token on this record must be right: not one that is being swept, or has yet to come."""
        found = self.conditions.get(number // KINDS)
        return found is not None and record_id <= found[0].reached

    def tokens(self, snapshot: Snapshot, first: int, last: int) -> Mapping[int, set[int]]:
        """The tokens that records from one id to another must carry."""
        found: defaultdict[int, set[int]] = defaultdict(set)
        for number, (standing, covered) in self.conditions.items():
            end = min(last, standing.reached)
            ids = sa.select(self.table.c.id).where(self.table.c.id >= first, self.table.c.id <= end, covered)
            for row in snapshot.rows(ids):
                found[row.id].add(token(Kind.RULE, number))
        return found


def rules_kept_up(snapshot: Snapshot, registry: Registry, obj: Object) -> KeptUp:
    """The generations of `obj` that records must be in step with."""
    table = registry.tables[obj.name]
    statement = sa.select(sharing_generation).where(
        sharing_generation.c.object == obj.name, sharing_generation.c.state.in_(LIVE)
    )
    standing = {row.id: as_standing(row) for row in snapshot.rows(statement)}
    made_at = {number: found.created_at for number, found in standing.items()}
    live = {g.id: g.condition for g in generations(snapshot, registry, obj, made_at)} if standing else {}
    conditions = {}
    for number, condition in live.items():
        found = standing[number]
        covered = _by_owner(table, found) if condition is None else meeting(registry, condition, table)
        conditions[number] = (found, covered)
    return KeptUp(table, conditions)


def _by_owner(table: sa.Table, found: Standing) -> sa.ColumnElement[bool]:
    """A record of somebody who has just come or left has yet to be looked at: it is right as it is."""
    mine = (sharing_source.c.generation_id == found.id) & (sharing_source.c.user_id == table.c.owner_id)
    carried = token(Kind.RULE, found.id) == sa.any_(table.c.access)
    return sa.case((table.c.owner_id.in_(found.restate), carried), else_=sa.exists().where(mine))
