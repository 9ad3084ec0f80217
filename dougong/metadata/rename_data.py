"""What a rename does to the database beside the definitions: tables, columns, indexes, and rows that hold names.

Nothing of a record changes when something is called otherwise, so no version moves and no history is written: this is
the data's side of RENAME COLUMN, not a second way to write records. What was told in words (the audit log) stays told.
"""

from collections.abc import Iterator, Mapping

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from dougong.metadata.ddl import RenameColumn, RenameIndex, RenameTable
from dougong.metadata.field_types import KINDS
from dougong.metadata.journal import RECORDS, Part, Thing, texts_at
from dougong.metadata.model import Field, FieldType, Object
from dougong.metadata.naming import STAGE_PART
from dougong.metadata.registry import Registry, without_system_fields
from dougong.metadata.renames import Definitions, Renames, Renaming
from dougong.storage import schema
from dougong.storage.schema import DATA_SCHEMA
from dougong.storage.unit_of_work import Transaction

NAMED = (
    schema.change.c.object,
    schema.history.c.object,
    schema.outbox.c.object,
    schema.search_entry.c.object,
    schema.search_waiting.c.object,
    schema.search_state.c.object,
    schema.summary_state.c.object,
    schema.deleted_definition.c.object,
    schema.auto_number.c.object,
    schema.file.c.object,
    schema.sharing_generation.c.object,
)
"""Where system tables name an object."""


def definitions_of(registry: Registry) -> Definitions:
    """The definitions of `registry`, without what it adds."""
    return Definitions({n: without_system_fields(o) for n, o in registry.objects.items()}, registry.option_sets)


def tables_as_called(current: Registry, renames: Renames, later: Registry) -> dict[str, sa.Table]:
    """The tables of `later` (everything renamed) by their new names and columns, as they are called in the database."""
    old_names = {new: old for old, new in renames.objects.items()}
    found: dict[str, sa.Table] = {}
    for name, table in later.tables.items():
        old = old_names.get(name, name)
        columns = {new: before for before, new in _columns(current.objects[old], later.objects[name])}
        found[name] = sa.Table(
            old,
            sa.MetaData(),
            *(sa.Column(columns.get(c.name, c.name), c.type, key=c.name) for c in table.c),
            schema=DATA_SCHEMA,
        )
    return found


def _columns(before: Object, after: Object) -> Iterator[tuple[str, str]]:
    """The physical columns that are called otherwise: fields are known by their stable ids."""
    later = {field.stable_id: field for field in after.fields.values()}
    for field in before.fields.values():
        new = later.get(field.stable_id)
        if new is None or new.name == field.name:
            continue
        for (old_name, _), (new_name, _) in zip(
            KINDS[field.type].columns(field), KINDS[new.type].columns(new), strict=True
        ):
            yield old_name, new_name


def rename_statements(
    current: Registry, renames: Renames, later: Registry
) -> Iterator[RenameTable | RenameColumn | RenameIndex]:
    """ALTER … RENAME for tables, columns and their indexes; nothing is rewritten."""
    for old, obj in current.objects.items():
        if obj.log:
            continue
        name = renames.objects.get(old, old)
        table = later.tables[name]
        if name != old:
            yield RenameTable(old, name)
        columns = dict(_columns(obj, later.objects[name]))
        for old_column, new_column in columns.items():
            yield RenameColumn(table, old_column, new_column)
        new_indexes = {_index_key(index, {}): str(index.name) for index in table.indexes}
        for index in sorted(current.tables[old].indexes, key=lambda i: str(i.name)):
            new_name = new_indexes.get(_index_key(index, columns))
            if new_name is not None and new_name != index.name:
                yield RenameIndex(str(index.name), new_name)


def _index_key(index: sa.Index, columns: Mapping[str, str]) -> tuple[tuple[str, ...], str, bool]:
    names = tuple(columns.get(column.name, column.name) for column in index.columns)
    return names, str(index.name).rpartition("_")[2], bool(index.unique)


def follow(transaction: Transaction, current: Registry, renames: Renames, later: Registry) -> list[Part]:
    """Bring rows that hold names to the new ones, once tables and columns are renamed. Returns what becomes of the text
    of configuration records."""
    renaming = Renaming(definitions_of(current), renames)
    for owner, names in renames.fields.items():
        for old, new in names.items():
            _follow_field(transaction, current.objects[owner], old, new)
    for old, new in renames.objects.items():
        for column in NAMED:
            transaction.execute(sa.update(column.table).where(column == old).values({column.name: new}))
        _follow_polymorphic(transaction, later, old, new)
    _follow_options(transaction, current, renaming, later)
    _follow_stages(transaction, renaming, later)
    _follow_generations(transaction, renaming)
    return _follow_records(transaction, current, renaming, later)


def _follow_field(transaction: Transaction, owner: Object, old: str, new: str) -> None:
    history = schema.history
    moved = (history.c.changes.op("-")(sa.literal(old, sa.Text))).op("||")(
        sa.func.jsonb_build_object(sa.literal(new, sa.Text), history.c.changes[old], type_=JSONB)
    )
    holds = sa.and_(history.c.object == owner.name, history.c.changes.has_key(old))
    transaction.execute(sa.update(history).where(holds).values(changes=moved))
    for table in (schema.auto_number, schema.summary_state):
        of_field = sa.and_(table.c.object == owner.name, table.c.field == old)
        transaction.execute(sa.update(table).where(of_field).values(field=new))


def _follow_polymorphic(transaction: Transaction, later: Registry, old: str, new: str) -> None:
    """Lookups to records of several objects keep the object's name beside the id."""
    for name, obj in later.objects.items():
        for found in obj.fields.values() if not obj.log else ():
            if found.type is FieldType.POLYMORPHIC and new in found.points_to:
                column = later.tables[name].c[f"{found.step}_type"]
                transaction.execute(sa.update(column.table).where(column == old).values({column.name: new}))


def _follow_options(transaction: Transaction, current: Registry, renaming: Renaming, later: Registry) -> None:
    before = definitions_of(current)
    for owner, obj in before.objects.items():
        table = later.tables[renaming.renames.objects.get(owner, owner)]
        for found in obj.fields.values() if not obj.log else ():
            options = renaming.options_of(owner, found)
            column = table.c.get(renaming.path(owner, found.name))
            if column is None:
                continue
            for old, new in options.items():
                _replace(transaction, found, column, old, new)


def _follow_stages(transaction: Transaction, renaming: Renaming, later: Registry) -> None:
    """Records that hang on others and say of which stage of theirs they are, such as the tasks that are ticked."""
    for owner in renaming.before.objects:
        for old, new in renaming.stages_of(owner).items():
            called = renaming.renames.objects.get(owner, owner)
            for name, obj in later.objects.items():
                stage = obj.fields.get(STAGE_PART)
                links = [f for f in obj.fields.values() if f.type is FieldType.POLYMORPHIC and called in f.targets]
                if obj.log or stage is None or stage.type is not FieldType.TEXT or not links:
                    continue
                table = later.tables[name]
                about = sa.or_(*(table.c[f"{link.step}_type"] == called for link in links))
                held = sa.and_(about, table.c[stage.name] == old)
                transaction.execute(sa.update(table).where(held).values({stage.name: new}))


def _replace(transaction: Transaction, found: Field, column: sa.Column[object], old: str, new: str) -> None:
    if found.type is FieldType.MULTI_SELECT:
        held = sa.literal(old) == sa.any_(column)
        value: sa.ColumnElement[object] = sa.func.array_replace(column, old, new)
    else:
        held, value = column == old, sa.literal(new)
    transaction.execute(sa.update(column.table).where(held).values({column.name: value}))


def _follow_generations(transaction: Transaction, renaming: Renaming) -> None:
    """What a sharing rule means: its object, and the fields of its conditions."""
    table = schema.sharing_generation
    back = {new: old for old, new in renaming.renames.objects.items()}
    for row in transaction.rows(sa.select(table.c.id, table.c.object, table.c.body)):
        body = renaming.structure(back.get(row.object, row.object), row.body)
        if body != row.body:
            transaction.execute(sa.update(table).where(table.c.id == row.id).values(body=body))


def _follow_records(transaction: Transaction, current: Registry, renaming: Renaming, later: Registry) -> list[Part]:
    """Configuration records that name objects and fields: permissions, list views, rules, dimensions."""
    held = texts_at(transaction, kind=RECORDS)
    parts: list[Part] = []
    for name, obj in current.objects.items():
        if "object_name" not in obj.fields or obj.log:
            continue
        table = later.tables[renaming.renames.objects.get(name, name)]
        texts = [f.name for f in obj.fields.values() if f.type in {FieldType.TEXT, FieldType.LONG_TEXT}]
        named = {field: renaming.path(name, field) for field in texts}
        for row in transaction.rows(sa.select(table.c.id, *(table.c[c].label(f) for f, c in named.items()))):
            record = {field: getattr(row, field) for field in named}
            changed = renaming.record(obj, record)
            values = {named[f]: value for f, value in changed.items() if value != record[f]}
            if values:
                transaction.execute(sa.update(table).where(table.c.id == row.id).values(values))
        for thing, text in held.items():
            if thing.name == name:
                parts += _text_parts(obj, thing, text, renaming)
    return parts


def _text_parts(obj: Object, thing: Thing, text: Mapping[str, object], renaming: Renaming) -> Iterator[Part]:
    after = renaming.record(obj, text)
    name = renaming.renames.objects.get(thing.name, thing.name)
    key = tuple(_hashable(after.get(part)) for part in obj.key)
    moved = Thing(RECORDS, name, key)
    if moved == thing:
        yield Part(thing, text, after)
    else:
        yield Part(thing, text, None)
        yield Part(moved, None, after)


def _hashable(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value
