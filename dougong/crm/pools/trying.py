"""What a pool's rules would do tonight if they were others: counted, and nothing is changed (issue D, point 8)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from dougong.crm.pools.expiring import due, held_in, would_expire
from dougong.crm.pools.reading import OWNER, as_product
from dougong.crm.pools.rules import Pool, ended, tonight
from dougong.expressions.ast import Path
from dougong.kit.errors import BadRequest
from dougong.records.api import Call, Column, Function, Order, Query, Reading, count, page

DAYS_MAX = 3_650
PEOPLE_SHOWN = 20

RULES = ("default_days", "extend_days", "longest_days", "no_activity_days")


@dataclass(frozen=True)
class Trial:
    """How many of the held records would be taken back tonight, by these rules and by those in force, and from whom."""

    held: int
    would: int
    now: int
    people: tuple[tuple[int | None, str, int], ...]


def changed(pool: Pool, rules: Mapping[str, Any], moment: datetime) -> Pool:
    """The pool with other rules. Raises BadRequest for days out of bounds."""
    values: dict[str, Any] = {}
    for name in RULES:
        if name in rules:
            days = rules[name]
            if (days is None and name == "default_days") or (days is not None and not 1 <= days <= DAYS_MAX):
                raise BadRequest("pool.days_out_of_bounds", field=name, maximum=DAYS_MAX)
            values[name] = days
    automatic = bool(rules.get("automatic", pool.automatic))
    # A pool that begins to take back begins to count on that day.
    since = pool.recycle_since if pool.automatic and automatic else moment if automatic else None
    return replace(pool, **values, automatic=automatic, recycle_since=since)


def try_rules(r: Reading, pool: Pool, rules: Mapping[str, Any], moment: datetime) -> Trial:
    """What would go back to the pool at the midnight behind `moment`."""
    obj = r.registry.object(pool.object)
    product, other = as_product(r), changed(pool, rules, moment)
    night = tonight(moment, other.zone)
    would = would_expire(r, other, night, ended(other, night))
    owner, number = Path((OWNER,)), Call(Function.COUNT)
    name = Path(("owner", "name"))
    people = Query(
        pool.object,
        (Column(owner, "id"), Column(name, "name"), Column(number, "number")),
        would,
        group=(owner, name),
        order=(Order(number, descending=True),),
        limit=PEOPLE_SHOWN,
    )
    return Trial(
        held=count(product, pool.object, held_in(pool, obj), cap=None).number,
        would=count(product, pool.object, would, cap=None).number if other.automatic else 0,
        now=count(product, pool.object, due(r, obj, pool, night), cap=None).number if pool.automatic else 0,
        people=tuple((row[0], row[1] or "", row[2]) for row in page(product, people).rows) if other.automatic else (),
    )
