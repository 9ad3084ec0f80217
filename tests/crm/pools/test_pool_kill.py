"""`kill -9` of the process that takes records back, at random moments: nothing is done twice and nothing is left."""

import os
import random  # noqa: TID251  # decides when to kill; the seed is printed
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta

from dougong.automation.notifications import notifications
from dougong.crm.pools.expiring import Clockwork, expire_all
from dougong.crm.pools.reading import found, is_
from dougong.kit import clock
from dougong.records.api import keep
from tests.crm.pools.company import Pooled
from tests.crm.pools.test_pools import take
from tests.world.people import WANG_FANG

LEADS, CHUNK = 600, 20
KILLS = 20 if os.environ.get("DEEP") else 4

JOB = """
import sys
from dougong.crm.pools.expiring import Clockwork, expire_all
from dougong.kit import clock
from dougong.storage.engine import open_database
database = open_database(sys.argv[1])
print("begins", flush=True)
expire_all(Clockwork(database.transaction, clock.now(), chunk=int(sys.argv[2])))
"""


def test_nothing_is_done_twice_and_nothing_is_left_by_kill_9(company: Pooled) -> None:
    pool = company.pool(members=[WANG_FANG], default_days=10)
    ids = company.lie(pool, LEADS)
    take(company, WANG_FANG, *ids)
    over = clock.now() - timedelta(days=1)
    with company.product() as w:
        keep(w, "lead", {lead: {"claimed_at": over - timedelta(days=10), "expires_at": over} for lead in ids})
    seed = random.SystemRandom().getrandbits(32)
    sys.stdout.write(f"seed {seed}\n")
    chance = random.Random(seed)
    left = []
    for _ in range(KILLS):
        with subprocess.Popen(
            [sys.executable, "-c", JOB, company.database.url, str(CHUNK)], stdout=subprocess.PIPE
        ) as job:
            assert job.stdout is not None
            assert job.stdout.readline() == b"begins\n"
            time.sleep(chance.uniform(0.2, 3))
            os.kill(job.pid, signal.SIGKILL)
            assert job.wait() in {-signal.SIGKILL, 0}
        with company.product() as w:
            left.append(len(found(w, "lead", is_("pool_status", "claimed"), ("id",))))
    sys.stdout.write(f"left after each kill: {left}\n")
    assert left == sorted(left, reverse=True)
    assert expire_all(Clockwork(company.database.transaction, clock.now())) == left[-1]
    with company.product() as w:
        rows = found(w, "lead", is_("id", *ids), ("id", "owner_id", "pool_status", "return_count"))
        lines = found(w, "pool_movement", is_("kind", "expire"), ("id", "record_id"))
    assert {tuple(row.values())[1:] for row in rows} == {(None, "unclaimed", 1)}
    assert Counter(line["record_id"].id for line in lines) == Counter(ids)
    with company.acting(WANG_FANG) as w:
        told = [one for one in notifications(w) if one.kind == "pool"]
    # Chunks that were stored tell of themselves once; those that were not, not at all.
    assert LEADS / CHUNK >= len(told) >= 1
