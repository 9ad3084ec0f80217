"""The history of the configuration: what changes are kept, moments rebuilt, one change taken back, things renamed."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest
import sqlalchemy as sa

from dougong.access.principal import system
from dougong.crm.standard import install
from dougong.kit.errors import BadRequest
from dougong.metadata.definitions import field_from_body
from dougong.metadata.export import export_definitions
from dougong.metadata.installed import KIND
from dougong.metadata.journal import (
    OBJECTS,
    RECORDS,
    Occasion,
    Thing,
    Wanted,
    changes,
    differing,
    parts_of,
    texts_at,
)
from dougong.metadata.model import Label, Object, Option
from dougong.metadata.package import Package
from dougong.metadata.registry import load_registry, without_system_fields
from dougong.records.api import Change, create, delete, update, writing
from dougong.records.configuring.keeping import texts_now
from dougong.records.configuring.moments import package_in_force
from dougong.records.configuring.proposal import propose, put, put_now
from dougong.records.configuring.reverting import propose_revert
from dougong.records.work import Reading, Writing
from dougong.storage.engine import Database
from dougong.storage.schema import definition, history
from dougong.storage.unit_of_work import Transaction


def writer(tx: Transaction) -> Writing:
    return writing(tx, load_registry(tx), system("test"), "cli")


def with_field(obj: Object, name: str, **body: Any) -> Object:
    """The object with a field more (or in the place of the one that is there), shown in its first section."""
    found = field_from_body({"name": name, "type": "text", "label": {"zh": "甲", "en": name}, **body})
    bare = without_system_fields(obj)
    return replace(bare, fields=MappingProxyType({**bare.fields, name: found}))


def renamed_field(obj: Object, old: str, new: str) -> Object:
    """The object as its text would have it after the field's key was changed, and the old name written as its id."""
    bare = without_system_fields(obj)
    fields = {
        (new if n == old else n): (replace(f, name=new, id=f.stable_id) if n == old else f)
        for n, f in bare.fields.items()
    }
    layout = replace(
        bare.layout,
        highlights=tuple(new if n == old else n for n in bare.layout.highlights),
        sections=tuple(
            replace(s, fields=tuple(new if n == old else n for n in s.fields)) for s in bare.layout.sections
        ),
        related=tuple(
            replace(r, columns=tuple(new if n == old and r.object == bare.name else n for n in r.columns))
            for r in bare.layout.related
        ),
    )
    return replace(bare, fields=MappingProxyType(fields), layout=layout)


def put_objects(database: Database, *objects: Object) -> None:
    with database.transaction() as tx:
        put_now(tx, system("test"), "cli", Package(objects={o.name: o for o in objects}))


def account(database: Database) -> Object:
    with database.snapshot() as snapshot:
        return load_registry(snapshot).object("account")


def latest(database: Database) -> int:
    with database.snapshot() as snapshot:
        return changes(snapshot, Wanted(), 1)[0].id


def take_back(database: Database, change_id: int) -> tuple[Any, ...]:
    proposal = propose_revert(database, change_id)
    with database.transaction() as tx:
        put(writer(tx), proposal)
    return proposal.cause.notes


def whole(database: Database) -> Mapping[Thing, Any]:
    with database.snapshot() as snapshot:
        return texts_now(snapshot, load_registry(snapshot))


def kept(database: Database, change_id: int | None = None) -> Mapping[Thing, Any]:
    with database.snapshot() as snapshot:
        return texts_at(snapshot, change_id)


def test_the_installation_is_the_first_change_and_holds_everything(database: Database) -> None:
    with database.snapshot() as snapshot:
        (first,) = changes(snapshot, Wanted(), 10)
        assert (first.occasion, first.package, first.via) == (Occasion.INSTALL, "standard", "system")
        assert first.size == len(parts_of(snapshot, first.id))
    assert kept(database) == whole(database)


def test_each_transaction_is_one_change_and_any_moment_can_be_rebuilt(database: Database) -> None:
    moments = {latest(database): whole(database)}
    put_objects(database, with_field(account(database), "shelf"))
    moments[latest(database)] = whole(database)
    with database.transaction() as tx:
        w = writer(tx)
        made = create(w, "role", [{"key": "clerk", "name": "文员", "read_scope": "own", "edit_scope": "own"}])
        update(w, "role", [Change(made.ids[0] or 0, {"name": "职员"})])
    moments[latest(database)] = whole(database)
    with database.snapshot() as snapshot:
        (part,) = parts_of(snapshot, latest(database))
    assert (part.thing, part.before) == (Thing(RECORDS, "role", ("clerk",)), None)
    assert part.after is not None
    assert part.after["name"] == "职员"
    with database.transaction() as tx:
        delete(writer(tx), "role", [made.ids[0] or 0])
    moments[latest(database)] = whole(database)
    assert len(moments) == 4
    for change_id, texts in moments.items():
        assert differing(kept(database, change_id), texts) == []


def test_what_is_rolled_back_is_no_change(database: Database) -> None:
    before = latest(database)
    with database.rehearsal() as tx:
        create(writer(tx), "role", [{"key": "x", "name": "甲", "read_scope": "own", "edit_scope": "own"}])
    assert latest(database) == before


def test_personal_list_views_are_not_kept(database: Database) -> None:
    before = latest(database)
    with database.transaction() as tx:
        w = writer(tx)
        department = create(w, "department", [{"name": "总部"}]).ids[0]
        owner = create(w, "user", [{"name": "王芳", "login": "wf", "department_id": department}]).ids[0]
        view = {"name": "我的", "object_name": "account", "kind": "list", "columns": '["name"]', "owner_id": owner}
        create(w, "list_view", [view])
    assert latest(database) == before


def test_an_added_field_is_taken_back_and_what_came_later_stays(database: Database) -> None:
    put_objects(database, with_field(account(database), "shelf"))
    added = latest(database)
    put_objects(database, with_field(account(database), "rack"))
    notes = take_back(database, added)
    fields = account(database).fields
    assert "shelf" not in fields
    assert "rack" in fields
    assert notes == ()
    with database.snapshot() as snapshot:
        head = changes(snapshot, Wanted(), 1)[0]
    assert (head.occasion, head.reverted_id) == (Occasion.REVERT, added)
    # Taking back the taking back brings the field again.
    take_back(database, head.id)
    assert "shelf" in account(database).fields


def test_taking_the_deletion_of_a_field_back_brings_its_values(database: Database) -> None:
    put_objects(database, with_field(account(database), "shelf"))
    with database.transaction() as tx:
        w = writer(tx)
        department = create(w, "department", [{"name": "总部"}]).ids[0]
        owner = create(w, "user", [{"name": "王芳", "login": "wf", "department_id": department}]).ids[0]
        made = create(w, "account", [{"name": "甲公司", "shelf": "A-7", "owner_id": owner}]).ids[0] or 0
    with database.snapshot() as snapshot:
        everything = export_definitions(load_registry(snapshot))
    bare = everything.objects["account"]
    fields = MappingProxyType({n: f for n, f in bare.fields.items() if n != "shelf"})
    wanted = replace(everything, objects={**everything.objects, "account": replace(bare, fields=fields)})
    with database.transaction() as tx:
        put_now(tx, system("test"), "cli", wanted, prune=True)
    assert "shelf" not in account(database).fields
    take_back(database, latest(database))
    with database.snapshot() as snapshot:
        table = load_registry(snapshot).tables["account"]
        assert snapshot.scalar(sa.select(table.c.shelf).where(table.c.id == made)) == "A-7"


def test_a_later_change_of_the_same_setting_stays_and_is_told(database: Database) -> None:
    obj = account(database)
    name = obj.fields["name"]
    first = replace(obj, label=Label("公司", "Company"), plural=Label("公司", "Companies"))
    put_objects(database, without_system_fields(first))
    one = latest(database)
    put_objects(database, without_system_fields(replace(first, label=Label("企业", "Company"))))
    notes = take_back(database, one)
    after = account(database)
    assert after.label == Label("企业", obj.label.en)
    assert after.plural == obj.plural
    assert after.fields["name"] == name
    (note,) = notes
    assert (note["thing"], note["place"], note["kept"]) == ("objects/account", "label.zh", "企业")
    with database.snapshot() as snapshot:
        assert note["change"] == changes(snapshot, Wanted(), 2)[1].id


def test_a_deleted_record_comes_back_and_blanks_come_back_too(database: Database) -> None:
    with database.transaction() as tx:
        w = writer(tx)
        role = {"key": "clerk", "name": "文员", "read_scope": "own", "edit_scope": "own"}
        role_id = create(w, "role", [role]).ids[0] or 0
    with database.transaction() as tx:
        update(writer(tx), "role", [Change(role_id, {"name_en": "Clerk"})])
    named = latest(database)
    take_back(database, named)
    assert "name_en" not in whole(database)[Thing(RECORDS, "role", ("clerk",))]
    with database.transaction() as tx:
        delete(writer(tx), "role", [role_id])
    gone = latest(database)
    assert Thing(RECORDS, "role", ("clerk",)) not in whole(database)
    take_back(database, gone)
    assert whole(database)[Thing(RECORDS, "role", ("clerk",))]["name"] == "文员"


def test_the_first_installation_cannot_be_taken_back(database: Database) -> None:
    with pytest.raises(BadRequest) as caught:
        propose_revert(database, latest(database))
    assert caught.value.code == "configuration.start_fixed"


def test_a_renamed_field_keeps_its_data_and_everything_that_names_it_follows(database: Database) -> None:
    with database.transaction() as tx:
        w = writer(tx)
        department = create(w, "department", [{"name": "总部"}]).ids[0]
        owner = create(w, "user", [{"name": "王芳", "login": "wf", "department_id": department}]).ids[0]
        made = create(w, "account", [{"name": "甲公司", "level": "a", "owner_id": owner}]).ids[0] or 0
        update(w, "account", [Change(made, {"level": "b"})])
    proposal = propose(database, Package(objects={"account": renamed_field(account(database), "level", "grade")}))
    steps = [(s.act, s.thing, s.name, s.changes.get("name")) for s in proposal.definitions.steps]
    assert steps == [("rename", "field", "account.level", ("level", "grade"))]
    assert proposal.definitions.steps[0].touched == 1
    with database.transaction() as tx:
        put(writer(tx), proposal)
    with database.snapshot() as snapshot:
        registry = load_registry(snapshot)
        table = registry.tables["account"]
        assert snapshot.scalar(sa.select(table.c.grade).where(table.c.id == made)) == "b"
        changed = history.c.changes.has_key("grade")
        assert snapshot.scalar(sa.select(history.c.changes).where(changed)) == {"grade": ["a", "b"]}
        views = texts_now(snapshot, registry)
        assert "level" not in registry.tables["account"].c
    key_accounts = views[Thing(RECORDS, "list_view", ("account.key",))]
    assert '"grade"' in key_accounts["columns"]
    assert '"grade"' in key_accounts["filter"]
    assert "level" not in key_accounts["filter"]
    assert kept(database) == whole(database)
    # The table and its indexes are what a fresh one would have.
    with database.snapshot() as snapshot:
        there = {str(i["name"]) for i in sa.inspect(snapshot.connection).get_indexes("account", schema="data")}
        assert there == {str(i.name) for i in load_registry(snapshot).tables["account"].indexes}
    # Taking it back is a rename, too.
    back = propose_revert(database, latest(database))
    assert [(s.act, s.name) for s in back.definitions.steps] == [("rename", "account.grade")]
    with database.transaction() as tx:
        put(writer(tx), back)
    with database.snapshot() as snapshot:
        table = load_registry(snapshot).tables["account"]
        assert snapshot.scalar(sa.select(table.c.level).where(table.c.id == made)) == "b"


def test_a_renamed_object_is_followed_by_lookups_rights_and_views(database: Database) -> None:
    with database.transaction() as tx:
        w = writer(tx)
        department = create(w, "department", [{"name": "总部"}]).ids[0]
        owner = create(w, "user", [{"name": "王芳", "login": "wf", "department_id": department}]).ids[0]
        made = create(w, "product", [{"name": "泵"}]).ids[0] or 0
        del owner
    with database.snapshot() as snapshot:
        before = export_definitions(load_registry(snapshot))
    goods = replace(before.objects["product"], name="goods", id="product")
    proposal = propose(database, Package(objects={"goods": goods}))
    assert ("rename", "product") in [(s.act, s.name) for s in proposal.definitions.steps]
    assert not [s for s in proposal.definitions.steps if s.act in {"add", "remove"}]
    with database.transaction() as tx:
        put(writer(tx), proposal)
    with database.snapshot() as snapshot:
        registry = load_registry(snapshot)
        assert "product" not in registry.objects
        assert registry.object("opportunity_line").fields["product_id"].target == "goods"
        assert snapshot.scalar(sa.select(registry.tables["goods"].c.name).where(registry.tables["goods"].c.id == made))
        texts = texts_now(snapshot, registry)
        rights = [text for thing, text in texts.items() if (thing.kind, thing.name) == (RECORDS, "object_permission")]
        assert not [one for one in rights if one["object_name"] == "product"]
        assert [one for one in rights if one["object_name"] == "goods"]
        assert snapshot.scalar(sa.select(history.c.object).where(history.c.record_id == made)) == "goods"
    assert kept(database) == whole(database)


def test_a_renamed_option_takes_records_and_filters_along(database: Database) -> None:
    with database.transaction() as tx:
        w = writer(tx)
        department = create(w, "department", [{"name": "总部"}]).ids[0]
        owner = create(w, "user", [{"name": "王芳", "login": "wf", "department_id": department}]).ids[0]
        made = create(w, "account", [{"name": "甲公司", "level": "a", "owner_id": owner}]).ids[0] or 0
    obj = account(database)
    level = obj.fields["level"]
    options = tuple(replace(o, value="top", id="a") if o.value == "a" else o for o in level.options)
    bare = without_system_fields(obj)
    wanted = replace(bare, fields=MappingProxyType({**bare.fields, "level": replace(level, options=options)}))
    put_objects(database, wanted)
    with database.snapshot() as snapshot:
        table = load_registry(snapshot).tables["account"]
        assert snapshot.scalar(sa.select(table.c.level).where(table.c.id == made)) == "top"
        texts = texts_now(snapshot, load_registry(snapshot))
    assert '"top"' in texts[Thing(RECORDS, "list_view", ("account.key",))]["filter"]
    top = Option("top", level.options[0].label, level.options[0].color, id="a")
    assert top in account(database).fields["level"].options


def test_an_upgrade_leaves_what_the_company_changed_and_brings_the_rest(database: Database) -> None:
    obj = without_system_fields(account(database))
    with database.snapshot() as snapshot:
        shipped_label = obj.fields["phone"].label
        shipped_text = snapshot.scalar(
            sa.select(definition.c.body).where(definition.c.kind == KIND, definition.c.name == "standard")
        )
    # The last release had another label of a field and an option less, and the company changed a label itself.
    older = {**shipped_text, "fingerprint": "older"}
    for text in older["texts"]:
        if text[:2] == [OBJECTS, "account"]:
            fields = {one["name"]: one for one in text[3]["fields"]}
            fields["phone"]["label"] = {"zh": "旧电话", "en": "Old phone"}
    phone = replace(obj.fields["phone"], label=Label("旧电话", "Old phone"))
    company = replace(obj, label=Label("公司", "Company"), fields=MappingProxyType({**obj.fields, "phone": phone}))
    put_objects(database, with_field(company, "shelf"))
    with database.transaction() as tx:
        tx.execute(sa.update(definition).where(definition.c.kind == KIND).values(body=older))
    with database.transaction() as tx:
        install(tx)
    after = account(database)
    assert after.label == Label("公司", "Company")
    assert after.fields["phone"].label == shipped_label
    assert "shelf" in after.fields
    with database.snapshot() as snapshot:
        head = changes(snapshot, Wanted(), 1)[0]
        assert head.occasion is Occasion.UPGRADE
        r = Reading(snapshot, load_registry(snapshot), system("test"))
        assert package_in_force(r).objects["account"].label == Label("公司", "Company")
    with database.transaction() as tx:
        install(tx)
    assert latest(database) == head.id
