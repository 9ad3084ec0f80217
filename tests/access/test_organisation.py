"""Departments and people: names, circles, switching off, several departments, states, invitations."""

import threading
from typing import Any

import pytest
import sqlalchemy as sa

from dougong.access.principal import system
from dougong.access.resolve import resolve
from dougong.kit.errors import Refused
from dougong.records.api import Change, create, update, writing
from dougong.records.people import settle_states
from dougong.storage.schema import history


def codes(answer: Any) -> list[str]:
    return [problem["code"] for problem in answer.json()["problems"]]


def change(person: Any, obj: str, record_id: object, **values: object) -> Any:
    return person.call("PATCH", f"/records/{obj}/{record_id}", {"values": values})


@pytest.fixture
def admin(world: Any) -> Any:
    return world.person("admin")


def test_names_differ_among_siblings_only(admin: Any) -> None:
    top = admin.make("department", name="研发")
    one, other = (admin.make("department", name=name, parent_id=top) for name in ("平台", "应用"))
    assert codes(admin.post("/records/department", {"values": {"name": " 平台 ", "parent_id": top}})) == [
        "department.name_taken"
    ]
    assert codes(change(admin, "department", other, name="平台")) == ["department.name_taken"]
    assert codes(admin.post("/records/department", {"values": {"name": "研发"}})) == ["department.name_taken"]
    below = admin.make("department", name="平台", parent_id=one)
    assert codes(change(admin, "department", below, parent_id=top)) == ["department.name_taken"]
    # Two that swap their names in one batch are never alike.
    rows = [{"id": one, "values": {"name": "应用"}}, {"id": other, "values": {"name": "平台"}}]
    swapped = admin.post("/batch", {"object": "department", "action": "update", "rows": rows})
    assert swapped.status_code == 200, swapped.text
    twice = [{"values": {"name": "同名", "parent_id": top}}] * 2
    assert codes(admin.post("/batch", {"object": "department", "action": "create", "rows": twice})) == [
        "department.name_taken"
    ]
    assert admin.call("DELETE", f"/records/department/{below}").status_code == 204
    admin.make("department", name="平台", parent_id=one)
    assert codes(admin.post(f"/records/department/{below}/restore")) == ["department.name_taken"]


def test_of_two_at_once_one_gets_the_name(world: Any) -> None:
    outcomes: list[object] = []
    ready = threading.Barrier(2)

    def found() -> None:
        try:
            with world.database.transaction() as tx:
                w = writing(tx, world.registry, system("race"), "test")
                ready.wait()
                create(w, "department", [{"name": "抢注"}])
            outcomes.append("made")
        except Refused as refusal:
            outcomes.append(refusal.problems[0].code)

    threads = [threading.Thread(target=found) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, outcomes)) == ["department.name_taken", "made"]


def test_circles_are_refused(world: Any, admin: Any) -> None:
    a = admin.make("department", name="环甲")
    b = admin.make("department", name="环乙", parent_id=a)
    assert codes(change(admin, "department", a, parent_id=b)) == ["lookup.cycle"]
    assert codes(change(admin, "department", a, parent_id=a)) == ["lookup.cycle"]
    wang, li = (str(world.ids[login]) for login in ("wangfang", "liqiang"))
    assert change(admin, "user", wang, manager_id=li).status_code == 200
    assert codes(change(admin, "user", li, manager_id=wang)) == ["lookup.cycle"]


def test_a_department_is_switched_off_when_it_is_empty(world: Any, admin: Any) -> None:
    top = admin.make("department", name="旧部")
    below = admin.make("department", name="旧组", parent_id=top)
    user = admin.make("user", name="孙悦", login="sunyue", department_id=below)
    refused = change(admin, "department", top, active=False)
    assert codes(refused) == ["department.has_departments"]
    assert refused.json()["problems"][0]["params"]["names_zh"] == "旧组"
    refused = change(admin, "department", below, active=False)
    assert codes(refused) == ["department.has_people"]
    assert refused.json()["problems"][0]["params"]["count"] == 1
    # Both at once: what is below goes along, the person does not.
    rows = [{"id": i, "values": {"active": False}} for i in (top, below)]
    assert codes(admin.post("/batch", {"object": "department", "action": "update", "rows": rows})) == [
        "department.has_people"
    ]
    assert change(admin, "user", user, active=False).status_code == 200
    assert admin.post("/batch", {"object": "department", "action": "update", "rows": rows}).status_code == 200
    # Nothing and nobody gets in any more.
    assert codes(change(admin, "user", user, active=True)) == ["department.closed"]
    assert codes(change(admin, "user", world.ids["zhaomin"], department_id=below)) == ["department.closed"]
    assert codes(admin.post("/records/department", {"values": {"name": "新组", "parent_id": top}})) == [
        "department.closed"
    ]
    assert codes(change(admin, "department", below, active=True)) == ["department.closed"]
    membership = {"user_id": str(world.ids["zhaomin"]), "department_id": below}
    assert codes(admin.post("/records/user_department", {"values": membership})) == ["department.closed"]
    assert change(admin, "department", top, active=True).status_code == 200
    assert change(admin, "department", below, active=True).status_code == 200
    assert admin.post("/records/user_department", {"values": membership}).status_code == 201
    assert codes(change(admin, "department", below, active=False)) == ["department.has_people"]


def test_who_joins_while_a_department_is_switched_off_waits_and_is_refused(world: Any, admin: Any) -> None:
    department = int(admin.make("department", name="正在关闭"))
    told: list[object] = []
    closing = threading.Event()

    def join() -> None:
        closing.wait()
        try:
            with world.database.transaction() as tx:
                w = writing(tx, world.registry, system("race"), "test")
                update(w, "user", [Change(world.ids["liqiang"], {"department_id": department})])
        except Refused as refusal:
            told.append(refusal.problems[0].code)

    thread = threading.Thread(target=join)
    thread.start()
    with world.database.transaction() as tx:
        update(
            writing(tx, world.registry, system("race"), "test"), "department", [Change(department, {"active": False})]
        )
        closing.set()
        thread.join(0.5)
        assert thread.is_alive()
    thread.join()
    assert told == ["department.closed"]


def test_moving_a_department_with_200_below_rewrites_no_record(world: Any, admin: Any) -> None:
    with world.database.transaction() as tx:
        w = writing(tx, world.registry, system("big tree"), "test")
        (old, new, top) = create(w, "department", [{"name": "旧家"}, {"name": "新家"}, {"name": "大部门"}]).ids
        update(w, "department", [Change(top or 0, {"parent_id": old})])
        below = create(w, "department", [{"name": f"组{n}", "parent_id": top} for n in range(200)]).ids
        owner = world.ids["wangfang"]
        rows = [{"name": f"树下客户{n}", "owner_id": owner, "department_id": d} for n, d in enumerate(below)]
        accounts = create(w, "account", rows).ids
        update(w, "department", [Change(new or 0, {"manager_id": world.ids["liqiang"]})])
    table = world.registry.tables["account"]
    stored = sa.select(table.c.id, table.c.version, table.c.access, sa.literal_column("xmin")).where(
        table.c.id.in_(accounts)
    )
    with world.database.snapshot() as snapshot:
        before = [tuple(row) for row in snapshot.rows(stored.order_by(table.c.id))]
    li = world.person("liqiang")
    assert li.get(f"/records/account/{accounts[7]}").status_code == 404
    assert change(admin, "department", top, parent_id=str(new)).status_code == 200
    assert li.get(f"/records/account/{accounts[7]}").status_code == 200
    with world.database.snapshot() as snapshot:
        assert [tuple(row) for row in snapshot.rows(stored.order_by(table.c.id))] == before
        touched = sa.select(history.c.object).order_by(history.c.id.desc()).limit(1)
        assert snapshot.scalar(touched) == "department"


def test_other_departments_count_like_the_own(world: Any, admin: Any) -> None:
    li, zhao = world.person("liqiang"), world.person("zhaomin")
    account = zhao.make("account", name="兼职可见的客户")
    assert li.get(f"/records/account/{account}").status_code == 404
    values = {"user_id": str(li.id), "department_id": str(world.ids["华南"])}
    joined = admin.make("user_department", **values)
    assert li.get(f"/records/account/{account}").status_code == 200
    assert codes(admin.post("/records/user_department", {"values": values})) == ["user_department.twice"]
    assert zhao.post("/records/user_department", {"values": values}).status_code == 403
    assert admin.call("DELETE", f"/records/user_department/{joined}").status_code == 204
    assert li.get(f"/records/account/{account}").status_code == 404


class TestStates:
    def test_a_state_follows_from_being_active_and_having_signed_in(self, world: Any, admin: Any) -> None:
        user = admin.make("user", name="新人", login="newcomer")
        path = f"/records/user/{user}"

        def state() -> tuple[str, bool]:
            record = admin.get(path).json()["record"]
            return record["state"], record["active"]

        assert state() == ("invited", True)
        assert change(admin, "user", user, active=False).status_code == 200
        assert state() == ("disabled", False)
        entry = admin.get(f"{path}/history").json()["entries"][0]["id"]
        # Who was never in does not become so by being switched on.
        assert admin.post(f"{path}/history/{entry}/undo").status_code == 200
        assert state() == ("invited", True)
        assert codes(change(admin, "user", user, state="active")) == ["record.system_field"]
        assert codes(change(admin, "user", user, activated_at="2026-01-01T00:00:00Z")) == ["record.system_field"]
        assert admin.call("DELETE", path).status_code == 204

    def test_who_has_been_in_is_never_deleted(self, world: Any, admin: Any) -> None:
        wang = world.person("wangfang")
        record = admin.get(f"/records/user/{wang.id}").json()["record"]
        assert record["state"] == "active"
        assert record["activated_at"] is not None
        assert "user.was_active" in codes(admin.call("DELETE", f"/records/user/{wang.id}"))

    def test_nobody_locks_themself_or_the_last_administrator_out(self, world: Any, admin: Any) -> None:
        refused = codes(change(admin, "user", admin.id, active=False))
        assert refused == ["user.oneself"]
        with world.database.transaction() as tx:
            w = writing(tx, world.registry, system("test"), "test")
            with pytest.raises(Refused) as refusal:
                update(w, "user", [Change(admin.id, {"active": False})])
            assert [p.code for p in refusal.value.problems] == ["administrator.last"]

    def test_a_time_zone_exists(self, admin: Any) -> None:
        values = {"name": "时区", "login": "zone", "timezone": "Mars/Olympus"}
        assert codes(admin.post("/records/user", {"values": values})) == ["user.timezone_unknown"]

    def test_users_of_an_older_release_get_a_state(self, world: Any) -> None:
        """As an upgrade finds them: the columns are new and blank."""
        with world.database.transaction() as tx:
            w = writing(tx, world.registry, system("test"), "test")
            table = world.registry.tables["user"]
            old, left = create(
                w, "user", [{"name": "旧一", "login": "old.one"}, {"name": "旧二", "login": "old.two"}]
            ).ids
            update(w, "user", [Change(left or 0, {"active": False})])
            tx.execute(sa.update(table).values(state=None, activated_at=None))
            settle_states(w)
            living = sa.select(table.c.id, table.c.state).where(table.c.deleted_at.is_(None))
            states = {row.id: row.state for row in tx.rows(living)}
        assert (states[old], states[left], states[world.ids["wangfang"]]) == ("invited", "disabled", "active")
        assert None not in states.values()


class TestInvitations:
    PASSWORD = "a long enough passphrase"

    def body(self, world: Any, login: str) -> dict[str, Any]:
        held = {kind: [str(world.ids[f"{kind}:{key}"])] for kind, key in (("role", "standard"), ("profile", "sales"))}
        values = {"name": "受邀人", "login": login, "department_id": str(world.ids["华东"])}
        return {"values": values, "roles": held["role"], "profiles": held["profile"]}

    def test_from_the_link_to_the_first_sign_in(self, world: Any, admin: Any) -> None:
        made = admin.post("/invitations", self.body(world, "invited.one"))
        assert made.status_code == 201, made.text
        user, token = made.json()["user_id"], made.json()["token"]
        stranger = world.stranger()
        shown = stranger.post("/api/v1/invitation", json={"token": token}).json()
        assert shown == {"name": "受邀人", "login": "invited.one", "language": "zh"}
        weak = stranger.post("/api/v1/invitation/accept", json={"token": token, "password": "short"})
        assert codes(weak) == ["session.password_short"]
        accepted = stranger.post("/api/v1/invitation/accept", json={"token": token, "password": self.PASSWORD})
        assert accepted.status_code == 200, accepted.text
        assert admin.get(f"/records/user/{user}").json()["record"]["state"] == "invited"
        signed = stranger.post("/api/v1/session", json={"login": "invited.one", "password": self.PASSWORD})
        assert signed.status_code == 200, signed.text
        assert admin.get(f"/records/user/{user}").json()["record"]["state"] == "active"
        with world.database.snapshot() as snapshot:
            assert "account" in resolve(snapshot, world.registry, int(user)).rights
        again = stranger.post("/api/v1/invitation/accept", json={"token": token, "password": self.PASSWORD})
        assert (again.status_code, again.json()["code"]) == (404, "invitation.unknown")

    def test_a_new_link_ends_the_old_one_and_every_session(self, world: Any, admin: Any) -> None:
        user = admin.post("/invitations", self.body(world, "invited.two")).json()
        first, second = user["token"], admin.post(f"/users/{user['user_id']}/invitation").json()["token"]
        stranger = world.stranger()
        assert stranger.post("/api/v1/invitation", json={"token": first}).status_code == 404
        stranger.post("/api/v1/invitation/accept", json={"token": second, "password": self.PASSWORD})
        stranger.post("/api/v1/session", json={"login": "invited.two", "password": self.PASSWORD})
        assert stranger.get("/api/v1/session").status_code == 200
        third = admin.post(f"/users/{user['user_id']}/invitation").json()["token"]
        other = world.stranger().post(
            "/api/v1/invitation/accept", json={"token": third, "password": self.PASSWORD + "!"}
        )
        assert other.status_code == 200
        assert stranger.get("/api/v1/session").status_code == 401

    def test_who_is_disabled_is_not_invited(self, world: Any, admin: Any) -> None:
        user = admin.post("/invitations", self.body(world, "invited.three")).json()
        assert change(admin, "user", user["user_id"], active=False).status_code == 200
        assert world.stranger().post("/api/v1/invitation", json={"token": user["token"]}).status_code == 404
        refused = admin.post(f"/users/{user['user_id']}/invitation")
        assert (refused.status_code, refused.json()["code"]) == (404, "invitation.not_active")

    def test_nothing_is_left_of_an_invitation_that_is_refused(self, world: Any, admin: Any) -> None:
        body = self.body(world, "invited.four")
        assert admin.post("/invitations", {**body, "roles": ["999999999"]}).status_code == 422
        count = "SELECT COUNT(id) AS n FROM user WHERE login = 'invited.four'"
        assert admin.get("/query", params={"q": count}).json()["rows"] == [{"n": 0}]

    def test_administrators_invite(self, world: Any) -> None:
        wang = world.person("wangfang")
        assert wang.post("/invitations", self.body(world, "invited.five")).status_code == 403
        assert wang.post(f"/users/{wang.id}/invitation").status_code == 403
