"""Blocking rules between writers at the same moment, on many connections."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from dougong.kit.errors import Refused
from dougong.metadata.registry import load_registry
from dougong.records.api import create, writing
from dougong.storage.engine import open_database
from tests.duplicates.acts import Company, only_rules_of_tests, rule
from tests.duplicates.conftest import Founded
from tests.world.people import LI_QIANG

WRITERS = 8


@pytest.fixture
def blocking(founded: Founded) -> Founded:
    """The company with a rule that blocks the same and similar names, committed."""
    with founded.database.transaction() as tx:
        company = Company(tx, founded.registry, founded.people)
        only_rules_of_tests(company)
        name, like = (("name", match, "account", "name") for match in ("company", "fuzzy"))
        rule(company, "account", [name], [like], action="block")
    return founded


def at_once(acts: Sequence[Callable[[], int]]) -> list[int]:
    """Run all at the same moment; the answer of each."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], int]) -> int:
        start.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_of_many_writers_of_the_same_company_one_wins(blocking: Founded) -> None:
    database = open_database(blocking.database.url, pool_size=WRITERS)

    def bring(names: Sequence[str], via: str) -> int:
        with database.transaction() as tx:
            w = writing(tx, load_registry(tx), blocking.people[LI_QIANG.login], via)
            try:
                outcome = create(w, "account", [{"name": name} for name in names], skip_problems=via == "import")
            except Refused:
                return 0
            return sum(one is not None for one in outcome.ids)

    ways = ["字节跳动科技有限公司", "北京字节跳动", "字节跳动网络（上海）", "字节跳动"]
    acts: list[Callable[[], int]] = [
        (lambda name=name: bring([name], "ui"))
        for name in ways * (WRITERS // len(ways))  # type: ignore[misc]
    ]
    try:
        assert sum(at_once(acts)) == 1
        # Two imports that bring the same companies in opposite orders: each company once, and nobody waits for ever.
        brands = ["深蓝医药", "柳工机械", "阿里巴巴", "小米通讯", "海尔智家", "比亚迪汽车"]
        files = [[f"{name}有限公司" for name in brands], [f"{name}集团" for name in reversed(brands)]]
        both = at_once([lambda: bring(files[0], "import"), lambda: bring(files[1], "import")])
        assert sum(both) == len(brands)
        with database.snapshot() as snapshot:
            table = load_registry(snapshot).tables["account"]
            assert snapshot.scalar(sa.select(sa.func.count()).select_from(table)) == len(brands) + 1
    finally:
        database.close()
