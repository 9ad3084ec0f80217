"""What was tried and rolled back decides nothing: rights that come behind it are those that are stored."""

from typing import Any

from dougong.access.principal import system
from dougong.access.resolve import resolve
from dougong.metadata.registry import load_registry
from dougong.records import api
from tests.http.conftest import World


def hide(world: World, field: str) -> dict[str, Any]:
    profile_id = world.ids["profile:sales"]
    return {"profile_id": profile_id, "object_name": "account", "field_name": field, "level": "hidden"}


def test_rights_that_were_only_tried_are_not_those_of_the_next_change(world: World) -> None:
    seller, admin = world.person("wangfang"), world.person("admin")
    account = seller.make("account", name="试过的权限", phone="0512-65550101", website="https://example.cn")
    with world.database.rehearsal() as tx:
        w = api.writing(tx, load_registry(tx), system("test"), "test")
        api.create(w, "field_permission", [hide(world, "phone")])
        tried = api.Reading(tx, w.registry, resolve(tx, w.registry, seller.id))
        assert "phone" not in api.get(tried, "account", int(account))
    # The next change comes to the same version of the access data, with other rights.
    stored = admin.make("field_permission", **{**hide(world, "website"), "profile_id": str(world.ids["profile:sales"])})
    try:
        record = seller.get(f"/records/account/{account}").json()["record"]
        assert "website" not in record
        assert record["phone"].endswith("65550101")
    finally:
        admin.call("DELETE", f"/records/field_permission/{stored}")
