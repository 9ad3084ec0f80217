"""The objects as the object manager lists them: what each is called, who brought it, how many records it has."""

from typing import Any

import sqlalchemy as sa

from dougong.kit.limits import COUNT_CAP
from dougong.metadata.installed import brought_by
from dougong.metadata.model import Object
from dougong.metadata.registry import without_system_fields
from dougong.records.work import Reading


def described_objects(r: Reading) -> list[dict[str, Any]]:
    """Every object in the order of the menus, then by name; `records` counts living ones up to COUNT_CAP."""
    packages, counts = brought_by(r.snapshot, "object"), _counts(r)
    objects = sorted(r.registry.objects.values(), key=lambda o: (o.navigation is None, o.navigation or 0, o.name))
    return [_described(obj, packages.get(obj.name), counts[obj.name]) for obj in objects]


def _described(obj: Object, package: str | None, count: int) -> dict[str, Any]:
    fields = without_system_fields(obj).fields
    return {
        "name": obj.name,
        "label": obj.label,
        "plural": obj.plural,
        "icon": obj.icon,
        "navigation": obj.navigation,
        "package": package,
        "master": obj.master.points_to[0] if obj.master is not None else None,
        "configuration": obj.configuration or obj.administered or bool(obj.key),
        "log": obj.log,
        "active": obj.active,
        "fields": len(fields),
        "searchable": any(field.searchable for field in fields.values()),
        "records": min(count, COUNT_CAP),
        "records_capped": count > COUNT_CAP,
    }


def _counts(r: Reading) -> dict[str, int]:
    """Living records by object, no further than one past COUNT_CAP: nobody waits for a million to be counted."""
    counted = []
    for name, table in r.registry.tables.items():
        living = sa.select(table.c.id).where(table.c.deleted_at.is_(None)).limit(COUNT_CAP + 1).subquery()
        counted.append(sa.select(sa.literal(name).label("name"), sa.func.count().label("number")).select_from(living))
    return {row.name: int(row.number) for row in r.snapshot.rows(sa.union_all(*counted))} if counted else {}
