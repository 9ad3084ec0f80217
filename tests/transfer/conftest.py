"""The standard configuration on a fresh database, with three people: an administrator, a manager and a salesperson."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from dougong.access.principal import Principal, system
from dougong.access.resolve import resolve
from dougong.metadata.apply import apply_package
from dougong.metadata.package import read_package
from dougong.metadata.registry import Registry, load_registry
from dougong.records.api import Page, Reading, create, page, parse_soql, writing
from dougong.records.configuration import apply_records
from dougong.storage.engine import Database


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


def make_world(database: Database) -> World:
    package = read_package(Path(str(resources.files("dougong.crm").joinpath("package"))))
    with database.transaction() as tx:
        apply_package(tx, package)
    with database.transaction() as tx:
        registry = load_registry(tx)
        w = writing(tx, registry, system("test"), "system")
        apply_records(w, package.records)
        keys = {row[0]: row[1] for row in page(w, parse_soql("SELECT key, id FROM role", registry)).rows}
        profiles = {row[0]: row[1] for row in page(w, parse_soql("SELECT key, id FROM profile", registry)).rows}
        head, east = create(w, "department", [{"name": "公司"}, {"name": "华东"}]).ids
        people = (
            ("admin", "管理员", "admin", "administrator", head),
            ("liqiang", "李强", "manager", "sales_manager", east),
            ("wangfang", "王芳", "standard", "sales", east),
        )
        ids = {}
        for login, name, role, profile, department in people:
            given = {"name": name, "login": login, "department_id": department}
            (ids[login],) = create(w, "user", [given]).ids
            create(w, "user_role", [{"user_id": ids[login], "role_id": keys[role]}])
            create(w, "user_profile", [{"user_id": ids[login], "profile_id": profiles[profile]}])
    with database.snapshot() as snapshot:
        registry = load_registry(snapshot)
        found = {login: resolve(snapshot, registry, user_id or 0) for login, user_id in ids.items()}
    return World(database, registry, found)


@pytest.fixture
def world(database: Database) -> World:
    return make_world(database)


@pytest.fixture(scope="module")
def shared_world(shared_database: Database) -> World:
    return make_world(shared_database)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Writes a file into the test's folder."""

    def write_file(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_file
