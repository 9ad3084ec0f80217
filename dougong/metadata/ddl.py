"""From one registry to the next as DDL statements. PostgreSQL runs them in one transaction, all or nothing.

There is no SQL text of ours beyond the ALTERs that SQLAlchemy has no element for; its preparer quotes the names.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql.base import PGDDLCompiler
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateIndex, CreateTable, DropIndex, DropTable, ExecutableDDLElement

from dougong.metadata.field_types import KINDS
from dougong.metadata.model import Field, FieldType
from dougong.metadata.registry import Registry


@dataclass(eq=False)
class AddColumn(ExecutableDDLElement):
    """ALTER TABLE … ADD COLUMN: blank in old rows, so PostgreSQL rewrites nothing."""

    column: sa.Column[object]


@dataclass(eq=False)
class DropColumn(ExecutableDDLElement):
    """ALTER TABLE … DROP COLUMN, with the indexes on it."""

    column: sa.Column[object]


@dataclass(eq=False)
class AlterType(ExecutableDDLElement):
    """ALTER TABLE … ALTER COLUMN … TYPE, every value converted by `using`."""

    column: sa.Column[object]
    type: sa.types.TypeEngine[object]
    using: sa.ColumnElement[object]


def _on_table(column: sa.Column[object], compiler: PGDDLCompiler) -> str:
    return f"ALTER TABLE {compiler.preparer.format_table(column.table)}"


@compiles(AddColumn, "postgresql")
def _add_column(element: AddColumn, compiler: PGDDLCompiler, **_kw: object) -> str:
    specification = compiler.get_column_specification(element.column)  # type: ignore[no-untyped-call]
    return f"{_on_table(element.column, compiler)} ADD COLUMN {specification}"


@compiles(DropColumn, "postgresql")
def _drop_column(element: DropColumn, compiler: PGDDLCompiler, **_kw: object) -> str:
    return f"{_on_table(element.column, compiler)} DROP COLUMN {compiler.preparer.format_column(element.column)}"


@compiles(AlterType, "postgresql")
def _alter_type(element: AlterType, compiler: PGDDLCompiler, **_kw: object) -> str:
    name = compiler.preparer.format_column(element.column)
    type_ = compiler.dialect.type_compiler_instance.process(element.type)
    using = compiler.sql_compiler.process(element.using, literal_binds=True, include_table=False)
    return f"{_on_table(element.column, compiler)} ALTER COLUMN {name} TYPE {type_} USING {using}"


def statements(current: Registry, wanted: Registry) -> list[ExecutableDDLElement]:
    """What turns the tables of `current` into those of `wanted`, in order."""
    found: list[ExecutableDDLElement] = []
    for name, table in wanted.tables.items():
        if name not in current.tables:
            found.append(CreateTable(table))
            found += [CreateIndex(index) for index in _sorted(table)]
        else:
            found += _altered(current, wanted, name)
    found += [DropTable(table) for name, table in current.tables.items() if name not in wanted.tables]
    return found


def _sorted(table: sa.Table) -> list[sa.Index]:
    return sorted(table.indexes, key=lambda index: str(index.name))


def _altered(current: Registry, wanted: Registry, name: str) -> Iterator[ExecutableDDLElement]:
    old, new = current.tables[name], wanted.tables[name]
    old_indexes, new_indexes = _texts(old), _texts(new)
    kept = {index for index, text in old_indexes.items() if new_indexes.get(index) == text}
    retyped = dict(_retyped(current, wanted, name))
    for index in _sorted(old):
        if index.name not in kept or _columns(index) & set(retyped):
            yield DropIndex(index, if_exists=True)
    yield from (DropColumn(column) for column in old.c if column.name not in new.c)
    yield from retyped.values()
    yield from (AddColumn(column) for column in new.c if column.name not in old.c)
    for index in _sorted(new):
        if index.name not in kept or _columns(index) & set(retyped):
            yield CreateIndex(index)


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
        if old is None or old.type is field.type or KINDS[old.type].columns(old) == KINDS[field.type].columns(field):
            continue
        column, target = current.tables[name].c[old.name], wanted.tables[name].c[field.name]
        if type(column.type) is not type(target.type):
            yield field.name, AlterType(column, target.type, _conversion(old, field, column, target.type))


def _conversion(
    old: Field, new: Field, column: sa.Column[object], type_: sa.types.TypeEngine[object]
) -> sa.ColumnElement[object]:
    if old.type is FieldType.SELECT and new.type is FieldType.MULTI_SELECT:
        return sa.case((column.is_(None), sa.null()), else_=postgresql.array([column]))
    return sa.cast(column, type_)
