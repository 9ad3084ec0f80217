"""Actions that modules offer, for one record and for many at once: to whom, to which records, all or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from dougong.access.principal import Action as Right
from dougong.kit.errors import Forbidden, NotFound, Refused, TooLarge
from dougong.kit.limits import PAGE_SIZE_MAX
from dougong.metadata.model import Label
from dougong.records.actions import act, act_on_many, actions_on, bulk_actions
from dougong.records.api import Change, Seen, create, get, see, update
from dougong.records.hooks import Registration, build_hooks
from dougong.records.work import Writing
from tests.records.company import Company, without


def call(w: Writing, ids: Sequence[int], params: Mapping[str, Any]) -> Mapping[str, Any]:
    update(w, "account", [Change(one, {"phone": params.get("phone", "110")}) for one in ids])
    return {"called": len(ids)}


def silent(seen: Seen) -> bool:
    return seen.values["phone"] is None


def install(registration: Registration) -> None:
    called, greeted = Label("致电", "Call"), Label("问候", "Greet")
    needs = [("account", Right.UPDATE)]
    registration.register_action("account", "call", called, call, offered=silent, needs=needs, bulk=True)
    registration.register_action("account", "greet", greeted, call, primary=True)


HOOKS = build_hooks([install])


def accounts(w: Writing, *names: str) -> list[int]:
    return [made for made in create(w, "account", [{"name": name} for name in names]).ids if made is not None]


def test_an_action_is_done_to_many_with_its_parameters(w: Writing) -> None:
    first, second = accounts(w, "甲", "乙")
    assert act_on_many(w, "account", [first, second, first], "call", {"phone": "119"}, HOOKS) == {"called": 2}
    assert [get(w, "account", one, ("phone",))["phone"] for one in (first, second)] == ["119", "119"]


def test_with_one_record_that_is_not_to_be_done_none_is(w: Writing, company: Company) -> None:
    first, second = accounts(w, "甲", "乙")
    update(w, "account", [Change(second, {"phone": "120"})])
    (foreign,) = accounts(company.write(w.transaction, "赵敏"), "丙")
    with pytest.raises(Refused) as refused:
        act_on_many(w, "account", [first, second, foreign], "call", {}, HOOKS)
    assert [(p.row, p.code) for p in refused.value.problems] == [
        (1, "access.action_not_offered"),
        (2, "record.not_found"),
    ]
    assert get(w, "account", first, ("phone",))["phone"] is None


def test_what_is_for_one_record_at_a_time_is_not_done_to_many(w: Writing) -> None:
    (first,) = accounts(w, "甲")
    assert [a.name for a in bulk_actions(w.registry, w.actor, "account", HOOKS)] == ["call"]
    with pytest.raises(Forbidden):
        act_on_many(w, "account", [first], "greet", {}, HOOKS)
    with pytest.raises(NotFound):
        act_on_many(w, "account", [first], "fly", {}, HOOKS)
    with pytest.raises(TooLarge):
        act_on_many(w, "account", range(1, PAGE_SIZE_MAX + 2), "call", {}, HOOKS)


def test_who_lacks_the_right_is_offered_nothing(w: Writing, company: Company) -> None:
    (first,) = accounts(w, "甲")
    assert [a.name for a in actions_on(see(w, "account", first), HOOKS)] == ["call", "greet"]
    reader = replace(w, actor=without(company.principal("王芳"), "account", Right.UPDATE))
    assert [a.name for a in actions_on(see(reader, "account", first), HOOKS)] == ["greet"]
    assert bulk_actions(reader.registry, reader.actor, "account", HOOKS) == []
    with pytest.raises(Forbidden):
        act(reader, "account", first, "call", {}, HOOKS)
    with pytest.raises(Forbidden):
        act_on_many(reader, "account", [first], "call", {}, HOOKS)
