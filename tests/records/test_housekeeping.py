"""What the product does by itself: what lies in the recycle bin too long goes, waiting search entries are sorted in."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import REGCLASS

from dougong.access.principal import system
from dougong.kit.clock import now
from dougong.metadata.registry import load_registry
from dougong.records import api
from dougong.records.housekeeping import housekeeping_task
from dougong.records.search import lookup
from dougong.records.search_upkeep import search_upkeep_task
from dougong.storage.samples import names
from dougong.storage.schema import SEARCH_INDEX


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


def test_a_record_is_found_before_and_after_its_entry_is_sorted_in(database) -> None:
    with database.transaction() as tx:
        w = api.writing(tx, load_registry(tx), system("test"), "test")
        api.create(w, "product", [{"name": f"水泵 {n}", "code": f"p{n}", "list_price": "1"} for n in range(300)])
        waiting = [hit.name for hit in lookup(w, "product", "泵 299")]
    search_upkeep_task(database).run()
    with database.transaction() as tx:
        w = api.writing(tx, load_registry(tx), system("test"), "test")
        assert [hit.name for hit in lookup(w, "product", "泵 299")] == waiting == ["水泵 299"]
        for part in names(SEARCH_INDEX):
            assert tx.scalar(sa.select(sa.func.gin_clean_pending_list(sa.cast(part, REGCLASS)))) == 0
