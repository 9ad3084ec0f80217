"""Pools of the demonstration company: records that were given back, some taken again, with running countdowns."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from dougong.access.principal import Principal
from dougong.access.resolve import resolve
from dougong.crm.pools.reading import OWNER, POOL_ID, REASON, STATUS, UNCLAIMED, found, is_, unfinished
from dougong.crm.pools.reading import pool as read_pool
from dougong.crm.pools.returning import give_back
from dougong.crm.pools.rules import protection
from dougong.crm.pools.taking import assign, claim
from dougong.expressions.ast import all_of
from dougong.kit import clock
from dougong.metadata.registry import Registry
from dougong.records.api import Writing, create, keep, writing
from dougong.storage.unit_of_work import Transaction

LEADS: Mapping[str, Any] = {
    "name": "公共线索池",
    "object_name": "lead",
    "order_number": 1,
    "hidden_fields": '["mobile", "phone", "email", "wechat"]',
    "default_days": 15,
    "extend_days": 7,
    "longest_days": 60,
    "refreeze_days": 7,
    "daily_limit": 10,
    "max_held": 30,
}
ACCOUNTS: Mapping[str, Any] = {
    "name": "华东客户池",
    "object_name": "account",
    "order_number": 1,
    "default_days": 60,
    "extend_days": 30,
    "longest_days": 365,
    "refreeze_days": 15,
    "max_held": 50,
}
PERIODS: Sequence[Mapping[str, Any]] = (
    {
        "name": "A 级客户",
        "order_number": 1,
        "conditions": '{"field": "level", "op": "=", "value": "a"}',
        "default_days": 120,
        "extend_days": 60,
    },
    {
        "name": "C 级客户",
        "order_number": 2,
        "conditions": '{"field": "level", "op": "=", "value": "c"}',
        "default_days": 45,
    },
)
KEEPERS = ("liqiang", "zhaoguoqiang")
MEMBERS = {
    "lead": ("wangfang", "liuyang", "sunyue", "wuhao", "zhengjie"),
    "account": ("wangfang", "liuyang", "sunyue"),
}
RETURNING = {"lead": ("liuyang", "sunyue", "wuhao", "zhengjie"), "account": ("liuyang", "sunyue")}
"""Whose records went back, but for what they hold on to."""
REASONS = {"lead": ("联系不上", "暂无需求", "信息有误"), "account": ("暂无采购计划", "精力不足")}
GIVEN_UP = {"lead": 4, "account": 3}
"""Of so many each gives one back."""
TAKEN = {"lead": (("wangfang", 1), ("wangfang", 9), ("wangfang", 13), ("sunyue", 4)), "account": (("wangfang", 58),)}
"""Who took one of them, and how many days ago."""
IN_FORCE, BEFORE = timedelta(days=400), timedelta(days=2)
"""Since when the pools take back, and how long before one movement of a record the other was."""


def load_pools(tx: Transaction, registry: Registry, people: Mapping[str, Principal]) -> None:
    """Pools with members and rules, and what happened in them."""
    admin = writing(tx, registry, people["admin"], "ui")
    for settings in (LEADS, ACCOUNTS):
        name = settings["object_name"]
        pool = int(create(admin, "pool", [settings]).ids[0] or 0)
        parts = [(login, "administrator") for login in KEEPERS] + [(login, "member") for login in MEMBERS[name]]
        rows = [
            {"pool_id": pool, "member_id": {"object": "user", "id": people[login].user_id}, "part": part}
            for login, part in parts
        ]
        create(admin, "pool_member", rows)
        # The pool was made a moment ago; in the story its rules were in force all the time.
        keep(admin, "pool", {pool: {"recycle_since": clock.now() - IN_FORCE}})
        create(admin, "pool_self_created", [{"object_name": name, "rule": "manual"}])
        if name == "account":
            conditions = '{"field": "open_opportunities", "op": ">", "value": 0}'
            create(admin, "pool_exception", [{"pool_id": pool, "name": "有进行中的销售机会", "conditions": conditions}])
            create(admin, "pool_period", [{"pool_id": pool, **one} for one in PERIODS])
        _happen(tx, registry, people, name, pool)


def _happen(tx: Transaction, registry: Registry, people: Mapping[str, Principal], name: str, pool: int) -> None:
    def acting(login: str) -> Writing:
        # Only now does the person know the pool.
        return writing(tx, registry, resolve(tx, registry, people[login].user_id or 0), "ui")

    first = acting(KEEPERS[0])
    reasons = {row["name"]: row["id"] for row in found(first, REASON, is_("object_name", name), ("id", "name"))}
    for login in RETURNING[name]:
        w = acting(login)
        for place, record_id in enumerate(_given_up(w, name)):
            reason = REASONS[name][place % len(REASONS[name])]
            give_back(w, name, [record_id], reasons[reason], None, pool)
    lying = _lying(first, name, pool)
    for (login, days), (record_id, last_owner) in zip(TAKEN[name], _some_of(lying, name), strict=False):
        if people[login].user_id == last_owner:
            assign(first, name, [record_id], people[login].user_id or 0)
        else:
            claim(acting(login), name, [record_id])
        _long_ago(first, name, record_id, pool, days)


def _given_up(w: Writing, name: str) -> list[int]:
    """What the person gives back of their own: nothing that is being sold to, nor what is at its good end."""
    obj = w.registry.objects[name]
    idle = unfinished(obj)
    if name == "account":
        idle = all_of(idle, is_("open_opportunities", 0))
    rows = found(w, name, all_of(is_(OWNER, w.actor.user_id), idle), ("id",))
    return [row["id"] for row in rows][:: GIVEN_UP[name]]


def _lying(w: Writing, name: str, pool: int) -> list[tuple[int, int]]:
    rows = found(w, name, all_of(is_(POOL_ID, pool), is_(STATUS, UNCLAIMED)), ("id", "last_owner_id"))
    return [(row["id"], row["last_owner_id"]) for row in rows]


def _some_of(lying: Sequence[tuple[int, int]], name: str) -> list[tuple[int, int]]:
    """Records for those who take some: every other one, so that some are left of each."""
    return list(lying[::2]) if len(lying) > len(TAKEN[name]) else list(lying[:1])


def _long_ago(w: Writing, name: str, record_id: int, pool: int, days: int) -> None:
    """The record was taken `days` ago, and came into the pool before: its protection ran since then."""
    taken = clock.now() - timedelta(days=days)
    runs = protection(read_pool(w, pool), taken)
    dates = {} if runs is None else {"expires_at": runs.expires_at, "hard_end_at": runs.hard_end_at}
    keep(w, name, {record_id: {"claimed_at": taken, **dates}})
    moves = sorted((one["id"] for one in found(w, "pool_movement", is_("record_id", record_id), ("id",))), reverse=True)
    keep(w, "pool_movement", {move: {"moved_at": taken - n * BEFORE} for n, move in enumerate(moves)})
