"""What lies in the recycle bin too long goes by night; what was deleted yesterday stays."""

from datetime import timedelta

import sqlalchemy as sa

from dougong.access.principal import system
from dougong.kit.clock import now
from dougong.metadata.registry import load_registry
from dougong.records import api
from dougong.records.housekeeping import housekeeping_task


def test_only_what_expired_is_purged(database) -> None:
    with database.transaction() as tx:
        registry = load_registry(tx)
        w = api.writing(tx, registry, system("test"), "test")
        old, new, living = api.create(w, "product", [{"name": n, "code": n, "list_price": "1"} for n in "abc"]).ids
        api.delete(w, "product", [old, new])
        table = registry.tables["product"]
        tx.execute(sa.update(table).where(table.c.id == old).values(deleted_at=now() - timedelta(days=400)))
    housekeeping_task(database).run()
    with database.snapshot() as snapshot:
        left = {row.id for row in snapshot.rows(sa.select(table.c.id))}
    assert left == {new, living}
