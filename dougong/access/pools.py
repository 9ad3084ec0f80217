"""Pools on the reader's side: who may see what lies in one, who administers it, and what is hidden until it is taken.

A row carries the token of its pool (`dougong.access.tokens`), a reader those of the pools that they are in: joining or
leaving a pool rewrites no record. Source: domain.md 5.8 (1).
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from dougong.access.subjects import Member, as_member
from dougong.access.tokens import Kind, token
from dougong.metadata.registry import Registry
from dougong.storage.unit_of_work import Snapshot

POOL, POOL_MEMBER = "pool", "pool_member"

ADMINISTRATOR = "administrator"
"""The part of who assigns, reclaims and moves the records of a pool."""


@dataclass(frozen=True)
class PoolAccess:
    """What one pool lets its people see."""

    id: int
    name: str
    object: str
    open: bool
    """Its members see what lies in it and may take it; else only its administrators do."""
    hidden: frozenset[str]
    """The fields that stay blank until somebody has taken the record, for all but the pool's administrators."""


@dataclass(frozen=True)
class Pools:
    """The pools in use, and who is in each."""

    by_id: Mapping[int, PoolAccess] = field(default_factory=dict)
    members: Mapping[Member, tuple[int, ...]] = field(default_factory=dict)
    administrators: Mapping[Member, tuple[int, ...]] = field(default_factory=dict)

    def joined(self, subjects: Iterable[Member]) -> dict[int, bool]:
        """The pools in which one of `subjects` is, each with whether as an administrator of it."""
        found: dict[int, bool] = {}
        for subject in subjects:
            for pool in self.members.get(subject, ()):
                found.setdefault(pool, False)
            for pool in self.administrators.get(subject, ()):
                found[pool] = True
        return found

    def tokens(self, subjects: Iterable[Member]) -> tuple[frozenset[int], frozenset[int]]:
        """What such a person may read and what they may edit: administrators also what somebody has in hands."""
        read, edited = set[int](), set[int]()
        for pool, administers in self.joined(subjects).items():
            if administers:
                read |= {token(Kind.POOL, pool), token(Kind.POOL_HELD, pool)}
                edited.add(token(Kind.POOL, pool))
            elif self.by_id[pool].open:
                read.add(token(Kind.POOL, pool))
        return frozenset(read), frozenset(edited)

    def masks(self, administered: Collection[int]) -> dict[tuple[str, str], tuple[int, ...]]:
        """By object and field the pools in which it is hidden from who administers `administered`."""
        found: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for pool in self.by_id.values():
            if pool.id not in administered:
                for name in pool.hidden:
                    found[pool.object, name].append(pool.id)
        return {key: tuple(sorted(ids)) for key, ids in found.items()}


def read_pools(snapshot: Snapshot, registry: Registry) -> Pools:
    """All pools with their people. One that is switched off goes on to show what lies in it to its administrators."""
    if POOL not in registry.tables or POOL_MEMBER not in registry.tables:
        return Pools()
    pools, members = registry.tables[POOL], registry.tables[POOL_MEMBER]
    statement = sa.select(
        pools.c.id, pools.c.name, pools.c.object_name, pools.c.visibility, pools.c.hidden_fields, pools.c.active
    ).where(pools.c.deleted_at.is_(None))
    found = {
        row.id: PoolAccess(
            id=row.id,
            name=row.name or "",
            object=row.object_name or "",
            open=bool(row.active) and row.visibility == "open",
            hidden=hidden_names(row.hidden_fields),
        )
        for row in snapshot.rows(statement)
    }
    if not found:
        return Pools()
    by_part: dict[bool, defaultdict[Member, list[int]]] = {True: defaultdict(list), False: defaultdict(list)}
    statement = sa.select(
        members.c.pool_id, members.c.member_type, members.c.member_id, members.c.with_below, members.c.part
    ).where(members.c.deleted_at.is_(None))
    for row in snapshot.rows(statement):
        if row.pool_id in found:
            member = as_member(row.member_type, row.member_id, with_below=row.with_below)
            by_part[row.part == ADMINISTRATOR][member].append(row.pool_id)
    return Pools(
        found,
        {member: tuple(ids) for member, ids in by_part[False].items()},
        {member: tuple(ids) for member, ids in by_part[True].items()},
    )


def hidden_names(text: str | None) -> frozenset[str]:
    """The fields that the setting of a pool names (a JSON list); none where it cannot be read."""
    try:
        found = json.loads(text or "[]")
    except ValueError:
        return frozenset()
    return frozenset(name for name in found if isinstance(name, str)) if isinstance(found, list) else frozenset()
