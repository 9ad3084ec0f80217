"""What duplicate rules cost: the check of one new account among many, an import of 10,000 rows, a scan of all.

`python -m bench --duplicates [--sizes 1000000]` makes that many accounts with names like those of companies in a
database of its own, with rules for the same and for similar names, and prints percentiles and rates: once with names of
which very many are alike, once with names as various as those of companies.
"""

import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles

from dougong.access.principal import system
from dougong.crm.standard import install
from dougong.metadata.registry import Registry, load_registry
from dougong.records.api import Change, Writing, create, update, writing
from dougong.records.duplicates import matches
from dougong.records.duplicates.scanning import run_scan, start_scan
from dougong.storage.embedded import running
from dougong.storage.engine import Database, open_database
from dougong.storage.migrate import upgrade
from dougong.storage.unit_of_work import Transaction

PLACES = "北京 上海 杭州市 深圳 苏州 成都 武汉 广东省广州市 青岛 厦门".split()
CHARACTERS = "天地宏盛华泰安信诚远大新科创联合众智云海金龙瑞祥嘉禾博雅德润恒隆正阳东方明珠星辰长城蓝图启航卓越领先"
TRADES = (
    "科技 电子科技 信息技术 网络科技 贸易 商贸 实业 机械设备 建筑工程 医药 食品 物流 文化传媒 新材料 环保科技".split()
)
FORMS = "有限公司 有限责任公司 股份有限公司 集团有限公司".split()
COMMON = "".join(bytes((high, low)).decode("gb2312") for high in range(0xB0, 0xD7) for low in range(0xA1, 0xFF, 6))
"""Every sixth of the common characters."""
BRANDS = {"harsh": CHARACTERS, "usual": COMMON}
"""What brands are made of: of the first nine of ten names among a million are like others."""
CHUNK, CHECKS, IMPORTED = 1_000, 500, 10_000


def names(lots: random.Random, characters: str = CHARACTERS) -> Iterator[str]:
    """Names of companies: about one in fifty is that of another in another way of writing."""
    known: list[str] = []
    while True:
        if known and lots.randrange(50) == 0:
            core = lots.choice(known)
        else:
            core = "".join(lots.choices(characters, k=lots.choice((2, 3, 3, 4, 4)))) + lots.choice(TRADES)
            if len(known) < 10_000:
                known.append(core)
        yield f"{lots.choice(PLACES)}{core}{lots.choice(FORMS)}"


def measure(size: int, brands: str) -> dict[str, object]:
    """The figures with `size` accounts whose names are of one of `BRANDS`."""
    with tempfile.TemporaryDirectory(prefix="dougong-bench-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        with running(Path(folder) / "server") as server:
            upgrade(server.url)
            database = open_database(server.url, pool_size=4)
            try:
                return {"names": brands} | _measured(database, size, BRANDS[brands])
            finally:
                database.close()


def _measured(database: Database, size: int, characters: str) -> dict[str, object]:
    source = names(random.Random(5), characters)
    with database.transaction() as tx:
        install(tx)
    with database.transaction() as tx:
        registry = load_registry(tx)
        rule_id = _add_rule(_writing(tx, registry))
    started = time.perf_counter()
    for done in range(0, size, CHUNK):
        with database.transaction() as tx:
            rows = [{"name": next(source)} for _ in range(min(CHUNK, size - done))]
            create(_writing(tx, registry), "account", rows)
    filled = time.perf_counter() - started
    with database.transaction() as tx:
        tx.connection.exec_driver_sql("ANALYZE")
    spent = []
    with database.transaction() as tx:
        r = _writing(tx, registry)
        for _ in range(CHECKS):
            at = time.perf_counter()
            matches(r, "account", {"name": next(source)})
            spent.append((time.perf_counter() - at) * 1000)
    spent.sort()
    imported = _import(database, registry, source)
    with database.transaction() as tx:
        job_id = start_scan(_writing(tx, registry), "account")
    started = time.perf_counter()
    run_scan(database, job_id)
    scanned = time.perf_counter() - started
    cuts = quantiles(spent, n=100)
    with database.transaction() as tx:
        update(_writing(tx, registry), "duplicate_rule", [Change(rule_id, {"active": False})])
    return {
        "accounts": size,
        "filled_per_s": round(size / filled),
        "check_ms_p50": round(cuts[49], 2),
        "check_ms_p95": round(cuts[94], 2),
        "import_rows_per_s": round(imported),
        "import_with_the_rules_of_the_package_only": round(_import(database, registry, source)),
        "scan_s": round(scanned, 1),
    }


def _import(database: Database, registry: Registry, source: Iterator[str]) -> float:
    """Rows a second of an import in chunks."""
    started = time.perf_counter()
    for _ in range(0, IMPORTED, CHUNK):
        rows = [{"name": next(source)} for _ in range(CHUNK)]
        with database.transaction() as tx:
            create(_writing(tx, registry), "account", rows, skip_problems=True)
    return IMPORTED / (time.perf_counter() - started)


def _writing(tx: Transaction, registry: Registry) -> Writing:
    return writing(tx, registry, system("bench of duplicates"), "import")


def _add_rule(w: Writing) -> int:
    values = {"key": "bench", "name": "相似的客户", "object_name": "account", "action": "mark"}
    (rule_id,) = create(w, "duplicate_rule", [values]).ids
    name = {"object_name": "account", "field_name": "name", "compared_object": "account", "compared_field": "name"}
    create(w, "duplicate_condition", [{"rule_id": rule_id, "group_number": 1, "match": "fuzzy", **name}])
    return int(rule_id or 0)


def run(sizes: list[int]) -> list[dict[str, object]]:
    """The figures for each size, printed as they come."""
    found = []
    for size in sizes:
        for brands in BRANDS:
            found.append(measure(size, brands))
            print(found[-1], flush=True)
    return found
