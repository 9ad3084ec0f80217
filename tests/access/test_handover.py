"""Handing a leaver's work over, merging departments, and where a setting is used: through the API, jobs run here."""

import threading
from typing import Any

import pytest
import sqlalchemy as sa

from dougong.access.principal import system
from dougong.records.api import Change, update, writing
from dougong.records.organisation.running import run_stored_move
from dougong.storage.jobs import Interrupted


def codes(answer: Any) -> list[str]:
    return [problem["code"] for problem in answer.json()["problems"]]


@pytest.fixture
def admin(world: Any) -> Any:
    return world.person("admin")


@pytest.fixture
def leaver(world: Any, admin: Any) -> Any:
    """Somebody new with a customer, an open and a closed deal."""
    number = len(admin.get("/query", params={"q": "SELECT id FROM user"}).json()["rows"])
    held = {kind: [str(world.ids[f"{kind}:{key}"])] for kind, key in (("role", "standard"), ("profile", "sales"))}
    values = {"name": f"离职{number}", "login": f"leaver{number}", "department_id": str(world.ids["华南"])}
    made = admin.post("/invitations", {"values": values, "roles": held["role"], "profiles": held["profile"]}).json()
    user = str(made["user_id"])
    account = admin.make("account", name=f"客户{number}", owner_id=user)
    deals = {
        stage: admin.make("opportunity", name=f"{stage}{number}", owner_id=user, account_id=account, stage=stage,
                          amount="10", close_date="2026-12-31")
        for stage in ("prospecting", "won")
    }  # fmt: skip
    return {"id": user, "account": account, **deals}


def moved(world: Any, person: Any, path: str, body: Any) -> Any:
    """Start a job as `person`, run it to its end, and answer with how it ended."""
    begun = person.post(path, body)
    assert begun.status_code == 201, begun.text
    run_stored_move(world.database, int(begun.json()["id"]))
    return person.get(f"/moves/{begun.json()['id']}").json()


def owner(admin: Any, obj: str, record_id: str) -> tuple[str, str]:
    record = admin.get(f"/records/{obj}/{record_id}").json()["record"]
    return record["owner_id"], record["department_id"]


def test_what_somebody_holds_is_counted_by_object_and_state(world: Any, admin: Any, leaver: Any) -> None:
    found = {h["object"]: h for h in admin.get(f"/users/{leaver['id']}/holdings").json()["holdings"]}
    assert found["opportunity"]["total"]["number"] == 2
    assert found["opportunity"]["open"]["number"] == 1
    assert found["account"] == {"object": "account", "total": {"number": 1, "capped": False}, "open": None, "can": True}
    # Whoever sees none of it is told of none.
    assert world.person("zhaomin").get(f"/users/{leaver['id']}/holdings").json() == {"holdings": []}


def test_open_deals_go_and_closed_ones_stay(world: Any, admin: Any, leaver: Any) -> None:
    wang = world.person("wangfang")
    parts = [
        {"object": "opportunity", "to_id": str(wang.id), "open_only": True},
        {"object": "account", "to_id": str(world.ids["zhaomin"])},
    ]
    assert admin.call("PATCH", f"/records/user/{leaver['id']}", {"values": {"active": False}}).status_code == 200
    ended = moved(world, admin, "/handovers", {"from_id": leaver["id"], "parts": parts})
    assert (ended["state"], ended["moved"], ended["total"], ended["kept"]) == ("done", 2, 2, [])
    assert ended["objects"] == {"opportunity": 1, "account": 1}
    assert owner(admin, "opportunity", leaver["prospecting"]) == (str(wang.id), str(world.ids["华东"]))
    assert owner(admin, "opportunity", leaver["won"]) == (leaver["id"], str(world.ids["华南"]))
    assert owner(admin, "account", leaver["account"]) == (str(world.ids["zhaomin"]), str(world.ids["华南"]))
    assert wang.get(f"/records/opportunity/{leaver['prospecting']}").status_code == 200
    # Of who has left the rows stay, and can still go to somebody.
    rest = [{"object": "opportunity", "to_id": str(wang.id)}]
    assert moved(world, admin, "/handovers", {"from_id": leaver["id"], "parts": rest})["moved"] == 1


def test_staying_on_the_team_and_in_the_department_and_taking_it_back(world: Any, admin: Any, leaver: Any) -> None:
    wang = world.person("wangfang")
    deal = leaver["prospecting"]
    member = {"record_id": {"object": "opportunity", "id": deal}, "member_id": {"object": "user", "id": leaver["id"]}}
    admin.make("team_member", **member, level="read")
    body = {
        "from_id": leaver["id"],
        "parts": [{"object": "opportunity", "to_id": str(wang.id)}],
        "keep": "edit",
        "move_department": False,
    }
    ended = moved(world, admin, "/handovers", body)
    assert (ended["state"], ended["moved"]) == ("done", 2)
    assert owner(admin, "opportunity", deal) == (str(wang.id), str(world.ids["华南"]))
    team = f"SELECT record_id, level FROM team_member WHERE member_id = '{leaver['id']}'"
    assert [row["level"] for row in admin.get("/query", params={"q": team}).json()["rows"]] == ["edit", "edit"]
    # What somebody has worked on since stays.
    assert (
        wang.call(
            "PATCH",
            f"/records/opportunity/{leaver['won']}",
            {"values": {"owner_id": str(wang.id), "next_step": "回访"}},
        ).status_code
        == 200
    )
    undone = admin.post(f"/moves/{ended['id']}/undo")
    assert (undone.status_code, undone.json()["undoing"]) == (200, True), undone.text
    run_stored_move(world.database, int(ended["id"]))
    after = admin.get(f"/moves/{ended['id']}").json()
    assert after["state"] == "undone"
    assert owner(admin, "opportunity", deal)[0] == leaver["id"]
    assert owner(admin, "opportunity", leaver["won"])[0] == leaver["id"]
    assert [row["level"] for row in admin.get("/query", params={"q": team}).json()["rows"]] == ["read"]
    assert admin.post(f"/moves/{ended['id']}/undo").json()["code"] == "handover.not_undoable"


def test_rows_that_may_not_be_transferred_stay_and_are_told(world: Any, admin: Any, leaver: Any) -> None:
    """A manager hands over what the role reaches; of what was only shared with them they are told that it stays."""
    li = world.person("liqiang")
    share = {"member_id": {"object": "user", "id": str(li.id)}, "level": "edit"}
    admin.make("team_member", record_id={"object": "opportunity", "id": leaver["won"]}, **share)
    body = {"from_id": leaver["id"], "parts": [{"object": "opportunity", "to_id": str(li.id)}]}
    ended = moved(world, li, "/handovers", body)
    assert (ended["state"], ended["moved"], ended["kept_count"]) == ("done", 0, 1)
    assert (ended["kept"][0]["id"], ended["kept"][0]["code"]) == (leaver["won"], "owner.no_transfer")
    assert owner(admin, "opportunity", leaver["won"])[0] == leaver["id"]
    # Without the right to transfer nothing begins, and jobs are their starter's.
    assert world.person("wangfang").post("/handovers", body).status_code == 403
    assert world.person("wangfang").get(f"/moves/{ended['id']}").status_code == 404
    assert admin.get(f"/moves/{ended['id']}").status_code == 200


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"parts": []}, "handover.nothing"),
        ({"parts": [{"object": "opportunity", "to_id": "SELF"}]}, "handover.oneself"),
        ({"parts": [{"object": "user", "to_id": "1"}]}, "handover.not_owned"),
        ({"parts": [{"object": "account", "to_id": "999999999"}]}, "record.not_found"),
        ({"from_id": "999999999"}, "record.not_found"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(world: Any, admin: Any, leaver: Any, change: Any, code: str) -> None:
    body = {"from_id": leaver["id"], "parts": [{"object": "account", "to_id": str(world.ids["wangfang"])}], **change}
    for part in body["parts"]:
        part["to_id"] = leaver["id"] if part["to_id"] == "SELF" else part["to_id"]
    assert admin.post("/handovers", body).json()["code"] == code


def test_a_killed_run_goes_on_and_a_cancelled_one_stops(world: Any, admin: Any, leaver: Any) -> None:
    body = {
        "from_id": leaver["id"],
        "parts": [{"object": name, "to_id": str(world.ids["wangfang"])} for name in ("account", "opportunity")],
    }
    job = int(admin.post("/handovers", body).json()["id"])
    with pytest.raises(Interrupted):
        run_stored_move(world.database, job, stopping=lambda: True)
    state = admin.get(f"/moves/{job}").json()
    assert (state["state"], state["moved"]) == ("running", 1)
    assert admin.post(f"/moves/{job}/cancel").json()["state"] == "cancelled"
    run_stored_move(world.database, job)
    assert owner(admin, "opportunity", leaver["won"])[0] == leaver["id"]
    again = moved(world, admin, "/handovers", body)
    assert again["objects"] == {"account": 0, "opportunity": 2} or again["objects"] == {"opportunity": 2}


def test_a_step_that_meets_the_locks_of_people_at_work_is_tried_again(world: Any, admin: Any, leaver: Any) -> None:
    """They hold the second record and want the first, which the job holds: the database ends one of the two."""
    other = int(admin.make("account", name="第二个客户", owner_id=leaver["id"]))
    first = int(leaver["account"])
    body = {"from_id": leaver["id"], "parts": [{"object": "account", "to_id": str(world.ids["wangfang"])}]}
    job = int(admin.post("/handovers", body).json()["id"])
    thread = threading.Thread(target=run_stored_move, args=(world.database, job))
    with world.database.transaction() as tx:
        w = writing(tx, world.registry, system("at work"), "test")
        update(w, "account", [Change(other, {"phone": "021-58880001"})])
        thread.start()
        locks = sa.table("pg_locks", sa.column("granted"))
        waiting = sa.select(sa.func.count()).select_from(locks).where(~locks.c.granted)
        while not tx.scalar(waiting):
            thread.join(0.02)
        update(w, "account", [Change(first, {"phone": "021-58880002"})])
    thread.join()
    ended = admin.get(f"/moves/{job}").json()
    assert (ended["state"], ended["moved"], ended["kept_count"]) == ("done", 2, 0)


class TestMerging:
    @pytest.fixture
    def tree(self, world: Any, admin: Any) -> Any:
        number = len(admin.get("/query", params={"q": "SELECT id FROM department"}).json()["rows"])
        source, target = (admin.make("department", name=f"{name}{number}") for name in ("并入", "保留"))
        below = admin.make("department", name="下级", parent_id=source)
        user = admin.make("user", name="同事", login=f"mate{number}", department_id=source)
        guest = str(world.ids["zhaomin"])
        member = admin.make("user_department", user_id=guest, department_id=source)
        account = admin.make("account", name=f"部门客户{number}", department_id=source)
        return {"from": source, "to": target, "below": below, "user": user, "member": member, "account": account}

    def fields(self, admin: Any, obj: str, record_id: str, name: str) -> Any:
        return admin.get(f"/records/{obj}/{record_id}").json()["record"][name]

    def test_people_and_departments_go_and_records_stay(self, world: Any, admin: Any, tree: Any) -> None:
        ended = moved(world, admin, "/merges", {"from_id": tree["from"], "to_id": tree["to"]})
        assert ended["state"] == "done", ended
        assert self.fields(admin, "department", tree["below"], "parent_id") == tree["to"]
        assert self.fields(admin, "user", tree["user"], "department_id") == tree["to"]
        assert self.fields(admin, "user_department", tree["member"], "department_id") == tree["to"]
        assert self.fields(admin, "department", tree["from"], "active") is False
        assert self.fields(admin, "account", tree["account"], "department_id") == tree["from"]
        assert admin.post(f"/moves/{ended['id']}/undo").status_code == 200
        run_stored_move(world.database, int(ended["id"]))
        assert admin.get(f"/moves/{ended['id']}").json()["state"] == "undone"
        assert self.fields(admin, "department", tree["below"], "parent_id") == tree["from"]
        assert self.fields(admin, "user", tree["user"], "department_id") == tree["from"]
        assert self.fields(admin, "department", tree["from"], "active") is True

    def test_records_go_too_when_it_is_asked_for(self, world: Any, admin: Any, tree: Any) -> None:
        ended = moved(world, admin, "/merges", {"from_id": tree["from"], "to_id": tree["to"], "records": True})
        assert (ended["state"], ended["objects"]["account"]) == ("done", 1)
        assert self.fields(admin, "account", tree["account"], "department_id") == tree["to"]

    def test_groups_teams_rules_and_roles_name_the_other(self, world: Any, admin: Any, tree: Any) -> None:
        was, now = ({"object": "department", "id": tree[end]} for end in ("from", "to"))
        number = tree["from"]
        group, both = (admin.make("public_group", name=f"{name}{number}") for name in ("组", "两个都在"))
        in_group = admin.make("public_group_member", group_id=group, member_id=was, with_below=True)
        doubled = admin.make("public_group_member", group_id=both, member_id=was, with_below=True)
        stays = admin.make("public_group_member", group_id=both, member_id=now, with_below=False)
        record = {"object": "account", "id": tree["account"]}
        on_team = admin.make("team_member", record_id=record, member_id=was, level="edit")
        on_team_too = admin.make("team_member", record_id=record, member_id=now, level="read")
        role = admin.make("role", key=f"role{number}", name="指定", read_scope="chosen", edit_scope="own")
        node = admin.make("role_node", role_id=role, node_id=was)
        rule = admin.post(
            "/sharing/rules",
            {"name": f"规则{number}", "object": "account", "source": was, "targets": [was]},
        ).json()["id"]
        ended = moved(world, admin, "/merges", {"from_id": tree["from"], "to_id": tree["to"]})
        assert ended["state"] == "done", ended
        assert self.fields(admin, "public_group_member", in_group, "member_id") == now
        assert admin.get(f"/records/public_group_member/{doubled}").status_code == 404
        assert self.fields(admin, "public_group_member", stays, "with_below") is True
        assert admin.get(f"/records/team_member/{on_team}").status_code == 404
        assert self.fields(admin, "team_member", on_team_too, "level") == "edit"
        assert self.fields(admin, "role_node", node, "node_id") == now
        assert self.fields(admin, "sharing_rule", rule, "source_id") == now
        shown = next(r for r in admin.get("/sharing").json()["rules"] if r["id"] == rule)
        assert [t["id"] for t in shown["targets"]] == [tree["to"]]
        assert TestUses().uses(admin, "department", tree["from"]) == {"account.department_id": 1}
        assert admin.post(f"/moves/{ended['id']}/undo").status_code == 200
        run_stored_move(world.database, int(ended["id"]))
        assert admin.get(f"/moves/{ended['id']}").json()["state"] == "undone"
        assert self.fields(admin, "public_group_member", doubled, "member_id") == was
        assert self.fields(admin, "public_group_member", stays, "with_below") is False
        assert self.fields(admin, "team_member", on_team, "level") == "edit"
        assert self.fields(admin, "sharing_rule", rule, "source_id") == was

    def test_refusals(self, world: Any, admin: Any, tree: Any) -> None:
        merges = [
            ({"from_id": tree["from"], "to_id": tree["from"]}, "merge.itself"),
            ({"from_id": tree["from"], "to_id": tree["below"]}, "merge.below"),
        ]
        for body, code in merges:
            assert admin.post("/merges", body).json()["code"] == code
        body = {"from_id": tree["from"], "to_id": tree["to"]}
        assert world.person("liqiang").post("/merges", body).status_code == 403

    def test_a_name_that_is_there_already_stops_all_of_it(self, world: Any, admin: Any, tree: Any) -> None:
        admin.make("department", name="下级", parent_id=tree["to"])
        ended = moved(world, admin, "/merges", {"from_id": tree["from"], "to_id": tree["to"]})
        assert ended["state"] == "failed"
        assert self.fields(admin, "user", tree["user"], "department_id") == tree["from"]
        assert self.fields(admin, "department", tree["from"], "active") is True


class TestUses:
    def uses(self, person: Any, obj: str, record_id: object) -> dict[str, int]:
        found = person.get(f"/records/{obj}/{record_id}/uses").json()["uses"]
        return {f"{use['object']}.{use['field']}": use["count"] for use in found}

    def test_what_leads_to_a_setting_is_counted_and_keeps_it(self, world: Any, admin: Any) -> None:
        group, other = admin.make("public_group", name="甲组"), admin.make("public_group", name="乙组")
        assert self.uses(admin, "public_group", group) == {}
        inside = admin.make("public_group_member", group_id=other, member_id={"object": "public_group", "id": group})
        account = admin.make("account", name="给组的客户")
        shared = {
            "record_id": {"object": "account", "id": account},
            "member_id": {"object": "public_group", "id": group},
        }
        member = admin.make("team_member", **shared, level="read")
        assert self.uses(admin, "public_group", group) == {
            "public_group_member.member_id": 1,
            "team_member.member_id": 1,
        }
        assert set(codes(admin.call("DELETE", f"/records/public_group/{group}"))) == {"record.has_children"}
        for obj, record_id in (("team_member", member), ("public_group_member", inside)):
            assert admin.call("DELETE", f"/records/{obj}/{record_id}").status_code == 204
        assert admin.call("DELETE", f"/records/public_group/{group}").status_code == 204
        # Its own members are parts of it and go along.
        admin.make(
            "public_group_member", group_id=other, member_id={"object": "user", "id": str(world.ids["wangfang"])}
        )
        assert self.uses(admin, "public_group", other) == {"public_group_member.group_id": 1}
        assert admin.call("DELETE", f"/records/public_group/{other}").status_code == 204

    def test_what_the_reader_may_not_see_is_not_counted(self, world: Any, admin: Any, leaver: Any) -> None:
        mine = self.uses(admin, "user", leaver["id"])
        assert mine["opportunity.owner_id"] == 2
        assert mine["user_role.user_id"] == 1
        zhao = world.person("zhaomin")
        assert self.uses(zhao, "user", leaver["id"]) == {}

    def test_a_department_counts_its_people_and_records(self, world: Any, admin: Any) -> None:
        uses = self.uses(admin, "department", world.ids["华南"])
        assert uses["user.department_id"] >= 2
        answer = admin.get(f"/records/department/{world.ids['华南']}/uses").json()["uses"]
        assert all(use["in_the_way"] for use in answer if use["object"] == "user")
