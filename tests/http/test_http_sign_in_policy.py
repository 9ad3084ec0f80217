"""The rules of signing in as the company sets them, and what an administrator does for who cannot sign in."""

from datetime import timedelta
from typing import Any

import httpx
import pyotp
import pytest
import sqlalchemy as sa

from dougong.access.passwords import one_time_password, problems_of_password
from dougong.access.sign_in_policy import STANDARD, SignInPolicy
from dougong.kit.clock import now
from dougong.storage.schema import credential, session
from tests.http.conftest import PASSWORD, Person, World
from tests.http.test_http_audit import entries


@pytest.fixture
def company(own_world: World) -> World:
    """A company of its own: the rules hold for everybody in it."""
    return own_world


def rule(world: World, **values: object) -> httpx.Response:
    """Change the company's rules as an administrator does."""
    admin = world.person("admin")
    found = admin.post("/query", {"object": "sign_in_policy", "fields": ["name"]}).json()["rows"]
    return admin.call("PATCH", f"/records/sign_in_policy/{found[0]['id']}", {"values": values})


def sign_in(world: World, login: str, password: str = PASSWORD, **more: str) -> httpx.Response:
    return world.stranger().post("/api/v1/session", json={"login": login, "password": password, **more})


def code_of(answer: httpx.Response) -> str:
    body = answer.json()
    return str(body["problems"][0]["code"] if body.get("problems") else body["code"])


class TestRules:
    def test_there_is_one_record_and_it_stays(self, company: World) -> None:
        admin = company.person("admin")
        assert rule(company, length_min=12).status_code == 200
        second = admin.post("/records/sign_in_policy", {"values": {"key": "other", "name": "另一条"}})
        assert code_of(second) == "single.only_one"
        one = admin.post("/query", {"object": "sign_in_policy", "fields": ["name"]}).json()["rows"][0]["id"]
        assert code_of(admin.call("DELETE", f"/records/sign_in_policy/{one}")) == "single.kept"
        assert company.person("wangfang").get(f"/records/sign_in_policy/{one}").status_code in {403, 404}

    def test_settings_of_the_whole_company_are_one_record(self, company: World) -> None:
        admin = company.person("admin")
        (one,) = admin.post("/query", {"object": "activity_setting", "fields": ["name"]}).json()["rows"]
        second = admin.post("/records/activity_setting", {"values": {"key": "other", "name": "另一条"}})
        assert code_of(second) == "single.only_one"
        assert code_of(admin.call("DELETE", f"/records/activity_setting/{one['id']}")) == "single.kept"
        objects = admin.get("/metadata").json()["objects"]
        assert {"activity_setting", "sign_in_policy"} == {obj["name"] for obj in objects if obj["single"]}

    @pytest.mark.parametrize(
        "values", [{"length_min": 7}, {"attempts_max": 0}, {"classes_min": 5}, {"idle_hours": 0}, {"session_days": 91}]
    )
    def test_rules_that_would_open_or_close_everything_are_refused(self, company: World, values: Any) -> None:
        assert rule(company, **values).status_code == 422

    def test_length_and_kinds(self, company: World) -> None:
        rule(company, length_min=14, classes_min=3)
        person = company.person("wangfang")
        for new, wanted in (
            ("battery 7 sta", "session.password_short"),
            ("battery staple", "session.password_kinds"),
        ):
            assert code_of(person.post("/password", {"current": PASSWORD, "new": new})) == wanted
        assert person.post("/password", {"current": PASSWORD, "new": "battery staple 7"}).status_code == 204

    def test_the_last_ones_are_not_taken_again(self, company: World) -> None:
        rule(company, history_count=2)
        person = company.person("wangfang")
        second, third = "battery staple 7", "battery staple 8"
        assert code_of(person.post("/password", {"current": PASSWORD, "new": PASSWORD})) == "session.password_used"
        assert person.post("/password", {"current": PASSWORD, "new": second}).status_code == 204
        assert code_of(person.post("/password", {"current": second, "new": PASSWORD})) == "session.password_used"
        assert person.post("/password", {"current": second, "new": third}).status_code == 204
        assert person.post("/password", {"current": third, "new": PASSWORD}).status_code == 204

    def test_an_expired_password_is_replaced_while_signing_in(self, company: World) -> None:
        rule(company, expires_days=30)
        assert sign_in(company, "wangfang").status_code == 200
        with company.database.transaction() as tx:
            tx.execute(sa.update(credential).values(changed_at=now() - timedelta(days=31)))
        due = sign_in(company, "wangfang")
        assert (due.status_code, due.json()["code"]) == (401, "session.password_due")
        assert due.json()["params"]["reason"] == "expired"
        assert code_of(sign_in(company, "wangfang", new_password=PASSWORD)) == "session.password_used"
        assert code_of(sign_in(company, "wangfang", new_password="short")) == "session.password_short"
        # Who does not know the old one learns nothing of it.
        assert sign_in(company, "wangfang", "wrong one 1", new_password="x").json()["code"] == "session.sign_in_failed"
        assert sign_in(company, "wangfang", new_password="battery staple 7").status_code == 200
        assert sign_in(company, "wangfang", "battery staple 7").status_code == 200
        assert sign_in(company, "wangfang").json()["code"] == "session.sign_in_failed"

    def test_a_new_password_is_not_taken_where_none_is_due(self, company: World) -> None:
        assert sign_in(company, "wangfang", new_password="battery staple 7").status_code == 200
        assert sign_in(company, "wangfang").status_code == 200

    def test_attempts_and_the_lock(self, company: World) -> None:
        rule(company, attempts_max=3, locked_minutes=60)
        for _ in range(3):
            assert sign_in(company, "wangfang", "wrong").json()["code"] == "session.sign_in_failed"
        locked = sign_in(company, "wangfang")
        assert locked.json()["code"] == "session.locked"
        assert 55 < locked.json()["params"]["minutes"] <= 60

    def test_shorter_sessions_hold_for_those_that_are_open(self, company: World) -> None:
        person = company.sign_in("wangfang")
        with company.database.transaction() as tx:
            mine = session.c.user_id == person.id
            tx.execute(sa.update(session).where(mine).values(last_seen_at=now() - timedelta(hours=2)))
        assert person.get("/session").status_code == 200
        with company.database.transaction() as tx:
            tx.execute(sa.update(session).where(mine).values(last_seen_at=now() - timedelta(hours=2)))
        rule(company, idle_hours=1)
        assert person.get("/session").json()["code"] == "session.expired"
        other = company.sign_in("wangfang")
        with company.database.transaction() as tx:
            tx.execute(sa.update(session).where(mine).values(created_at=now() - timedelta(days=3)))
        rule(company, session_days=2)
        assert other.get("/session").status_code == 401


def test_one_time_passwords_meet_every_policy() -> None:
    for length in (8, 10, 64):
        policy = SignInPolicy(length_min=length, classes_min=4)
        made = {one_time_password(policy) for _ in range(50)}
        assert len(made) == 50
        assert all(problems_of_password(password, "wangfang", policy=policy) == [] for password in made)


class TestActions:
    def offered(self, reader: Person, user_id: int) -> list[str]:
        return [a["name"] for a in reader.get(f"/records/user/{user_id}").json()["actions"]]

    def act(self, actor: Person, user_id: int, name: str) -> httpx.Response:
        return actor.post(f"/records/user/{user_id}/actions/{name}")

    def test_they_are_offered_to_administrators_for_others_where_they_make_sense(self, company: World) -> None:
        admin, wang = company.person("admin"), company.ids["wangfang"]
        assert self.offered(admin, wang) == ["reset_password"]
        company.person("wangfang")
        assert self.offered(admin, wang) == ["reset_password", "sign_out"]
        assert self.offered(admin, admin.id) == []
        assert self.offered(company.person("wangfang"), company.ids["liqiang"]) == []
        for name in ("reset_password", "reset_factor", "unlock", "sign_out"):
            refused = self.act(company.person("wangfang"), company.ids["liqiang"], name)
            assert (refused.status_code, refused.json()["code"]) == (403, "access.action_not_offered")
        assert self.act(admin, wang, "fly").json()["code"] == "record.no_action"
        assert self.act(admin, 999999999, "sign_out").status_code == 404

    def test_a_password_is_shown_once_and_changed_at_once(self, company: World) -> None:
        admin, person = company.person("admin"), company.sign_in("wangfang")
        given = self.act(admin, person.id, "reset_password").json()["password"]
        assert person.get("/session").status_code == 401
        assert sign_in(company, "wangfang").json()["code"] == "session.sign_in_failed"
        due = sign_in(company, "wangfang", given)
        assert (due.json()["code"], due.json()["params"]["reason"]) == ("session.password_due", "given")
        assert sign_in(company, "wangfang", given, new_password="battery staple 7").status_code == 200
        told = entries(admin, record_id=person.id, event="password_reset")
        assert given not in str(told)
        assert told[0]["details_zh"].startswith("一次性密码")

    def test_a_lost_authenticator(self, company: World) -> None:
        admin, person = company.person("admin"), company.sign_in("wangfang")
        secret = person.post("/second-factor", {"password": PASSWORD}).json()["secret"]
        assert "reset_factor" not in self.offered(admin, person.id)
        person.post("/second-factor/confirm", {"code": pyotp.TOTP(secret).now()})
        assert sign_in(company, "wangfang").json()["code"] == "session.otp_required"
        assert self.act(admin, person.id, "reset_factor").status_code == 200
        assert person.get("/session").status_code == 401
        assert sign_in(company, "wangfang").status_code == 200

    def test_a_locked_login(self, company: World) -> None:
        admin, wang = company.person("admin"), company.ids["wangfang"]
        for _ in range(STANDARD.attempts_max):
            sign_in(company, "wangfang", "wrong")
        assert "unlock" in self.offered(admin, wang)
        assert self.act(admin, wang, "unlock").status_code == 200
        assert sign_in(company, "wangfang").status_code == 200
        assert "unlock" not in self.offered(admin, wang)
        assert entries(admin, record_id=wang, event="unlocked")[0]["actor_name"] == "管理员"

    def test_signed_out_everywhere(self, company: World) -> None:
        admin, (one, two) = company.person("admin"), [company.sign_in("wangfang") for _ in range(2)]
        assert self.act(admin, one.id, "sign_out").status_code == 200
        assert [p.get("/session").status_code for p in (one, two)] == [401, 401]

    def test_a_program_gives_no_passwords(self, company: World) -> None:
        admin = company.person("admin")
        token = admin.post("/tokens", {"name": "程序", "scopes": ["read", "write"]}).json()["token"]
        path = f"/api/v1/records/user/{company.ids['wangfang']}/actions/reset_password"
        refused = company.stranger().post(path, headers={"Authorization": f"Bearer {token}"})
        assert refused.json()["code"] == "session.browser_only"
