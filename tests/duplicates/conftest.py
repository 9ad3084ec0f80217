"""The test company with the standard package, once a module; each test writes in it and leaves no trace."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import pytest

from dougong.access.principal import Principal, system
from dougong.access.resolve import resolve
from dougong.metadata.registry import Registry, load_registry
from dougong.records.api import writing
from dougong.records.people import find_person
from dougong.storage.engine import Database
from tests.conftest import MakeDatabase, fresh
from tests.duplicates.acts import Company, only_rules_of_tests
from tests.world.people import PEOPLE, found_company


class RolledBack(Exception):
    """Ends a test's transaction without a trace."""


@dataclass(frozen=True)
class Founded:
    """The company as it was founded."""

    database: Database
    registry: Registry
    people: dict[str, Principal]


@pytest.fixture(scope="module")
def founded(make_database: MakeDatabase) -> Iterator[Founded]:
    """The company in a database of its own, read once."""
    with fresh(make_database, founded=found_company) as database:
        with database.transaction() as tx:
            registry = load_registry(tx)
            w = writing(tx, registry, system("test company"), "test")
            people = {one.login: resolve(tx, registry, find_person(w, one.login) or 0) for one in PEOPLE}
        yield Founded(database, registry, people)


@pytest.fixture
def company(founded: Founded) -> Iterator[Company]:
    """The company for one test."""
    with suppress(RolledBack), founded.database.transaction() as tx:
        yield Company(tx, founded.registry, founded.people)
        raise RolledBack


@pytest.fixture
def bare(company: Company) -> Company:
    """The company with no rules but those of the test."""
    only_rules_of_tests(company)
    return company
