"""Records become one: what hangs on the others is hung on the one that stays, and the others go into the recycle bin.

The winner takes the values that were chosen, by the hand and with the field rights of who merges. What follows from it
needs no right of its own (decision 18): links of other records are moved by the product, locked records among them, for
they go on saying the same. Everything goes through the write path, in one transaction.

A part that cannot be there twice (the same member of two teams, or of a campaign) stays with its record and goes into
the bin with it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa

from dougong.access.policy import allowed, check_action
from dougong.access.principal import Action, Principal, system
from dougong.kit.errors import BadRequest, Conflict, Forbidden, NotFound, Problem, Refused
from dougong.metadata.field_types import KINDS, LINKS
from dougong.metadata.model import Field, FieldType, Object
from dougong.metadata.registry import children_of
from dougong.records.merging.choices import check_number, choosable_fields
from dougong.records.read.visibility import visible
from dougong.records.work import MERGING, Writing
from dougong.records.write.batch import THERE_ALREADY, Change
from dougong.records.write.columns import field_columns, is_one_of, unpacked
from dougong.records.write.existing import LOCKED, NOT_EDITABLE, NOT_FOUND, user_name
from dougong.records.write.grants import TEAM
from dougong.records.write.pipeline import create, delete, update
from dougong.records.write.references import FILES, pointed
from dougong.records.write.relatives import goes_along, pointer
from dougong.records.write.unique import TAKEN, TAKEN_HIDDEN
from dougong.storage.schema import file, record_merge

CHUNK = 500
ONCE = frozenset({TAKEN, TAKEN_HIDDEN})
"""Refusals of a part that the winner has already."""
LEVELS = ("read", "edit")

Values = dict[str, Any]


@dataclass(frozen=True)
class Merged:
    """What a merge did: how many records of which object now hang on the winner."""

    id: int
    winner_id: int
    moved: Mapping[str, int]


@dataclass
class _Merge:
    """One merge under way; `body` is what taking it back needs."""

    w: Writing
    object: Object
    winner: int
    losers: Sequence[int]
    stored: Mapping[int, Values]
    body: dict[str, Any] = field(
        default_factory=lambda: {"moved": [], "levels": {}, "added": [], "files": {}, "fields": {}, "links": {}}
    )

    @property
    def all(self) -> tuple[int, ...]:
        """The ids of all records that become one."""
        return (self.winner, *self.losers)

    @property
    def product(self) -> Writing:
        """The product, moving what follows from the merge."""
        return replace(self.w, actor=system("records become one"), via=MERGING, twins="all")

    @property
    def person(self) -> Writing:
        """Who merges, with their own rights."""
        return replace(self.w, via=MERGING, twins="all")


def on_behalf(w: Writing) -> Writing:
    """The product, doing in somebody's name what they may do as a whole: history names them."""
    by: Principal = w.actor
    actor = replace(
        system("records become one"),
        user_id=by.user_id,
        login=by.login,
        name=by.name,
        language=by.language,
        timezone=by.timezone,
        department_id=by.department_id,
    )
    return replace(w, actor=actor, via=MERGING, twins="all")


def merge(
    w: Writing,
    object_name: str,
    winner: int,
    losers: Sequence[int],
    choices: Mapping[str, int],
    *,
    keep_owners: bool = False,
) -> Merged:
    """Make one record of two to five. `choices` says for fields from which of the records the value is taken.

    `keep_owners`: the owners of the others join the winner's team, so that they go on seeing it. Raises Forbidden
    (no right to merge, not theirs to merge), NotFound, Conflict (locked), BadRequest, and Refused as the write path.
    """
    obj = w.registry.object(object_name)
    check_action(w.actor, obj, Action.MERGE)
    check_number([winner, *losers])
    doing = _Merge(w, obj, winner, tuple(losers), held(w, obj, [winner, *losers]))
    chosen = _chosen(doing, choices)
    _settle_team(doing)
    moved = _move_children(doing)
    if keep_owners:
        _keep_owners(doing)
    _free_winner(doing)
    _move_files(doing, chosen)
    gone = delete(on_behalf(w), obj.name, doing.losers)
    doing.body["deletion"] = gone.change_id
    _take_values(doing, chosen)
    statement = sa.insert(record_merge).values(
        object=obj.name,
        winner_id=winner,
        loser_ids=list(doing.losers),
        actor_id=w.actor.user_id,
        body=doing.body,
    )
    merge_id = int(w.transaction.scalar(statement.returning(record_merge.c.id)))
    return Merged(merge_id, winner, moved)


def held(w: Writing, obj: Object, ids: Sequence[int]) -> dict[int, Values]:
    """The records by id, locked. Raises for those that are not there, locked by somebody, or not the writer's."""
    table = w.registry.tables[obj.name]
    statement = (
        sa.select(
            table,
            visible(w.registry, w.actor, obj, table).label("may_read_"),
            visible(w.registry, w.actor, obj, table, Action.MERGE).label("may_merge_"),
        )
        .where(is_one_of(table.c.id, sorted(ids)), table.c.deleted_at.is_(None))
        .order_by(table.c.id)
        .with_for_update(of=table)
    )
    rows = {row.id: row for row in w.transaction.rows(statement) if row.may_read_}
    plan = field_columns(list(obj.fields.values()))
    found = {record_id: unpacked(plan, dict(row._mapping)) for record_id, row in rows.items()}
    for record_id in ids:
        if record_id not in found:
            raise NotFound(NOT_FOUND, object=obj.name, id=str(record_id))
        values = found[record_id]
        if values.get("locked_at") is not None:
            by = user_name(w, values.get("locked_by_id"))
            raise Conflict(LOCKED, id=str(record_id), by=by, at=values["locked_at"].isoformat())
        if not rows[record_id].may_merge_:
            raise Forbidden(NOT_EDITABLE, id=str(record_id))
    return found


def _chosen(doing: _Merge, choices: Mapping[str, int]) -> Values:
    """The values that the winner takes from others."""
    allowed = choosable_fields(doing.w, doing.object)
    chosen: Values = {}
    for name, record_id in choices.items():
        if record_id not in doing.all:
            raise BadRequest("merging.choice", field="choices", name=name)
        if record_id != doing.winner:
            if name not in allowed:
                raise BadRequest("merging.field", field="choices", name=name)
            chosen[name] = _outside(doing, doing.object.fields[name], record_id)
    return chosen


def _outside(doing: _Merge, link: Field, record_id: int) -> Any:  # noqa: ANN401  # the value of any field
    """The field's value in a record; one that leads to another of the records is followed up and out of them.

    A parent that is merged into its child leaves the child with the parent's parent.
    """
    seen: set[int] = set()
    at = record_id
    while at not in seen:
        seen.add(at)
        value = doing.stored[at].get(link.name)
        if link.type not in LINKS or value is None or pointed(link, value)[1] not in doing.all:
            return value
        at = pointed(link, value)[1]
    return None


def _settle_team(doing: _Merge) -> None:
    """Who is on several of the teams is on the winner's once, with the better of the levels."""
    w = doing.w
    if TEAM not in w.registry.tables:
        return
    team = w.registry.tables[TEAM]
    statement = sa.select(team.c.id, team.c.record_id, team.c.member_id, team.c.with_below, team.c.level).where(
        is_one_of(team.c.record_id, list(doing.all)), team.c.deleted_at.is_(None)
    )
    by_member: defaultdict[tuple[int, bool], list[sa.Row[Any]]] = defaultdict(list)
    for row in w.transaction.rows(statement.order_by(team.c.id)):
        by_member[row.member_id, bool(row.with_below)].append(row)
    stay: list[int] = []
    for rows in by_member.values():
        rows.sort(key=lambda row: (row.record_id != doing.winner, row.id))
        first, others = rows[0], rows[1:]
        best = max((row.level for row in rows), key=LEVELS.index)
        if best != first.level:
            doing.body["levels"][str(first.id)] = [first.level, best]
            update(doing.product, TEAM, [Change(first.id, {"level": best})])
        stay += [row.id for row in others]
    doing.body["stay"] = stay


def _move_children(doing: _Merge) -> dict[str, int]:
    """Hang on the winner what hangs on the losers; how many records of each object."""
    moved: defaultdict[str, set[int]] = defaultdict(set)
    stay = set(doing.body.get("stay", ())) | set(doing.all)
    for obj, link in children_of(doing.w.registry, doing.object.name):
        if allowed(doing.product.actor, obj, Action.UPDATE) is not None:
            continue  # a log goes on telling what happened to its own record
        table, column = doing.w.registry.tables[obj.name], pointer(doing.w.registry, obj, link)
        statement = (
            sa.select(table.c.id, column.label("at"))
            .where(is_one_of(column, list(doing.losers)), table.c.deleted_at.is_(None))
            .order_by(table.c.id)
        )
        rows = [row for row in doing.w.transaction.rows(statement) if row.id not in stay]
        for start in range(0, len(rows), CHUNK):
            for loser, ids in _hang(doing, obj, link, rows[start : start + CHUNK]).items():
                doing.body["moved"].append({"object": obj.name, "field": link.name, "from": loser, "ids": ids})
                moved[obj.name].update(ids)
    # A visit may lead to the same account by two of its links.
    return {name: len(ids) for name, ids in moved.items()}


def _hang(doing: _Merge, obj: Object, link: Field, rows: Sequence[sa.Row[Any]]) -> dict[int, list[int]]:
    """Hang some records on the winner. Returns their ids by the loser that they came from."""
    target = link_value(link, doing.object.name, doing.winner)
    outcome = update(doing.product, obj.name, [Change(row.id, {link.name: target}) for row in rows], skip_problems=True)
    serious = [p for p in outcome.problems if not (_is_there(p) and goes_along(link))]
    if serious:
        label = {"child_zh": obj.label.zh, "child_en": obj.label.en}
        raise Refused(
            [Problem("merging.child", None, 0, {**label, "code": p.code, "id": rows[p.row].id}) for p in serious]
        )
    moved: dict[int, list[int]] = {}
    for row, record_id in zip(rows, outcome.ids, strict=True):
        if record_id is not None:
            moved.setdefault(row.at, []).append(row.id)
    return moved


def _is_there(problem: Problem) -> bool:
    """Whether a part was refused because the winner has it already."""
    return problem.code in ONCE or THERE_ALREADY in problem.params


def link_value(link: Field, object_name: str, record_id: int) -> Any:  # noqa: ANN401  # the value of any link
    """The value of a link that leads to the record."""
    return {"object": object_name, "id": str(record_id)} if link.type is FieldType.POLYMORPHIC else record_id


def _keep_owners(doing: _Merge) -> None:
    """Let the owners of the losers join the winner's team, unless they are on it."""
    obj, w = doing.object, doing.w
    team = w.registry.objects.get(TEAM)
    if not obj.owned or team is None or obj.name not in team.fields["record_id"].points_to:
        return
    owners = {doing.stored[one].get("owner_id") for one in doing.losers} - {doing.stored[doing.winner].get("owner_id")}
    table = w.registry.tables[TEAM]
    on_team = sa.select(table.c.member_id).where(table.c.record_id == doing.winner, table.c.deleted_at.is_(None))
    known = {row.member_id for row in w.transaction.rows(on_team)}
    users = w.registry.tables["user"]
    active = sa.select(users.c.id).where(
        is_one_of(users.c.id, sorted(one for one in owners - known if one is not None)),
        users.c.active.is_(True),
        users.c.deleted_at.is_(None),
    )
    rows = [
        {
            "record_id": {"object": obj.name, "id": str(doing.winner)},
            "member_id": {"object": "user", "id": str(row.id)},
            "level": "edit",
        }
        for row in w.transaction.rows(active)
    ]
    if rows:
        made = create(on_behalf(w), TEAM, rows)
        doing.body["added"] = [one for one in made.ids if one is not None]


def _free_winner(doing: _Merge) -> None:
    """Let the winner lead to none of the losers, for nobody may hang on a deleted record."""
    current = doing.stored[doing.winner]
    values: Values = {}
    for link in doing.object.fields.values():
        value = current.get(link.name)
        if link.type in LINKS and not link.system and value is not None and link.stored:
            name, record_id = pointed(link, value)
            if name == doing.object.name and record_id in doing.losers:
                values[link.name] = _outside(doing, link, doing.winner)
    if values:
        update(doing.product, doing.object.name, [Change(doing.winner, values)])
        doing.body["links"] = _wired(doing.object, current, values)


def _move_files(doing: _Merge, chosen: Values) -> None:
    """Let files that the winner takes over be its own."""
    for name, value in chosen.items():
        if doing.object.fields[name].type in FILES and value is not None:
            owner = doing.w.transaction.scalar(sa.select(file.c.record_id).where(file.c.id == value))
            doing.w.transaction.execute(sa.update(file).where(file.c.id == value).values(record_id=doing.winner))
            doing.body["files"][str(value)] = owner


def _take_values(doing: _Merge, chosen: Values) -> None:
    current = doing.stored[doing.winner]
    values = {name: value for name, value in chosen.items() if value != current.get(name)}
    if values:
        update(doing.person, doing.object.name, [Change(doing.winner, values)])
        changed = _wired(doing.object, current, values)
        # What led to a loser can lead there again only once that is back.
        doing.body["links"] |= {name: both for name, both in changed.items() if name in doing.body["links"]}
        doing.body["fields"] = {name: both for name, both in changed.items() if name not in doing.body["links"]}


def _wired(obj: Object, before: Values, after: Values) -> dict[str, list[Any]]:
    """By field the value before and after, as JSON has them."""
    found = {}
    for name, value in after.items():
        wire = KINDS[obj.fields[name].type].wire
        found[name] = [plain(wire(before.get(name))), plain(wire(value))]
    return found


def plain(value: Any) -> Any:  # noqa: ANN401  # any JSON
    """A value as JSON keeps it, times as texts."""
    return value.isoformat() if hasattr(value, "isoformat") else value
