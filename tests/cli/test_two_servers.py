"""Two servers on one database: what an administrator changes through one holds in the other with the next request.

Two real processes, each with its own caches of the registry, the rights and the organisation. Nobody signs in again:
all of the seller's requests go to the second server with the session that she opened before anything was changed.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.conftest import serving
from tests.conftest import MakeDatabase
from tests.world.people import ADMIN, PASSWORD, WANG_FANG, ZHAO_MIN, Person, found_company

SETTLED_SECONDS = 60
"""How long a background job may take on a busy machine."""


class Browser:
    """Somebody who is signed in at one of the servers."""

    def __init__(self, address: str, person: Person) -> None:
        self.client = httpx.Client(base_url=f"{address}/api/v1", timeout=60)
        answer = self.client.post("/session", json={"login": person.login, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        self.csrf = answer.json()["csrf"]
        self.id = str(answer.json()["user"]["id"])

    def call(self, method: str, path: str, json: object = None) -> httpx.Response:
        return self.client.request(method, path, json=json, headers={"X-CSRF-Token": self.csrf})

    def done(self, method: str, path: str, json: object = None) -> Any:
        answer = self.call(method, path, json)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def make(self, obj: str, **values: object) -> str:
        return str(self.done("POST", f"/records/{obj}", {"values": values})["id"])

    def change(self, obj: str, number: str, **values: object) -> None:
        self.done("PATCH", f"/records/{obj}/{number}", {"values": values})

    def remove(self, obj: str, number: str) -> None:
        self.done("DELETE", f"/records/{obj}/{number}")

    def found(self, obj: str, where: Mapping[str, object] | None = None) -> list[str]:
        asked = {"object": obj, "fields": ["id"], "filter": where, "limit": 500}
        return [row["id"] for row in self.done("POST", "/query", asked)["rows"]]

    def one(self, obj: str, **values: object) -> str:
        (found,) = self.found(obj, {"and": [{"field": name, "value": value} for name, value in values.items()]})
        return found

    def sees(self, account: str) -> bool:
        """Whether the record and the list say so; they must agree."""
        read = self.call("GET", f"/records/account/{account}").status_code
        assert read in {200, 404}
        assert (account in self.found("account")) == (read == 200)
        return read == 200

    def described(self, obj: str) -> dict[str, Any] | None:
        objects = self.done("GET", "/metadata")["objects"]
        return next((found for found in objects if found["name"] == obj), None)

    def knows_field(self, obj: str, name: str) -> bool:
        found = self.described(obj)
        return found is not None and name in {field["name"] for field in found["fields"]}


@pytest.fixture
def servers(make_database: MakeDatabase, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The addresses of two servers on one database; only the first does background work."""
    database = make_database(founded=found_company)
    shared = {"DATABASE_URL": database.url, "DOUGONG_SECRET_KEY": "k" * 43 + "="}
    with (
        serving(tmp_path / "a", more=shared) as first,
        serving(tmp_path / "b", "--no-worker", more=shared) as second,
    ):
        assert first.address != second.address
        yield first.address, second.address


def until(settled: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SETTLED_SECONDS
    while not settled():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_what_is_changed_in_one_server_holds_in_the_other_with_the_next_request(servers: tuple[str, str]) -> None:
    admin, wang, zhao = (
        Browser(address, person)
        for address, person in zip((servers[0], servers[1], servers[1]), (ADMIN, WANG_FANG, ZHAO_MIN), strict=True)
    )
    hers, his = wang.make("account", name="王芳的客户", status="prospect"), zhao.make("account", name="赵敏的客户")
    # Both servers have everything in their caches before the first change.
    assert (wang.sees(hers), wang.sees(his)) == (True, False)

    roles(admin, wang, his)
    profiles(admin, wang, hers)
    groups(admin, wang, his)
    rules(admin, wang, his)
    dimensions(admin, wang, zhao, his)
    defaults(admin, wang, his)
    people(admin, wang, zhao, hers)


def roles(admin: Browser, wang: Browser, his: str) -> None:
    """What a role reaches, and who has which."""
    standard, head = admin.one("role", key="standard"), admin.one("role", key="admin")
    admin.change("role", standard, read_scope="all")
    assert wang.sees(his)
    admin.change("role", standard, read_scope="own")
    assert not wang.sees(his)
    held = admin.make("user_role", user_id=wang.id, role_id=head)
    assert wang.sees(his)
    admin.remove("user_role", held)
    assert not wang.sees(his)


def profiles(admin: Browser, wang: Browser, hers: str) -> None:
    """What a profile allows on an object and on a field."""
    profile = admin.one("profile", key="sales")
    given = admin.one("object_permission", profile_id=profile, object_name="account")
    actions = ["create", "delete", "print", "read", "share", "update"]
    admin.change("object_permission", given, actions=["read"])
    assert wang.call("PATCH", f"/records/account/{hers}", {"values": {"phone": "021-1"}}).status_code == 403
    admin.change("object_permission", given, actions=[])
    assert wang.described("account") is None
    assert wang.call("POST", "/query", {"object": "account", "fields": ["id"]}).status_code == 403
    admin.change("object_permission", given, actions=actions)
    assert sorted((wang.described("account") or {})["actions"]) == actions

    assert wang.knows_field("account", "phone")
    level = admin.make(
        "field_permission", profile_id=profile, object_name="account", field_name="phone", level="hidden"
    )
    assert not wang.knows_field("account", "phone")
    assert wang.call("POST", "/query", {"object": "account", "fields": ["phone"]}).status_code == 400
    assert "phone" not in wang.done("GET", f"/records/account/{hers}")["record"]
    admin.remove("field_permission", level)
    assert "phone" in wang.done("GET", f"/records/account/{hers}")["record"]


def groups(admin: Browser, wang: Browser, his: str) -> None:
    """A record given to a group, and who is in it, directly and by another group."""
    outer, inner = (admin.make("public_group", name=name) for name in ("外组", "内组"))
    admin.make("public_group_member", group_id=outer, member_id={"object": "public_group", "id": inner})
    record, member = {"object": "account", "id": his}, {"object": "public_group", "id": outer}
    given = admin.make("team_member", record_id=record, member_id=member, level="read")
    assert not wang.sees(his)
    joined = admin.make("public_group_member", group_id=inner, member_id={"object": "user", "id": wang.id})
    assert wang.sees(his)
    admin.change("public_group", inner, active=False)
    assert not wang.sees(his)
    admin.change("public_group", inner, active=True)
    assert wang.sees(his)
    admin.remove("public_group_member", joined)
    assert not wang.sees(his)
    admin.remove("team_member", given)


def rules(admin: Browser, wang: Browser, his: str) -> None:
    """A sharing rule, from the moment when it is calculated; whom it is for and whether, at once."""
    body = {
        "name": "都给王芳",
        "object": "account",
        "conditions": {"field": "name", "op": "is not null"},
        "targets": [{"object": "user", "id": wang.id}],
    }
    made = admin.done("POST", "/sharing/rules", body)["id"]

    def shown() -> dict[str, Any]:
        return next(rule for rule in admin.done("GET", "/sharing")["rules"] if rule["id"] == made)

    until(lambda: shown()["progress"] == "complete")
    assert wang.sees(his)
    admin.change("sharing_rule", made, active=False)
    assert not wang.sees(his)
    admin.change("sharing_rule", made, active=True)
    until(lambda: shown()["progress"] == "complete")
    assert wang.sees(his)
    admin.done("PUT", f"/sharing/rules/{made}", {**body, "targets": [], "version": shown()["version"]})
    assert not wang.sees(his)
    admin.remove("sharing_rule", made)


def dimensions(admin: Browser, wang: Browser, zhao: Browser, his: str) -> None:
    """A dimension brings a field (a change of metadata); then its tree is changed, and what a role says of it."""
    area = admin.make("dimension", key="area", name="区域")
    above = admin.make("dimension_node", name="中国", dimension_id=area)
    below = admin.make("dimension_node", name="华南", dimension_id=area)
    admin.make("user_dimension_node", user_id=wang.id, node_id=above)
    admin.make("user_dimension_node", user_id=zhao.id, node_id=below)
    assert not wang.knows_field("account", "dim_area_id")
    switch = admin.make("dimension_object", dimension_id=area, object_name="account")
    assert wang.knows_field("account", "dim_area_id")
    until(lambda: admin.done("GET", f"/records/dimension_object/{switch}")["record"]["state"] == "active")
    assert zhao.done("GET", f"/records/account/{his}")["record"]["dim_area_id"] == below

    standard = admin.one("role", key="standard")
    scopes = {"read_scope": "department_and_below", "edit_scope": "own"}
    admin.make("role_scope", role_id=standard, dimension_id=area, **scopes)
    admin.change("role", standard, read_scope="all")
    assert not wang.sees(his)
    admin.change("dimension_node", below, parent_id=above)
    assert wang.sees(his)
    admin.change("dimension_node", below, parent_id=None)
    assert not wang.sees(his)
    admin.remove("dimension_object", switch)
    assert wang.sees(his)
    admin.change("role", standard, read_scope="own")
    assert not wang.sees(his)


def defaults(admin: Browser, wang: Browser, his: str) -> None:
    """The default access of an object, which is a part of its definition."""
    admin.done("PUT", "/sharing/objects/account", {"sharing": "public_read"})
    assert wang.sees(his)
    assert wang.call("PATCH", f"/records/account/{his}", {"values": {"phone": "021-1"}}).status_code == 403
    admin.done("PUT", "/sharing/objects/account", {"sharing": "private"})
    assert not wang.sees(his)


def people(admin: Browser, wang: Browser, zhao: Browser, hers: str) -> None:
    """An assistant sees with the manager's eyes; whoever is switched off has no session any more."""
    assert not zhao.sees(hers)
    assisting = admin.make("assistant", assistant_id=zhao.id, manager_id=wang.id)
    assert zhao.sees(hers)
    admin.remove("assistant", assisting)
    assert not zhao.sees(hers)
    admin.change("user", zhao.id, active=False)
    assert zhao.call("GET", "/session").status_code == 401
    assert wang.call("GET", "/session").status_code == 200
