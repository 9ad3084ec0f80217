"""Blocking rules between writers at the same moment, on many connections."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from dougong.kit.errors import Refused
from dougong.metadata.registry import load_registry
from dougong.records.api import Change, Writing, create, delete, update, writing
from dougong.records.duplicates.scanning import run_scan, start_scan
from dougong.storage.engine import Database, open_database
from dougong.storage.schema import duplicate_pair
from dougong.storage.unit_of_work import Transaction
from tests.duplicates.acts import Company, made, marked, only_rules_of_tests, rule
from tests.duplicates.conftest import Founded
from tests.world.people import ADMIN, LI_QIANG, WANG_FANG

WRITERS = 8
NAMES = iter(["西湖电子", "东湖纺织", "南湖机械", "北湖医药"])


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


@pytest.fixture
def unmarked(founded: Founded) -> tuple[int, int, str]:
    """Two accounts of one name, from before the rule that marks them, and that name."""
    name = next(NAMES)
    with founded.database.transaction() as tx:
        company = Company(tx, founded.registry, founded.people)
        only_rules_of_tests(company)
        first, second = (made(company, WANG_FANG, "account", name=one) for one in (name, f"{name}有限公司"))
        rule(company, "account", [("name", "company", "account", "name")], action="mark", key=f"scanned{first}")
        assert not any(marked(company, "account", first, second))
    return first, second, name


def gone(w: Writing, record_id: int) -> None:
    delete(w, "account", [record_id])


def renamed(w: Writing, record_id: int) -> None:
    update(w, "account", [Change(record_id, {"name": f"改名后的{record_id}号"})])


@pytest.mark.parametrize("act", [gone, renamed])
@pytest.mark.parametrize("by", ["scan", "creation"])
def test_a_twin_that_goes_while_it_is_being_found_leaves_no_mark(
    founded: Founded, unmarked: tuple[int, int, str], act: Callable[[Writing, int], None], by: str
) -> None:
    """Whoever finds it has read it before it went, and writes down what they found behind that."""
    first, second, name = unmarked
    database = open_database(founded.database.url, pool_size=4)

    def as_person(tx: Transaction, login: str) -> Writing:
        return writing(tx, founded.registry, founded.people[login], "ui")

    def find() -> int:
        if by == "scan":
            with database.transaction() as tx:
                job_id = start_scan(as_person(tx, ADMIN.login), "account")
            run_scan(database, job_id)
            return first
        with database.transaction() as tx:
            delete(as_person(tx, ADMIN.login), "account", [first])
        with database.transaction() as tx:
            (third,) = create(as_person(tx, WANG_FANG.login), "account", [{"name": f"{name}集团"}]).ids
        return third or 0

    try:
        with ThreadPoolExecutor(1) as pool:
            with database.transaction() as tx:
                act(as_person(tx, WANG_FANG.login), second)
                finding = pool.submit(find)
                wait_until_somebody_waits(database)
            found = finding.result(20)
        with database.transaction() as tx:
            assert marked(Company(tx, founded.registry, founded.people), "account", found) == [False]
            pairs = sa.select(sa.func.count()).select_from(duplicate_pair)
            assert (
                tx.scalar(pairs.where(sa.or_(duplicate_pair.c.low_id == second, duplicate_pair.c.high_id == second)))
                == 0
            )
    finally:
        database.close()


def wait_until_somebody_waits(database: Database) -> None:
    """Until a transaction waits for a record that another one holds."""
    waiting = sa.select(sa.func.count()).select_from(sa.table("pg_locks")).where(sa.column("granted").is_(False))
    for _ in range(200):
        with database.snapshot() as snapshot:
            if snapshot.scalar(waiting):
                return
        time.sleep(0.05)
    raise AssertionError("nobody waits")
