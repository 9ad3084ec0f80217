"""Storage knows no objects: its tests run on databases with the system tables only."""

import pytest

from dougong.storage.engine import Database


@pytest.fixture
def database(bare_database: Database) -> Database:
    return bare_database
