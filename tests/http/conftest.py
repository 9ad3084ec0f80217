"""The test company behind the HTTP edge: its people sign in with one password, each through the real application.

管理员 administers. 王芳 sells in 华东, 李强 leads 华东, 赵敏 sells in 华南. 陈静 has no profile: the stranger.
Everything goes through the product: the standard package, `records.api`, the application on the embedded database.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pwdlib.hashers.argon2 import Argon2Hasher

from dougong.access.passwords import store_hash
from dougong.access.principal import system
from dougong.http.app import create_app
from dougong.http.settings import Settings
from dougong.metadata.registry import Registry, load_registry
from dougong.records.api import Writing, create, writing
from dougong.storage.engine import Database
from dougong.storage.sealing import Sealer, new_key
from tests.conftest import MakeDatabase, fresh

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


@cache
def password_hash_of_all() -> str:
    """The hash of everybody's password. Made with as little work as there is, which checking it then takes as well:
    people sign in at the head of each module. What the product's own hashes cost is tested where passwords are."""
    return Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


def found_offices(database: Database) -> None:
    """Departments and people, with roles and profiles of the standard package."""
    with database.transaction() as tx:
        w = writing(tx, load_registry(tx), system("test company"), "test")
        ids = known_ids(w)

        def make(obj: str, /, **values: object) -> int:
            (made,) = create(w, obj, [values]).ids
            assert made is not None
            return made

        head = make("department", name="总部")
        departments = {"总部": head} | {
            name: make("department", name=name, parent_id=head) for name in ("华东", "华南")
        }
        for login, name, department, role_key, profile_key in PEOPLE:
            user_id = make("user", name=name, login=login, department_id=departments[department], active=True)
            store_hash(tx, user_id, password_hash_of_all())
            make("user_role", user_id=user_id, role_id=ids[f"role:{role_key}"])
            if profile_key is not None:
                make("user_profile", user_id=user_id, profile_id=ids[f"profile:{profile_key}"])


def known_ids(w: Writing) -> dict[str, int]:
    """The ids of roles and profiles (`role:admin`), departments by their names and people by their logins."""
    ids: dict[str, int] = {}
    for obj, column, start in (
        ("role", "key", "role:"),
        ("profile", "key", "profile:"),
        ("department", "name", ""),
        ("user", "login", ""),
    ):
        table = w.registry.tables[obj]
        rows = w.transaction.rows(sa.select(table.c.id, table.c[column].label("called")))
        ids |= {f"{start}{row.called}": row.id for row in rows}
    return ids


@pytest.fixture(scope="session")
def password_hash() -> str:
    """The hash of everybody's password."""
    return password_hash_of_all()


@contextmanager
def open_world(make_database: MakeDatabase) -> Iterator[World]:
    """The company in a database of its own, with the application on it."""
    with fresh(make_database, founded=found_offices) as database:
        with database.transaction() as tx:
            registry = load_registry(tx)
            ids = known_ids(writing(tx, registry, system("test company"), "test"))
        made = World(create_app(Settings(database, Sealer(new_key()))), database, registry, ids)
        yield made
        for person in made.people.values():
            person.client.close()


@pytest.fixture(scope="module")
def world(make_database: MakeDatabase) -> Iterator[World]:
    """The company, shared by the tests of a module."""
    with open_world(make_database) as made:
        yield made


@pytest.fixture
def own_world(make_database: MakeDatabase) -> Iterator[World]:
    """A company of its own for a test that changes what holds for everybody."""
    with open_world(make_database) as made:
        yield made


@pytest.fixture
def admin(world: World) -> Person:
    """管理员, who may do everything."""
    return world.person("admin")


@pytest.fixture
def wang(world: World) -> Person:
    """王芳, who sells."""
    return world.person("wangfang")
