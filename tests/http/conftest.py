"""The test company behind the HTTP edge: its people sign in with one password, each through the real application.

管理员 administers. 王芳 sells in 华东, 李强 leads 华东, 赵敏 sells in 华南. 陈静 has no profile: the stranger.
Everything goes through the product: the standard package, `records.api`, the application on the embedded database.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient

from dougong.access.passwords import hash_password, store_hash
from dougong.access.principal import system
from dougong.http.app import create_app
from dougong.http.settings import Settings
from dougong.metadata.registry import Registry, load_registry
from dougong.records.api import Writing, create, writing
from dougong.storage.engine import Database
from dougong.storage.sealing import Sealer, new_key

PASSWORD = "correct horse 9"

PEOPLE = (
    ("admin", "管理员", "总部", "admin", "administrator"),
    ("wangfang", "王芳", "华东", "standard", "sales"),
    ("liqiang", "李强", "华东", "manager", "sales_manager"),
    ("zhaomin", "赵敏", "华南", "standard", "sales"),
    ("chenjing", "陈静", "华南", "standard", None),
)


@dataclass
class Person:
    """Somebody at a browser: a client with their cookie, and the CSRF value of their session."""

    client: TestClient
    id: int
    csrf: str = ""

    def call(self, method: str, path: str, json: object = None, **options: Any) -> httpx.Response:
        """One request to /api/v1, with the CSRF header that the web application sends."""
        headers = {"X-CSRF-Token": self.csrf, **options.pop("headers", {})}
        if json is not None:
            options["json"] = json
        answer: httpx.Response = self.client.request(method, f"/api/v1{path}", headers=headers, **options)
        return answer

    def get(self, path: str, **options: Any) -> httpx.Response:
        """GET /api/v1."""
        return self.call("GET", path, **options)

    def post(self, path: str, json: object = None, **options: Any) -> httpx.Response:
        """POST /api/v1."""
        return self.call("POST", path, json, **options)

    def make(self, obj: str, **values: object) -> str:
        """Create a record and return its id."""
        answer = self.post(f"/records/{obj}", {"values": values})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])


@dataclass
class World:
    """The application and its people."""

    app: FastAPI
    database: Database
    registry: Registry
    ids: Mapping[str, int]
    people: dict[str, Person] = field(default_factory=dict)

    def stranger(self, **options: Any) -> TestClient:
        """A browser that nobody has signed in with."""
        return TestClient(self.app, raise_server_exceptions=False, **options)

    def sign_in(self, login: str, **options: Any) -> Person:
        """A new session of `login`."""
        client = self.stranger(**options)
        answer = client.post("/api/v1/session", json={"login": login, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return Person(client, self.ids[login], answer.json()["csrf"])

    def person(self, login: str) -> Person:
        """`login`, signed in once for all tests of the module."""
        if login not in self.people:
            self.people[login] = self.sign_in(login)
        return self.people[login]


def fill(w: Writing, password_hash: str) -> dict[str, int]:
    """Departments and people, with roles and profiles of the standard package."""
    ids: dict[str, int] = {}

    def make(obj: str, name: str, /, **values: object) -> int:
        made = create(w, obj, [values]).ids[0]
        assert made is not None
        ids[name] = made
        return made

    for kind in ("role", "profile"):
        table = w.registry.tables[kind]
        ids |= {f"{kind}:{row.key}": row.id for row in w.transaction.rows(sa.select(table.c.id, table.c.key))}
    make("department", "总部", name="总部")
    for name in ("华东", "华南"):
        make("department", name, name=name, parent_id=ids["总部"])
    for login, name, department, role_key, profile_key in PEOPLE:
        make("user", login, name=name, login=login, department_id=ids[department], active=True)
        store_hash(w.transaction, ids[login], password_hash)
        make("user_role", "held", user_id=ids[login], role_id=ids[f"role:{role_key}"])
        if profile_key is not None:
            make("user_profile", "held", user_id=ids[login], profile_id=ids[f"profile:{profile_key}"])
    return ids


@pytest.fixture(scope="session")
def password_hash() -> str:
    """The hash of everybody's password, made once: it is slow on purpose."""
    return hash_password(PASSWORD)


@pytest.fixture(scope="module")
def make_world(password_hash: str) -> Callable[[Database], World]:
    """Founds the company in a database."""

    def make(database: Database) -> World:
        with database.transaction() as tx:
            registry = load_registry(tx)
            ids = fill(writing(tx, registry, system("test company"), "test"), password_hash)
        return World(create_app(Settings(database, Sealer(new_key()))), database, registry, ids)

    return make


@pytest.fixture(scope="module")
def world(shared_database: Database, make_world: Callable[[Database], World]) -> Iterator[World]:
    """The company, shared by the tests of a module."""
    made = make_world(shared_database)
    yield made
    for person in made.people.values():
        person.client.close()
