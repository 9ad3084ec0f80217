"""The small company of `company.py`, once a module of tests, and writings in it that leave no trace."""

from collections.abc import Iterator
from contextlib import suppress

import pytest

from dougong.records.work import Writing
from dougong.storage.engine import Database
from dougong.storage.unit_of_work import Transaction
from tests.records.company import Company, found_company


class RolledBack(Exception):
    """Ends a test's transaction without a trace."""


@pytest.fixture(scope="module")
def company(shared_bare_database: Database) -> Company:
    """The company that all tests of a module share; they leave it as they found it."""
    return found_company(shared_bare_database)


@pytest.fixture
def tx(company: Company) -> Iterator[Transaction]:
    """A transaction that is rolled back."""
    with suppress(RolledBack), company.database.transaction() as transaction:
        yield transaction
        raise RolledBack


@pytest.fixture
def w(company: Company, tx: Transaction) -> Writing:
    """王芳 writing, in a transaction that is rolled back."""
    return company.write(tx, "王芳")
