"""What a person learns of a duplicate: its name where they may see it, else as much as the rule says.

Two salespeople on one customer (撞单): the answer names the owner of the other record and masks its name, so that the
person knows whom to ask without having been given the record.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from dougong.access.fields import readable
from dougong.access.policy import allowed
from dougong.access.principal import Action
from dougong.kit.errors import Problem
from dougong.metadata.field_types import KINDS, ValueProblem
from dougong.metadata.model import FieldType, Label, Object
from dougong.metadata.registry import Registry
from dougong.records.actions import takings
from dougong.records.duplicates.finding import POOL_STATUS, UNCLAIMED, Found, Subject, find
from dougong.records.duplicates.rules import rules_of
from dougong.records.read.visibility import named, visible
from dougong.records.work import Reading
from dougong.records.write.columns import is_one_of

OWNER = "owner_id"
SHOWN = 3
"""Fields of a visible duplicate that stand beside its name, beside those of the rule."""


@dataclass(frozen=True)
class Match:
    """A duplicate as its reader may see it."""

    object: str
    id: int
    name: str | None
    """None when the reader may not see the record; then `masked` is what they may know of its name."""
    masked: str
    owner_id: int | None
    """Who can be asked about it: None too where its owner has left."""
    owner_name: str | None
    rule: str
    """The rule's name in the reader's language."""
    reaction: str
    score: int
    deleted: bool
    """It lies in the recycle bin."""
    shown: Mapping[str, Any]
    """Values of fields, as the API writes them, that tell the record from others."""
    takes: Mapping[str, Label]
    """The actions by which the reader may take it straight away (claim it from its pool), by name."""

    def wire(self) -> dict[str, Any]:
        """As the API answers it, and as refusals carry it."""
        return {
            "object": self.object,
            "id": str(self.id),
            "name": self.name,
            "masked": self.masked,
            "owner_id": None if self.owner_id is None else str(self.owner_id),
            "owner_name": self.owner_name,
            "rule": self.rule,
            "action": self.reaction,
            "score": self.score,
            "deleted": self.deleted,
            "shown": dict(self.shown),
            "takes": [{"name": name, "label": {"zh": a.zh, "en": a.en}} for name, a in self.takes.items()],
        }


def matches(
    r: Reading, object_name: str, values: Mapping[str, Any], *, exclude: int | None = None
) -> tuple[Match, ...]:
    """The records that the active rules of the object take for the same as one with these values.

    Values may be as the API takes them; what is no value of its field counts as blank. `exclude`: the record itself,
    where it is stored. Raises BadRequest for an unknown object.
    """
    obj = r.registry.object(object_name)
    rules = rules_of(r.snapshot, r.registry, object_name)
    if not rules:
        return ()
    subject = Subject(read_values(obj, values), exclude)
    return told(r, find(r.snapshot, r.registry, rules, [subject], r.actor)[0])


def read_values(obj: Object, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as fields keep them; what is no value of its field is left out."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        field = obj.fields.get(name)
        if field is not None:
            try:
                found[name] = KINDS[field.type].parse(field, value)
            except ValueProblem:
                continue
    return found


def told(r: Reading, found: Sequence[Found]) -> tuple[Match, ...]:
    """The duplicates as the reader may see them, in the same order."""
    if not found:
        return ()
    seen = _seen(r, found)
    owners = _owners(r, {one.values.get(OWNER) for one in found})
    takes = _takes(r, [one for one in found if one.id in seen])
    return tuple(_match(r, one, one.id in seen, owners, takes.get(one.id, {})) for one in found)


def _takes(r: Reading, seen: Iterable[Found]) -> dict[int, dict[str, Label]]:
    """By which actions the reader may take those that nobody has, as these themselves decide it."""
    free: defaultdict[str, list[int]] = defaultdict(list)
    for one in seen:
        if one.values.get(OWNER) is None and not one.deleted:
            free[one.object].append(one.id)
    return {
        record_id: {action.name: action.label for action in actions}
        for name, ids in free.items()
        for record_id, actions in takings(r, name, ids).items()
    }


def _seen(r: Reading, found: Iterable[Found]) -> set[int]:
    wanted: defaultdict[str, list[int]] = defaultdict(list)
    for one in found:
        wanted[one.object].append(one.id)
    seen: set[int] = set()
    for name, ids in wanted.items():
        obj, table = r.registry.objects[name], r.registry.tables[name]
        if allowed(r.actor, obj, Action.READ) is None:
            mine = sa.and_(is_one_of(table.c.id, ids), visible(r.registry, r.actor, obj, table))
            seen |= {row.id for row in r.snapshot.rows(sa.select(table.c.id).where(mine))}
    return seen


@dataclass(frozen=True)
class _Owner:
    """Whose a duplicate is, where the reader may know them."""

    name: str
    active: bool


def _owners(r: Reading, ids: set[int | None]) -> dict[int, _Owner]:
    users = r.registry.tables["user"]
    wanted = sorted(one for one in ids if one is not None)
    known = named(r.registry, r.actor, r.registry.objects["user"], users)
    statement = sa.select(users.c.id, users.c.name, users.c.active).where(is_one_of(users.c.id, wanted), known)
    return {row.id: _Owner(row.name, bool(row.active)) for row in r.snapshot.rows(statement)} if wanted else {}


def _match(r: Reading, one: Found, seen: bool, owners: Mapping[int, _Owner], takes: Mapping[str, Label]) -> Match:
    obj = r.registry.objects[one.object]
    name_field = obj.fields[obj.name_field]
    name = str(one.values.get(obj.name_field) or "")
    named_too = seen and readable(r.actor, obj, name_field)
    fields = list(one.rule.shown)
    if seen:
        fields += [c.other for g in one.rule.groups if g.object == one.object for c in g.conditions][:SHOWN]
    if one.values.get(POOL_STATUS) == UNCLAIMED:
        fields = []  # what pools hide until somebody claims the record, no rule shows
    owner_id = one.values.get(OWNER)
    owner = owners.get(owner_id) if owner_id is not None else None
    return Match(
        object=one.object,
        id=one.id,
        name=name if named_too else None,
        masked=name if named_too else masked(name),
        owner_id=owner_id if owner is not None and owner.active else None,
        owner_name=None if owner is None else owner.name,
        rule=one.rule.label(r.actor.language),
        reaction=one.rule.reaction.value,
        score=one.score,
        deleted=one.deleted,
        shown=_shown(r, obj, dict.fromkeys(fields), one.values),
        takes=takes,
    )


def _shown(r: Reading, obj: Object, names: Iterable[str], values: Mapping[str, Any]) -> dict[str, Any]:
    """Values of fields that the reader may read: which fields exist for them no rule decides."""
    found = {}
    for name in names:
        field = obj.fields.get(name)
        if field is None or name in {obj.name_field, OWNER} or values.get(name) is None:
            continue
        if field.type not in {FieldType.FILE, FieldType.IMAGE} and readable(r.actor, obj, field):
            found[name] = KINDS[field.type].wire(values[name])
    return found


def masked(name: str) -> str:
    """A name of which only the ends are told: 杭***司."""
    if len(name) < 2:
        return "*" * len(name)
    return f"{name[0]}***{name[-1]}" if len(name) > 3 else f"{name[0]}{'*' * (len(name) - 1)}"


def names_of(registry: Registry, found: Sequence[Match], language: str) -> str:
    """The duplicates in a sentence: each with its kind and owner."""
    words = []
    for one in found[:3]:
        label = registry.objects[one.object].label
        kind = label.en if language == "en" else label.zh
        owner = f"（{one.owner_name}）" if language != "en" and one.owner_name else ""
        owner = f" ({one.owner_name})" if language == "en" and one.owner_name else owner
        words.append(f"{kind} {one.masked}{owner}" if language == "en" else f"{kind}“{one.masked}”{owner}")
    return (", " if language == "en" else "、").join(words)


def problem(r: Reading, code: str, found: Sequence[Match], number: int, compared: Iterable[str]) -> Problem:
    """The refusal of a row because of its duplicates; `compared`: what was looked at, so that they are found again."""
    params = {
        "rule": found[0].rule,
        "names": names_of(r.registry, found, r.actor.language),
        "hits": [one.wire() for one in found],
        "compared": sorted(compared),
    }
    return Problem(code, row=number, params=params)
