"""The standard configuration on a fresh database, with three people: an administrator, a manager and a salesperson."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dougong.access.principal import Principal, system
from dougong.access.resolve import resolve
from dougong.metadata.registry import Registry, load_registry
from dougong.records.api import Page, Reading, create, page, parse_soql, writing
from dougong.storage.engine import Database
from tests.conftest import MakeDatabase, fresh


@dataclass
class World:
    """A database with the standard configuration, and its people by login."""

    database: Database
    registry: Registry
    people: dict[str, Principal]

    def query(self, soql: str, login: str = "admin") -> list[tuple[Any, ...]]:
        """The rows of a SOQL query as somebody sees them."""
        return self.page(soql, login).rows

    def page(self, soql: str, login: str = "admin") -> Page:
        with self.database.snapshot() as snapshot:
            return page(Reading(snapshot, self.registry, self.people[login]), parse_soql(soql, self.registry))

    def count(self, object_name: str, login: str = "admin") -> int:
        return int(self.query(f"SELECT COUNT(id) FROM {object_name}", login)[0][0])

    def create(self, login: str, object_name: str, *rows: dict[str, Any]) -> list[int]:
        with self.database.transaction() as tx:
            outcome = create(writing(tx, self.registry, self.people[login], "ui"), object_name, rows)
            return [record_id for record_id in outcome.ids if record_id is not None]


PEOPLE = (
    ("admin", "管理员", "admin", "administrator", "公司"),
    ("liqiang", "李强", "manager", "sales_manager", "华东"),
    ("wangfang", "王芳", "standard", "sales", "华东"),
)


def found_people(database: Database) -> None:
    """Departments and people in a database with the standard package."""
    with database.transaction() as tx:
        w = writing(tx, load_registry(tx), system("test"), "system")
        for name in ("公司", "华东"):
            create(w, "department", [{"name": name}])
        for login, name, role, profile, department in PEOPLE:
            given = {"name": name, "login": login, "department_id": _id_of(w, "department", "name", department)}
            (user_id,) = create(w, "user", [given]).ids
            create(w, "user_role", [{"user_id": user_id, "role_id": _id_of(w, "role", "key", role)}])
            create(w, "user_profile", [{"user_id": user_id, "profile_id": _id_of(w, "profile", "key", profile)}])


def _id_of(reading: Reading, obj: str, field: str, value: str) -> int:
    found = parse_soql(f"SELECT id FROM {obj} WHERE {field} = '{value}'", reading.registry)
    return int(page(reading, found).rows[0][0])


def know_world(database: Database) -> World:
    """The people in a database where they were founded."""
    with database.transaction() as tx:
        registry = load_registry(tx)
        w = writing(tx, registry, system("test"), "system")
        people = {login: resolve(tx, registry, _id_of(w, "user", "login", login)) for login, *_ in PEOPLE}
    return World(database, registry, people)


@pytest.fixture
def world(make_database: MakeDatabase) -> Iterator[World]:
    with fresh(make_database, founded=found_people) as database:
        yield know_world(database)


@pytest.fixture(scope="module")
def shared_world(make_database: MakeDatabase) -> Iterator[World]:
    with fresh(make_database, founded=found_people) as database:
        yield know_world(database)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Writes a file into the test's folder."""

    def write_file(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_file
