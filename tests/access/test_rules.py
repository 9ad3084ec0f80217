"""Sharing rules: what they open and to whom, when they change, and that the recalculation misses and leaks nothing."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from dougong.access.explain import explain, know
from dougong.access.principal import Action, system
from dougong.crm import STANDARD_PACKAGE
from dougong.kit.errors import Conflict, Forbidden, Refused
from dougong.metadata.apply import apply
from dougong.metadata.export import export_definitions
from dougong.metadata.model import Sharing
from dougong.metadata.package import read_package
from dougong.metadata.plan import plan
from dougong.metadata.registry import load_registry, without_system_fields
from dougong.records import api
from dougong.records.checkup import check_records
from dougong.records.defining import define
from dougong.records.people import find_person
from dougong.records.sharing import generations
from dougong.records.sharing.defaults import default_change
from dougong.records.sharing.recalculation import advance, recalculate_all, recalculation_task
from dougong.records.sharing.upkeep import switch_off_broken
from dougong.storage.checkup import State
from dougong.storage.engine import Database
from dougong.storage.jobs import Interrupted, Worker
from dougong.storage.schema import sharing_generation
from tests.conftest import MakeDatabase, fresh
from tests.world.people import ADMIN, EMMA, LI_QIANG, WANG_FANG, ZHAO_MIN, Person, acting, found_company
from tests.world.records import account, one

STATUSES = ("prospect", "customer", "lost")
KEY = [{"field": "status", "op": "=", "value": "prospect"}]


@pytest.fixture
def company(make_database: MakeDatabase) -> Iterator[Database]:
    with fresh(make_database, founded=found_company) as database:
        yield database


def who(database: Database, person: Person) -> int:
    with database.transaction() as tx:
        found = find_person(api.writing(tx, load_registry(tx), system("test"), "test"), person.login)
        assert found is not None
        return found


def make_rule(database: Database, *targets: tuple[str, int], name: str = "重点客户", **values: Any) -> int:
    """A rule of the administrator for `targets`; by conditions on accounts when nothing else is said."""
    with acting(database, ADMIN) as w:
        given = {"object_name": "account", "basis": "criteria", "conditions": json.dumps({"and": KEY}), **values}
        made = one(w, "sharing_rule", name=name, **given)
        for kind, number in targets:
            one(w, "sharing_rule_target", rule_id=made, target_id={"object": kind, "id": number})
    return made


def change(database: Database, obj: str, number: int, **values: Any) -> None:
    with acting(database, ADMIN) as w:
        api.update(w, obj, [api.Change(number, values)])


def seen(database: Database, person: Person) -> set[str]:
    """The accounts that the person's list shows, by name."""
    with acting(database, person) as w:
        return {row[0] for row in api.page(w, api.Query("account", api.columns_of(("name",)), limit=500)).rows}


def progress(database: Database, rule: int) -> str:
    with database.snapshot() as snapshot:
        found = generations.read_rule(snapshot, load_registry(snapshot), rule)
        assert found is not None
        return generations.progress_of(found, generations.standing(snapshot, rule)).progress


def right_tokens(database: Database) -> bool:
    """Whether the doctor agrees with every token."""
    with database.consistent_snapshot() as snapshot:
        found = {c.code: c for c in check_records(snapshot, load_registry(snapshot))}
        return found["doctor.tokens"].state is State.GOOD


def refused(database: Database, **values: Any) -> list[tuple[str, str | None]]:
    with pytest.raises(Refused) as caught:
        make_rule(database, **values)
    return [(p.code, p.field) for p in caught.value.problems]


def test_a_rule_opens_old_and_new_records_and_takes_them_back_when_they_no_longer_match(company: Database) -> None:
    with acting(company, WANG_FANG) as w:
        old, other = account(w, "旧的重点", status="prospect"), account(w, "普通", status="customer")
    assert seen(company, ZHAO_MIN) == set()
    rule = make_rule(company, ("user", who(company, ZHAO_MIN)))
    # Not half-visible: nothing before every record has been looked at.
    assert progress(company, rule) == "building"
    assert seen(company, ZHAO_MIN) == set()
    recalculate_all(company)
    assert progress(company, rule) == "complete"
    assert seen(company, ZHAO_MIN) == {"旧的重点"}
    with acting(company, WANG_FANG) as w:
        account(w, "新的重点", status="prospect")
        api.update(w, "account", [api.Change(other, {"status": "prospect"}), api.Change(old, {"status": "lost"})])
    assert seen(company, ZHAO_MIN) == {"新的重点", "普通"}
    with acting(company, WANG_FANG) as w:
        api.delete(w, "account", [other])
        api.restore(w, "account", [other])
    assert seen(company, ZHAO_MIN) == {"新的重点", "普通"}
    assert right_tokens(company)


def test_a_share_lets_one_read_or_edit_but_never_delete_hand_over_or_share_on(company: Database) -> None:
    with acting(company, WANG_FANG) as w:
        number = account(w, "重点", status="prospect")
    rule = make_rule(company, ("user", who(company, ZHAO_MIN)))
    recalculate_all(company)
    with acting(company, ZHAO_MIN) as w, pytest.raises(Forbidden):
        api.update(w, "account", [api.Change(number, {"name": "改"})])
    with company.transaction() as tx:
        before = api.history(api.Reading(tx, load_registry(tx), system("test")), "account", number)
    change(company, "sharing_rule", rule, level="edit")
    with acting(company, ZHAO_MIN) as w:
        can = api.see(w, "account", number).can
        assert [action for action, may in can.items() if may] == [Action.UPDATE]
        api.update(w, "account", [api.Change(number, {"phone": "021-12345678"})])
    with company.transaction() as tx:
        assert len(before) + 1 == len(
            api.history(api.Reading(tx, load_registry(tx), system("test")), "account", number)
        )
    # Read and edit by two rules: the more holds, and the owner is not the less for being meant too.
    make_rule(company, ("user", who(company, ZHAO_MIN)), ("user", who(company, WANG_FANG)), name="只读", level="read")
    recalculate_all(company)
    with acting(company, ZHAO_MIN) as w:
        assert api.see(w, "account", number).can[Action.UPDATE]
    with acting(company, WANG_FANG) as w:
        assert api.see(w, "account", number).can[Action.DELETE]


def test_whom_a_rule_is_for_how_far_and_whether_rewrites_no_record(company: Database) -> None:
    with acting(company, WANG_FANG) as w:
        number = account(w, "重点", status="prospect")
        table = w.registry.tables["account"]
    rule = make_rule(company)
    recalculate_all(company)

    def written() -> object:
        with company.snapshot() as snapshot:
            where = sa.select(sa.literal_column("xmin::text")).select_from(table).where(table.c.id == number)
            return snapshot.scalar(where)

    before = written()
    assert seen(company, ZHAO_MIN) == set()
    with acting(company, ADMIN) as w:
        group = one(w, "public_group", name="大客户组")
        one(w, "sharing_rule_target", rule_id=rule, target_id={"object": "public_group", "id": group})
    assert seen(company, ZHAO_MIN) == set()
    with acting(company, ADMIN) as w:
        one(w, "public_group_member", group_id=group, member_id={"object": "user", "id": who(company, ZHAO_MIN)})
    # A member who joins sees the old records with the next request.
    assert seen(company, ZHAO_MIN) == {"重点"}
    change(company, "sharing_rule", rule, level="edit")
    change(company, "sharing_rule", rule, active=False)
    assert seen(company, ZHAO_MIN) == set()
    change(company, "sharing_rule", rule, active=True)
    assert seen(company, ZHAO_MIN) == {"重点"}
    assert progress(company, rule) == "complete"
    with acting(company, ADMIN) as w, pytest.raises(Refused) as caught:
        api.delete(w, "public_group", [group])
    assert {p.code for p in caught.value.problems} == {"record.has_children"}
    assert written() == before


@pytest.mark.parametrize("kind", ["user", "department", "role", "public_group"])
def test_records_by_owner_follow_the_people_of_the_source(company: Database, kind: str) -> None:
    with acting(company, WANG_FANG) as w:
        account(w, "王芳的")
    with acting(company, EMMA) as w:
        emmas = account(w, "Emma's")
    with acting(company, ADMIN) as w:
        wang, emma = who(company, WANG_FANG), who(company, EMMA)
        table = w.registry.tables["role"]
        group = one(w, "public_group", name="源组")
        member = one(w, "public_group_member", group_id=group, member_id={"object": "user", "id": wang})
        role = one(w, "role", key="north", name="北方")
        held = one(w, "user_role", user_id=wang, role_id=role)
        place = one(w, "department", name="新部门")
        api.update(w, "user", [api.Change(wang, {"department_id": place})])
    assert table is not None
    source = {"user": wang, "department": place, "role": role, "public_group": group}[kind]
    rule = make_rule(
        company,
        ("user", who(company, ZHAO_MIN)),
        basis="owner",
        conditions=None,
        source_id={"object": kind, "id": source},
    )
    recalculate_all(company)
    assert seen(company, ZHAO_MIN) == {"王芳的"}
    # Owner changed into the source, and away from it: with the same write.
    change(company, "account", emmas, owner_id=wang)
    assert seen(company, ZHAO_MIN) == {"王芳的", "Emma's"}
    change(company, "account", emmas, owner_id=emma)
    assert seen(company, ZHAO_MIN) == {"王芳的"}
    if kind == "user":
        return
    # People who come and go: when the worker has looked at their records.
    with acting(company, ADMIN) as w:
        if kind == "department":
            api.update(w, "user", [api.Change(emma, {"department_id": place})])
            api.update(w, "user", [api.Change(wang, {"department_id": None})])
        elif kind == "role":
            one(w, "user_role", user_id=emma, role_id=role)
            api.delete(w, "user_role", [held])
        else:
            one(w, "public_group_member", group_id=group, member_id={"object": "user", "id": emma})
            api.delete(w, "public_group_member", [member])
    assert right_tokens(company)
    recalculate_all(company, chunk=1)
    assert progress(company, rule) == "complete"
    assert seen(company, ZHAO_MIN) == {"Emma's"}
    assert right_tokens(company)


def test_departments_with_those_below_as_source_and_as_target(company: Database) -> None:
    with acting(company, WANG_FANG) as w:
        account(w, "王芳的")
    with acting(company, ADMIN) as w:
        users = w.registry.tables["user"]
        head = w.transaction.scalar(
            sa.select(w.registry.tables["department"].c.parent_id).where(
                w.registry.tables["department"].c.id
                == sa.select(users.c.department_id).where(users.c.login == "wangfang").scalar_subquery()
            )
        )
    rule = make_rule(
        company,
        basis="owner",
        conditions=None,
        source_id={"object": "department", "id": head},
        source_below=True,
    )
    with acting(company, ADMIN) as w:
        target = one(
            w, "sharing_rule_target", rule_id=rule, target_id={"object": "department", "id": head}, with_below=True
        )
    recalculate_all(company)
    assert seen(company, ZHAO_MIN) == {"王芳的"}
    change(company, "sharing_rule_target", target, with_below=False)
    assert seen(company, ZHAO_MIN) == set()


def test_new_conditions_hold_when_they_are_complete_and_the_old_ones_until_then(company: Database) -> None:
    with acting(company, WANG_FANG) as w:
        for name, status in (("甲", "prospect"), ("乙", "customer"), ("丙", "lost")):
            account(w, name, status=status)
    rule = make_rule(company, ("user", who(company, ZHAO_MIN)))
    recalculate_all(company)
    to_b = json.dumps({"field": "status", "op": "=", "value": "customer"})
    change(company, "sharing_rule", rule, conditions=to_b)
    steps = []
    working = True
    while working:
        steps.append(frozenset(seen(company, ZHAO_MIN)))
        with company.transaction() as tx:
            working = advance(tx, load_registry(tx), chunk=1)
    assert steps[0] == {"甲"}
    assert steps[-1] == {"乙"}
    assert set(steps) == {frozenset({"甲"}), frozenset({"乙"})}
    with company.snapshot() as snapshot:
        assert [g.state for g in generations.standing(snapshot, rule)] == ["current"]
    assert right_tokens(company)
    # Switched off, given other conditions and switched on again: nothing of before opens meanwhile.
    change(company, "sharing_rule", rule, active=False)
    change(company, "sharing_rule", rule, conditions=json.dumps(KEY[0]), active=True)
    assert seen(company, ZHAO_MIN) == set()
    recalculate_all(company)
    assert seen(company, ZHAO_MIN) == {"甲"}
    with acting(company, ADMIN) as w:
        api.delete(w, "sharing_rule", [rule])
    assert seen(company, ZHAO_MIN) == set()
    recalculate_all(company)
    assert right_tokens(company)
    with company.snapshot() as snapshot:
        table = load_registry(snapshot).tables["account"]
        assert snapshot.scalar(sa.select(sa.func.max(sa.func.cardinality(table.c.access)))) == 2
    with acting(company, ADMIN) as w:
        api.restore(w, "sharing_rule", [rule])
    recalculate_all(company)
    assert seen(company, ZHAO_MIN) == {"甲"}


def test_a_cancelled_calculation_leaves_what_was_and_can_be_begun_again(company: Database) -> None:
    with acting(company, WANG_FANG) as w:
        for name, status in (("甲", "prospect"), ("乙", "customer")):
            account(w, name, status=status)
    rule = make_rule(company, ("user", who(company, ZHAO_MIN)))
    recalculate_all(company)
    change(company, "sharing_rule", rule, conditions=json.dumps({"field": "status", "op": "=", "value": "customer"}))
    with company.transaction() as tx:
        advance(tx, load_registry(tx), chunk=1)
    with company.transaction() as tx:
        generations.cancel(tx, rule)
    recalculate_all(company)
    assert progress(company, rule) == "stopped"
    assert seen(company, ZHAO_MIN) == {"甲"}
    with company.transaction() as tx, pytest.raises(Conflict):
        generations.cancel(tx, rule)
    with company.transaction() as tx:
        generations.recalculate(tx, load_registry(tx), rule)
    recalculate_all(company)
    assert progress(company, rule) == "complete"
    assert seen(company, ZHAO_MIN) == {"乙"}
    assert right_tokens(company)


def test_what_a_rule_cannot_say_is_refused(company: Database) -> None:
    def by(field: str, value: object = "x", op: str = "=") -> str:
        return json.dumps({"field": field, "op": op, "value": value})

    assert refused(company, conditions=None) == [("condition.missing", "conditions")]
    assert refused(company, conditions="{") == [("condition.unreadable", "conditions")]
    assert refused(company, conditions=by("owner.name")) == [("condition.elsewhere", "conditions")]
    assert refused(company, conditions=by("id", {"object": "opportunity", "field": "account_id"}, "in")) == [
        ("condition.elsewhere", "conditions")
    ]
    assert refused(company, conditions=by("updated_at", "2026-01-01", ">")) == [("condition.moving", "conditions")]
    assert refused(company, conditions=by("created_at", {"relative": "TODAY"})) == [
        ("condition.relative", "conditions")
    ]
    assert refused(company, conditions=by("owner_id", {"me": True})) == [("condition.relative", "conditions")]
    assert refused(company, conditions=by("nothing")) == [("metadata.unknown_field", "conditions")]
    assert refused(company, basis="owner", conditions=None) == [("rule.source_missing", "source_id")]
    for obj in ("opportunity_line", "product", "user", "nothing", "list_view"):
        assert refused(company, object_name=obj) == [("rule.object_not_shared", "object_name")]
    rule = make_rule(company)
    with acting(company, ADMIN) as w, pytest.raises(Refused) as caught:
        api.update(w, "sharing_rule", [api.Change(rule, {"object_name": "contact"})])
    assert [p.code for p in caught.value.problems] == ["rule.object_fixed"]
    admin = {"object": "user", "id": who(company, ADMIN)}
    with acting(company, ADMIN) as w, pytest.raises(Refused) as caught:
        api.create(w, "sharing_rule_target", [{"rule_id": rule, "target_id": admin}] * 2)
    assert [p.code for p in caught.value.problems] == ["rule.target_twice"]
    with acting(company, LI_QIANG) as w, pytest.raises(Forbidden):
        one(w, "sharing_rule", name="我的", object_name="account", conditions=json.dumps(KEY[0]))


def test_parts_of_fields_and_links_and_what_storing_fills_in_can_be_conditions(company: Database) -> None:
    with acting(company, WANG_FANG) as w:
        wang = w.actor.user_id
        parent = account(w, "母公司", address={"province": "浙江省", "city": "杭州市"})
    conditions = {
        "and": [
            {"field": "created_by_id", "op": "=", "value": str(wang)},
            {"field": "created_at", "op": ">", "value": "2026-01-01"},
            {
                "or": [
                    {"field": "address.city", "op": "=", "value": "杭州市"},
                    {"field": "parent_id", "op": "=", "value": str(parent)},
                ]
            },
        ]
    }
    make_rule(company, ("user", who(company, ZHAO_MIN)), conditions=json.dumps(conditions))
    recalculate_all(company)
    with acting(company, WANG_FANG) as w:
        account(w, "子公司", parent_id=parent)
        account(w, "杭州新客户", address={"city": "杭州市"})
        account(w, "上海新客户", address={"city": "上海市"})
    with acting(company, EMMA) as w:
        account(w, "Emma 的杭州客户", address={"city": "杭州市"})
    assert seen(company, ZHAO_MIN) == {"母公司", "子公司", "杭州新客户"}
    assert right_tokens(company)


def test_the_explanation_names_the_rule(company: Database) -> None:
    with acting(company, WANG_FANG) as w:
        number = account(w, "重点", status="prospect")
    zhao = who(company, ZHAO_MIN)
    make_rule(company, ("user", zhao), name="给赵敏的重点")
    recalculate_all(company)
    with company.snapshot() as snapshot:
        k = know(snapshot, load_registry(snapshot))
        told = explain(k, zhao, "account", number, Action.READ)
        assert told.allowed
        assert [(r.code, r.params["rule"]) for r in told.reasons[1:] if r.passed] == [
            ("explain.rule_read", "给赵敏的重点")
        ]
        assert not explain(k, zhao, "account", number, Action.UPDATE).allowed
        assert not explain(k, who(company, EMMA), "account", number, Action.READ).allowed


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


def test_writers_at_work_while_a_rule_is_made_and_calculated_miss_nothing(
    company: Database, threads: ThreadPoolExecutor
) -> None:
    """Accounts are made and changed by three writers, while a rule is made, changed and calculated in small chunks."""
    with acting(company, WANG_FANG) as w:
        api.create(w, "account", [{"name": f"客户 {n}", "status": STATUSES[n % 3]} for n in range(200)])
    ended = threading.Event()

    def write(number: int) -> int:
        count = 0
        while not ended.is_set():
            with acting(company, WANG_FANG) as w:
                page = api.page(w, api.Query("account", api.columns_of(("id",)), limit=500)).rows
                made = api.create(w, "account", [{"name": f"新 {number}-{count}", "status": STATUSES[count % 3]}])
                victim = page[(count * 7 + number * 61) % len(page)][0]
                api.update(w, "account", [api.Change(victim, {"status": STATUSES[count % 3 - 1]})])
            assert made.ids[0] is not None
            count += 1
            ended.wait(0.05)
        return count

    writers = [threads.submit(write, number) for number in range(3)]
    try:
        rule = make_rule(company, ("user", who(company, ZHAO_MIN)))
        recalculate_all(company, chunk=7)
        change(
            company,
            "sharing_rule",
            rule,
            conditions=json.dumps({"field": "status", "op": "in", "value": ["customer", "lost"]}),
        )
        recalculate_all(company, chunk=7)
    finally:
        ended.set()
    assert all(writer.result() > 3 for writer in writers)
    assert right_tokens(company)
    with company.snapshot() as snapshot:
        table = load_registry(snapshot).tables["account"]
        wanted = snapshot.rows(sa.select(table.c.name).where(table.c.status.in_(["customer", "lost"])))
    with acting(company, ZHAO_MIN) as w:
        assert api.count(w, "account", generations.parse_filter(None)).number == len(wanted)


def test_a_writer_who_began_before_the_rule_keeps_it_waiting_and_is_not_missed(
    company: Database, threads: ThreadPoolExecutor
) -> None:
    zhao = who(company, ZHAO_MIN)
    with acting(company, WANG_FANG) as w:
        account(w, "先开始的", status="prospect")
        making = threads.submit(make_rule, company, ("user", zhao))
        for _ in range(200):
            with company.snapshot() as snapshot:
                waiting = sa.select(sa.func.count()).select_from(sa.table("pg_locks", sa.column("granted")))
                if snapshot.scalar(waiting.where(sa.column("granted").is_(False))):
                    break
            threading.Event().wait(0.01)
        assert not making.done()
    making.result()
    recalculate_all(company)
    assert seen(company, ZHAO_MIN) == {"先开始的"}


KILLED = """
import sys, time
from dougong.records.sharing.recalculation import recalculate_all
from dougong.storage.engine import open_database
recalculate_all(open_database(sys.argv[1]), lambda: time.sleep(0.2) is not None, chunk=2)
"""


def test_a_killed_calculation_goes_on_where_it_was(company: Database) -> None:
    with acting(company, WANG_FANG) as w:
        api.create(w, "account", [{"name": f"客户 {n}", "status": "prospect"} for n in range(30)])
    make_rule(company, ("user", who(company, ZHAO_MIN)))

    def done() -> int:
        with company.snapshot() as snapshot:
            return int(snapshot.scalar(sa.select(sharing_generation.c.done)))

    with subprocess.Popen([sys.executable, "-c", KILLED, company.url]) as process:
        for _ in range(600):
            if done() >= 4:
                break
            threading.Event().wait(0.05)
        process.kill()
    assert 4 <= done() < 30
    assert seen(company, ZHAO_MIN) == set()
    steps = iter(range(1, 100))
    with pytest.raises(Interrupted):
        recalculate_all(company, lambda: next(steps) > 2, chunk=4)
    assert done() < 30
    worker = Worker(company.url, (recalculation_task(company),))
    worker.start()
    try:
        for _ in range(400):
            if len(seen(company, ZHAO_MIN)) == 30:
                break
            threading.Event().wait(0.05)
    finally:
        assert worker.stop()
    assert len(seen(company, ZHAO_MIN)) == 30
    with company.snapshot() as snapshot:
        after = snapshot.one(sa.select(sharing_generation))
        assert after is not None
        assert (after.state, after.done) == ("current", 30)


def test_a_team_names_nobody_twice_and_may_name_a_role(company: Database) -> None:
    with acting(company, WANG_FANG) as w:
        number = account(w, "客户")
        record = {"object": "account", "id": number}
        one(
            w, "team_member", record_id=record, member_id={"object": "user", "id": who(company, ZHAO_MIN)}, level="read"
        )
        with pytest.raises(Refused) as caught:
            one(w, "team_member", record_id=record, member_id={"object": "user", "id": who(company, ZHAO_MIN)})
        assert [(p.code, p.field) for p in caught.value.problems] == [("team.twice", "member_id")]
    with acting(company, ADMIN) as w:
        role = one(w, "role", key="helpers", name="协助")
        one(w, "user_role", user_id=who(company, EMMA), role_id=role)
    with acting(company, WANG_FANG) as w:
        one(w, "team_member", record_id=record, member_id={"object": "role", "id": role}, level="edit")
    with acting(company, EMMA) as w:
        api.update(w, "account", [api.Change(number, {"name": "协助改的"})])


def test_a_rule_whose_field_is_gone_is_switched_off_and_says_why(company: Database) -> None:
    with acting(company, WANG_FANG) as w:
        number = account(w, "重点", status="prospect")
    zhao = who(company, ZHAO_MIN)
    rule = make_rule(company, ("user", zhao))
    make_rule(company, ("user", zhao), name="不受影响", conditions=json.dumps({"field": "name", "op": "is null"}))
    recalculate_all(company)
    with company.transaction() as tx:
        registry = load_registry(tx)
        obj = without_system_fields(registry.object("account"))
        fields = {name: field for name, field in obj.fields.items() if name != "status"}
        sections = [replace(s, fields=tuple(f for f in s.fields if f != "status")) for s in obj.layout.sections]
        related = [replace(r, columns=tuple(c for c in r.columns if c != "status")) for r in obj.layout.related]
        layout = replace(obj.layout, sections=tuple(sections), related=tuple(related))
        everything = export_definitions(registry)
        wanted = {**everything.objects, "account": replace(obj, fields=fields, layout=layout)}
        apply(tx, plan(registry, replace(everything, objects=wanted), tx, prune=True))
        assert switch_off_broken(tx) == 1
    assert progress(company, rule) == "off"
    with acting(company, ADMIN) as w:
        found = api.get(w, "sharing_rule", rule)
        assert (found["active"], found["version"]) == (False, 2)
        assert "status" in found["disabled_reason"]
    assert seen(company, ZHAO_MIN) == set()
    # Records can be written all the same, and nothing is left behind.
    change(company, "account", number, name="改名")
    recalculate_all(company)
    assert right_tokens(company)
    change(
        company, "sharing_rule", rule, conditions=json.dumps({"field": "name", "op": "=", "value": "改名"}), active=True
    )
    recalculate_all(company)
    assert seen(company, ZHAO_MIN) == {"改名"}
    with acting(company, ADMIN) as w:
        assert api.get(w, "sharing_rule", rule)["disabled_reason"] is None


def test_an_upgrade_of_the_package_leaves_the_default_that_a_company_has_chosen(company: Database) -> None:
    with acting(company, ADMIN) as w:
        define(w, [default_change(w.registry, "account", Sharing.PUBLIC_READ)])
    with company.transaction() as tx:
        planned = plan(load_registry(tx), read_package(STANDARD_PACKAGE), tx)
        assert planned.wanted.objects["account"].sharing is Sharing.PUBLIC_READ


def test_the_doctor_finds_a_missing_token_of_a_rule_and_one_too_many(company: Database) -> None:
    with acting(company, WANG_FANG) as w:
        covered, other = account(w, "重点", status="prospect"), account(w, "普通", status="lost")
        table = w.registry.tables["account"]
    make_rule(company)
    recalculate_all(company)
    assert right_tokens(company)
    with company.transaction() as tx:
        given = tx.scalar(sa.select(table.c.access).where(table.c.id == covered))[-1]
        tx.execute(
            sa.update(table).where(table.c.id == other).values(access=sa.func.array_append(table.c.access, given))
        )
    assert not right_tokens(company)
    with company.transaction() as tx:
        right = sa.func.array_remove(table.c.access, given)
        tx.execute(sa.update(table).where(table.c.id == other).values(access=right))
    assert right_tokens(company)
    with company.transaction() as tx:
        tx.execute(sa.update(table).where(table.c.id == covered).values(access=right))
    assert not right_tokens(company)
