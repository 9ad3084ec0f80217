"""The test company of `tests.world`, once a module, for the business areas."""

from collections.abc import Iterator

import pytest

from dougong.storage.engine import Database
from tests.conftest import MakeDatabase, fresh
from tests.world.people import found_company


@pytest.fixture(scope="module")
def company(make_database: MakeDatabase) -> Iterator[Database]:
    """A database with the people of the test company."""
    with fresh(make_database, founded=found_company) as database:
        yield database
