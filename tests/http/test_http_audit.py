"""The audit log: what is told of settings, sign-ins, exports and tokens; who may read it; that nobody changes it."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from dougong.access.principal import system
from dougong.kit.clock import now
from dougong.kit.errors import BadRequest, Forbidden
from dougong.metadata.registry import load_registry
from dougong.records.api import Change, create, delete, update, writing
from dougong.records.transfer.exports import run_stored_export
from dougong.storage import audit
from dougong.storage.audit import Author, Entry, Event
from dougong.storage.checkup import State, check_database
from dougong.storage.engine import Database, libpq_address
from tests.http.conftest import PASSWORD, Person, World

FIELDS = [
    "at", "area", "event", "actor_id", "actor_name", "subject_zh", "subject_en", "details_zh", "details_en",
    "object_name", "record_id", "via", "ip", "device", "reason",
]  # fmt: skip


def entries(reader: Person, **wanted: object) -> list[dict[str, Any]]:
    """The entries in which each of `wanted` is so, newest first, read through the API as a page does."""
    conditions = [{"field": name, "op": "=", "value": value} for name, value in wanted.items()]
    body = {
        "object": "audit_entry",
        "fields": FIELDS,
        "filter": {"and": conditions},
        "order": [{"field": "at", "descending": True}],
        "limit": 200,
    }
    answer = reader.post("/query", body)
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["rows"]
    return rows


class TestSettings:
    def test_a_change_tells_who_when_before_and_after_in_words(self, world: World) -> None:
        admin = world.person("admin")
        role = admin.make("role", key="audit_watch", name="区域经理", read_scope="own", edit_scope="own")
        (made,) = entries(admin, object_name="role", record_id=int(role))
        assert (made["event"], made["area"], made["via"]) == ("create", "settings", "ui")
        assert made["actor_name"] == "管理员"
        assert made["actor_id"] == str(admin.id)
        assert made["ip"] == "testclient"
        assert made["subject_zh"] == "角色“区域经理”"
        assert "查看范围：" in made["details_zh"]
        admin.call("PATCH", f"/records/role/{role}", {"values": {"read_scope": "all"}})
        changed = entries(admin, object_name="role", record_id=int(role))[0]
        assert changed["event"] == "update"
        assert changed["details_zh"] == "查看范围：仅本人 → 全公司"
        assert changed["details_en"].startswith("May read: ")
        assert "own" not in changed["details_en"]
        admin.call("DELETE", f"/records/role/{role}")
        assert [e["event"] for e in entries(admin, object_name="role", record_id=int(role))] == [
            "delete", "update", "create",
        ]  # fmt: skip

    def test_an_assignment_is_called_by_what_it_joins(self, world: World) -> None:
        admin = world.person("admin")
        held = admin.make("user_role", user_id=str(world.ids["chenjing"]), role_id=str(world.ids["role:manager"]))
        (made,) = entries(admin, object_name="user_role", record_id=int(held))
        assert made["subject_zh"] == "用户角色“陈静 · 经理用户”"

    def test_a_permission_is_told_by_labels(self, world: World) -> None:
        admin = world.person("admin")
        profile = world.ids["profile:finance"]
        held = admin.make("field_permission", profile_id=str(profile), object_name="account", field_name="phone",
                          level="hidden")  # fmt: skip
        (made,) = entries(admin, object_name="field_permission", record_id=int(held))
        assert made["subject_zh"] == "字段权限“财务 · 客户 · 电话”"
        assert "权限：隐藏" in made["details_zh"]

    def test_business_records_and_personal_views_are_none(self, world: World) -> None:
        admin = world.person("admin")
        account = admin.make("account", name="审计之外")
        view = admin.make("list_view", name="我的", object_name="account", kind="list")
        assert entries(admin, record_id=int(account)) == []
        assert entries(admin, record_id=int(view)) == []
        admin.call("PATCH", f"/records/list_view/{view}", {"values": {"shared": True}})
        assert [e["event"] for e in entries(admin, record_id=int(view))] == ["update"]

    def test_what_is_refused_leaves_no_entry(self, world: World) -> None:
        admin = world.person("admin")
        before = len(entries(admin, object_name="role"))
        assert admin.post("/records/role", {"values": {"key": "half"}}).status_code == 422
        assert len(entries(admin, object_name="role")) == before

    def test_long_values_are_cut(self, world: World) -> None:
        admin = world.person("admin")
        role = admin.make("role", key="audit_long", name="长", description="长" * 1500)
        (made,) = entries(admin, record_id=int(role))
        assert "长" * 199 + "…" in made["details_zh"]
        assert len(made["details_zh"]) < 500

    def test_a_change_of_objects_and_fields(self, world: World) -> None:
        found = entries(world.person("admin"), event="define", object_name="role")
        assert found[0]["subject_zh"] == "对象“角色”"
        assert (found[0]["actor_name"], found[0]["details_zh"]) == ("Dougong", "新增")

    def test_personal_settings_and_imports_say_their_way(self, world: World) -> None:
        person = world.sign_in("zhaomin")
        person.call("PATCH", "/session", {"timezone": "Asia/Tokyo"})
        told = entries(world.person("admin"), object_name="user", record_id=person.id, event="update")[0]
        assert told["details_zh"] == "时区：Asia/Shanghai → Asia/Tokyo"
        assert (told["actor_name"], told["via"]) == ("赵敏", "ui")


class TestSignIn:
    def test_success_failure_and_the_lock(self, world: World) -> None:
        admin = world.person("admin")
        browser = world.stranger(headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36"})
        for _ in range(5):
            browser.post("/api/v1/session", json={"login": "liqiang", "password": "wrong " + PASSWORD})
        browser.post("/api/v1/session", json={"login": "liqiang", "password": PASSWORD})
        told = entries(admin, area="sign_in", record_id=world.ids["liqiang"])
        assert [e["event"] for e in told] == ["locked_out", *["sign_in_failed"] * 5]
        assert told[-1]["device"] == "Chrome · Windows"
        assert told[-1]["details_zh"] == "密码不正确。"
        assert PASSWORD not in str(told)

    def test_what_was_typed_as_an_unknown_login_is_not_kept(self, world: World) -> None:
        secret = "my secret password 77"
        world.stranger().post("/api/v1/session", json={"login": secret, "password": "x"})
        told = entries(world.person("admin"), event="sign_in_failed", details_zh="登录名不存在。")
        assert told[0]["actor_id"] is None
        assert secret not in str(told)

    def test_each_act_of_security(self, own_world: World) -> None:
        world = own_world
        admin, person = world.sign_in("admin"), world.sign_in("wangfang")
        new = "another battery 7"
        person.post("/password", {"current": PASSWORD, "new": new})
        token = person.post("/tokens", {"name": "报表", "scopes": ["read"]}).json()
        person.call("DELETE", f"/tokens/{token['id']}")
        person.call("DELETE", "/sessions")
        person.call("DELETE", "/session")
        admin.post(f"/users/{person.id}/password", {"new": "given battery 55"})
        admin.call("DELETE", f"/users/{person.id}/second-factor")
        told = [e for e in entries(admin, record_id=person.id) if e["area"] != "settings"]
        assert [e["event"] for e in told] == [
            "factor_reset", "password_reset", "signed_out", "signed_out_everywhere", "token_revoked", "token_made",
            "password_changed", "signed_in",
        ]  # fmt: skip
        made = next(e for e in told if e["event"] == "token_made")
        assert made["details_zh"] == "令牌“报表”，只读。"
        for secret in (token["token"], new, PASSWORD, "given battery 55"):
            assert secret not in str(told)


def test_an_export_tells_object_condition_and_rows(world: World) -> None:
    admin = world.person("admin")
    for name in ("导出甲", "导出乙"):
        admin.make("account", name=name, owner_id=str(admin.id))
    answer = admin.post(
        "/exports",
        {
            "object": "account",
            "fields": ["name"],
            "filter": {
                "and": [
                    {"field": "name", "op": "starts with", "value": "导出"},
                    {"field": "owner_id", "op": "=", "value": str(admin.id)},
                ]
            },
        },
    )
    run_stored_export(world.database, int(answer.json()["id"]))
    (told,) = entries(admin, event="exported", object_name="account")
    assert told["actor_name"] == "管理员"
    assert "2 行" in told["details_zh"]
    assert "「客户名称」" in told["details_zh"]
    assert "“管理员”" in told["details_zh"]
    assert told["ip"] == "testclient"


class TestWhoReadsIt:
    def test_administrators_only_even_with_a_permission(self, world: World) -> None:
        admin, sales = world.person("admin"), world.person("wangfang")
        for path in ("/query?q=SELECT id FROM audit_entry", "/lookup/audit_entry", "/records/audit_entry/1"):
            assert sales.get(path).status_code in {400, 403}, path
        profile = str(world.ids["profile:sales"])
        held = admin.make(
            "object_permission", profile_id=profile, object_name="audit_entry", actions=["read", "export"]
        )
        try:
            assert sales.post("/query", {"object": "audit_entry", "fields": ["at"]}).status_code == 403
            assert "audit_entry" not in [o["name"] for o in sales.get("/metadata").json()["objects"]]
        finally:
            admin.call("DELETE", f"/records/object_permission/{held}")

    def test_administrators_read_list_export_and_open_it_but_write_nothing(self, world: World) -> None:
        admin = world.person("admin")
        found = next(o for o in admin.get("/metadata").json()["objects"] if o["name"] == "audit_entry")
        assert found["actions"] == ["read", "export"]
        one = entries(admin)[0]["id"]
        shown = admin.get(f"/records/audit_entry/{one}").json()
        assert not any(shown["can"].values())
        assert shown["editable_fields"] == []
        for method, path, body in (
            ("PATCH", f"/records/audit_entry/{one}", {"values": {"actor_name": "别人"}}),
            ("DELETE", f"/records/audit_entry/{one}", None),
            ("POST", "/records/audit_entry", {"values": {"actor_name": "别人"}}),
            ("POST", f"/records/audit_entry/{one}/restore", None),
        ):
            answer = admin.call(method, path, body)
            assert answer.status_code == 403, (path, answer.text)
            assert answer.json()["code"] == "access.action_denied"

    def test_not_even_the_product_writes_it_as_records(self, world: World) -> None:
        with world.database.transaction() as tx:
            w = writing(tx, load_registry(tx), system("test"), "system")
            with pytest.raises(Forbidden):
                create(w, "audit_entry", [{"actor_name": "x"}])
            with pytest.raises(Forbidden):
                update(w, "audit_entry", [Change(1, {"actor_name": "x"})])
            with pytest.raises(Forbidden):
                delete(w, "audit_entry", [1])


AGAINST = {
    "update": "UPDATE public.audit SET actor_name = 'x'",
    "delete": "DELETE FROM public.audit",
    "truncate": "TRUNCATE public.audit",
    "the view": "UPDATE data.audit_entry SET actor_name = 'x'",
    "as a replica": "SET session_replication_role = replica; DELETE FROM public.audit",
}


def _owner(database: Database) -> psycopg.Connection[Any]:
    """A connection of the database's owner, without the product in between."""
    return psycopg.connect(libpq_address(database.url), autocommit=True)


@pytest.mark.parametrize("name", AGAINST)
def test_the_database_refuses_to_change_it(world: World, name: str) -> None:
    before = len(entries(world.person("admin")))
    with pytest.raises(psycopg.Error, match="kept as it is"), _owner(world.database) as owner:
        owner.execute(AGAINST[name])
    assert len(entries(world.person("admin"))) == before


def test_a_young_entry_is_not_discarded_and_an_old_one_leaves_a_word(database: Database) -> None:
    old = now() - timedelta(days=200)
    with database.transaction() as tx:
        audit.append(tx, [Entry(Event.SIGNED_IN, Author(name="早年"))])
    table = audit.audit
    with pytest.raises(BadRequest), database.transaction() as tx:
        audit.discard(tx, now(), Author(via="cli"))
    # Nor where somebody asks the database itself.
    with pytest.raises(psycopg.Error, match="kept"), _owner(database) as owner:
        owner.execute("SET dougong.audit_discard = 'on'; DELETE FROM public.audit")
    with database.transaction() as tx:
        tx.execute(sa.insert(table).values(at=old, area="sign_in", event="signed_in", actor_name="很久以前", via="ui"))
    with database.transaction() as tx:
        assert audit.discard(tx, now() - timedelta(days=190), Author(via="cli")) == 1
    with database.snapshot() as snapshot:
        assert snapshot.scalar(sa.select(sa.func.count()).where(table.c.actor_name == "很久以前")) == 0
        assert snapshot.scalar(sa.select(table.c.details_en).where(table.c.event == "discarded")).startswith("1 audit")


def test_the_doctor_misses_what_was_taken_out(own_world: World) -> None:
    database = own_world.database

    def state() -> State:
        return next(c.state for c in check_database(database.url, None) if c.code == "doctor.audit")

    assert state() is State.GOOD
    with _owner(database) as owner:
        owner.execute("ALTER TABLE public.audit DISABLE TRIGGER audit_kept")
        assert state() is State.BAD
        owner.execute(
            "DELETE FROM public.audit WHERE id = (SELECT max(id) FROM public.audit WHERE change_id IS NOT NULL)"
        )
        owner.execute("ALTER TABLE public.audit ENABLE ALWAYS TRIGGER audit_kept")
    assert state() is State.BAD


def test_an_invitation_and_its_acceptance_are_told(world: World) -> None:
    admin = world.person("admin")
    person = {"values": {"name": "新同事", "login": "newcomer"}, "roles": [], "profiles": []}
    made = admin.post("/invitations", person)
    assert made.status_code == 201, made.text
    given = {"token": made.json()["token"], "password": PASSWORD}
    assert world.stranger().post("/api/v1/invitation/accept", json=given).status_code == 200
    told = [(e["event"], e["actor_name"]) for e in entries(admin, record_id=int(made.json()["user_id"]))]
    assert ("invited", "管理员") in told
    assert ("password_changed", "新同事") in told


def test_a_link_does_not_bring_back_a_password_of_before(world: World) -> None:
    admin = world.person("admin")
    (policy,) = admin.post("/query", {"object": "sign_in_policy", "fields": ["history_count"]}).json()["rows"]
    path = f"/records/sign_in_policy/{policy['id']}"
    assert admin.call("PATCH", path, {"values": {"history_count": 3}}).status_code == 200
    try:
        user = admin.post(
            "/invitations", {"values": {"name": "健忘", "login": "forgetful"}, "roles": [], "profiles": []}
        )
        token = user.json()["token"]
        stranger, address = world.stranger(), "/api/v1/invitation/accept"
        assert stranger.post(address, json={"token": token, "password": PASSWORD}).status_code == 200
        again = admin.post(f"/users/{user.json()['user_id']}/invitation", {}).json()["token"]
        refused = stranger.post(address, json={"token": again, "password": PASSWORD})
        assert (refused.status_code, refused.json()["problems"][0]["code"]) == (422, "session.password_used")
        assert stranger.post(address, json={"token": again, "password": "another horse 8"}).status_code == 200
    finally:
        admin.call("PATCH", path, {"values": {"history_count": policy["history_count"]}})
