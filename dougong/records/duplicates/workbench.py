"""The workbench: open pairs as groups of likely twins, and the word that some are not the same."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from dougong.access.policy import allowed
from dougong.access.principal import Action
from dougong.kit.clock import now
from dougong.kit.errors import BadRequest, Forbidden
from dougong.records.duplicates.finding import Found
from dougong.records.duplicates.matches import Match, told
from dougong.records.duplicates.pairs import DIFFERENT, OPEN, Twins, mark, of_records, values_of
from dougong.records.duplicates.rules import Rule, rules_of
from dougong.records.read.page import get
from dougong.records.read.visibility import visible
from dougong.records.work import Reading, Writing
from dougong.records.write.columns import is_one_of
from dougong.storage.schema import duplicate_pair

PAIRS_READ = 500
"""Pairs of which groups are made: the likest. Behind those that are settled others come up."""
GROUPS_MAX = 50
GROUP_SIZE_MAX = 10
COUNTED_MAX = 10_000


@dataclass(frozen=True)
class Twinned:
    """Records that are likely the same: how like the likest two are, and by which rules."""

    score: int
    rules: tuple[str, ...]
    records: tuple[Match, ...]


def groups(r: Reading, object_name: str, rule_id: int | None = None) -> list[Twinned]:
    """The groups of likely twins with a record of the object in them, the likest first, as far as the reader sees them.

    Raises Forbidden where the object is closed.
    """
    rules = {rule.id: rule for rule in rules_of(r.snapshot, r.registry)}
    rows = sorted(_pairs(r, object_name, rule_id), key=lambda row: (-row.score, row.low_id))[:PAIRS_READ]
    rows = [row for row in rows if row.rule_id in rules]
    found = []
    for part in _connected(rows)[:GROUPS_MAX]:
        places: Twins = {}
        for row in part:
            places |= {row.low_id: row.low_object, row.high_id: row.high_object}
        mine = rules[part[0].rule_id]
        shown = _told(r, places, mine)
        names = dict.fromkeys(rules[row.rule_id].label(r.actor.language) for row in part)
        if len(shown) > 1:
            found.append(Twinned(part[0].score, tuple(names), shown))
    return found


def _told(r: Reading, places: Twins, rule: Rule) -> tuple[Match, ...]:
    by_object: defaultdict[str, list[int]] = defaultdict(list)
    for record_id, name in list(places.items())[:GROUP_SIZE_MAX]:
        by_object[name].append(record_id)
    records = [
        Found(rule, name, record_id, 0, values)
        for name, ids in by_object.items()
        for record_id, values in values_of(r.snapshot, r.registry, name, sorted(ids), [rule]).items()
    ]
    return told(r, sorted(records, key=lambda one: one.id))


def count_pairs(r: Reading, object_name: str) -> int:
    """How many open pairs the object's records are in that the reader sees, up to `COUNTED_MAX`."""
    return min(len(_pairs(r, object_name, None, limit=COUNTED_MAX)), COUNTED_MAX)


def _pairs(r: Reading, object_name: str, rule_id: int | None, limit: int = PAIRS_READ) -> list[sa.Row[Any]]:
    """The likest open pairs with a record of the object of which the reader sees both, for each pair of objects."""
    r.registry.object(object_name)
    pairs = duplicate_pair
    mine = [pairs.c.state == OPEN, sa.or_(pairs.c.low_object == object_name, pairs.c.high_object == object_name)]
    if rule_id is not None:
        mine.append(pairs.c.rule_id == rule_id)
    kinds = r.snapshot.rows(sa.select(pairs.c.low_object, pairs.c.high_object).where(*mine).distinct())
    found: list[sa.Row[Any]] = []
    for kind in kinds:
        sides = []
        for name, column in ((kind.low_object, pairs.c.low_id), (kind.high_object, pairs.c.high_id)):
            obj = r.registry.objects.get(name)
            if obj is None or allowed(r.actor, obj, Action.READ) is not None:
                break
            table = r.registry.tables[name].alias()
            seen = sa.and_(table.c.id == column, table.c.deleted_at.is_(None), visible(r.registry, r.actor, obj, table))
            sides.append(sa.exists(sa.select(sa.literal_column("1", sa.Integer)).where(seen)))
        if len(sides) == 2:
            statement = sa.select(pairs).where(
                *mine, pairs.c.low_object == kind.low_object, pairs.c.high_object == kind.high_object, *sides
            )
            best = (pairs.c.score.desc(), pairs.c.low_id, pairs.c.high_id)
            found += r.snapshot.rows(statement.order_by(*best).limit(limit))
    return found


def _connected(rows: Sequence[sa.Row[Any]]) -> list[list[sa.Row[Any]]]:
    """Pairs that hang together, in the order of their first."""
    above: dict[int, int] = {}

    def root(one: int) -> int:
        while above.setdefault(one, one) != one:
            above[one] = above[above[one]]
            one = above[one]
        return one

    for row in rows:
        above[root(row.high_id)] = root(row.low_id)
    parts: dict[int, list[sa.Row[Any]]] = {}
    for row in rows:
        parts.setdefault(root(row.low_id), []).append(row)
    return list(parts.values())


def twins_of(r: Reading, object_name: str, record_id: int) -> tuple[Match, ...]:
    """The records that this one may be the same as, as far as the reader may know of them. Raises NotFound."""
    get(r, object_name, record_id, ("id",))
    statement = sa.select(duplicate_pair).where(duplicate_pair.c.state == OPEN, of_records([record_id]))
    rows = r.snapshot.rows(statement.order_by(duplicate_pair.c.score.desc()).limit(GROUP_SIZE_MAX))
    if not rows:
        return ()
    rules = {rule.id: rule for rule in rules_of(r.snapshot, r.registry)}
    return told(r, list(_others(r, record_id, rows, rules)))


def _others(r: Reading, record_id: int, rows: Iterable[sa.Row[Any]], rules: dict[int, Rule]) -> Iterator[Found]:
    for row in rows:
        rule = rules.get(row.rule_id)
        name, other = (row.high_object, row.high_id) if row.low_id == record_id else (row.low_object, row.low_id)
        values = values_of(r.snapshot, r.registry, name, [other], [rule]) if rule is not None else {}
        if rule is not None and other in values:
            yield Found(rule, name, other, row.score, values[other])


def tell_apart(w: Writing, records: Sequence[tuple[str, int]]) -> int:
    """Note that these records are not the same: they are never shown as twins again. Returns how many pairs that were.

    The writer sees all of them and may edit one. Raises NotFound, Forbidden, BadRequest for fewer than two.
    """
    if len(set(records)) < 2:
        raise BadRequest("duplicate.two_needed", field="records")
    for name, record_id in records:
        get(w, name, record_id, ("id",))
    if not any(_editable(w, name, record_id) for name, record_id in records):
        raise Forbidden("access.not_editable")
    pairs, ids = duplicate_pair, sorted({record_id for _, record_id in records})
    which = (pairs.c.state == OPEN, is_one_of(pairs.c.low_id, ids), is_one_of(pairs.c.high_id, ids))
    values = {"state": DIFFERENT, "decided_by_id": w.actor.user_id, "decided_at": now()}
    number = w.transaction.execute(sa.update(pairs).where(*which).values(**values))
    mark(w.transaction, w.registry, {record_id: name for name, record_id in records})
    return number


def _editable(w: Writing, name: str, record_id: int) -> bool:
    obj, table = w.registry.objects[name], w.registry.tables[name]
    mine = visible(w.registry, w.actor, obj, table, Action.UPDATE)
    return w.transaction.one(sa.select(table.c.id).where(table.c.id == record_id, mine)) is not None
