"""Many people at the same moment on a real server: each record goes to one, and nobody holds more than they may."""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from dougong.access.principal import Principal
from dougong.access.resolve import resolve_people
from dougong.crm.pools.expiring import expire_all
from dougong.crm.pools.reading import found, is_
from dougong.crm.pools.taking import assign, claim
from dougong.expressions.ast import TRUE, all_of
from dougong.kit.errors import Conflict, NotFound, Refused
from dougong.records.api import Writing, create, writing
from dougong.records.people import record_by_key
from dougong.storage.engine import Database, open_database
from tests.crm.pools.company import Clock, Pooled
from tests.world.people import EMMA, WANG_FANG

DEEP = bool(os.environ.get("DEEP"))
PEOPLE, LEADS, ROUNDS = (200, 100, 50) if DEEP else (40, 20, 2)
MAX_HELD = 2
TOGETHER = 40
"""Connections; the embedded server has a hundred."""


@pytest.fixture
def crowd(company: Pooled) -> Iterator[tuple[Database, Sequence[Principal], int]]:
    """Many salespeople, all in one pool, and a database with a connection for each of those who come together."""
    with company.product() as w:
        made = len(found(w, "user", TRUE, ("id",)))
        (department,) = create(w, "department", [{"name": f"电销部{made}"}]).ids
        rows = [{"login": f"seller{made}x{n}", "name": f"电销{n}", "department_id": department} for n in range(PEOPLE)]
        ids = [i for i in create(w, "user", rows).ids if i is not None]
        role, profile = record_by_key(w, "role", "standard"), record_by_key(w, "profile", "sales")
        create(w, "user_role", [{"user_id": i, "role_id": role} for i in ids])
        create(w, "user_profile", [{"user_id": i, "profile_id": profile} for i in ids])
    pool = company.pool(members=[WANG_FANG], keepers=[EMMA], max_held=MAX_HELD, default_days=10)
    with company.product() as w:
        member = {"pool_id": pool, "member_id": {"object": "department", "id": department}}
        create(w, "pool_member", [member])
        people = list(resolve_people(w.snapshot, w.registry, ids).values())
    database = open_database(company.database.url, pool_size=TOGETHER)
    yield database, people, pool
    database.close()


def test_each_lead_goes_to_one_of_many_and_no_limit_is_exceeded(
    company: Pooled, time: Clock, crowd: tuple[Database, Sequence[Principal], int]
) -> None:
    database, people, pool = crowd
    for turn in range(ROUNDS):
        leads = company.lie(pool, LEADS)
        start = Barrier(TOGETHER)

        def take(
            number: int, me: Principal, leads: list[int] = leads, start: Barrier = start, turn: int = turn
        ) -> list[int]:
            if number < TOGETHER:
                start.wait()
            mine, told = [], set()
            # Each tries more than they may have, from where the others try too.
            for step in range(MAX_HELD + 1):
                wanted = leads[(number * 7 + step * 3 + turn) % len(leads)]
                refusal = tried(database, company, me, lambda w, wanted=wanted: claim(w, "lead", [wanted]))
                told.add(refusal)
                if refusal is None:
                    mine.append(wanted)
            # What somebody else has taken is not found, or found taken by who has seen it before.
            assert told <= {None, "pool.taken", "pool.limit_reached", "record.not_found"}
            return mine

        with ThreadPoolExecutor(TOGETHER) as threads:
            taken = list(threads.map(take, range(len(people)), people))
        won = [lead for some in taken for lead in some]
        assert len(won) == len(set(won))
        with company.product() as w:
            held = found(w, "lead", all_of(is_("id", *leads)), ("id", "owner_id"))
        by_lead = {row["id"]: row["owner_id"] for row in held}
        for me, some in zip(people, taken, strict=True):
            assert all(by_lead[lead] == me.user_id for lead in some)
        assert sum(owner is not None for owner in by_lead.values()) == len(won)
        assert len(won) == LEADS or turn > 0
        with company.product() as w:
            every = Counter(row["owner_id"] for row in found(w, "lead", is_("pool_id", pool), ("id", "owner_id")))
        assert max(number for owner, number in every.items() if owner is not None) <= MAX_HELD
        time.on(days=11)
        assert expire_all(company.clockwork()) == len(won)


def test_one_person_who_claims_in_many_windows_keeps_the_limit(
    company: Pooled, time: Clock, crowd: tuple[Database, Sequence[Principal], int]
) -> None:
    database, people, pool = crowd
    leads = company.lie(pool, 12)
    me = people[0]
    start = Barrier(len(leads))

    def take(lead: int) -> str | None:
        start.wait()
        return tried(database, company, me, lambda w: claim(w, "lead", [lead]))

    with ThreadPoolExecutor(len(leads)) as threads:
        told = Counter(threads.map(take, leads))
    assert told == {None: MAX_HELD, "pool.limit_reached": len(leads) - MAX_HELD}


def test_two_who_want_the_same_lead_at_once(
    company: Pooled, time: Clock, crowd: tuple[Database, Sequence[Principal], int]
) -> None:
    database, people, pool = crowd
    with company.product() as w:
        keeper = resolve_people(w.snapshot, w.registry, [company.person(EMMA)])[company.person(EMMA)]
    for lead, me in zip(company.lie(pool, 4), people, strict=False):
        start = Barrier(2)

        def act(who: Principal, lead: int = lead, start: Barrier = start, me: Principal = me) -> str | None:
            start.wait()
            if who is keeper:
                return tried(database, company, who, lambda w: assign(w, "lead", [lead], me.user_id or 0))
            return tried(database, company, who, lambda w: claim(w, "lead", [lead]))

        with ThreadPoolExecutor(2) as threads:
            told = set(threads.map(act, [keeper, me]))
        assert None in told
        assert told - {None} <= {"pool.taken", "record.not_found"}
        assert len(told) == 2
        assert company.lead(lead)["owner_id"] == me.user_id
        assert [m["kind"] for m in company.movements(lead)][1:] in (["claim"], ["assign"])


def tried(database: Database, company: Pooled, who: Principal, act: Callable[[Writing], int]) -> str | None:
    """The code with which the product refuses what `who` does in a transaction of their own; None where it is done."""
    try:
        with database.transaction() as tx:
            act(writing(tx, company.registry, who, "api"))
    except Refused as refusal:
        return refusal.problems[0].code
    except (Conflict, NotFound) as refusal:
        return refusal.code
    return None
