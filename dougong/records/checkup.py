"""What `dougong doctor` looks at in the records: does each carry the access tokens that it should, is each found?"""

from collections.abc import Iterator

import sqlalchemy as sa

from dougong.access.tokens import row_tokens
from dougong.metadata.model import Object
from dougong.metadata.registry import Registry
from dougong.records.write.grants import granted_tokens
from dougong.storage.checkup import Check, State
from dougong.storage.schema import search_entry
from dougong.storage.unit_of_work import Snapshot

CHUNK = 20_000


def check_records(snapshot: Snapshot, registry: Registry) -> Iterator[Check]:
    """The findings about all living records, which should be of one moment (`Database.consistent_snapshot`)."""
    owned = [obj for obj in registry.objects.values() if obj.owned]
    tokens = {obj.name: count for obj in owned if (count := _wrong_tokens(snapshot, registry, obj))}
    yield _finding("doctor.tokens", tokens)
    found = [obj for obj in registry.objects.values() if not obj.configuration]
    unfound = {obj.name: count for obj in found if (count := _not_found(snapshot, registry, obj))}
    yield _finding("doctor.search", unfound)


def _finding(code: str, wrong: dict[str, int]) -> Check:
    names = [f"{name} ({count})" for name, count in sorted(wrong.items())]
    return Check(code, State.BAD if wrong else State.GOOD, {"count": sum(wrong.values()), "names": names})


def _wrong_tokens(snapshot: Snapshot, registry: Registry, obj: Object) -> int:
    """How many records say of themselves that others may see them, or fewer, than owner, department and team do."""
    table = registry.tables[obj.name]
    names = ["owner_id", "department_id", *([obj.public_field] if obj.public_field else [])]
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
        for row in rows:
            own = row_tokens(obj, {name: getattr(row, name) for name in names})
            wrong += {*own, *granted.get(row.id, ())} != set(row.access)
        after = rows[-1].id


def _not_found(snapshot: Snapshot, registry: Registry, obj: Object) -> int:
    """How many living records no search can find."""
    table = registry.tables[obj.name]
    entry = sa.exists().where(search_entry.c.record_id == table.c.id)
    statement = sa.select(sa.func.count()).select_from(table).where(table.c.deleted_at.is_(None), ~entry)
    return int(snapshot.scalar(statement))
