"""Dimensions at work behind the HTTP edge: switching on, its preview, what people see, and what is refused."""

from typing import Any

import pytest
import sqlalchemy as sa

from dougong.access.principal import system
from dougong.access.resolve import resolve
from dougong.metadata.registry import load_registry
from dougong.records.api import Query, columns_of, delete, writing
from dougong.records.checkup import check_records
from dougong.records.configuration import apply_records, export_records
from dougong.records.dimensions.filling import run_filling
from dougong.records.read.compile import page_statement
from dougong.storage.checkup import State
from dougong.storage.schema import job


class Areas:
    """A company with regions: 王芳 belongs to 东, 李强 to 中国 above it, 赵敏 to none."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.admin = world.person("admin")
        make = self.admin.make
        self.dimension = make("dimension", key="area", name="区域", name_en="Area")
        self.china = make("dimension_node", name="中国", dimension_id=self.dimension)
        self.east = make("dimension_node", name="东", dimension_id=self.dimension, parent_id=self.china)
        self.south = make("dimension_node", name="南", dimension_id=self.dimension, parent_id=self.china)
        self.belong("wangfang", self.east)
        self.belong("liqiang", self.china)

    def belong(self, login: str, node: str, relation: str = "own") -> str:
        user = str(self.world.ids[login])
        made: str = self.admin.make("user_dimension_node", user_id=user, node_id=node, relation=relation)
        return made

    def role_says(self, role: str, read: str, edit: str = "own") -> str:
        role_id = str(self.world.ids[f"role:{role}"])
        values = {"role_id": role_id, "dimension_id": self.dimension, "read_scope": read, "edit_scope": edit}
        made: str = self.admin.make("role_scope", **values)
        return made

    def preview(self, object_name: str = "account") -> Any:
        return self.admin.post("/dimensions/preview", {"dimension_id": self.dimension, "object": object_name}).json()

    def switch_on(self, object_name: str = "account") -> str:
        made: str = self.admin.make("dimension_object", dimension_id=self.dimension, object_name=object_name)
        return made

    def fill(self) -> None:
        with self.world.database.snapshot() as snapshot:
            waiting = sa.select(job.c.id).where(job.c.kind == "dimension", job.c.state == "waiting")
            jobs = [row.id for row in snapshot.rows(waiting)]
        for job_id in jobs:
            run_filling(self.world.database, job_id)


@pytest.fixture
def areas(own_world: Any) -> Any:
    return Areas(own_world)


def codes(answer: Any) -> list[str]:
    assert answer.status_code == 422, answer.text
    return [problem["code"] for problem in answer.json()["problems"]]


def sees(person: Any, record: str, object_name: str = "account") -> bool:
    return bool(person.get(f"/records/{object_name}/{record}").status_code == 200)


def test_switching_on_takes_sight_from_nobody_until_the_values_are_filled_in(areas: Areas) -> None:
    world = areas.world
    wang, zhao, li = (world.person(login) for login in ("wangfang", "zhaomin", "liqiang"))
    hers, others = wang.make("account", name="东的客户"), zhao.make("account", name="没有区域的客户")
    moved = wang.make("account", name="给李强部门的客户")
    areas.role_says("manager", "department_and_below")
    assert sees(li, hers)

    told = areas.preview()
    assert (told["records"], told["filled"], told["blank"], told["roles"]) == (3, 2, 1, ["经理用户"])
    assert told["people"] == []

    switch = areas.switch_on()
    assert areas.admin.get(f"/records/dimension_object/{switch}").json()["record"]["state"] == "preparing"
    assert sees(li, hers)
    # A new record takes its owner's value at once.
    new = wang.make("account", name="新客户")
    assert wang.get(f"/records/account/{new}").json()["record"]["dim_area_id"] == areas.east
    assert wang.get(f"/records/account/{hers}").json()["record"]["dim_area_id"] is None

    areas.fill()
    assert areas.admin.get(f"/records/dimension_object/{switch}").json()["record"]["state"] == "active"
    (filling,) = areas.admin.get("/dimensions/fillings").json()["fillings"]
    assert (filling["state"], filling["progress"], filling["total"]) == ("done", 2, 2)
    assert wang.get(f"/records/account/{hers}").json()["record"]["dim_area_id"] == areas.east
    assert sees(li, hers)
    assert sees(li, new)
    assert sees(zhao, others)
    with world.database.consistent_snapshot() as snapshot:
        assert {c.state for c in check_records(snapshot, load_registry(snapshot))} == {State.GOOD}

    # Below 中国, but not in 东 any more: 李强 loses it with the next request, its owner does not.
    sibling = areas.admin.make("dimension_node", name="海外", dimension_id=areas.dimension)
    assert wang.call("PATCH", f"/records/account/{moved}", {"values": {"dim_area_id": sibling}}).status_code == 200
    assert not sees(li, moved)
    assert sees(wang, moved)
    explained = areas.admin.get(f"/records/account/{moved}/access", params={"user": str(li.id)}).json()
    kept_out = next(r for r in explained["reasons"] if r["code"].startswith("explain.role"))
    assert (kept_out["code"], kept_out["params"]["inside"], kept_out["params"]["outside"]) == (
        "explain.role_dimensions_partly",
        ["华东"],
        ["区域: 海外"],
    )
    permitted = areas.admin.get(f"/records/account/{moved}/permitted").json()["people"]
    assert "李强" not in {p["name"] for p in permitted}
    # Moving the node moves what hangs on it, and rewrites no record.
    version = wang.get(f"/records/account/{moved}").json()["version"]
    areas.admin.call("PATCH", f"/records/dimension_node/{sibling}", {"values": {"parent_id": areas.china}})
    assert sees(li, moved)
    assert wang.get(f"/records/account/{moved}").json()["version"] == version


def test_the_preview_names_who_would_lose_what(areas: Areas) -> None:
    wang, li = areas.world.person("wangfang"), areas.world.person("liqiang")
    for n in range(3):
        wang.make("account", name=f"客户 {n}")
    li.make("account", name="自己的")
    areas.role_says("manager", "department")
    (loss,) = areas.preview()["people"]
    assert (loss["name"], loss["sees"], loss["loses"]) == ("李强", 4, 3)
    areas.switch_on()
    areas.fill()
    assert areas.admin.post("/query", {"object": "account", "fields": ["name"], "count": True}).json()["total"] == 4
    assert li.post("/query", {"object": "account", "fields": ["name"], "count": True}).json()["total"] == 1
    areas.admin.make("dimension_combination", object_name="account", combination="any")
    assert li.post("/query", {"object": "account", "fields": ["name"], "count": True}).json()["total"] == 4
    assert codes(wang.post("/records/account", {"values": {"name": "x", "dim_area_id": areas.dimension}})) == [
        "dimension.other_value",
        "lookup.not_found",
    ]


def test_a_dimension_that_is_switched_off_has_no_say_and_comes_back_filled_in(areas: Areas) -> None:
    wang, li = areas.world.person("wangfang"), areas.world.person("liqiang")
    account = wang.make("account", name="客户")
    areas.role_says("manager", "own")
    switch = areas.switch_on()
    areas.fill()
    assert not sees(li, account)
    assert areas.admin.call("DELETE", f"/records/dimension_object/{switch}").status_code == 204
    assert sees(li, account)
    # Switched off before it was filled in: the job ends without putting anything in force.
    assert areas.admin.post(f"/records/dimension_object/{switch}/restore").status_code == 200
    assert areas.admin.call("DELETE", f"/records/dimension_object/{switch}").status_code == 204
    areas.fill()
    assert areas.admin.get("/dimensions/fillings").json()["fillings"][0]["state"] == "cancelled"
    assert sees(li, account)
    assert areas.admin.post(f"/records/dimension_object/{switch}/restore").status_code == 200
    assert sees(li, account)
    areas.fill()
    assert not sees(li, account)
    areas.admin.call("PATCH", f"/records/dimension/{areas.dimension}", {"values": {"active": False}})
    assert sees(li, account)


def test_what_lay_in_the_recycle_bin_comes_back_with_its_value(areas: Areas) -> None:
    wang = areas.world.person("wangfang")
    early, late = (wang.make("account", name=name) for name in ("先删除", "后删除"))
    assert wang.call("DELETE", f"/records/account/{early}").status_code == 204
    areas.switch_on()
    areas.fill()
    # What somebody left blank once the dimension was in force stays blank.
    assert wang.call("PATCH", f"/records/account/{late}", {"values": {"dim_area_id": None}}).status_code == 200
    assert wang.call("DELETE", f"/records/account/{late}").status_code == 204
    for record in (early, late):
        assert wang.post(f"/records/account/{record}/restore").status_code == 200
    back = wang.get(f"/records/account/{early}").json()
    assert back["record"]["dim_area_id"] == areas.east
    assert wang.get(f"/records/account/{late}").json()["record"]["dim_area_id"] is None
    seen = {"If-Match": str(back["version"])}
    changed = wang.call("PATCH", f"/records/account/{early}", {"values": {"name": "改过"}}, headers=seen)
    assert changed.status_code == 200
    with areas.world.database.consistent_snapshot() as snapshot:
        assert {c.state for c in check_records(snapshot, load_registry(snapshot))} == {State.GOOD}


def test_only_the_job_says_that_a_dimension_is_in_force(areas: Areas) -> None:
    switch = areas.switch_on()
    path = f"/records/dimension_object/{switch}"
    areas.admin.call("PATCH", path, {"values": {"state": "active"}})
    assert areas.admin.get(path).json()["record"]["state"] == "preparing"
    assert codes(areas.admin.call("PATCH", path, {"values": {"object_name": "contact"}})) == ["dimension.object_fixed"]


def test_what_the_settings_refuse(areas: Areas) -> None:
    admin, post = areas.admin, areas.admin.post

    def refused(of: str, /, **values: Any) -> list[str]:
        return codes(post(f"/records/{of}", {"values": values}))

    assert refused("dimension", key="Bad key", name="x") == ["dimension.key_form"]
    patched = admin.call("PATCH", f"/records/dimension/{areas.dimension}", {"values": {"key": "other"}})
    assert codes(patched) == ["dimension.key_fixed"]
    assert refused("dimension_node", name="东", dimension_id=areas.dimension, parent_id=areas.china) == [
        "dimension.name_taken"
    ]
    line = admin.make("dimension", key="line", name="产品线")
    assert refused("dimension_node", name="x", dimension_id=line, parent_id=areas.china) == [
        "dimension.parent_elsewhere"
    ]
    circle = admin.call("PATCH", f"/records/dimension_node/{areas.china}", {"values": {"parent_id": areas.east}})
    assert codes(circle) == ["lookup.cycle"]
    wang = str(areas.world.ids["wangfang"])
    assert refused("user_dimension_node", user_id=wang, node_id=areas.south) == ["dimension.two_own_nodes"]
    assert refused("user_dimension_node", user_id=wang, node_id=areas.east) == ["dimension.user_node_twice"]
    areas.belong("wangfang", areas.south, "related")
    areas.role_says("manager", "all")
    role = str(areas.world.ids["role:manager"])
    assert refused("role_scope", role_id=role, dimension_id=areas.dimension) == ["dimension.scope_twice"]
    assert refused("dimension_object", dimension_id=areas.dimension, object_name="user") == [
        "dimension.object_uncontrolled"
    ]
    areas.switch_on()
    assert refused("dimension_object", dimension_id=areas.dimension, object_name="account") == [
        "dimension.object_twice"
    ]
    account = areas.world.person("wangfang").make("account", name="在东")
    assert codes(admin.call("DELETE", f"/records/dimension_node/{areas.east}"))[0] == "record.has_children"
    admin.call("PATCH", f"/records/dimension_node/{areas.south}", {"values": {"active": False}})
    south = {"values": {"dim_area_id": areas.south}}
    assert codes(areas.world.person("wangfang").call("PATCH", f"/records/account/{account}", south)) == [
        "dimension.value_inactive"
    ]
    zhao = areas.world.person("zhaomin")
    team = {"record_id": {"object": "account", "id": account}, "member_id": {"object": "user", "id": str(zhao.id)}}
    areas.world.person("wangfang").make("team_member", level="edit", **team)
    china = {"values": {"dim_area_id": areas.china}}
    assert codes(zhao.call("PATCH", f"/records/account/{account}", china)) == ["dimension.not_owner"]
    stranger = areas.world.person("wangfang")
    assert (
        stranger.post("/dimensions/preview", {"dimension_id": areas.dimension, "object": "account"}).status_code == 403
    )
    assert stranger.get("/dimensions/fillings").status_code == 403


def test_dimensions_are_configuration_as_text(areas: Areas) -> None:
    areas.role_says("manager", "department")
    switch = areas.switch_on()
    areas.fill()
    with areas.world.database.transaction() as tx:
        w = writing(tx, load_registry(tx), system("test"), "config")
        exported = export_records(w)
        assert [record["key"] for record in exported["dimension"]] == ["area"]
        assert exported["dimension_object"] == ({"dimension_id": "area", "object_name": "account"},)
        plan = apply_records(w, exported)
        assert (plan.additions, plan.changes) == ((), ())
        # A text does not put a dimension in force: that is for the job, which has the values filled in.
        delete(w, "dimension_object", [int(switch)])
        apply_records(w, {"dimension_object": exported["dimension_object"]})
        assert export_records(w)["dimension_object"] == exported["dimension_object"]
        table = w.registry.tables["dimension_object"]
        state = sa.select(table.c.state).where(table.c.deleted_at.is_(None))
        assert w.transaction.scalar(state) == "preparing"


def test_objects_that_departments_alone_control_are_asked_as_ever(areas: Areas) -> None:
    areas.role_says("manager", "department")

    def asked(object_name: str) -> str:
        with areas.world.database.snapshot() as snapshot:
            registry = load_registry(snapshot)
            actor = resolve(snapshot, registry, areas.world.ids["liqiang"])
            return page_statement(registry, actor, Query(object_name, columns_of(("id",))), None).sql

    before = asked("contact"), asked("account")
    areas.switch_on()
    areas.fill()
    assert asked("contact") == before[0]
    assert asked("account") != before[1]
    assert asked("account").count("&&") == 3


def test_an_assistant_loses_and_keeps_what_the_manager_does(areas: Areas) -> None:
    wang, zhao = areas.world.person("wangfang"), areas.world.person("zhaomin")
    areas.admin.make("assistant", manager_id=str(areas.world.ids["liqiang"]), assistant_id=str(zhao.id))
    account = wang.make("account", name="经理和助理都能看到")
    areas.role_says("manager", "department")
    assert {(p["name"], p["loses"]) for p in areas.preview()["people"]} == {("李强", 1), ("赵敏", 1)}
    areas.switch_on()
    areas.fill()
    assert not sees(zhao, account)
    areas.belong("liqiang", areas.east, "related")
    assert sees(zhao, account)
    assert zhao.call("PATCH", f"/records/account/{account}", {"values": {"name": "改"}}).status_code == 403
