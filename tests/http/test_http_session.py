"""Signing in: who gets in, how long, and what keeps others out."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from dougong.access.attempts import ADDRESS_FAILURES_MAX, FAILURES_WINDOW, locked_until
from dougong.access.sessions import digest
from dougong.access.sign_in_policy import STANDARD
from dougong.kit.clock import now
from dougong.storage.schema import api_token, credential, login_attempt, session

PASSWORD = "correct horse 9"


@pytest.fixture(autouse=True)
def _no_attempts(world: Any) -> None:
    """The tests of a module share an address; each begins with a clean record of it."""
    with world.database.transaction() as tx:
        tx.execute(sa.delete(login_attempt))


def attempt(client: Any, login: str, password: str, **more: Any) -> Any:
    return client.post("/api/v1/session", json={"login": login, "password": password, **more})


def test_sign_in_gives_a_session(world: Any) -> None:
    client = world.stranger()
    answer = attempt(client, "  WangFang ", PASSWORD)
    assert answer.status_code == 200
    assert answer.json()["user"] == {
        "id": str(world.ids["wangfang"]),
        "name": "王芳",
        "login": "wangfang",
        "language": "zh",
        "timezone": "Asia/Shanghai",
        "department_id": str(world.ids["华东"]),
        "department_name": "华东",
        "administers": False,
        "areas": [],
        "avatar": None,
    }
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie
    assert "Secure" not in cookie
    again = client.get("/api/v1/session").json()
    assert again == answer.json()
    with world.database.snapshot() as snapshot:
        stored = snapshot.one(
            sa.select(session).where(session.c.token_hash == digest(client.cookies["dougong_session"]))
        )
    assert stored is not None
    assert stored.csrf == again["csrf"]
    assert client.cookies["dougong_session"].encode() not in stored.token_hash


def test_the_cookie_is_secure_over_https(world: Any) -> None:
    answer = attempt(world.stranger(base_url="https://crm.example"), "wangfang", PASSWORD)
    assert "Secure" in answer.headers["set-cookie"]
    assert "max-age" in answer.headers["strict-transport-security"]


def test_each_sign_in_is_a_new_session_and_ends_the_old_one(world: Any) -> None:
    client = world.stranger()
    attempt(client, "wangfang", PASSWORD)
    first = client.cookies["dougong_session"]
    attempt(client, "wangfang", PASSWORD)
    assert client.cookies["dougong_session"] != first
    old = world.stranger(cookies={"dougong_session": first})
    assert old.get("/api/v1/session").status_code == 401


@pytest.mark.parametrize(("login", "password"), [("wangfang", "wrong"), ("nobody", PASSWORD), ("wangfang", "错" * 900)])
def test_wrong_login_and_wrong_password_look_the_same(world: Any, login: str, password: str) -> None:
    answer = attempt(world.stranger(), login, password)
    assert answer.status_code == 401
    assert answer.json()["code"] == "session.sign_in_failed"
    assert answer.json()["params"] == {}
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("login", ["wangfang", "nobody"])
def test_five_failures_lock_a_login_known_or_not(world: Any, login: str) -> None:
    client = world.stranger()
    for _ in range(STANDARD.attempts_max):
        assert attempt(client, login, "wrong").status_code == 401
    locked = attempt(client, login.upper(), PASSWORD)
    assert locked.status_code == 429
    assert locked.json()["code"] == "session.locked"
    assert 0 < int(locked.headers["retry-after"]) <= STANDARD.locked_for.total_seconds()
    assert attempt(client, "zhaomin", PASSWORD).status_code == 200
    with world.database.transaction() as tx:
        tx.execute(sa.update(login_attempt).values(at=login_attempt.c.at - STANDARD.locked_for))
    assert attempt(client, login, PASSWORD).status_code == (200 if login == "wangfang" else 401)


def test_a_success_clears_the_count(world: Any) -> None:
    client = world.stranger()
    for _ in range(3):
        for _ in range(STANDARD.attempts_max - 1):
            assert attempt(client, "wangfang", "wrong").status_code == 401
        assert attempt(client, "wangfang", PASSWORD).status_code == 200


def test_an_address_that_tries_many_logins_is_stopped(world: Any) -> None:
    moment = now()
    with world.database.transaction() as tx:
        rows = [
            {"login": f"guess{n}", "ip": "testclient", "at": moment, "ok": False} for n in range(ADDRESS_FAILURES_MAX)
        ]
        tx.execute_many(sa.insert(login_attempt), rows)
    answer = attempt(world.stranger(), "wangfang", PASSWORD)
    assert answer.status_code == 429
    assert answer.json()["code"] == "session.address_limited"


def test_when_a_login_is_locked() -> None:
    start = now()

    def failures(*minutes: float) -> list[tuple[Any, bool]]:
        return [(start + timedelta(minutes=m), False) for m in sorted(minutes, reverse=True)]

    assert locked_until(failures(0, 1, 2, 3)) is None
    assert locked_until(failures(0, 1, 2, 3, 14)) == start + timedelta(minutes=14) + STANDARD.locked_for
    window = FAILURES_WINDOW.total_seconds() / 60
    assert locked_until(failures(0, 1, 2, 3, window + 1)) is None
    assert locked_until([(start, True), *failures(-1, -2, -3, -4)]) is None


def test_an_inactive_person_is_out_at_once_and_cannot_come_back(world: Any) -> None:
    admin, zhaomin = world.person("admin"), world.sign_in("zhaomin")
    user = f"/records/user/{world.ids['zhaomin']}"
    assert zhaomin.get("/session").status_code == 200
    assert admin.call("PATCH", user, {"values": {"active": False}}).status_code == 200
    try:
        assert zhaomin.get("/session").status_code == 401
        assert attempt(world.stranger(), "zhaomin", PASSWORD).json()["code"] == "session.sign_in_failed"
    finally:
        assert admin.call("PATCH", user, {"values": {"active": True}}).status_code == 200


@pytest.mark.parametrize(
    "aged", [{"last_seen_at": now() - STANDARD.idle}, {"expires_at": now() - timedelta(seconds=1)}], ids=["idle", "old"]
)
def test_a_session_ends_by_itself(world: Any, aged: dict[str, Any]) -> None:
    person = world.sign_in("wangfang")
    key = digest(person.client.cookies["dougong_session"])
    with world.database.transaction() as tx:
        tx.execute(sa.update(session).where(session.c.token_hash == key).values(**aged))
    answer = person.get("/session")
    assert answer.status_code == 401
    assert answer.json()["code"] == "session.expired"


def test_use_is_written_down_now_and_then(world: Any) -> None:
    person = world.sign_in("wangfang")
    key = session.c.token_hash == digest(person.client.cookies["dougong_session"])
    with world.database.transaction() as tx:
        tx.execute(sa.update(session).where(key).values(last_seen_at=now() - timedelta(minutes=10)))
    person.get("/session")
    with world.database.snapshot() as snapshot:
        assert now() - snapshot.scalar(sa.select(session.c.last_seen_at).where(key)) < timedelta(minutes=1)


def test_sign_out(world: Any) -> None:
    person = world.sign_in("wangfang")
    token = person.client.cookies["dougong_session"]
    answer = person.call("DELETE", "/session")
    assert answer.status_code == 204
    assert 'dougong_session=""' in answer.headers["set-cookie"]
    assert world.stranger(cookies={"dougong_session": token}).get("/api/v1/session").status_code == 401


@pytest.mark.parametrize("token", ["", "x", "\N{SNOWMAN}".encode().decode("latin-1"), "a" * 5000])
def test_a_made_up_session_is_none(world: Any, token: str) -> None:
    answer = world.stranger().get("/api/v1/session", headers={"cookie": f"dougong_session={token}".encode("latin-1")})
    assert answer.status_code == 401


class TestCsrf:
    """Unsafe requests of a browser session must come from our own pages."""

    @pytest.mark.parametrize("header", [None, "", "wrong", "é"])
    def test_without_the_token(self, world: Any, header: str | None) -> None:
        person = world.person("wangfang")
        headers = {} if header is None else {"X-CSRF-Token": header.encode("utf-8")}
        for method, path, body in (
            ("POST", "/api/v1/records/account", {"values": {"name": "CSRF"}}),
            ("POST", "/api/v1/query", {"object": "account"}),
            ("PATCH", "/api/v1/session", {"language": "en"}),
            ("DELETE", "/api/v1/session", None),
        ):
            answer = person.client.request(method, path, json=body, headers=headers)
            assert answer.status_code == 403, path
            assert answer.json()["code"] == "session.csrf"

    def test_with_the_token_of_another_session(self, world: Any) -> None:
        mine, other = world.person("wangfang"), world.sign_in("wangfang")
        answer = mine.post("/query", {"object": "account"}, headers={"X-CSRF-Token": other.csrf})
        assert answer.json()["code"] == "session.csrf"

    @pytest.mark.parametrize(
        "headers",
        [
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Origin": "http://testserver.evil.example"},
            {"Sec-Fetch-Site": "cross-site"},
        ],
    )
    def test_from_another_site(self, world: Any, headers: dict[str, str]) -> None:
        person = world.person("wangfang")
        assert person.post("/query", {"object": "account"}, headers=headers).json()["code"] == "session.origin"
        answer = world.stranger().post(
            "/api/v1/session", json={"login": "wangfang", "password": PASSWORD}, headers=headers
        )
        assert answer.json()["code"] == "session.origin"

    def test_from_our_own(self, world: Any) -> None:
        headers = {"Origin": "https://behind.a.proxy", "Sec-Fetch-Site": "same-origin"}
        assert world.person("wangfang").post("/query", {"object": "account"}, headers=headers).status_code == 200

    def test_reading_needs_none(self, world: Any) -> None:
        answer = world.person("wangfang").client.get("/api/v1/metadata", headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 200


class TestLanguage:
    """The person's own language, before that the browser's."""

    @pytest.mark.parametrize(
        ("accepted", "word"),
        [("en-US,en;q=0.9", "Please"), ("zh-CN", "请"), ("fr,en;q=0.5", "Please"), ("", "请"), ("xx", "请")],
    )
    def test_before_sign_in(self, world: Any, accepted: str, word: str) -> None:
        answer = world.stranger().get("/api/v1/session", headers={"Accept-Language": accepted})
        assert word in answer.json()["detail"]

    def test_afterwards_it_is_the_person_s(self, world: Any) -> None:
        person = world.sign_in("liqiang")
        assert person.call("PATCH", "/session", {"language": "en"}).json()["user"]["language"] == "en"
        answer = person.post("/query", {"object": "nothing"}, headers={"Accept-Language": "zh-CN"})
        assert "There is no object" in answer.json()["detail"] or "no object" in answer.json()["detail"].lower()
        assert person.call("PATCH", "/session", {"language": "zh"}).json()["user"]["language"] == "zh"

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ({}, "session.nothing_to_change"),
            ({"language": "fr"}, "request.choice"),
            ({"timezone": "Mars/Base"}, "session.timezone_unknown"),
            ({"timezone": "../../etc/passwd"}, "session.timezone_unknown"),
            ({"name": "Root"}, "request.unknown_key"),
            ({"administers": True}, "request.unknown_key"),
        ],
    )
    def test_what_cannot_be_set(self, world: Any, body: dict[str, Any], code: str) -> None:
        answer = world.person("wangfang").call("PATCH", "/session", body)
        assert answer.status_code == 400
        assert answer.json()["code"] == code


class TestPassword:
    """Changing it, and what it may be."""

    def test_change(self, world: Any, password_hash: str) -> None:
        person, other = world.sign_in("zhaomin"), world.sign_in("zhaomin")
        answer = person.post("/password", {"current": PASSWORD, "new": "battery staple 7"})
        assert answer.status_code == 204, answer.text
        try:
            assert person.get("/session").status_code == 200
            assert other.get("/session").status_code == 401
            assert attempt(world.stranger(), "zhaomin", PASSWORD).status_code == 401
            # An input method may type the same characters in their full width.
            assert attempt(world.stranger(), "zhaomin", "ｂattery staple ７").status_code == 200
        finally:
            with world.database.transaction() as tx:
                tx.execute(
                    sa.update(credential)
                    .where(credential.c.user_id == world.ids["zhaomin"])
                    .values(password_hash=password_hash, must_change=False)
                )

    @pytest.mark.parametrize(
        ("new", "code"),
        [
            ("short", "session.password_short"),
            ("九个字符的密码啊吧", "session.password_short"),
            ("x" * 129, "session.password_long"),
            ("aaaaaaaaaaaa", "session.password_common"),
            ("1234567890", "session.password_common"),
            ("Qwerty1234", "session.password_common"),
            ("wangfang01", "session.password_is_login"),
        ],
    )
    def test_policy(self, world: Any, new: str, code: str) -> None:
        answer = world.person("wangfang").post("/password", {"current": PASSWORD, "new": new})
        assert answer.status_code == 422
        assert answer.json()["problems"][0]["code"] == code
        assert answer.json()["field"] == "new"

    def test_the_current_one_must_be_known_and_cannot_be_guessed(self, world: Any) -> None:
        person = world.person("wangfang")
        for _ in range(STANDARD.attempts_max):
            answer = person.post("/password", {"current": "wrong", "new": "battery staple 7"})
            assert answer.json()["code"] == "session.password_wrong"
        # Each address for itself: else those who mistype here would use up one limit for everybody.
        with world.database.snapshot() as snapshot:
            assert snapshot.scalar(sa.select(sa.func.count()).where(login_attempt.c.ip == "")) == 0
        answer = person.post("/password", {"current": PASSWORD, "new": "battery staple 7"})
        assert answer.status_code == 429

    def test_an_administrator_gives_one(self, world: Any, password_hash: str) -> None:
        zhaomin, path = world.sign_in("zhaomin"), f"/users/{world.ids['zhaomin']}/password"
        body = {"new": "battery staple 7"}
        assert world.person("wangfang").post(path, body).json()["code"] == "session.administrator_required"
        assert world.person("admin").post("/users/1/password", body).status_code == 404
        assert world.person("admin").post(path, {"new": "short"}).status_code == 422
        assert world.person("admin").post(path, body).status_code == 204
        assert zhaomin.get("/session").status_code == 401
        # Somebody else knows it, so its owner chooses another at once.
        due = attempt(world.stranger(), "zhaomin", "battery staple 7")
        assert (due.status_code, due.json()["code"]) == (401, "session.password_due")
        with world.database.transaction() as tx:
            tx.execute(
                sa.update(credential)
                .where(credential.c.user_id == world.ids["zhaomin"])
                .values(password_hash=password_hash)
            )


class TestTokens:
    """API tokens: what a program may do with them, and what not."""

    def made(self, world: Any, login: str = "wangfang", **body: Any) -> tuple[str, str]:
        answer = world.person(login).post("/tokens", {"name": "报表", **body})
        assert answer.status_code == 201, answer.text
        return answer.json()["id"], answer.json()["token"]

    def call(self, world: Any, token: str, method: str, path: str, json: object = None) -> Any:
        headers = {"Authorization": f"Bearer {token}"}
        return world.stranger().request(method, f"/api/v1{path}", json=json, headers=headers)

    def test_reads_and_writes(self, world: Any) -> None:
        _, token = self.made(world)
        answer = self.call(world, token, "POST", "/records/account", {"values": {"name": "令牌客户"}})
        assert answer.status_code == 201
        history = self.call(world, token, "GET", f"/records/account/{answer.json()['id']}/history").json()
        assert history["entries"][0]["via"] == "api"
        assert history["entries"][0]["actor"]["name"] == "王芳"

    def test_a_reading_token_reads_only(self, world: Any) -> None:
        _, token = self.made(world, scopes=["read"])
        assert self.call(world, token, "POST", "/query", {"object": "account"}).status_code == 200
        answer = self.call(world, token, "POST", "/records/account", {"values": {"name": "x"}})
        assert answer.status_code == 403
        assert answer.json()["code"] == "session.scope"

    def test_only_its_hash_is_kept_and_the_list_never_shows_it(self, world: Any) -> None:
        token_id, token = self.made(world)
        with world.database.snapshot() as snapshot:
            stored = snapshot.one(sa.select(api_token).where(api_token.c.id == int(token_id)))
        assert stored is not None
        assert stored.token_hash == digest(token)
        listed = world.person("wangfang").get("/tokens")
        assert token not in listed.text
        assert token_id in {t["id"] for t in listed.json()["tokens"]}
        assert token_id not in {t["id"] for t in world.person("liqiang").get("/tokens").json()["tokens"]}

    def test_revoked(self, world: Any) -> None:
        token_id, token = self.made(world)
        assert world.person("liqiang").call("DELETE", f"/tokens/{token_id}").status_code == 404
        assert world.person("wangfang").call("DELETE", f"/tokens/{token_id}").status_code == 204
        assert world.person("wangfang").call("DELETE", f"/tokens/{token_id}").status_code == 404
        assert self.call(world, token, "GET", "/session").json()["code"] == "session.token_unknown"

    def test_expired(self, world: Any) -> None:
        token_id, token = self.made(world, expires_at=(now() + timedelta(days=1)).isoformat())
        assert self.call(world, token, "GET", "/session").status_code == 200
        with world.database.transaction() as tx:
            tx.execute(sa.update(api_token).where(api_token.c.id == int(token_id)).values(expires_at=now()))
        assert self.call(world, token, "GET", "/session").json()["code"] == "session.token_expired"

    def test_a_token_for_some_objects_opens_no_other(self, world: Any) -> None:
        wang = world.person("wangfang")
        account = wang.make("account", name="令牌可见的客户")
        contact = wang.make("contact", name="令牌只读的联系人", account_id=account)
        deal = wang.make("opportunity", name="令牌不可见的商机", account_id=account)
        _, token = self.made(world, objects={"account": "write", "contact": "read"})

        def ask(method: str, path: str, json: object = None) -> Any:
            return self.call(world, token, method, path, json)

        assert {o["name"] for o in ask("GET", "/metadata").json()["objects"]} == {"account", "contact"}
        assert ask("PATCH", f"/records/account/{account}", {"values": {"phone": "021-12345678"}}).status_code == 200
        assert ask("GET", f"/records/contact/{contact}").json()["can"]["update"] is False
        refused = ask("PATCH", f"/records/contact/{contact}", {"values": {"phone": "021-1"}})
        assert (refused.status_code, refused.json()["code"]) == (403, "access.action_denied")
        for method, path, body in (
            ("GET", f"/records/opportunity/{deal}", None),
            ("GET", f"/records/opportunity/{deal}/history", None),
            ("GET", f"/records/opportunity/{deal}/access", None),
            ("POST", "/query", {"object": "opportunity"}),
            ("POST", "/records/opportunity", {"values": {"name": "不该有"}}),
            ("GET", f"/records/account/{account}/timeline", None),
        ):
            assert ask(method, path, body).status_code == 403, path
        # Not by a path, a subquery, the search or work that runs on without the token either.
        rows = ask("POST", "/query", {"object": "account", "fields": ["owner.name"]}).json()["rows"]
        assert {row["owner.name"] for row in rows} == {None}
        inner = "SELECT id FROM account WHERE id IN (SELECT account_id FROM opportunity)"
        assert ask("GET", "/query?q=" + inner.replace(" ", "+")).status_code in {400, 403}
        assert {hit["object"] for hit in ask("GET", "/search?q=令牌").json()["hits"]} == {"account", "contact"}
        answer = ask("POST", "/exports", {"object": "account", "fields": ["name"], "format": "csv"})
        assert (answer.status_code, answer.json()["code"]) == (403, "session.token_limited")
        shown = next(t for t in wang.get("/tokens").json()["tokens"] if t["objects"])
        assert (shown["objects"], shown["scopes"]) == ({"account": "write", "contact": "read"}, ["read", "write"])

    def test_a_token_for_some_objects_does_not_administer(self, world: Any) -> None:
        _, token = self.made(world, "admin", objects={"user": "write", "account": "write", "role": "write"})
        user = f"/records/user/{world.ids['zhaomin']}"
        assert self.call(world, token, "GET", user).status_code == 200
        assert self.call(world, token, "GET", "/session").json()["user"]["administers"] is False
        for method, path, body in (
            ("PATCH", user, {"values": {"position": "x"}}),
            ("GET", "/sharing", None),
            ("POST", "/access/simulate", {"batches": []}),
        ):
            assert self.call(world, token, method, path, body).status_code in {400, 403}, path
        _, reading = self.made(world, "admin", objects={"account": "read"})
        answer = self.call(world, reading, "POST", "/records/account", {"values": {"name": "x"}})
        assert answer.json()["code"] == "session.scope"

    def test_a_token_manages_no_credentials(self, world: Any) -> None:
        _, token = self.made(world, "admin")
        for method, path, body in (
            ("POST", "/tokens", {"name": "more"}),
            ("DELETE", "/tokens/1", None),
            ("POST", "/password", {"current": PASSWORD, "new": "battery staple 7"}),
            ("POST", f"/users/{world.ids['wangfang']}/password", {"new": "battery staple 7"}),
            ("DELETE", "/session", None),
        ):
            answer = self.call(world, token, method, path, body)
            assert answer.status_code == 403, path
            assert answer.json()["code"] == "session.browser_only"

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ({}, "request.missing"),
            ({"name": ""}, "request.text_short"),
            ({"name": "  "}, "session.token_name"),
            ({"name": "x" * 101}, "request.text_long"),
            ({"name": "x", "scopes": []}, "request.list_short"),
            ({"name": "x", "scopes": ["admin"]}, "request.choice"),
            ({"name": "x", "objects": {}}, "session.token_objects"),
            ({"name": "x", "objects": {"account": "admin"}}, "request.choice"),
            ({"name": "x", "expires_at": "2020-01-01T00:00:00Z"}, "session.token_expiry_past"),
            ({"name": "x", "expires_at": "2099-01-01T00:00:00"}, "request.not_a_moment"),
        ],
    )
    def test_what_is_no_token(self, world: Any, body: dict[str, Any], code: str) -> None:
        answer = world.person("wangfang").post("/tokens", body)
        assert answer.status_code == 400
        assert answer.json()["code"] == code

    @pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Basic abc", "Bearer nothing", "bearer dg_x", "é"])
    def test_a_broken_header(self, world: Any, header: str) -> None:
        answer = world.stranger().get("/api/v1/session", headers={"Authorization": header.encode("latin-1")})
        assert answer.status_code == 401
        assert answer.json()["code"] == "session.token_unknown"
        assert answer.headers["www-authenticate"].startswith("Bearer")

    def test_it_does_not_fall_back_to_the_cookie(self, world: Any) -> None:
        headers = {"Authorization": "Bearer wrong"}
        assert world.person("wangfang").get("/session", headers=headers).status_code == 401
