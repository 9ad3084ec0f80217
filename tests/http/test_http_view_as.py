"""View as: the same answers as the other person gets, nothing written by any way, and both ends in the audit log."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from dougong.access.principal import Action
from dougong.access.resolve import resolve
from dougong.access.sessions import digest
from dougong.access.view_as import seen_by
from dougong.http.app import create_app
from dougong.http.settings import Settings
from dougong.kit.clock import now
from dougong.kit.errors import Forbidden
from dougong.metadata.registry import load_registry
from dougong.records.api import create, writing
from dougong.storage.schema import session
from dougong.storage.sealing import Sealer, new_key
from tests.http.conftest import Person, World
from tests.http.test_http_audit import entries


@pytest.fixture
def viewer(world: World) -> Iterator[Person]:
    """管理员 in a session of their own."""
    person = world.sign_in("admin")
    yield person
    person.client.close()


def view(viewer: Person, world: World, login: str) -> Any:
    """Begin to view as `login`."""
    return viewer.post("/view-as", {"user": str(world.ids[login])})


def aged(world: World, viewer: Person, **values: object) -> None:
    """Give the viewer's session other times."""
    key = digest(viewer.client.cookies["dougong_session"])
    with world.database.transaction() as tx:
        tx.execute(sa.update(session).where(session.c.token_hash == key).values(**values))


READS = (
    ("POST", "/query", {"object": "account", "fields": ["name", "owner_id"], "count": True}),
    ("POST", "/query", {"object": "user", "fields": ["name"]}),
    ("GET", "/query?q=SELECT COUNT(id) FROM opportunity", None),
    ("GET", "/metadata", None),
    ("GET", "/search?q=视图", None),
    ("GET", "/lookup/account?q=", None),
    ("GET", "/recent", None),
    ("GET", "/habits", None),
    ("GET", "/imports", None),
)


def seen(answer: Any) -> Any:
    """The answer without the actions on many records: who only looks has none, and that is meant."""
    if isinstance(answer, dict) and isinstance(answer.get("objects"), list):
        return {
            **answer,
            "objects": [{k: v for k, v in one.items() if k != "bulk_actions"} for one in answer["objects"]],
        }
    return answer


@pytest.mark.parametrize("login", ["wangfang", "liqiang", "chenjing"])
def test_the_answers_are_those_of_the_other_person(world: World, viewer: Person, login: str) -> None:
    other = world.person(login)
    world.person("admin").make("account", name="视图客户", owner_id=str(world.ids["zhaomin"]))
    if login == "wangfang":
        other.make("account", name="视图自己的")
    begun = view(viewer, world, login)
    assert begun.status_code == 200, begun.text
    assert begun.json()["user"]["login"] == login
    assert begun.json()["viewed_by"]["name"] == "管理员"
    for method, path, body in READS:
        mine, theirs = viewer.call(method, path, body), other.call(method, path, body)
        assert (mine.status_code, seen(mine.json())) == (theirs.status_code, seen(theirs.json())), path
    ended = viewer.call("DELETE", "/view-as")
    assert (ended.json()["user"]["login"], ended.json()["viewed_by"]) == ("admin", None)


WRITES = (
    ("POST", "/records/account", {"values": {"name": "不该有"}}),
    ("POST", "/batch", {"object": "account", "action": "create", "rows": [{"values": {"name": "不该有"}}]}),
    ("PATCH", "/session", {"language": "en"}),
    ("POST", "/password", {"current": "x", "new": "y"}),
    ("POST", "/exports", {"object": "account", "fields": ["name"]}),
    ("POST", "/tokens", {"name": "不该有"}),
    ("POST", "/second-factor", {"password": "x"}),
    ("DELETE", "/sessions", None),
    ("POST", "/view-as", {"user": "1"}),
)


@pytest.mark.parametrize(("method", "path", "body"), WRITES, ids=[f"{m} {p}" for m, p, _ in WRITES])
def test_nothing_is_written(world: World, viewer: Person, method: str, path: str, body: Any) -> None:
    assert view(viewer, world, "liqiang").status_code == 200
    answer = viewer.call(method, path, body)
    assert answer.status_code == 403
    assert answer.json()["code"] == "view_as.read_only"


OPEN = {
    ("delete", "/api/v1/view-as"),
    ("delete", "/api/v1/session"),
    ("post", "/api/v1/session"),
    ("post", "/api/v1/query"),
    ("post", "/api/v1/pools/{id}/try"),
    ("post", "/api/v1/bundles/{id}/check"),
    # Open to strangers, who bring no session.
    ("options", "/api/v1/forms/{key}"),
    ("post", "/api/v1/forms/{key}"),
}


def test_each_unsafe_route_is_refused_without_being_named(world: World, viewer: Person) -> None:
    """A route that somebody adds is closed too, unless it says that it only asks."""
    account = world.person("liqiang").make("account", name="只读")
    assert view(viewer, world, "liqiang").status_code == 200
    mine = defaultdict(lambda: "1", object="account", id=account, name="x", action="x")
    tried = 0
    for path, operations in world.app.openapi()["paths"].items():
        for method in operations.keys() - {"get", "head"}:
            if (method, path) in OPEN:
                continue
            answer = viewer.call(method.upper(), path.removeprefix("/api/v1").format_map(mine), {})
            tried += 1
            # What does not even parse is refused as that; nothing else is let through.
            assert answer.status_code in {400, 403, 415}, (method, path, answer.text)
            if answer.status_code == 403:
                assert answer.json()["code"] == "view_as.read_only", (method, path)
    assert tried > 15


def test_files_are_neither_uploaded_nor_imported(world: World, viewer: Person) -> None:
    view(viewer, world, "liqiang")
    files = {"file": ("a.csv", b"name\nx\n", "text/csv")}
    for path, data in (("/imports", {"object": "account"}), ("/files", {})):
        answer = viewer.call("POST", path, files=files, data=data)
        assert (answer.status_code, answer.json()["code"]) == (403, "view_as.read_only"), path


@pytest.mark.parametrize("path", ["/tokens", "/sessions", "/second-factor"])
def test_sign_in_and_security_stay_closed(world: World, viewer: Person, path: str) -> None:
    view(viewer, world, "wangfang")
    assert viewer.get(path).json()["code"] == "view_as.closed"


def test_the_write_path_refuses_whoever_is_looked_with(world: World) -> None:
    with world.database.transaction() as tx:
        registry = load_registry(tx)
        admin, person = (resolve(tx, registry, world.ids[login]) for login in ("admin", "wangfang"))
        viewed = seen_by(person, admin, now() + timedelta(minutes=1))
        assert Action.CREATE in viewed.rights["account"].actions
        with pytest.raises(Forbidden) as refused:
            create(writing(tx, registry, viewed, "ui"), "account", [{"name": "不该有"}])
        assert refused.value.code == "view_as.read_only"


@pytest.mark.parametrize(
    ("login", "target", "status", "code"),
    [
        ("wangfang", "liqiang", 403, "session.administrator_required"),
        ("admin", "admin", 400, "view_as.oneself"),
    ],
)
def test_who_may_not(world: World, login: str, target: str, status: int, code: str) -> None:
    answer = view(world.sign_in(login), world, target)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_neither_somebody_who_left_nor_nobody_nor_a_token(world: World, viewer: Person) -> None:
    gone = world.person("admin").make("user", name="离职", login="gone_by", active=False)
    assert viewer.post("/view-as", {"user": gone}).json()["code"] == "view_as.inactive"
    assert viewer.post("/view-as", {"user": "999999999"}).status_code == 404
    token = viewer.post("/tokens", {"name": "程序", "scopes": ["read", "write"]}).json()["token"]
    headers = {"Authorization": f"Bearer {token}"}
    answer = world.stranger().post("/api/v1/view-as", json={"user": str(world.ids["wangfang"])}, headers=headers)
    assert answer.json()["code"] == "session.browser_only"


def test_it_ends_by_itself_and_the_log_tells_both_ends(world: World, viewer: Person) -> None:
    admin = world.person("admin")
    view(viewer, world, "zhaomin")
    aged(world, viewer, viewing_until=now() - timedelta(seconds=1))
    assert viewer.get("/session").json()["user"]["login"] == "admin"
    told = entries(admin, area="view_as", record_id=world.ids["zhaomin"])
    assert [(e["event"], e["actor_name"]) for e in told] == [("view_ended", "管理员"), ("view_begun", "管理员")]
    assert told[0]["details_zh"].startswith("到时")
    assert told[1]["subject_zh"] == "用户“赵敏”"


def test_signing_out_ends_it(world: World) -> None:
    viewer = world.sign_in("admin")
    view(viewer, world, "zhaomin")
    assert viewer.call("DELETE", "/session").status_code == 204
    assert viewer.get("/session").status_code == 401
    told = entries(world.person("admin"), area="view_as", record_id=world.ids["zhaomin"])
    assert told[0]["details_zh"] == "退出登录。"
    assert entries(world.person("admin"), event="signed_out")[0]["actor_name"] == "管理员"


def test_closing_the_session_from_elsewhere_ends_it(world: World) -> None:
    viewer, elsewhere = world.sign_in("admin"), world.sign_in("admin")
    view(viewer, world, "zhaomin")
    number = max((s["id"] for s in elsewhere.get("/sessions").json()["sessions"] if not s["current"]), key=int)
    before = len(entries(elsewhere, area="view_as", event="view_ended"))
    assert elsewhere.call("DELETE", f"/sessions/{number}").status_code == 204
    assert viewer.get("/session").status_code == 401
    told = entries(elsewhere, area="view_as", record_id=world.ids["zhaomin"])
    assert (told[0]["event"], told[0]["actor_name"], told[0]["details_zh"]) == (
        "view_ended",
        "管理员",
        "登录会话被结束。",
    )
    # A session that views as nobody has nothing to tell.
    another = world.sign_in("admin")
    number = max((s["id"] for s in elsewhere.get("/sessions").json()["sessions"] if not s["current"]), key=int)
    assert elsewhere.call("DELETE", f"/sessions/{number}").status_code == 204
    assert another.get("/session").status_code == 401
    assert len(entries(elsewhere, area="view_as", event="view_ended")) == before + 1


def test_it_holds_and_ends_in_every_process(own_world: World) -> None:
    world = own_world
    viewer = world.sign_in("admin")
    elsewhere = World(
        create_app(Settings(world.database, Sealer(new_key()))), world.database, world.registry, world.ids
    )
    cookies = {"dougong_session": viewer.client.cookies["dougong_session"]}

    def who() -> str:
        return str(elsewhere.stranger(cookies=cookies).get("/api/v1/session").json()["user"]["login"])

    assert who() == "admin"
    view(viewer, world, "wangfang")
    assert who() == "wangfang"
    # The viewer loses the right to it, or the other person their account: over with the next request.
    second = world.sign_in("admin")
    user = f"/records/user/{world.ids['wangfang']}"
    second.call("PATCH", user, {"values": {"active": False}})
    assert who() == "admin"
    second.call("PATCH", user, {"values": {"active": True}})
    assert who() == "admin"
