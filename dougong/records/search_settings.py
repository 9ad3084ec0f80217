"""What administrators say about the search (全文检索设定): which objects, by which fields, showing what, to whom.

A setting is a record of `search_setting`; it holds from the next search on. For an object without one the definitions
speak: it is searched when it has a place in the navigation, by its searchable fields. Source: domain.md 5.5.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dougong.access.policy import allowed
from dougong.access.principal import Action, system
from dougong.expressions.ast import TRUE, Path
from dougong.kit.errors import Problem
from dougong.kit.limits import PAGE_SIZE_MAX
from dougong.metadata.model import Object
from dougong.metadata.names import nearest
from dougong.records.hooks import Act, Batch, Registration
from dougong.records.read.compile import columns_of
from dougong.records.read.page import page
from dougong.records.read.query import Order, Query
from dougong.records.work import Reading, Writing

SETTING = "search_setting"
_FIELDS = (
    "object_name", "profile.key", "active", "order_number", "searched", "shown", "scope", "foreign_fields",
)  # fmt: skip
LISTS = ("searched", "shown", "foreign_fields")


@dataclass(frozen=True)
class SearchSetting:
    """How one reader searches one object. `fields`, `shown`: None where the definitions say it."""

    object: str
    active: bool = True
    order: int | None = None
    fields: frozenset[str] | None = None
    shown: tuple[str, ...] | None = None
    foreign_fields: tuple[str, ...] = ()
    """What is searched and shown of records beyond the reader's rights; nothing where they search within them."""


@dataclass(frozen=True)
class SearchedObject:
    """An object that a reader searches, and how."""

    object: Object
    setting: SearchSetting


def install(registration: Registration) -> None:
    """The plugin that `pyproject.toml` names."""
    acts = (Act.CREATE, Act.UPDATE, Act.RESTORE)
    registration.register_hook(SETTING, "check", "after", check_setting, name="search.setting", acts=acts)


def searched_objects(r: Reading) -> list[SearchedObject]:
    """What the reader's global search looks through, in the order in which hits are shown."""
    told = settings_for(r)
    found = []
    for obj in r.registry.objects.values():
        setting = told.get(obj.name)
        if not obj.active or not obj.searched or allowed(r.actor, obj, Action.READ) is not None:
            continue
        if (obj.navigation is None) if setting is None else not setting.active:
            continue
        found.append(SearchedObject(obj, setting or SearchSetting(obj.name)))
    return sorted(found, key=_place)


def _place(found: SearchedObject) -> tuple[int, int, str]:
    told, drawn = found.setting.order, found.object.navigation
    return (0 if told is not None else 1, told if told is not None else drawn or 9999, found.object.name)


def settings_for(r: Reading) -> Mapping[str, SearchSetting]:
    """The settings that hold for the reader, by object: that of one of their profiles, else the one for everybody.

    Of several profiles' settings the first by order number counts.
    """
    if SETTING not in r.registry.objects:
        return {}
    by_product = Reading(r.snapshot, r.registry, system("search settings"))
    order = (Order(Path(("order_number",))), Order(Path(("id",))))
    rows = page(by_product, Query(SETTING, columns_of(_FIELDS), TRUE, order=order, limit=PAGE_SIZE_MAX)).rows
    found: dict[str, tuple[bool, SearchSetting]] = {}
    for row in rows:
        values = dict(zip(_FIELDS, row, strict=False))
        profile = values["profile.key"]
        if profile is not None and profile not in r.actor.profiles:
            continue
        known = found.get(values["object_name"])
        if known is None or (profile is not None and not known[0]):
            found[values["object_name"]] = profile is not None, _setting(values)
    return {name: setting for name, (_, setting) in found.items()}


def _setting(values: Mapping[str, Any]) -> SearchSetting:
    fields, shown, foreign = (_names(values[name]) for name in LISTS)
    return SearchSetting(
        object=values["object_name"],
        active=bool(values["active"]),
        order=values["order_number"],
        fields=frozenset(fields) if fields else None,
        shown=shown or None,
        foreign_fields=foreign if values["scope"] == "all" else (),
    )


def _names(text: str | None) -> tuple[str, ...]:
    try:
        found = json.loads(text) if text else []
    except ValueError:
        return ()
    return tuple(name for name in found if isinstance(name, str)) if isinstance(found, list) else ()


def check_setting(batch: Batch, w: Writing) -> Sequence[Problem]:
    """A problem for each name in a setting that means nothing; a field searched must be one that has an index."""
    problems = []
    for row in batch.live:
        obj = w.registry.objects.get(row.after("object_name") or "")
        if obj is None:
            given = row.after("object_name") or ""
            params = {"name": given, "nearest": nearest(given, sorted(w.registry.objects))}
            problems.append(Problem("metadata.unknown_object", "object_name", row.number, params))
            continue
        for name in LISTS:
            problems += _list_problems(obj, name, row.after(name), row.number)
        if row.after("scope") == "all" and not _names(row.after("foreign_fields")):
            problems.append(Problem("search.nothing_shown", "foreign_fields", row.number))
    return problems


def _list_problems(obj: Object, name: str, text: str | None, number: int) -> list[Problem]:
    try:
        given = json.loads(text) if text else []
    except ValueError:
        given = None
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        return [Problem("search.not_a_list", name, number)]
    problems = []
    for one in given:
        field = obj.fields.get(one)
        if field is None:
            params = {"name": one, "nearest": nearest(one, sorted(obj.fields))}
            problems.append(Problem("search.unknown_field", name, number, params))
        elif name == "searched" and not (field.searchable or field.name == obj.name_field):
            problems.append(Problem("search.not_searchable", name, number, {"name": one}))
    return problems
