"""Colleagues who are mentioned in an activity: those who may see what it is about, told of it, and let see it.

An activity is its author's and as private as the object says. Whom the author mentions may read this one, as a member
of its team; what it is about they must be able to see by themselves, else a mention would give it away.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from dougong.access.principal import Principal, system
from dougong.access.resolve import resolve_people
from dougong.automation.notifications import notify
from dougong.crm.activities.related import values_of
from dougong.kit.errors import DougongError, Problem
from dougong.records.api import Reading, Writing, create, get
from dougong.records.hooks import Act, Batch, Row
from dougong.records.people import working

ACTIVITY, MENTION, TEAM = "activity", "activity_mention", "team_member"
Record = tuple[str, int]


def blind(r: Reading, people: Collection[int], record: Record | None) -> set[int]:
    """Those of `people` who cannot be told of `record`: it is not theirs to see, or they have left."""
    able = working(r, people)
    left = set(people) - able
    if record is None:
        return left
    found = resolve_people(r.snapshot, r.registry, sorted(able))
    return left | {one for one in able if not _sees(r, found[one], record)}


def _sees(r: Reading, person: Principal, record: Record) -> bool:
    try:
        get(replace(r, actor=person), *record, ("id",))
    except DougongError:
        return False
    return True


def check_mentions(batch: Batch, w: Writing) -> list[Problem]:
    """A problem for each mention of somebody who may not see what the activity is about."""
    problems: list[Problem] = []
    activities = values_of(w, ACTIVITY, {row.values["activity_id"] for row in _new(batch)}, ("related_id",))
    by_activity: defaultdict[int, list[Row]] = defaultdict(list)
    for row in _new(batch):
        by_activity[row.values["activity_id"]].append(row)
    for activity_id, rows in by_activity.items():
        related = activities.get(activity_id, {}).get("related_id")
        record = None if related is None else (related.object, related.id)
        unseeing = blind(w, {row.values["user_id"] for row in rows}, record)
        names = values_of(w, "user", unseeing, ("name",))
        for row in rows:
            user_id = row.values["user_id"]
            if user_id in unseeing:
                params = {"name": names.get(user_id, {}).get("name", str(user_id))}
                problems.append(Problem("activity.mention_hidden", "user_id", row.number, params))
    return problems


def _new(batch: Batch) -> list[Row]:
    given = ("activity_id", "user_id")
    return [row for row in batch.live if all(row.values.get(name) is not None for name in given)]


def tell_mentioned(batch: Batch, w: Writing) -> list[Problem]:
    """Let the mentioned read the activity, and tell them."""
    if batch.act is not Act.CREATE:
        return []
    by_activity: defaultdict[int, set[int]] = defaultdict(set)
    for row in batch.storable:
        by_activity[row.values["activity_id"]].add(row.values["user_id"])
    for activity_id, people in by_activity.items():
        activity = values_of(w, ACTIVITY, [activity_id], ("subject", "related_id"))[activity_id]
        _let_read(w, activity_id, people)
        params = {"name": w.actor.name, "subject": activity["subject"], "record_name": record_name(w, activity)}
        notify(w, people, "mention.activity", params, (ACTIVITY, activity_id))
    return []


def _let_read(w: Writing, activity_id: int, people: Collection[int]) -> None:
    """As team members of the activity, where they do not see it anyway."""
    blind_to_it = blind(w, people, (ACTIVITY, activity_id)) & working(w, people)
    rows = [
        {
            "record_id": {"object": ACTIVITY, "id": activity_id},
            "member_id": {"object": "user", "id": one},
            "level": "read",
        }
        for one in sorted(blind_to_it)
    ]
    if rows:
        create(replace(w, actor=system("mentioned in the activity")), TEAM, rows)


def record_name(r: Reading, activity: Mapping[str, Any]) -> str:
    """What the activity is about is called; empty where it is about nothing."""
    related = activity.get("related_id")
    if related is None:
        return ""
    name = r.registry.object(related.object).name_field
    found = values_of(r, related.object, [related.id], (name,)).get(related.id, {})
    return str(found.get(name) or "")
