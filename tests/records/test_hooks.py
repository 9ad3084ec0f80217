"""What modules add to the write path: where it runs, in which order, and that it cannot leave half a write behind."""

from collections.abc import Sequence

import pytest
import sqlalchemy as sa

from dougong.kit.errors import Problem, Refused
from dougong.metadata.model import Label, Object
from dougong.records.hooks import Act, Action, Batch, Hook, Hooks, Registration, build_hooks, installed_hooks, ordered
from dougong.records.work import Writing
from dougong.records.write.pipeline import STAGES, Change, create, delete, update
from dougong.storage import schema


def nothing(batch: Batch, w: Writing) -> Sequence[Problem]:
    return []


def test_the_stages_are_these_and_in_this_order() -> None:
    assert [(stage.name, stage.stores) for stage in STAGES] == [
        ("permit", False),
        ("names", False),
        ("rules", False),
        ("above", False),
        ("existing", False),
        ("lock", False),
        ("defaults", False),
        ("start", False),
        ("parse", False),
        ("changes", False),
        ("owner", False),
        ("computed", False),
        ("check", False),
        ("dependent", False),
        ("constraints", False),
        ("types", False),
        ("references", False),
        ("cycles", False),
        ("unique", False),
        ("validation", False),
        ("cascade", False),
        ("children", False),
        ("parents", False),
        ("change", True),
        ("numbers", True),
        ("tokens", True),
        ("cover", True),
        ("store", True),
        ("summaries", True),
        ("files", True),
        ("grants", True),
        ("search", True),
        ("history", True),
        ("audit", True),
        ("outbox", True),
        ("announce", True),
        ("after", True),
    ]


def test_hooks_run_behind_those_that_they_require() -> None:
    def install(registration: Registration) -> None:
        registration.register_hook("*", "check", "after", nothing, name="a.audit", requires=["z.price"])
        registration.register_hook("account", "check", "after", nothing, name="m.stage", requires=["a.audit"])
        registration.register_hook("account", "check", "after", nothing, name="z.price")
        registration.register_hook("account", "check", "before", nothing, name="b.early", acts=[Act.CREATE])
        registration.register_action("account", "claim", Label("领取", "Claim"), lambda w, ids, params: {})

    hooks = build_hooks([install])
    assert [hook.name for hook in hooks.hooks] == ["z.price", "a.audit", "b.early", "m.stage"]
    assert [h.name for h in hooks.at("account", "check", "after", Act.UPDATE)] == ["z.price", "a.audit", "m.stage"]
    assert [h.name for h in hooks.at("contact", "check", "after", Act.UPDATE)] == ["a.audit"]
    assert hooks.at("account", "check", "before", Act.UPDATE) == []


def test_actions_follow_from_the_definition_of_an_object(w: Writing) -> None:
    def of_owned(obj: Object) -> list[Action]:
        return [Action(obj.name, name, Label("领取", "Claim"), lambda w, ids, params: {}) for name in ("claim", "own")]

    def install(registration: Registration) -> None:
        registration.register_actions(lambda obj: of_owned(obj) if obj.owned else [])
        registration.register_action("account", "claim", Label("特别", "Special"), lambda w, ids, params: {})

    hooks = build_hooks([install])
    offered = {name: hooks.actions_of(w.registry.object(name)) for name in ("account", "contact", "user")}
    assert {name: list(actions) for name, actions in offered.items()} == {
        "account": ["claim", "own"],
        "contact": ["claim", "own"],
        "user": [],
    }
    # What is registered for an object by its name is meant for it.
    assert offered["account"]["claim"].label.en == "Special"


@pytest.mark.parametrize(
    "hooks",
    [
        [("a", ("b",)), ("b", ("a",))],
        [("a", ("missing",))],
        [("a", ()), ("a", ())],
    ],
)
def test_hooks_that_do_not_fit_together_are_refused_at_startup(hooks: list[tuple[str, tuple[str, ...]]]) -> None:
    with pytest.raises(ValueError, match="hook"):
        ordered([Hook(name, "account", "check", "after", nothing, requires) for name, requires in hooks])


def test_what_is_installed_is_read_once() -> None:
    assert installed_hooks() is installed_hooks()
    names = {stage.name for stage in STAGES}
    assert all(hook.stage in names for hook in installed_hooks().hooks)
    assert "sharing.groups" in {hook.name for hook in installed_hooks().hooks}


def at_stage(stage: str, run: object, *, acts: Sequence[Act] = tuple(Act), obj: str = "account") -> Hooks:
    return Hooks((Hook("test", obj, stage, "after", run, acts=frozenset(acts)),))  # type: ignore[arg-type]


def test_a_check_may_set_values_which_are_then_checked_like_any(w: Writing) -> None:
    def shorten(batch: Batch, w: Writing) -> list[Problem]:
        for row in batch.live:
            row.values["phone"] = "110"
            if row.after("name") == "blank":
                row.values["name"] = None
        return []

    hooks = at_stage("check", shorten)
    account = create(w, "account", [{"name": "甲"}], hooks=hooks).ids[0]
    table = w.registry.tables["account"]
    assert w.transaction.scalar(sa.select(table.c.phone).where(table.c.id == account)) == "110"
    assert update(w, "account", [Change(account or 0, {"name": "甲"})], hooks=hooks).change_id is None
    with pytest.raises(Refused) as refused:
        create(w, "account", [{"name": "blank"}], hooks=hooks)
    assert [(p.field, p.code) for p in refused.value.problems] == [("name", "field.required")]


@pytest.mark.parametrize("stage", [stage.name for stage in STAGES if Act.CREATE in stage.acts])
def test_a_refusal_at_any_stage_leaves_nothing(w: Writing, stage: str) -> None:
    def refuse(batch: Batch, w: Writing) -> list[Problem]:
        return [Problem("test.no", row=row.number) for row in batch.live if row.given["name"] == "no"]

    def counts() -> list[int]:
        tables = [w.registry.tables["account"], schema.change, schema.history, schema.outbox, schema.search_entry]
        return [w.transaction.scalar(sa.select(sa.func.count()).select_from(table)) for table in tables]

    before = counts()
    with pytest.raises(Refused) as refused:
        create(w, "account", [{"name": "yes"}, {"name": "no"}], hooks=at_stage(stage, refuse))
    assert [(p.row, p.code) for p in refused.value.problems] == [(1, "test.no")]
    assert counts() == before
    outcome = create(w, "account", [{"name": "yes"}, {"name": "no"}], skip_problems=True, hooks=at_stage(stage, refuse))
    assert [i is None for i in outcome.ids] == [False, True]
    assert counts() == [before[0] + 1, before[1] + 1, before[2] + 1, before[3] + 1, before[4] + 1]


def test_an_after_hook_writes_in_the_same_transaction(w: Writing) -> None:
    def welcome(batch: Batch, w: Writing) -> list[Problem]:
        create(w, "contact", [{"name": "总机", "account_id": row.id} for row in batch.live])
        return []

    hooks = at_stage("after", welcome, acts=[Act.CREATE])
    account = create(w, "account", [{"name": "甲"}], hooks=hooks).ids[0]
    contacts = w.registry.tables["contact"]
    assert w.transaction.scalar(sa.select(contacts.c.name).where(contacts.c.account_id == account)) == "总机"


def test_hooks_see_what_is_deleted_along(w: Writing) -> None:
    seen: list[tuple[str, str]] = []

    def watch(batch: Batch, w: Writing) -> list[Problem]:
        seen.extend((batch.object.name, row.old["name"]) for row in batch.live)
        return []

    account = create(w, "account", [{"name": "甲"}]).ids[0]
    create(w, "opportunity", [{"name": "乙", "account_id": account}])
    delete(w, "account", [account or 0], hooks=at_stage("after", watch, obj="*"))
    assert seen == [("account", "甲"), ("opportunity", "乙")]


def test_a_check_on_what_is_deleted_along_refuses_the_whole(w: Writing) -> None:
    def keep(batch: Batch, w: Writing) -> list[Problem]:
        return [Problem("deal.won", row=row.number) for row in batch.live if row.old["stage"] == "won"]

    account = create(w, "account", [{"name": "甲"}]).ids[0]
    create(w, "opportunity", [{"name": "乙", "account_id": account, "stage": "won"}])
    with pytest.raises(Refused):
        delete(w, "account", [account or 0], hooks=at_stage("check", keep, acts=[Act.DELETE], obj="opportunity"))
