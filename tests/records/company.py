"""A small company for the tests of the write path: objects with every trait that a stage looks at, and its people.

王芳 sells in 华东, 李强 heads 华东, 赵敏 sells in 华南, 陈静 only reads. Rights are given as values, so that a test can
say in one line what its person may do.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from dougong.access.principal import Action, FieldAccess, ObjectRights, Principal, Reach, system
from dougong.access.tokens import EVERYBODY, Kind, token
from dougong.metadata.model import Field, FieldType, Label, Object, OnDelete, Option, Sharing
from dougong.metadata.registry import Registry, build_registry
from dougong.records.work import Reading, Writing, writing
from dougong.records.write.pipeline import create
from dougong.storage import schema
from dougong.storage.engine import Database
from dougong.storage.unit_of_work import Transaction


def label(text: str) -> Label:
    return Label(text, text.replace("_", " "))


def made(name: str, kind: FieldType, **settings: Any) -> Field:
    return Field(name, kind, label(name), **settings)


def an_object(name: str, fields: Iterable[Field], *, name_field: str = "name", **settings: Any) -> Object:
    return Object(name, label(name), label(f"{name}s"), name_field, {f.name: f for f in fields}, **settings)


NAME = made("name", FieldType.TEXT, required=True, length=120)
STAGES = (
    Option("open", Label("进行中", "Open")),
    Option("won", Label("赢单", "Won")),
    Option("frozen", Label("冻结", "Frozen"), active=False),
)

KINDS_OF_PEOPLE = tuple(Option(kind, label(kind)) for kind in ("internal", "external"))
USER_STATES = tuple(Option(state, label(state)) for state in ("invited", "active", "disabled"))

OBJECTS = (
    an_object(
        "department",
        [
            NAME,
            made("parent_id", FieldType.DEPARTMENT, on_delete=OnDelete.RESTRICT),
            made("manager_id", FieldType.USER),
            made("order_number", FieldType.INTEGER),
            made("active", FieldType.BOOLEAN, default=True),
            made("department_type", FieldType.SELECT, options=KINDS_OF_PEOPLE, default="internal"),
        ],
        owned=False,
        sharing=Sharing.PUBLIC_READ,
    ),
    an_object(
        "user",
        [
            NAME,
            made("login", FieldType.TEXT, required=True, unique=True),
            made("active", FieldType.BOOLEAN, default=True),
            made("state", FieldType.SELECT, options=USER_STATES),
            made("activated_at", FieldType.DATETIME),
            made("department_id", FieldType.DEPARTMENT, on_delete=OnDelete.RESTRICT),
            made("user_type", FieldType.SELECT, options=KINDS_OF_PEOPLE, default="internal"),
            made("manager_id", FieldType.USER),
            made("language", FieldType.TEXT),
            made("timezone", FieldType.TEXT),
        ],
        owned=False,
        sharing=Sharing.PUBLIC_READ,
    ),
    an_object(
        "account",
        [
            NAME,
            made("code", FieldType.TEXT, unique=True, searchable=True),
            made("parent_id", FieldType.LOOKUP, target="account", on_delete=OnDelete.CLEAR),
            made("phone", FieldType.TEXT, searchable=True),
            made("credit", FieldType.CURRENCY, minimum=0, maximum=1_000_000),
            made("secret_word", FieldType.TEXT, secret=True),
            made("score", FieldType.INTEGER, system=True),
            made("notes", FieldType.LONG_TEXT, tracked=False),
            made("tags", FieldType.MULTI_SELECT, options=STAGES),
            made("address", FieldType.ADDRESS, searchable=True),
            made("place", FieldType.LOCATION),
            made("logo", FieldType.IMAGE),
        ],
    ),
    an_object(
        "contact",
        [
            NAME,
            made("account_id", FieldType.LOOKUP, target="account", required=True, on_delete=OnDelete.RESTRICT),
        ],
    ),
    an_object(
        "opportunity",
        [
            NAME,
            made("number", FieldType.AUTO_NUMBER, format="OPP-{yyyy}{mm}-{0000}", searchable=True, unique=True),
            made("account_id", FieldType.LOOKUP, target="account", required=True, on_delete=OnDelete.CASCADE),
            made("stage", FieldType.SELECT, options=STAGES, required=True, default="open"),
            made("amount", FieldType.CURRENCY, scale=2),
            made("probability", FieldType.PERCENT, scale=0, minimum=0, maximum=100),
            made("close_date", FieldType.DATE, default="$today"),
            made("next_step", FieldType.TEXT),
            made("contact_id", FieldType.LOOKUP, target="contact"),
            made("active", FieldType.BOOLEAN),
        ],
    ),
    an_object(
        "opportunity_line",
        [
            made("name", FieldType.TEXT),
            made("opportunity_id", FieldType.MASTER_DETAIL, target="opportunity", required=True),
            made("quantity", FieldType.DECIMAL, scale=3, default=1),
        ],
        owned=False,
        sharing=Sharing.PARENT,
    ),
    an_object(
        "activity",
        [
            made("name", FieldType.TEXT, required=True),
            made(
                "related_id",
                FieldType.POLYMORPHIC,
                targets=("account", "opportunity"),
                on_delete=OnDelete.CASCADE,
            ),
            made("at", FieldType.DATETIME, default="$now"),
        ],
        owned=True,
    ),
)

ALL_ACTIONS = frozenset(Action)
GIVEN = (Kind.READ, Kind.EDIT, Kind.OWN)


@dataclass(frozen=True)
class Company:
    """The company in a database: its registry, and its people and departments by name."""

    database: Database
    registry: Registry
    ids: Mapping[str, int]

    def principal(self, person: str) -> Principal:
        """A seller with every right on every object, reaching their own records only."""
        user, department = self.ids[person], self.ids[DEPARTMENTS[person]]
        rights = {name: ObjectRights(ALL_ACTIONS, MappingProxyType({})) for name in self.registry.objects}
        return Principal(
            user_id=user,
            login=person,
            name=person,
            language="zh",
            timezone="Asia/Shanghai",
            department_id=department,
            rights=MappingProxyType(rights),
            tokens=MappingProxyType(
                {
                    Reach.READ: tuple(sorted({token(Kind.READ, EVERYBODY), *(token(k, user) for k in GIVEN)})),
                    Reach.EDIT: (token(Kind.EDIT, user), token(Kind.OWN, user)),
                    Reach.OWN: (token(Kind.OWN, user),),
                }
            ),
            rights_key=("test", person),
        )

    def head(self, person: str, *, edits: bool = False) -> Principal:
        """The same person reaching their department's records too."""
        found = self.principal(person)
        node = token(Kind.NODE, self.ids[DEPARTMENTS[person]])
        reaches = Reach if edits else {Reach.READ}
        tokens = {reach: (*held, node) if reach in reaches else held for reach, held in found.tokens.items()}
        return replace(found, tokens=MappingProxyType(tokens))

    def write(self, transaction: Transaction, actor: Principal | str, via: str = "test") -> Writing:
        """A writing for a person by name, or for a principal."""
        return writing(transaction, self.registry, self.principal(actor) if isinstance(actor, str) else actor, via)

    def read(self, transaction: Transaction, actor: Principal | str) -> Reading:
        """A reading for a person by name, or for a principal."""
        return Reading(transaction, self.registry, self.principal(actor) if isinstance(actor, str) else actor)


def without(principal: Principal, object_name: str, *actions: Action) -> Principal:
    """The principal without some rights on an object."""
    held = principal.rights[object_name]
    rights = {**principal.rights, object_name: replace(held, actions=held.actions - set(actions))}
    return replace(principal, rights=MappingProxyType(rights), rights_key=(principal.rights_key, object_name, actions))


def limited(principal: Principal, object_name: str, **levels: FieldAccess) -> Principal:
    """The principal with limits on fields of an object."""
    held = principal.rights[object_name]
    rights = {**principal.rights, object_name: replace(held, fields=MappingProxyType(dict(levels)))}
    return replace(principal, rights=MappingProxyType(rights), rights_key=(principal.rights_key, *levels.items()))


DEPARTMENTS = {"王芳": "华东", "李强": "华东", "赵敏": "华南", "陈静": "华南", "旧人": "华南"}


def found_company(database: Database, objects: Iterable[Object] = OBJECTS) -> Company:
    """Make the tables, the departments and the people."""
    registry = build_registry(1, {o.name: o for o in objects}, {})
    with database.transaction() as tx:
        # Whatever the template holds, this company has its own objects.
        tx.connection.exec_driver_sql("DROP SCHEMA data CASCADE")
        tx.connection.exec_driver_sql("CREATE SCHEMA data")
        for table in registry.tables.values():
            table.create(tx.connection)
        if tx.scalar(sa.select(sa.func.count()).select_from(schema.meta_version)) == 0:
            tx.execute(sa.insert(schema.meta_version).values(id=1))
        w = writing(tx, registry, system("test company"), "test")
        names = sorted(set(DEPARTMENTS.values()))
        outcome = create(w, "department", [{"name": name} for name in names])
        ids = dict(zip(names, outcome.ids, strict=True))
        people = [
            {"name": name, "login": name, "active": name != "旧人", "department_id": ids[department]}
            for name, department in DEPARTMENTS.items()
        ]
        ids |= dict(zip(DEPARTMENTS, create(w, "user", people).ids, strict=True))
    return Company(database, registry, MappingProxyType({name: record_id or 0 for name, record_id in ids.items()}))
