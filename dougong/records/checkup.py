"""What `dougong doctor` looks at in the records: does each carry the access tokens that it should, is each found?"""

from collections.abc import Iterator

import sqlalchemy as sa

from dougong.access.tokens import deciding_fields, is_rule, row_tokens
from dougong.metadata.model import Object
from dougong.metadata.registry import Registry
from dougong.records.catching_up import progress
from dougong.records.sharing.proof import rules_kept_up
from dougong.records.summaries.proof import wrong_summaries
from dougong.records.write.grants import granted_tokens
from dougong.storage.checkup import Check, State
from dougong.storage.schema import history, search_entry, search_waiting
from dougong.storage.unit_of_work import Snapshot

CHUNK = 20_000


def check_records(snapshot: Snapshot, registry: Registry) -> Iterator[Check]:
    """The findings about all living records, which should be of one moment (`Database.consistent_snapshot`)."""
    owned = [obj for obj in registry.objects.values() if obj.owned]
    tokens = {obj.name: count for obj in owned if (count := _wrong_tokens(snapshot, registry, obj))}
    yield _finding("doctor.tokens", tokens)
    found = [obj for obj in registry.objects.values() if not obj.configuration and not obj.log]
    unfound = {obj.name: count for obj in found if (count := _not_found(snapshot, registry, obj))}
    yield _finding("doctor.search", unfound)
    yield _finding("doctor.summaries", wrong_summaries(snapshot, registry))
    unfinished = (one for one in progress(snapshot, registry) if one.finished_at is None)
    left = {one.name: one for one in unfinished if _has_records(snapshot, registry, one.object)}
    names = [f"{name} ({one.done}/{'?' if one.total is None else one.total})" for name, one in sorted(left.items())]
    waits = State.WARNING if left else State.GOOD
    yield Check("doctor.catching_up", waits, {"count": len(left), "names": names})


def _finding(code: str, wrong: dict[str, int]) -> Check:
    names = [f"{name} ({count})" for name, count in sorted(wrong.items())]
    return Check(code, State.BAD if wrong else State.GOOD, {"count": sum(wrong.values()), "names": names})


def _has_records(snapshot: Snapshot, registry: Registry, object_name: str) -> bool:
    return bool(snapshot.scalar(sa.select(sa.exists().select_from(registry.tables[object_name]))))


def _wrong_tokens(snapshot: Snapshot, registry: Registry, obj: Object) -> int:
    """How many records say that others may see them, or fewer, than owner, nodes, team and sharing rules do."""
    table = registry.tables[obj.name]
    names = deciding_fields(obj)
    rules = rules_kept_up(snapshot, registry, obj)
    wrong, after = 0, 0
    while True:
        statement = (
            sa.select(table.c.id, table.c.access, *(table.c[name] for name in names))
            .where(table.c.id > after, table.c.deleted_at.is_(None))
            .order_by(table.c.id)
            .limit(CHUNK)
        )
        rows = snapshot.rows(statement)
        if not rows:
            return wrong
        granted = granted_tokens(snapshot, registry, [row.id for row in rows])
        covered = rules.tokens(snapshot, rows[0].id, rows[-1].id)
        for row in rows:
            own = row_tokens(obj, {name: getattr(row, name) for name in names})
            carried = {number for number in row.access if not is_rule(number) or rules.proves(number, row.id)}
            wrong += {*own, *granted.get(row.id, ()), *covered.get(row.id, ())} != carried
        after = rows[-1].id


def _not_found(snapshot: Snapshot, registry: Registry, obj: Object) -> int:
    """How many living records no search can find, nor will soon."""
    table = registry.tables[obj.name]
    made, waiting = history.c, search_waiting.c
    entry = sa.exists().where(search_entry.c.record_id == table.c.id) | sa.exists().where(
        made.record_id == table.c.id, made.change_id == waiting.change_id, waiting.object == obj.name
    )
    statement = sa.select(sa.func.count()).select_from(table).where(table.c.deleted_at.is_(None), ~entry)
    return int(snapshot.scalar(statement))
