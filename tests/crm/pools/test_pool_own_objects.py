"""An object of the company's own that says `pooled` has all that leads have: fields, actions, job (decision 35)."""

from collections.abc import Iterator

import pytest

from dougong.crm.pools.distributing import distribute_all
from dougong.crm.pools.reading import found
from dougong.expressions.ast import TRUE
from dougong.metadata.changes import ChangedField, ChangedObject
from dougong.metadata.registry import load_registry
from dougong.records.api import act, act_on_many, actions_on, bulk_actions, create, delete, see
from dougong.records.defining import define
from dougong.records.people import record_by_key
from tests.crm.pools.company import Clock, Pooled
from tests.world.people import ADMIN, EMMA, WANG_FANG, ZHAO_MIN

TENDER = {
    "label": {"zh": "招标", "en": "Tender"},
    "plural": {"zh": "招标", "en": "Tenders"},
    "name_field": "name",
    "pooled": True,
}
NAME = {"type": "text", "label": {"zh": "名称", "en": "Name"}, "required": True}


@pytest.fixture
def tender(company: Pooled) -> Iterator[Pooled]:
    """The company with tenders, which its salespeople work with."""
    with company.acting(ADMIN) as w:
        define(w, [ChangedObject("tender", TENDER), ChangedField("tender", "name", NAME)])
    with company.database.transaction() as tx:
        company.registry = load_registry(tx)
    with company.product() as w:
        rights = {"object_name": "tender", "actions": ["read", "create", "update"]}
        profiles = [record_by_key(w, "profile", key) for key in ("sales", "sales_manager")]
        create(w, "object_permission", [{**rights, "profile_id": one} for one in profiles])
    yield company
    with company.product() as w:
        delete(w, "tender", [row["id"] for row in found(w, "tender", TRUE, ("id",))])


def test_an_own_object_is_claimed_assigned_returned_and_reclaimed(tender: Pooled, time: Clock) -> None:
    pool = tender.pool("招标池", "tender", members=[WANG_FANG, ZHAO_MIN], keepers=[EMMA], default_days=10)
    with tender.product() as w:
        first, second = (i or 0 for i in create(w, "tender", [{"name": n, "pool_id": pool} for n in "甲乙"]).ids)
        (kind,) = create(w, "pool_return_reason", [{"name": "不合适", "object_name": "tender"}]).ids
    with tender.acting(EMMA) as w:
        offered = [action.name for action in actions_on(see(w, "tender", first))]
        assert offered == ["claim", "assign", "move"]
        assert {action.name for action in bulk_actions(w.registry, w.actor, "tender")} >= {"claim", "return", "extend"}
        assert [action.name for action in bulk_actions(w.registry, w.actor, "contact") if action.name == "claim"] == []
        act(w, "tender", second, "assign", {"to_id": str(tender.person(ZHAO_MIN))})
    with tender.acting(WANG_FANG) as w:
        names = {action.name for action in bulk_actions(w.registry, w.actor, "tender")}
        assert names >= {"claim", "return", "extend"}
        # What only administrators of a pool do.
        assert names.isdisjoint({"assign", "reclaim", "move"})
        assert act_on_many(w, "tender", [first], "claim", {}) == {"count": 1}
        act(w, "tender", first, "return", {"reason_id": str(kind)})
    with tender.acting(WANG_FANG) as w:
        act(w, "tender", first, "claim", {})
    assert tender.record("tender", second)["owner_id"] == tender.person(ZHAO_MIN)
    time.on(days=11)
    assert tender.night() == 2
    assert distribute_all(tender.clockwork()) == 0
