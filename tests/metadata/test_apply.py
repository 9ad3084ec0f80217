"""Plans and their application on a real database: additions, changes, removals, and what the data forbid."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dougong.crm import STANDARD_PACKAGE
from dougong.kit.errors import Conflict, Unavailable
from dougong.kit.text import messages
from dougong.metadata.apply import CHANNEL, apply, apply_package
from dougong.metadata.check import InvalidDefinitions
from dougong.metadata.definitions import field_from_body, object_from_body
from dougong.metadata.export import export_definitions
from dougong.metadata.model import Field, FieldType, Label, Object, Option
from dougong.metadata.package import Package, read_package, write_package
from dougong.metadata.plan import Plan, plan
from dougong.metadata.registry import Registry, RegistryCache, load_registry, without_system_fields
from dougong.storage.engine import Database, libpq_address
from dougong.storage.schema import definition, meta_version
from dougong.storage.unit_of_work import Transaction

LABEL = {"zh": "甲", "en": "A"}
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def with_fields(obj: Object, *bodies: dict[str, Any], without: tuple[str, ...] = (), **settings: Any) -> Object:
    """The object with these fields added or replaced, and others gone."""
    fields = {n: f for n, f in without_system_fields(obj).fields.items() if n not in without}
    fields |= {b["name"]: field_from_body({"label": LABEL, **b}) for b in bodies}
    return replace(obj, fields=MappingProxyType(fields), **settings)


def registry_of(database: Database) -> Registry:
    with database.snapshot() as snapshot:
        return load_registry(snapshot)


def plan_for(database: Database, *objects: Object, prune: bool = False) -> Plan:
    with database.snapshot() as snapshot:
        current = load_registry(snapshot)
        wanted = {o.name: o for o in objects}
        if prune:
            wanted = {**export_definitions(current).objects, **wanted}
        package = Package(objects=wanted, option_sets=current.option_sets if prune else {})
        return plan(current, package, snapshot, prune=prune)


def put(database: Database, planned: Plan) -> int:
    with database.transaction() as transaction:
        return apply(transaction, planned)


def insert(database: Database, name: str, *rows: Mapping[str, Any]) -> None:
    """Rows put straight into a table: the write path is another room's."""
    with database.transaction() as transaction:
        table = load_registry(transaction).tables[name]
        for row in rows:
            transaction.execute(sa.insert(table).values(created_at=NOW, updated_at=NOW, **row))


def column(database: Database, name: str, field: str) -> list[Any]:
    with database.snapshot() as snapshot:
        table = load_registry(snapshot).tables[name]
        return [row[0] for row in snapshot.rows(sa.select(table.c[field]).order_by(table.c.id))]


def indexes(database: Database, table: str) -> set[str]:
    with database.snapshot() as snapshot:
        return {str(i["name"]) for i in sa.inspect(snapshot.connection).get_indexes(table, schema="data")}


def steps(planned: Plan) -> list[tuple[str, str, str]]:
    return [(s.act, s.thing, s.name) for s in planned.steps]


def account_of(database: Database) -> Object:
    return without_system_fields(registry_of(database).object("account"))


def test_applying_twice_changes_nothing(database: Database) -> None:
    with database.snapshot() as snapshot:
        before = load_registry(snapshot)
        again = plan(before, read_package(STANDARD_PACKAGE), snapshot, prune=True)
    assert again.steps == ()
    assert put(database, again) == before.version


def test_the_database_has_what_the_registry_says(database: Database) -> None:
    with database.snapshot() as snapshot:
        inspector = sa.inspect(snapshot.connection)
        registry = load_registry(snapshot)
        for name, table in registry.tables.items():
            assert [c["name"] for c in inspector.get_columns(name, schema="data")] == [c.name for c in table.columns]
            if registry.objects[name].log:
                continue  # a view: the indexes are those of the system table
            there = {i["name"] for i in inspector.get_indexes(name, schema="data")}
            assert there == {i.name for i in table.indexes}


def test_export_wipe_apply_gives_the_same_export(database: Database, bare_database: Database, tmp_path: Path) -> None:
    write_package(export_definitions(registry_of(database), "standard"), tmp_path)
    exported = read_package(tmp_path)
    original = read_package(STANDARD_PACKAGE)
    assert exported.objects == original.objects
    assert exported.option_sets == original.option_sets
    with bare_database.transaction() as transaction:
        apply_package(transaction, exported)
    assert export_definitions(registry_of(bare_database)) == export_definitions(registry_of(database))


def test_an_added_field_is_a_typed_column_and_is_planned_first(database: Database) -> None:
    insert(database, "account", {"name": "甲公司"})
    wanted = with_fields(
        account_of(database),
        {"name": "rating", "type": "decimal", "required": True, "indexed": True},
        {"name": "office", "type": "address"},
    )
    planned = plan_for(database, wanted)
    assert ("add", "field", "account.rating") in steps(planned)
    score = next(s for s in planned.steps if s.name == "account.rating")
    assert (score.touched, score.risky, score.notes) == (1, False, ("plan.note.blank",))
    before = registry_of(database).version
    assert put(database, planned) == before + 1
    with database.snapshot() as snapshot:
        types = {c["name"]: c["type"] for c in sa.inspect(snapshot.connection).get_columns("account", schema="data")}
    assert isinstance(types["rating"], sa.Numeric)
    assert "office_city" in types
    assert column(database, "account", "rating") == [None]
    assert "account_score_idx" in indexes(database, "account")


def test_an_added_object_has_a_table_and_can_be_removed_again(database: Database) -> None:
    body = {
        "label": LABEL,
        "plural": LABEL,
        "name_field": "name",
        "fields": [{"name": "name", "type": "text", "label": LABEL}],
    }
    visit = object_from_body("visit", body)
    put(database, plan_for(database, visit))
    insert(database, "visit", {"name": "一"}, {"name": "二"})
    assert "visit_access_gin" in indexes(database, "visit")
    with database.snapshot() as snapshot:
        current = load_registry(snapshot)
        less = replace(export_definitions(current), objects={n: o for n, o in current.objects.items() if n != "visit"})
        kept = plan(current, less, snapshot)
        pruned = plan(current, less, snapshot, prune=True)
    assert kept.steps == ()
    assert [(s.act, s.name, s.touched, s.risky) for s in pruned.steps] == [("remove", "visit", 2, True)]
    assert pruned.risky
    put(database, pruned)
    assert "visit" not in registry_of(database).objects
    with database.snapshot() as snapshot:
        assert not sa.inspect(snapshot.connection).has_table("visit", schema="data")


def test_what_a_company_added_outlives_the_next_release(database: Database) -> None:
    account = account_of(database)
    level = account.fields["level"]
    own = (*level.options, Option("vip", Label("特级", "VIP")))
    wanted = with_fields(account, {"name": "nickname", "type": "text"})
    wanted = replace(wanted, fields=MappingProxyType({**wanted.fields, "level": replace(level, options=own)}))
    put(database, plan_for(database, wanted))
    with database.transaction() as transaction:
        apply_package(transaction, read_package(STANDARD_PACKAGE))
    after = registry_of(database).object("account")
    assert "nickname" in after.fields
    assert "vip" in {o.value for o in after.fields["level"].options}


def test_a_removed_field_loses_its_column_only_with_prune(database: Database) -> None:
    insert(database, "account", {"name": "甲", "website": "https://a.cn"}, {"name": "乙"})
    account = account_of(database)
    hidden = replace(account.layout, sections=(), highlights=())
    wanted = with_fields(account, without=("website",), layout=hidden)
    assert ("remove", "field", "account.website") not in steps(plan_for(database, wanted))
    planned = plan_for(database, wanted, prune=True)
    step = next(s for s in planned.steps if s.act == "remove")
    assert (step.name, step.touched, step.risky, step.notes) == ("account.website", 1, True, ("plan.note.kept",))
    put(database, planned)
    assert "website" not in registry_of(database).tables["account"].c


SAFE: list[tuple[dict[str, Any], dict[str, Any], Any, Any]] = [
    ({"type": "text"}, {"type": "long_text"}, "abc", "abc"),
    ({"type": "integer"}, {"type": "currency"}, 12, 12),
    ({"type": "email"}, {"type": "text"}, "a@b.cn", "a@b.cn"),
    (
        {"type": "select", "option_set": "industry"},
        {"type": "multi_select", "option_set": "industry"},
        "retail",
        ["retail"],
    ),
    ({"type": "auto_number", "format": "A-{000}"}, {"type": "text"}, "A-001", "A-001"),
]


@pytest.mark.parametrize(
    ("old", "new", "values", "outside"),
    [
        ({"type": "integer"}, {"minimum": 3}, [2, 3, None], 1),
        ({"type": "decimal", "maximum": 9}, {"minimum": "0.5", "maximum": "1.5"}, ["0.4", "1.5", "2"], 2),
        ({"type": "date"}, {"maximum": "2026-01-31"}, ["2026-02-01", "2026-01-31"], 1),
        ({"type": "datetime"}, {"minimum": "2026-01-31"}, ["2026-01-30T23:00:00Z", "2026-01-31T01:00:00Z"], 1),
        ({"type": "integer", "minimum": 3}, {}, [5], 0),
    ],
)
def test_narrower_bounds_tell_how_many_records_are_outside(
    database: Database, old: dict[str, Any], new: dict[str, Any], values: list[Any], outside: int
) -> None:
    account = account_of(database)
    put(database, plan_for(database, with_fields(account, {"name": "probe", **old})))
    insert(database, "account", *({"name": str(n), "probe": value} for n, value in enumerate(values)))
    planned = plan_for(database, with_fields(account, {"name": "probe", "type": old["type"], **new}))
    step = next(s for s in planned.steps if s.name == "account.probe")
    assert (step.touched, step.notes) == (outside, ("plan.note.bounds",) if outside else ())


@pytest.mark.parametrize(("old", "new", "before", "after"), SAFE)
def test_safe_type_changes_keep_every_value(
    database: Database, old: dict[str, Any], new: dict[str, Any], before: Any, after: Any
) -> None:
    account = account_of(database)
    put(
        database, plan_for(database, with_fields(account, {"name": "probe", "indexed": old["type"] != "select", **old}))
    )
    insert(database, "account", {"name": "甲", "probe": before}, {"name": "乙"})
    planned = plan_for(database, with_fields(account, {"name": "probe", **new}))
    step = next(s for s in planned.steps if s.name == "account.probe")
    assert (step.touched, step.risky, step.notes) == (1, True, ("plan.note.converted",))
    put(database, planned)
    assert column(database, "account", "probe") == [after, None]


FORBIDDEN: list[tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]], str]] = [
    ({"type": "text"}, {"type": "boolean"}, [], "plan.type_change"),
    ({"type": "date"}, {"type": "text"}, [], "plan.type_change"),
    ({"type": "time"}, {"type": "text"}, [], "plan.type_fixed"),
    ({"type": "address"}, {"type": "text"}, [], "plan.type_fixed"),
    ({"type": "decimal", "scale": 4}, {"type": "decimal", "scale": 2}, [{"probe": "1.2345"}], "plan.scale_loss"),
    ({"type": "text"}, {"type": "text", "length": 3}, [{"probe": "四个字符"}], "plan.too_long"),
    ({"type": "text"}, {"type": "text", "unique": True}, [{"probe": "x"}, {"probe": "x"}], "plan.duplicates"),
    (
        {"type": "select", "options": [{"value": v, "label": {"zh": v, "en": v}} for v in ("a", "b")]},
        {"type": "select", "options": [{"value": "a", "label": LABEL}]},
        [{"probe": "b"}],
        "plan.option_in_use",
    ),
    (
        {"type": "multi_select", "options": [{"value": v, "label": {"zh": v, "en": v}} for v in ("a", "b")]},
        {"type": "multi_select", "options": [{"value": "a", "label": LABEL}]},
        [{"probe": ["a", "b"]}],
        "plan.option_in_use",
    ),
]


@pytest.mark.parametrize(("old", "new", "rows", "code"), FORBIDDEN)
def test_what_the_data_forbid_is_refused_and_counted(
    database: Database, old: dict[str, Any], new: dict[str, Any], rows: list[dict[str, Any]], code: str
) -> None:
    account = account_of(database)
    put(database, plan_for(database, with_fields(account, {"name": "probe", **old})))
    insert(database, "account", *({"name": "甲", **row} for row in rows))
    planned = plan_for(database, with_fields(account, {"name": "probe", **new}), prune=True)
    assert [p.code for p in planned.problems] == [code]
    assert code in messages()
    if rows:
        assert planned.problems[0].params["touched"] >= 1
    version = registry_of(database).version
    with pytest.raises(InvalidDefinitions):
        put(database, planned)
    assert registry_of(database).version == version


def test_unique_counts_living_records_only(database: Database) -> None:
    insert(database, "account", {"name": "甲", "fax": "1"}, {"name": "乙", "fax": "1", "deleted_at": NOW})
    account = account_of(database)
    fax = replace(account.fields["fax"], unique=True)
    planned = plan_for(database, replace(account, fields=MappingProxyType({**account.fields, "fax": fax})))
    assert planned.problems == ()
    put(database, planned)
    assert "account_fax_key" in indexes(database, "account")


def test_ownership_cannot_change_under_records(database: Database) -> None:
    insert(database, "product", {"name": "甲"})
    product = without_system_fields(registry_of(database).object("product"))
    assert [p.code for p in plan_for(database, replace(product, owned=True)).problems] == ["plan.ownership"]


def test_default_access_is_a_risky_change_and_moves_the_index(database: Database) -> None:
    from_private = plan_for(
        database, replace(account_of(database), sharing=type(account_of(database).sharing)("public_read"))
    )
    assert from_private.risky
    put(database, from_private)
    assert "account_access_gin" not in indexes(database, "account")


def test_what_the_product_needs_cannot_be_removed(database: Database) -> None:
    user = without_system_fields(registry_of(database).object("user"))
    with pytest.raises(InvalidDefinitions) as refused:
        plan_for(database, with_fields(user, without=("login",), layout=type(user.layout)()), prune=True)
    assert {p.code for p in refused.value.problems} == {"plan.needed"}


def test_a_plan_that_others_overtook_is_refused(database: Database) -> None:
    account = account_of(database)
    one = plan_for(database, with_fields(account, {"name": "one", "type": "text"}))
    two = plan_for(database, with_fields(account, {"name": "two", "type": "text"}))
    put(database, one)
    with pytest.raises(Conflict) as refused:
        put(database, two)
    assert refused.value.code == "plan.moved"


def test_a_failing_statement_leaves_everything_as_it_was(database: Database) -> None:
    """The unique index meets a double that came in after the plan was made: tables and definitions stay."""
    account = account_of(database)
    fields = {**account.fields, "fax": replace(account.fields["fax"], unique=True)}
    wanted = with_fields(replace(account, fields=MappingProxyType(fields)), {"name": "extra", "type": "text"})
    planned = plan_for(database, wanted)
    insert(database, "account", {"name": "甲", "fax": "1"}, {"name": "乙", "fax": "1"})
    before = registry_of(database)
    with pytest.raises(Exception, match=r".*"):
        put(database, planned)
    after = registry_of(database)
    assert (after.version, after.objects) == (before.version, before.objects)
    with database.snapshot() as snapshot:
        names = {c["name"] for c in sa.inspect(snapshot.connection).get_columns("account", schema="data")}
    assert "extra" not in names


def test_definitions_remember_the_package_that_brought_them(database: Database) -> None:
    put(database, plan_for(database, with_fields(account_of(database), {"name": "own", "type": "text"})))
    with database.snapshot() as snapshot:
        origin = snapshot.scalar(sa.select(definition.c.package).where(definition.c.name == "account"))
    assert origin == "standard"


def test_other_processes_hear_of_a_change_and_see_it_by_the_version(database: Database) -> None:
    cache = RegistryCache()
    with database.snapshot() as snapshot:
        first = cache.current(snapshot, snapshot.scalar(sa.select(meta_version.c.metadata)))
        assert cache.current(snapshot, first.version) is first
    with listening(database) as heard:
        version = put(database, plan_for(database, with_fields(account_of(database), {"name": "own", "type": "text"})))
        assert heard() == str(version)
    with database.snapshot() as snapshot:
        second = cache.current(snapshot, version)
    assert "own" in second.object("account").fields
    assert "own" not in first.object("account").fields


@contextmanager
def listening(database: Database) -> Iterator[Callable[[], str | None]]:
    with psycopg.connect(libpq_address(database.url), autocommit=True) as connection:
        connection.execute(f"LISTEN {CHANNEL}")
        yield lambda: next((n.payload for n in connection.notifies(timeout=5, stop_after=1)), None)


def test_a_change_that_cannot_get_its_lock_gives_up(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dougong.metadata.apply.TABLE_TRIES", 2)
    planned = plan_for(database, with_fields(account_of(database), {"name": "own", "type": "text"}))
    holding, done = threading.Event(), threading.Event()

    def hold() -> None:
        with database.transaction() as transaction:
            transaction.rows(sa.select(load_registry(transaction).tables["account"]).with_for_update())
            holding.set()
            done.wait(120)

    thread = threading.Thread(target=hold)
    thread.start()
    holding.wait(60)
    try:
        with pytest.raises(Unavailable) as refused:
            put(database, planned)
        assert refused.value.code == "plan.busy"
    finally:
        done.set()
        thread.join()
    assert put(database, planned) == planned.wanted.version


def any_field(number: int) -> st.SearchStrategy[Field]:
    """A field of any type with settings that fit it."""

    def build(type_: FieldType, required: bool, indexed: bool) -> Field:
        extra: dict[str, Any] = {}
        name = f"field{number}"
        if type_ in {FieldType.LOOKUP, FieldType.USER, FieldType.DEPARTMENT, FieldType.POLYMORPHIC}:
            name = f"{name}_id"
        if type_ is FieldType.LOOKUP:
            extra["target"] = "user"
        if type_ is FieldType.POLYMORPHIC:
            extra["targets"] = ("user", "department")
        if type_ in {FieldType.SELECT, FieldType.MULTI_SELECT}:
            extra["option_set"] = "industry"
        if type_ is FieldType.AUTO_NUMBER:
            extra["format"] = "N{000}"
        sortable = type_ not in {
            FieldType.LONG_TEXT, FieldType.RICH_TEXT, FieldType.POLYMORPHIC, FieldType.ADDRESS, FieldType.LOCATION,
            FieldType.FILE, FieldType.IMAGE,
        }  # fmt: skip
        return Field(name, type_, Label("甲", "A"), required=required, indexed=indexed and sortable, **extra)

    kinds = st.sampled_from([t for t in FieldType if t not in {FieldType.ID, FieldType.MASTER_DETAIL}])
    return st.builds(build, kinds, st.booleans(), st.booleans())


@st.composite
def objects(draw: st.DrawFn) -> Object:
    """A random object."""
    base = object_from_body("probe", {"label": LABEL, "plural": LABEL, "name_field": "name", "fields": []})
    fields = [Field("name", FieldType.TEXT, Label("名", "Name"))]
    fields += [draw(any_field(n)) for n in range(draw(st.integers(0, 6)))]
    return replace(base, fields=MappingProxyType({f.name: f for f in fields}), activities=draw(st.booleans()))


class Undone(Exception):
    """Ends an example's transaction without a trace."""


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=objects(), second=objects())
def test_any_configuration_round_trips(shared_database: Database, first: Object, second: Object) -> None:
    """Apply, export, plan: no change; and from any object to any other with prune, types permitting."""
    with suppress(Undone), shared_database.transaction() as transaction:
        _round_trip(transaction, first)
        current = load_registry(transaction)
        package = replace(export_definitions(current), objects={**export_definitions(current).objects, "probe": second})
        planned = plan(current, package, transaction, prune=True)
        if not planned.problems:
            apply(transaction, planned)
            _round_trip(transaction, second)
        raise Undone


def _round_trip(transaction: Transaction, wanted: Object) -> None:
    apply_package(transaction, Package(objects={"probe": wanted}))
    current = load_registry(transaction)
    assert without_system_fields(current.object("probe")) == wanted
    assert plan(current, export_definitions(current), transaction, prune=True).steps == ()
    there = [c["name"] for c in sa.inspect(transaction.connection).get_columns("probe", schema="data")]
    # Deleted fields are kept under names that no field can have.
    assert {name for name in there if name.islower()} == {c.name for c in current.tables["probe"].columns}
    assert transaction.rows(sa.select(current.tables["probe"])) == []


def test_a_registry_is_built_once_for_the_same_definitions(database: Database) -> None:
    before = registry_of(database)
    assert registry_of(database) is before
    account = with_fields(before.objects["account"], {"name": "stamped", "type": "text"})
    with suppress(Undone), database.transaction() as transaction:
        apply(transaction, plan_for(database, account))
        within = load_registry(transaction)
        assert "stamped" in within.objects["account"].fields
        assert "stamped" not in registry_of(database).objects["account"].fields
        raise Undone
    # What was rolled back is forgotten, whatever another change of the same version says.
    assert registry_of(database) is before
    other = with_fields(before.objects["account"], {"name": "other_stamp", "type": "text"})
    put(database, plan_for(database, other))
    fields = registry_of(database).objects["account"].fields
    assert "other_stamp" in fields
    assert "stamped" not in fields
