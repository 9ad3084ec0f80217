"""A print template is tried when it is saved: its syntax, its names and whom it is for, each fault at its field."""

from collections.abc import Iterator

from dougong.access.principal import system
from dougong.expressions.ast import TRUE
from dougong.kit.errors import BadRequest, Problem
from dougong.kit.limits import PAGE_SIZE_MAX
from dougong.metadata.model import Object
from dougong.metadata.names import nearest
from dougong.metadata.registry import Registry
from dougong.records.api import Query, Reading, Writing, columns_of, page
from dougong.records.hooks import Batch
from dougong.records.printing.paths import Steps, wanted_by
from dougong.records.printing.templates import names_in
from dougong.records.printing.values import link_to, locate

PARTS = ("header", "body", "footer")


def check_template(batch: Batch, w: Writing) -> list[Problem]:
    """A problem for everything by which a template could not print what it says."""
    by_product = Reading(w.snapshot, w.registry, system("print templates"))
    problems: list[Problem] = []
    for row in batch.live:
        obj = w.registry.objects.get(row.after("object_name") or "")
        if obj is None:
            known = sorted(w.registry.objects)
            params = {"name": row.after("object_name"), "nearest": nearest(row.after("object_name") or "", known)}
            problems.append(Problem("metadata.unknown_object", "object_name", row.number, params))
            continue
        for part in PARTS:
            problems += _part(by_product, obj, part, row.after(part) or "", row.number)
        problems += _lists(by_product, row.after("profiles"), row.after("record_types"), row.number)
    return problems


def part_problems(r: Reading, obj: Object, part: str, source: str) -> list[Problem]:
    """What is wrong with one part (header, body, footer) of a template for `obj`."""
    return list(_part(r, obj, part, source, 0))


def _part(r: Reading, obj: Object, part: str, source: str, number: int) -> Iterator[Problem]:
    try:
        wanted = wanted_by(source)
    except BadRequest as error:
        yield Problem(error.code, part, number, {"part": part, **error.params})
        return
    for steps in sorted(wanted.record):
        yield from _path(r, obj, ("record", *steps), steps, part, number)
    for name, paths in sorted(wanted.children.items()):
        child = r.registry.objects.get(name)
        if child is None or link_to(r.registry, child, obj) is None:
            known = children_of(r.registry, obj)
            params = {"name": f"children.{name}", "object": obj.name, "nearest": nearest(name, known)}
            yield Problem("print.unknown_children", part, number, params)
            continue
        for steps in sorted(paths):
            yield from _path(r, child, (name, *steps), steps, part, number)


def _path(r: Reading, obj: Object, shown: Steps, steps: Steps, part: str, number: int) -> Iterator[Problem]:
    if locate(r, obj, steps) is None:
        params = {"name": ".".join(shown), "object": obj.name, "nearest": nearest(steps[-1], sorted(obj.fields))}
        yield Problem("print.unknown_field", part, number, params)


def children_of(registry: Registry, obj: Object) -> list[str]:
    """The objects whose records may hang on one of `obj`."""
    return sorted(child.name for child in registry.objects.values() if link_to(registry, child, obj) is not None)


def _lists(r: Reading, profiles: str | None, record_types: str | None, number: int) -> Iterator[Problem]:
    for name, text in (("profiles", profiles), ("record_types", record_types)):
        try:
            given = names_in(text)
        except ValueError:
            yield Problem("print.not_a_list", name, number)
            continue
        if name == "profiles" and given:
            known = {
                str(row[0]) for row in page(r, Query("profile", columns_of(("key",)), TRUE, limit=PAGE_SIZE_MAX)).rows
            }
            for key in given:
                if key not in known:
                    yield Problem("print.unknown_profile", name, number, {"name": key, "nearest": nearest(key, known)})
