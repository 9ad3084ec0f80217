"""An import does not wait for the search: what it stored is found once the batches that wait are indexed."""

import sqlalchemy as sa

from dougong.records.api import Change, Reading, create, delete, lookup, restore, update, writing
from dougong.records.search_upkeep import index_waiting
from dougong.records.write.traces import LATER_FROM
from dougong.storage.schema import search_waiting
from tests.transfer.conftest import World


def found(world: World, text: str) -> list[int]:
    with world.database.snapshot() as snapshot:
        return [hit.id for hit in lookup(Reading(snapshot, world.registry, world.people["admin"]), "account", text, 20)]


def waiting(world: World) -> int:
    with world.database.snapshot() as snapshot:
        return int(snapshot.scalar(sa.select(sa.func.count()).select_from(search_waiting)))


def test_what_an_import_stored_is_found_soon_whatever_became_of_it_meanwhile(world: World) -> None:
    rows = [{"name": f"后来公司{number:04}"} for number in range(LATER_FROM)]
    with world.database.transaction() as tx:
        w = writing(tx, world.registry, world.people["admin"], "import")
        ids = [record_id for record_id in create(w, "account", rows).ids if record_id is not None]
    assert waiting(world) == 1
    assert found(world, "后来公司0007") == []
    with world.database.transaction() as tx:
        w = writing(tx, world.registry, world.people["admin"], "ui")
        update(w, "account", [Change(ids[1], {"name": "改名之后"})])
        delete(w, "account", [ids[2]])
        delete(w, "account", [ids[3]])
        restore(w, "account", [ids[3]])
    index_waiting(world.database)
    assert waiting(world) == 0
    assert found(world, "后来公司0007") == [ids[7]]
    assert found(world, "houlaigongsi0007") == [ids[7]]
    assert found(world, "改名之后") == [ids[1]]
    assert found(world, "后来公司0001") == []
    assert found(world, "后来公司0002") == []
    assert found(world, "后来公司0003") == [ids[3]]
    index_waiting(world.database)
    assert found(world, "后来公司0007") == [ids[7]]


def test_a_small_import_is_found_at_once(world: World) -> None:
    with world.database.transaction() as tx:
        w = writing(tx, world.registry, world.people["admin"], "import")
        ids = list(create(w, "account", [{"name": "当场找到"}]).ids)
    assert found(world, "当场找到") == ids
    assert waiting(world) == 0
