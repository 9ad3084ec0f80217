"""From one registry to the next as DDL statements. PostgreSQL runs them in one transaction, all or nothing.

There is no SQL text of ours beyond the ALTERs that SQLAlchemy has no element for; its preparer quotes the names.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as of_its_own
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql.base import PGDDLCompiler
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateIndex, CreateTable, DropIndex, DropTable, ExecutableDDLElement

from dougong.metadata.conversions import using
from dougong.metadata.field_types import KINDS
from dougong.metadata.model import EMPTY
from dougong.metadata.registry import Registry
from dougong.metadata.summaries import Place, chain, restated
from dougong.storage.schema import DATA_SCHEMA


@dataclass(eq=False)
class AddColumn(ExecutableDDLElement):
    """ALTER TABLE … ADD COLUMN, which rewrites no row; `blank`: the column's default is not for rows already there."""

    column: sa.Column[object]
    blank: bool = False


@dataclass(eq=False)
class CountTokens(ExecutableDDLElement):
    """ALTER TABLE … SET STATISTICS for the tokens of a table's records: ANALYZE counts each of 3,000, not of 1,000.

    The planner takes those that it has not counted for rarer or more frequent than they are, and then reads a whole
    table in its order for the head of a team (docs/decisions/0046-a-teams-page-is-sorted-anew.md). The migration 0030
    does the same to the tables of before.
    """

    table: sa.Table


TOKENS_COUNTED = 300
"""In the unit of PostgreSQL's statistics targets: ten elements of arrays each."""


@dataclass(eq=False)
class DropColumn(ExecutableDDLElement):
    """ALTER TABLE … DROP COLUMN, with the indexes on it."""

    column: sa.Column[object]


@dataclass(eq=False)
class LockTable(ExecutableDDLElement):
    """LOCK TABLE: nobody else uses the table until the end of the transaction."""

    table: sa.Table


@dataclass(eq=False)
class RenameColumn(ExecutableDDLElement):
    """ALTER TABLE … RENAME COLUMN: how a deleted field is kept apart, and comes back."""

    table: sa.Table
    old: str
    new: str


@dataclass(eq=False)
class CreateKeptSchema(ExecutableDDLElement):
    """CREATE SCHEMA, for the table of a deleted object."""

    name: str


@dataclass(eq=False)
class MoveTable(ExecutableDDLElement):
    """ALTER TABLE … SET SCHEMA: the table with its indexes, as it is."""

    name: str
    old: str
    new: str


@dataclass(eq=False)
class DropKeptSchema(ExecutableDDLElement):
    """DROP SCHEMA with the table in it, if there is one."""

    name: str


@dataclass(eq=False)
class DropKeptColumn(ExecutableDDLElement):
    """ALTER TABLE … DROP COLUMN of a field that nobody has restored."""

    schema: str
    table: str
    column: str


@dataclass(eq=False)
class AlterType(ExecutableDDLElement):
    """ALTER TABLE … ALTER COLUMN … TYPE, every value converted by `using`."""

    column: sa.Column[object]
    type: sa.types.TypeEngine[object]
    using: sa.ColumnElement[object]


@dataclass(eq=False)
class SetDefault(ExecutableDDLElement):
    """ALTER TABLE … ALTER COLUMN … SET DEFAULT (or, where the column has none, DROP DEFAULT), for rows to come."""

    column: sa.Column[object]


@dataclass(eq=False)
class HoldWriters(ExecutableDDLElement):
    """LOCK TABLE against writers, not readers: those before have committed, those behind see the new definitions."""

    table: sa.Table


@dataclass(eq=False)
class RenameTable(ExecutableDDLElement):
    """ALTER TABLE … RENAME TO: data and indexes stay where they are."""

    old: str
    new: str


@dataclass(eq=False)
class RenameIndex(ExecutableDDLElement):
    """ALTER INDEX … RENAME TO; one that is not there is left out."""

    old: str
    new: str


def _on_table(column: sa.Column[object], compiler: PGDDLCompiler) -> str:
    return f"ALTER TABLE {compiler.preparer.format_table(column.table)}"


@compiles(AddColumn, "postgresql")
def _add_column(element: AddColumn, compiler: PGDDLCompiler, **_kw: object) -> str:
    column = element.column
    if element.blank:
        column = sa.Column(column.name, column.type, nullable=column.nullable)
    specification = compiler.get_column_specification(column)  # type: ignore[no-untyped-call]
    return f"{_on_table(element.column, compiler)} ADD COLUMN {specification}"


@compiles(CountTokens, "postgresql")
def _count_tokens(element: CountTokens, compiler: PGDDLCompiler, **_kw: object) -> str:
    column = element.table.c.access
    name = compiler.preparer.format_column(column)
    return f"{_on_table(column, compiler)} ALTER COLUMN {name} SET STATISTICS {TOKENS_COUNTED}"


@compiles(SetDefault, "postgresql")
def _set_default(element: SetDefault, compiler: PGDDLCompiler, **_kw: object) -> str:
    default = compiler.get_column_default_string(element.column)
    column = compiler.preparer.format_column(element.column)
    change = "DROP DEFAULT" if default is None else f"SET DEFAULT {default}"
    return f"{_on_table(element.column, compiler)} ALTER COLUMN {column} {change}"


@compiles(HoldWriters, "postgresql")
def _hold_writers(element: HoldWriters, compiler: PGDDLCompiler, **_kw: object) -> str:
    return f"LOCK TABLE {compiler.preparer.format_table(element.table)} IN SHARE ROW EXCLUSIVE MODE"


@compiles(DropColumn, "postgresql")
def _drop_column(element: DropColumn, compiler: PGDDLCompiler, **_kw: object) -> str:
    return f"{_on_table(element.column, compiler)} DROP COLUMN {compiler.preparer.format_column(element.column)}"


@compiles(LockTable, "postgresql")
def _lock_table(element: LockTable, compiler: PGDDLCompiler, **_kw: object) -> str:
    return f"LOCK TABLE {compiler.preparer.format_table(element.table)} IN ACCESS EXCLUSIVE MODE"


@compiles(RenameColumn, "postgresql")
def _rename_column(element: RenameColumn, compiler: PGDDLCompiler, **_kw: object) -> str:
    old, new = (compiler.preparer.quote(name) for name in (element.old, element.new))
    return f"ALTER TABLE {compiler.preparer.format_table(element.table)} RENAME COLUMN {old} TO {new}"


@compiles(CreateKeptSchema, "postgresql")
def _create_schema(element: CreateKeptSchema, compiler: PGDDLCompiler, **_kw: object) -> str:
    return f"CREATE SCHEMA {compiler.preparer.quote(element.name)}"


@compiles(MoveTable, "postgresql")
def _move_table(element: MoveTable, compiler: PGDDLCompiler, **_kw: object) -> str:
    old, name, new = (compiler.preparer.quote(word) for word in (element.old, element.name, element.new))
    return f"ALTER TABLE {old}.{name} SET SCHEMA {new}"


@compiles(DropKeptSchema, "postgresql")
def _drop_schema(element: DropKeptSchema, compiler: PGDDLCompiler, **_kw: object) -> str:
    return f"DROP SCHEMA IF EXISTS {compiler.preparer.quote(element.name)} CASCADE"


@compiles(DropKeptColumn, "postgresql")
def _drop_kept_column(element: DropKeptColumn, compiler: PGDDLCompiler, **_kw: object) -> str:
    schema, table, column = (compiler.preparer.quote(w) for w in (element.schema, element.table, element.column))
    return f"ALTER TABLE IF EXISTS {schema}.{table} DROP COLUMN IF EXISTS {column}"


@compiles(AlterType, "postgresql")
def _alter_type(element: AlterType, compiler: PGDDLCompiler, **_kw: object) -> str:
    name = compiler.preparer.format_column(element.column)
    type_ = compiler.dialect.type_compiler_instance.process(element.type)
    using = compiler.sql_compiler.process(element.using, literal_binds=True, include_table=False)
    return f"{_on_table(element.column, compiler)} ALTER COLUMN {name} TYPE {type_} USING {using}"


@compiles(RenameTable, "postgresql")
def _rename_table(element: RenameTable, compiler: PGDDLCompiler, **_kw: object) -> str:
    quote = compiler.preparer.quote
    return f"ALTER TABLE {quote(DATA_SCHEMA)}.{quote(element.old)} RENAME TO {quote(element.new)}"


@compiles(RenameIndex, "postgresql")
def _rename_index(element: RenameIndex, compiler: PGDDLCompiler, **_kw: object) -> str:
    quote = compiler.preparer.quote
    return f"ALTER INDEX IF EXISTS {quote(DATA_SCHEMA)}.{quote(element.old)} RENAME TO {quote(element.new)}"


@dataclass(frozen=True)
class Kept:
    """Where the data of what goes is kept, and from where the data of what comes back is taken (`metadata.bin`).

    Columns by object and name, each with the name that it has meanwhile; objects with the schema that has their table.
    """

    columns: Mapping[Any, str] = of_its_own(default_factory=lambda: EMPTY)
    schemas: Mapping[str, str] = of_its_own(default_factory=lambda: EMPTY)
    back_columns: Mapping[Any, str] = of_its_own(default_factory=lambda: EMPTY)
    back_schemas: Mapping[str, str] = of_its_own(default_factory=lambda: EMPTY)


def statements(
    current: Registry, wanted: Registry, kept: Kept, *, later: Collection[str] = ()
) -> list[ExecutableDDLElement]:
    """What turns the tables of `current` into those of `wanted`, in order. The tables of logs are the migrations'.

    Of the tables in `later` no index is made: building one would hold everybody up, so a job does it afterwards.
    """
    anew = restated(current.objects, wanted.objects)
    found: list[ExecutableDDLElement] = list(_held(current, wanted, anew))
    gone = current.tables.keys() - wanted.tables.keys()
    for name, table in current.tables.items():
        if name in gone and not current.objects[name].log:
            found += _put_away(table, kept.schemas.get(name))
    for name, table in wanted.tables.items():
        if wanted.objects[name].log:
            continue
        fields = frozenset(field for obj, field in anew if obj == name)
        if current.tables.get(name) is table and not fields:
            continue
        if name in current.tables:
            found += _altered(current, wanted, name, kept, fields, indexed=name not in later)
        elif name in kept.back_schemas:
            schema = kept.back_schemas[name]
            found += [MoveTable(name, schema, DATA_SCHEMA), DropKeptSchema(schema), *_blanked(table, fields)]
        else:
            found += [CreateTable(table), CountTokens(table)]
            found += [CreateIndex(index) for index in _sorted(table)]
    return found


def _blanked(table: sa.Table, names: Collection[str]) -> Iterator[ExecutableDDLElement]:
    """Roll-ups of a table from the bin, made anew: what they came to then is not what they come to now."""
    for column in table.c:
        if column.name in names:
            yield from (DropColumn(column), AddColumn(column, blank=True), SetDefault(column))
    yield from (CreateIndex(index) for index in _sorted(table) if _columns(index) & set(names))


def altered(current: Registry, wanted: Registry, kept: Kept, *, later: Collection[str] = ()) -> list[sa.Table]:
    """The tables that `statements` changes or moves away, each as it is now."""
    anew = restated(current.objects, wanted.objects)

    def changes(name: str) -> bool:
        fields = frozenset(field for obj, field in anew if obj == name)
        if current.tables[name] is wanted.tables[name] and not fields:
            return False
        return next(_altered(current, wanted, name, kept, fields, indexed=name not in later), None) is not None

    return [
        table
        for name, table in current.tables.items()
        if not current.objects[name].log and (name not in wanted.tables or changes(name))
    ]


def new_indexes(current: Registry, wanted: Registry, name: str, field_name: str | None = None) -> bool:
    """Whether the table of the object, which is in both, gets an index that it has not: any, or one of the field."""
    if current.tables[name] is wanted.tables[name]:
        return False
    before = _texts(current.tables[name])
    after = _texts(wanted.tables[name])
    retyped = retyped_fields(current, wanted, name)
    return any(
        before.get(str(index.name)) != after[str(index.name)] or _columns(index) & retyped
        for index in wanted.tables[name].indexes
        if field_name is None or field_name in _columns(index)
    )


def retyped_fields(current: Registry, wanted: Registry, name: str) -> frozenset[str]:
    """The fields of the object whose values are stored otherwise afterwards: their table is written anew."""
    return frozenset(field_name for field_name, _statement in _retyped(current, wanted, name))


def _put_away(table: sa.Table, schema: str | None) -> list[ExecutableDDLElement]:
    if schema is None:
        return [DropTable(table)]
    return [CreateKeptSchema(schema), MoveTable(table.name, DATA_SCHEMA, schema)]


def _sorted(table: sa.Table) -> list[sa.Index]:
    return sorted(table.indexes, key=lambda index: str(index.name))


def _held(current: Registry, wanted: Registry, anew: frozenset[Place]) -> Iterator[HoldWriters]:
    """Writers of the children of roll-ups that are to be calculated know of them, or are done before that begins."""
    children = {
        one.object
        for obj, name in anew
        for summary in (wanted.objects[obj].fields[name].summary,)
        for one in (chain(wanted.objects, summary) if summary is not None else ())
    }
    yield from (HoldWriters(current.tables[name]) for name in sorted(children & current.tables.keys()))


def _altered(
    current: Registry, wanted: Registry, name: str, kept: Kept, anew: frozenset[str], *, indexed: bool
) -> Iterator[ExecutableDDLElement]:
    """`anew`: columns that are made anew, and so are blank at once."""
    old, new = current.tables[name], wanted.tables[name]
    old_indexes, new_indexes = _texts(old), _texts(new)
    same = {index for index, text in old_indexes.items() if new_indexes.get(index) == text}
    retyped = {field: change for field, change in _retyped(current, wanted, name) if field not in anew}
    changed = set(retyped) | anew
    for index in _sorted(old):
        if index.name not in same or _columns(index) & changed:
            yield DropIndex(index, if_exists=True)
    for column in old.c:
        if column.name not in new.c or column.name in anew:
            other = None if column.name in new.c else kept.columns.get((name, column.name))
            yield DropColumn(column) if other is None else RenameColumn(old, column.name, other)
    yield from retyped.values()
    for column in new.c:
        if column.name not in old.c or column.name in anew:
            yield from _added(column, kept.back_columns.get((name, column.name)), anew=column.name in anew)
        if _default(old.c.get(column.name)) != _default(column) or column.name in anew:
            yield SetDefault(column)
    for index in _sorted(new) if indexed else ():
        if index.name not in same or _columns(index) & changed:
            yield CreateIndex(index)


def _added(column: sa.Column[object], kept: str | None, *, anew: bool) -> Iterator[ExecutableDDLElement]:
    """A column that was not there, or comes back from where it was kept. A roll-up is blank in any case: what it came
    to before it was deleted would be shown as what it comes to now."""
    if kept is not None and not anew:
        yield RenameColumn(column.table, kept, column.name)
        return
    if kept is not None:
        yield DropKeptColumn(DATA_SCHEMA, column.table.name, kept)
    yield AddColumn(column, anew)


def _default(column: sa.Column[object] | None) -> str | None:
    """The default of columns whose default may change: those of roll-ups."""
    default = None if column is None else column.server_default
    return str(default.arg) if isinstance(default, sa.DefaultClause) else None


def _texts(table: sa.Table) -> dict[str, str]:
    """Each index by name, as the statement that makes it: equal texts are equal indexes."""
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
    return {str(index.name): str(CreateIndex(index).compile(dialect=dialect)) for index in table.indexes}


def _columns(index: sa.Index) -> set[str]:
    return {column.name for column in index.columns}


def _retyped(current: Registry, wanted: Registry, name: str) -> Iterator[tuple[str, AlterType]]:
    """The columns of fields whose type changes, where the new type stores its values otherwise."""
    before, after = current.objects[name].fields, wanted.objects[name].fields
    for field in after.values():
        old = before.get(field.name)
        if old is None or not (old.stored and field.stored):
            continue  # what is computed has no column
        if old.type is field.type or KINDS[old.type].columns(old) == KINDS[field.type].columns(field):
            continue
        if not all(len(KINDS[one.type].columns(one)) == 1 for one in (old, field)):
            continue  # several columns become others: they are dropped and added
        column, target = current.tables[name].c[old.name], wanted.tables[name].c[field.name]
        if type(column.type) is not type(target.type):
            yield field.name, AlterType(column, target.type, using(old, field, column, target.type))
