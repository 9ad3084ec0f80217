"""Fields that later releases bring: an installation from before gets them, blank, on its pages and writable."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import sqlalchemy as sa

from dougong.access.principal import system
from dougong.crm import STANDARD_PACKAGE
from dougong.crm.standard import install
from dougong.metadata.apply import apply
from dougong.metadata.installed import KIND
from dougong.metadata.journal import OBJECTS
from dougong.metadata.model import Object
from dougong.metadata.package import read_package
from dougong.metadata.plan import plan
from dougong.metadata.registry import load_registry, without_system_fields
from dougong.records.api import Change, create, get, update, writing
from dougong.storage.engine import Database
from dougong.storage.schema import definition

BROUGHT: Mapping[str, Mapping[str, object]] = {
    "account": {"vip": True, "score": 80, "weibo": "@华信"},
    "contact": {"score": 60},
    "lead": {
        "score_detail": "展会留资",
        "channel": "event",
        "ad_platform": "搜索",
        "ad_left_at": "2026-11-02T01:00:00Z",
    },
    "opportunity": {"project_budget": "500000", "actual_cost": "1200", "discount": "5", "payment_date": "2027-01-31"},
}
NEEDED: Mapping[str, Mapping[str, object]] = {
    "account": {"name": "华信"},
    "contact": {"name": "张工"},
    "lead": {"name": "李工", "company_name": "远东", "mobile": "13900000000"},
    "opportunity": {"name": "二期"},
}


def without(obj: Object, names: Mapping[str, object]) -> Object:
    """The object as releases of before had it."""
    bare = without_system_fields(obj)
    sections = (replace(s, fields=tuple(n for n in s.fields if n not in names)) for s in bare.layout.sections)
    layout = replace(bare.layout, sections=tuple(section for section in sections if section.fields))
    fields = MappingProxyType({name: found for name, found in bare.fields.items() if name not in names})
    return replace(bare, fields=fields, layout=layout)


def as_before(database: Database) -> None:
    """Take the fields away, and that the release in force ever brought them."""
    package = read_package(STANDARD_PACKAGE)
    objects = {name: without(obj, BROUGHT.get(name, {})) for name, obj in package.objects.items()}
    with database.transaction() as tx:
        apply(tx, plan(load_registry(tx), replace(package, objects=objects), tx, prune=True))
        body = tx.scalar(sa.select(definition.c.body).where(definition.c.kind == KIND, definition.c.name == "standard"))
        for kind, name, *_, text in body["texts"]:
            if kind == OBJECTS and name in BROUGHT:
                text["fields"] = [one for one in text["fields"] if one["name"] not in BROUGHT[name]]
                for section in text["layout"]["sections"]:
                    section["fields"] = [
                        one for one in section["fields"] if not (isinstance(one, str) and one in BROUGHT[name])
                    ]
        older = {**body, "fingerprint": "older"}
        tx.execute(sa.update(definition).where(definition.c.kind == KIND).values(body=older))


def test_an_installation_from_before_gets_them_by_the_upgrade(database: Database) -> None:
    as_before(database)
    made: dict[str, int] = {}
    with database.transaction() as tx:
        w = writing(tx, load_registry(tx), system("test"), "cli")
        for name, values in NEEDED.items():
            assert not w.registry.objects[name].fields.keys() & BROUGHT[name].keys()
            link = {"account_id": made["account"]} if name == "contact" else {}
            made[name] = create(w, name, [{**values, **link}]).ids[0] or 0
    with database.transaction() as tx:
        install(tx)
    with database.transaction() as tx:
        w = writing(tx, load_registry(tx), system("test"), "cli")
        for name, values in BROUGHT.items():
            obj = w.registry.objects[name]
            shown = {field for section in obj.layout.sections for field in section.fields}
            assert values.keys() <= obj.fields.keys() & shown, name
            assert set(get(w, name, made[name], tuple(values)).values()) <= {None, False}
            update(w, name, [Change(made[name], values)])
            stored = get(w, name, made[name], tuple(values))
            assert None not in stored.values(), stored
