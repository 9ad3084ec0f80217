"""Pools of the test company, and its people at a time that a test sets."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dougong.access.principal import system
from dougong.access.resolve import resolve
from dougong.crm.pools.expiring import Clockwork, expire_all
from dougong.expressions.ast import Compare, Operator, Path
from dougong.kit import clock
from dougong.metadata.registry import Registry, RegistryCache, load_registry
from dougong.records.api import Change, Query, Writing, columns_of, create, delete, keeping, page, update, writing
from dougong.records.people import find_person
from dougong.storage.engine import Database
from tests.conftest import MakeDatabase, fresh
from tests.world.people import Person, found_company

NOON = datetime(2026, 3, 25, 4, tzinfo=UTC)
"""Noon in China."""


@dataclass
class Clock:
    """The time that the product reads."""

    now: datetime = NOON

    def to(self, month: int, day: int, hour: int = 12, minute: int = 0) -> None:
        """Set the time, in China."""
        self.now = datetime(2026, month, day, tzinfo=UTC) + timedelta(hours=hour - 8, minutes=minute)

    def on(self, **time: float) -> None:
        """Let time go by."""
        self.now += timedelta(**time)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time, standing until a test moves it."""
    standing = Clock()

    class Standing(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return standing.now.astimezone(tz)

    monkeypatch.setattr(clock, "datetime", Standing)
    return standing


@dataclass
class Pooled:
    """The company with pools."""

    database: Database
    registry: Registry
    """Read once: it takes longer than all else that a test does."""
    ids: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def acting(self, person: Person) -> Iterator[Writing]:
        """A transaction of `person`."""
        with self.database.transaction() as tx:
            actor = resolve(tx, self.registry, self.person(person))
            yield writing(tx, self.registry, actor, "api")

    @contextmanager
    def product(self) -> Iterator[Writing]:
        """A transaction of the product."""
        with self.database.transaction() as tx:
            yield writing(tx, self.registry, system("test"), "test")

    def pool(self, name: str = "线索池", obj: str = "lead", members: Any = (), keepers: Any = (), **values: Any) -> int:
        """A pool with its people."""
        with self.product() as w:
            given = {"remind_days": None, **values}
            (pool,) = create(w, "pool", [{"name": name, "object_name": obj, **given}]).ids
            rows = [
                {"pool_id": pool, "member_id": {"object": "user", "id": find_person(w, one.login)}, "part": part}
                for part, people in (("member", members), ("administrator", keepers))
                for one in people
            ]
            create(w, "pool_member", rows)
        assert pool is not None
        return pool

    def lie(self, pool: int, count: int = 1, **values: Any) -> list[int]:
        """Leads that lie in a pool."""
        rows = [{"name": f"张{n}", "company_name": "甲", "mobile": f"1380000{n:04d}", **values} for n in range(count)]
        with self.product() as w:
            return [i for i in create(w, "lead", [{**row, "pool_id": pool} for row in rows]).ids if i is not None]

    def lead_of(self, person: Person, **values: Any) -> int:
        """A lead of somebody that was never in a pool."""
        with self.acting(person) as w:
            given = {"name": "周敏", "company_name": "甲", "mobile": "13800009999", **values}
            (made,) = create(w, "lead", [given]).ids
        assert made is not None
        return made

    def account(self, pool: int, name: str, **values: Any) -> int:
        """An account that lies in a pool."""
        with self.product() as w:
            (made,) = create(w, "account", [{"name": name, "pool_id": pool, **values}]).ids
        assert made is not None
        return made

    def person(self, person: Person) -> int:
        """The id of a person."""
        if person.login not in self.ids:
            with self.product() as w:
                self.ids[person.login] = find_person(w, person.login) or 0
        return self.ids[person.login]

    def record(self, object_name: str, record_id: int) -> dict[str, Any]:
        """All that a record says."""
        with self.product() as w:
            names = tuple(w.registry.objects[object_name].fields)
            where = Compare(Path(("id",)), Operator.EQ, (record_id,))
            (row,) = page(w, Query(object_name, columns_of(names), where)).rows
            return dict(zip(names, row, strict=True))

    def lead(self, record_id: int) -> dict[str, Any]:
        """All that a lead says."""
        return self.record("lead", record_id)

    def movements(self, record_id: int) -> list[dict[str, Any]]:
        """The log of a record, the oldest first."""
        names = ("kind", "by_id", "from_id", "to_id", "rule", "rule_days", "since", "description", "pool_id")
        with self.product() as w:
            where = Compare(Path(("record_id",)), Operator.EQ, (record_id,))
            rows = page(w, Query("pool_movement", columns_of(("id", *names)), where)).rows
        return [dict(zip(names, row[1:], strict=True)) for row in sorted(rows)]

    def convert(self, lead: int, *, status: str = "converted") -> None:
        """A lead at its good end, or taken back from there, as conversion and its undoing write it."""
        with self.product() as w:
            at = clock.now() if status == "converted" else None
            update(keeping(w, "converted_at"), "lead", [Change(lead, {"status": status, "converted_at": at})])

    def night(self) -> int:
        """The job, at the time that the clock shows."""
        return expire_all(self.clockwork())

    def clockwork(self, **settings: Any) -> Clockwork:
        """A run of the job."""
        return Clockwork(self.database.transaction, clock.now(), registries=RegistryCache(self.registry), **settings)


@pytest.fixture(scope="module")
def founded(make_database: MakeDatabase) -> Iterator[Pooled]:
    """The company, once for a module."""
    with fresh(make_database, founded=found_company) as database:
        with database.transaction() as tx:
            registry = load_registry(tx)
        yield Pooled(database, registry)


@pytest.fixture
def company(founded: Pooled) -> Iterator[Pooled]:
    """The company, with nothing in it; what a test leaves is thrown away."""
    yield founded
    with founded.product() as w:
        for name in ("opportunity", "contact", "lead", "account", "pool_limit", "pool_self_created", "pool"):
            while ids := [row[0] for row in page(w, Query(name, columns_of(("id",)), limit=500)).rows]:
                delete(w, name, ids)
