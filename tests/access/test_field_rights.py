"""A hidden field is answered exactly as one that does not exist, on every surface, whichever fields are hidden.

The oracle is a name that nothing has: whatever is done with a hidden field is done with that name too, and the answers
may differ in the name alone. And nothing that a person is shown, in whatever way, has a hidden field's value or label.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path as FilePath
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dougong.access.principal import Principal, system
from dougong.access.resolve import resolve
from dougong.expressions.ast import TRUE, Compare, Condition, Operator, Path
from dougong.http.errors import problem_body
from dougong.http.metadata_api import described
from dougong.http.query_body import QueryBody, query_of
from dougong.http.records_api import shown, timeline_query
from dougong.http.wire import dumps
from dougong.kit.errors import Conflict, DougongError, Refused
from dougong.metadata.registry import Registry, load_registry
from dougong.records import api
from dougong.records.hooks import Hooks
from dougong.records.read.query import Call, Child, Column, Function, Order, Query
from dougong.records.recent import recent
from dougong.records.transfer.checking import check_mapping
from dougong.records.transfer.exporter import export_query
from dougong.records.transfer.mapping import parse_mapping
from dougong.storage.engine import Database

EXAMPLES = 200 if os.environ.get("DEEP") else 12
GHOST = "qqqqq"
"""The name of nothing. Too far from every name to have a nearest one."""

VALUES: Mapping[str, Mapping[str, Any]] = {
    "account": {
        "name": "甲标记公司",
        "phone": "021-61112222",
        "email": "marked@account.example",
        "website": "https://marked.account.example",
        "employees": 7654321,
        "annual_revenue": "9876543.21",
        "country": "标记国",
        "address": {
            "province": "标记省",
            "city": "标记市",
            "district": "标记区",
            "street": "标记街",
            "postcode": "200001",
        },
        "location": {"latitude": "31.234567", "longitude": "121.456789"},
        "description": "客户的描述文字",
    },
    "opportunity": {
        "name": "标记商机",
        "amount": "8765432.19",
        "stage": "prospecting",
        "close_date": "2031-07-29",
        "next_step": "下一步约见",
        "description": "机会的描述文字",
    },
}
"""Values that are found nowhere else, so that each can be looked for in everything that is answered."""

OBJECTS = ("account", "opportunity")


class Rolledback(Exception):
    """Ends the transaction of one example without a trace."""


@pytest.fixture(scope="module")
def records(shared_database: Database) -> dict[str, int]:
    """An account and its opportunity, changed once, so that history has something to tell."""
    with shared_database.transaction() as tx:
        w = api.writing(tx, load_registry(tx), system("field rights test"), "test")
        ids: dict[str, int] = {}
        for name in OBJECTS:
            values = {**VALUES[name], **({"account_id": ids["account"]} if name == "opportunity" else {})}
            (made,) = api.create(w, name, [{**values, "name": "原名"}]).ids
            assert made is not None
            api.update(w, name, [api.Change(made, values)])
            ids[name] = made
    return ids


def candidates(registry: Registry, name: str) -> list[str]:
    """The fields of an object that a profile might hide."""
    return [f.name for f in registry.objects[name].fields.values() if not f.secret]


def person(w: api.Writing, hidden: Mapping[str, list[str]]) -> Principal:
    """Somebody who may do everything with all records, but for the hidden fields."""
    (department,) = api.create(w, "department", [{"name": "试验部"}]).ids
    (profile,) = api.create(w, "profile", [{"key": "probe", "name": "试验"}]).ids
    (role,) = api.create(w, "role", [{"key": "probe", "name": "试验", "read_scope": "all", "edit_scope": "all"}]).ids
    values = {"name": "试验人", "login": "probe", "active": True, "department_id": department}
    (user,) = api.create(w, "user", [values]).ids
    assert user is not None
    api.create(w, "user_role", [{"user_id": user, "role_id": role}])
    api.create(w, "user_profile", [{"user_id": user, "profile_id": profile}])
    actions = ["read", "create", "update", "delete", "transfer", "import", "export", "bulk_edit"]
    rights = [
        {"profile_id": profile, "object_name": name, "actions": actions}
        for name in (*OBJECTS, "contact", "activity", "user", "department")
    ]
    api.create(w, "object_permission", rights)
    limits = [
        {"profile_id": profile, "object_name": name, "field_name": field, "level": "hidden"}
        for name, fields in hidden.items()
        for field in fields
    ]
    # Without the guard that leaves required fields visible: a field may have become required behind it.
    api.create(w, "field_permission", limits, hooks=Hooks())
    return resolve(w.transaction, w.registry, user)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    # Making an example smaller takes minutes, and it is small.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(data=st.data())
def test_hidden_is_absent(shared_database: Database, records: dict[str, int], tmp_path: FilePath, data: Any) -> None:
    with suppress(Rolledback), shared_database.transaction() as tx:
        registry = load_registry(tx)
        hidden = {
            name: data.draw(st.lists(st.sampled_from(candidates(registry, name)), max_size=6, unique=True), label=name)
            for name in OBJECTS
        }
        w = api.writing(tx, registry, system("field rights test"), "test")
        mine = api.writing(tx, registry, person(w, hidden), "test")
        # What each answer carries cannot be hidden.
        hidden = {name: [f for f in fields if f not in {"id", "version"}] for name, fields in hidden.items()}
        for name in OBJECTS:
            # One of them is asked for in every way; that costs enough.
            for field in hidden[name][:1]:
                for surface, ask in asked(mine, name, records[name], tmp_path):
                    ghost = ghost_of(field)
                    words = {field, field.removesuffix("_id"), ghost, ghost.removesuffix("_id")}
                    got, wanted = verdict(mine, name, ask, field, words), verdict(mine, name, ask, ghost, words)
                    assert got == wanted, f"{surface} of {name}.{field}"
        check_silence(mine, hidden, records)
        raise Rolledback


def ghost_of(field: str) -> str:
    """A name that nothing has, of the same form: a lookup's ends in _id."""
    return f"{GHOST}_id" if field.endswith("_id") else GHOST


Ask = Callable[[str], object]


def asked(w: api.Writing, name: str, record_id: int, folder: FilePath) -> Iterator[tuple[str, Ask]]:
    """Every way to ask for a field of `name`, or to write it."""

    def page(**parts: Any) -> object:
        return api.page(w, Query(name, **{"columns": api.columns_of(("id",)), **parts}))

    def term(function: Function, field: str) -> tuple[Column, ...]:
        return (Column(Call(function, Path((field,))), "x"),)

    def condition(*steps: str) -> Condition:
        return Compare(Path(steps), Operator.IS_NULL)

    def soql(text: str) -> object:
        return api.page(w, api.parse_soql(text, w.registry, w.actor))

    def through(field: str) -> tuple[str, ...]:
        return (field.removesuffix("_id"), "name")

    yield "column", lambda f: page(columns=api.columns_of((f,)))
    yield "part", lambda f: page(columns=api.columns_of((f"{f}.city",)))
    yield "path", lambda f: page(columns=(Column(Path(through(f)), "x"),))
    yield "filter", lambda f: page(where=condition(f))
    yield "filter of a part", lambda f: page(where=condition(f, "city"))
    yield "filter of a path", lambda f: page(where=condition(*through(f)))
    yield "wrong filter", lambda f: page(where=Compare(Path((f,)), Operator.INCLUDES, ("x",)))
    yield "count", lambda f: api.count(w, name, condition(f))
    yield "order", lambda f: page(order=(Order(Path((f,))),))
    yield "cursor", lambda f: page(order=(Order(Path((f,))),), after="W10")
    yield "group", lambda f: page(columns=(Column(Call(Function.COUNT), "n"),), group=(Path((f,)),))
    yield "order of groups", lambda f: page(columns=(Column(Call(Function.COUNT), "n"),), order=(Order(Path((f,))),))
    for function in Function:
        yield function.value, lambda f, function=function: page(columns=term(function, f))
    for text in ("SELECT {} FROM {}", "SELECT id FROM {1} WHERE {0} = null", "SELECT id FROM {1} ORDER BY {0}"):
        yield text, lambda f, text=text: soql(text.format(f, name))
    yield "soql group", lambda f: soql(f"SELECT COUNT(id) FROM {name} GROUP BY {f}")
    yield "soql having", lambda f: soql(f"SELECT COUNT(id) FROM {name} GROUP BY id HAVING MAX({f}) > 1")
    for parent in OBJECTS:
        inner = Query(name, api.columns_of(("id",)))
        yield (
            f"children of {parent}",
            lambda f, parent=parent, inner=inner: api.page(
                w, Query(parent, api.columns_of(("id",)), children=(Child("c", f, inner),))
            ),
        )
        yield (
            f"soql children of {parent}",
            lambda f, parent=parent: soql(f"SELECT id, (SELECT id FROM {name}__{f}) FROM {parent}"),
        )
    yield "export", lambda f: export_query(w, Query(name, api.columns_of((f,))), folder / "export.csv", "csv")
    yield "create", lambda f: api.create(w, name, [{f: "1"}])
    yield "update", lambda f: api.update(w, name, [api.Change(record_id, {f: "1"})])
    yield "import", lambda f: import_of(w, name, {"列": f})
    yield "import of a part", lambda f: import_of(w, name, {"列": f"{f}.city"})
    yield "import by match", lambda f: import_of(w, name, {"列": f}, match=[f])


def import_of(w: api.Writing, name: str, columns: Mapping[str, str], **settings: Any) -> object:
    mapping = parse_mapping({"columns": dict(columns), "on_duplicate": "update", **settings})
    return check_mapping(mapping, list(columns), w.registry.objects[name], w.registry, w.actor)


def verdict(w: api.Writing, name: str, ask: Ask, field: str, words: set[str]) -> object:
    """What asking gives: the refusal as a person gets it, with the asked-for name left out."""
    error: DougongError | None = None
    try:
        with w.transaction.savepoint():
            ask(field)
    except DougongError as refusal:
        error = refusal
    assert error is not None, f"{field} was answered"
    body = problem_body(without_hints(error, w, name), "zh", w.registry, name, w.actor)
    return renamed(orjson.loads(dumps(body)), sorted(words, key=len, reverse=True))


def without_hints(error: DougongError, w: api.Writing, name: str) -> DougongError:
    """The refusal without the name that is nearest and without the place, which differ as the asked-for names do."""

    def plain(params: Mapping[str, Any]) -> dict[str, Any]:
        check_hint(w, name, params.get("nearest", ""))
        return {key: "" if key in {"nearest", "line", "column"} else value for key, value in params.items()}

    if isinstance(error, Refused):
        return Refused([replace(problem, params=plain(problem.params)) for problem in error.problems])
    return type(error)(error.code, field=error.field, **plain(error.params))


def renamed(value: Any, steps: list[str]) -> Any:
    """The JSON value with `<name>` in the place of each word that is one of `steps`."""
    if isinstance(value, dict):
        return {key: renamed(part, steps) for key, part in value.items()}
    if isinstance(value, list):
        return [renamed(part, steps) for part in value]
    if not isinstance(value, str):
        return value
    return re.sub(rf"(?<![A-Za-z0-9])(?:{'|'.join(map(re.escape, steps))})(?![A-Za-z0-9_])", "<name>", value)


def check_hint(w: api.Writing, name: str, hint: str) -> None:
    """A hint never names what is hidden."""
    obj = w.registry.objects[name]
    limited = w.actor.rights[name].fields
    assert hint not in obj.fields or hint not in limited or hint in {"id", "version"}, hint


def check_silence(w: api.Writing, hidden: Mapping[str, list[str]], records: Mapping[str, int]) -> None:
    """Nothing that may be asked in general tells a hidden field's name, label or value."""
    metadata = {obj["name"]: obj for obj in orjson.loads(dumps(described(w.registry, w.actor)))["objects"]}
    for name in OBJECTS:
        obj, record_id = w.registry.objects[name], records[name]
        answers = {
            "record": shown(w, name, record_id),
            "history": api.history(w, name, record_id),
            "list": api.page(w, query_of(QueryBody(object=name), w.registry, w.actor)).rows,
            "soql": api.page(w, api.parse_soql(f"SELECT FIELDS(ALL) FROM {name}", w.registry, w.actor)).rows,
            "lookup": [hit for text in ("", "标记", "021", "marked") for hit in api.lookup(w, name, text)],
            "search": [hit for text in ("标记", "021", "marked") for hit in api.search(w, text)],
            "recent": recent(w),
            "timeline": api.page(w, timeline_query(w, name, record_id, None, 10)).rows,
            "stale": stale(w, name, record_id),
        }
        told = {surface: repr(answer) for surface, answer in answers.items()}
        for field in hidden[name]:
            found = obj.fields[field]
            assert field not in {f["name"] for f in metadata[name]["fields"]}
            assert field not in drawn_from(metadata[name])
            assert field not in answers["record"]["record"]
            assert field not in answers["record"]["editable_fields"]
            assert field not in answers["stale"]
            for value in markers(VALUES[name].get(field)):
                for surface, text in told.items():
                    assert value not in text, f"{surface} tells {name}.{field} ({found.label.zh})"
        for related in metadata.values():
            for item in related["layout"]["related"]:
                if item["object"] == name:
                    assert item["field"] not in hidden[name]
    # What may be seen is found by what it has.
    if "name" not in hidden["account"]:
        assert [hit.id for hit in api.lookup(w, "account", "甲标记")] == [records["account"]]
    assert api.count(w, "account", TRUE).number == 1


def drawn_from(described_object: Mapping[str, Any]) -> list[str]:
    """The fields of its own that the description of an object tells screens to draw from."""
    layout = described_object["layout"]
    named = [described_object[key] for key in ("name_field", "stage_field", "amount_field")]
    return [*named, *layout["highlights"], *(field for section in layout["sections"] for field in section["fields"])]


def stale(w: api.Writing, name: str, record_id: int) -> Mapping[str, Any]:
    """The stored record as somebody is shown whose version is out of date."""
    free = next(f for f in ("description", "name", "source", "website", "next_step", "country", "type")
                if f in w.registry.objects[name].fields and f not in w.actor.rights[name].fields)  # fmt: skip
    with pytest.raises(Conflict) as refusal, w.transaction.savepoint():
        api.update(w, name, [api.Change(record_id, {free: None}, 99)])
    current: Mapping[str, Any] = refusal.value.params["current"]
    return current


def markers(value: object) -> list[str]:
    """The texts by which a value is recognised."""
    if isinstance(value, dict):
        return [str(part) for part in value.values()]
    return [] if value in (None, "prospecting") else [str(value)]


def test_a_profile_that_gives_nothing_does_not_widen_fields(database: Database) -> None:
    """Only a profile that lets read an object says what may be read of it."""
    with database.transaction() as tx:
        w = api.writing(tx, load_registry(tx), system("field rights test"), "test")
        actor = person(w, {"account": ["phone"], "opportunity": []})
        (other,) = api.create(w, "profile", [{"key": "other", "name": "另一个"}]).ids
        api.create(w, "object_permission", [{"profile_id": other, "object_name": "account", "actions": ["create"]}])
        api.create(w, "user_profile", [{"user_id": actor.user_id, "profile_id": other}])
        both = resolve(tx, w.registry, actor.user_id or 0)
    assert both.rights["account"].fields == {"phone": "hidden"}


def test_a_hidden_unique_value_stays_unsaid_when_a_record_comes_back(database: Database) -> None:
    with database.transaction() as tx:
        w = api.writing(tx, load_registry(tx), system("field rights test"), "test")
        unique = next(f.name for f in w.registry.objects["opportunity"].fields.values() if f.unique)
        account = api.create(w, "account", [{"name": "甲"}]).ids[0]
        deal = {"name": "商机", "account_id": account, "stage": "prospecting", "close_date": "2031-07-29"}
        (first,) = api.create(w, "opportunity", [{**deal, unique: "OPP-MARK"}]).ids
        assert first is not None
        api.delete(w, "opportunity", [first])
        api.create(w, "opportunity", [{**deal, unique: "OPP-MARK"}])
        actor = person(w, {"account": [], "opportunity": [unique]})
        with pytest.raises(Refused) as refusal:
            api.restore(api.writing(tx, w.registry, actor, "test"), "opportunity", [first])
        told = repr([(problem.field, problem.params) for problem in refusal.value.problems])
        assert "OPP-MARK" not in told
        assert unique not in told
        seeing = api.writing(tx, w.registry, replace(actor, rights={}, administers=True, rights_key="all"), "test")
        with pytest.raises(Refused) as refusal:
            api.restore(seeing, "opportunity", [first])
        assert "OPP-MARK" in repr(refusal.value.problems)
