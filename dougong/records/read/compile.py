"""From a query to SQL text, once for each shape of query and set of rights.

Building and compiling a statement costs about a millisecond, more than the database takes for a page: so the text is
kept, and a request only fills in its values. The key holds everything that the text depends on: the registry's
version, the query without its values, and the reader's rights.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from dougong.access.policy import check_action
from dougong.access.principal import Action, Principal
from dougong.expressions.ast import Condition, Path, Selection
from dougong.expressions.shape import shape
from dougong.expressions.to_sql import Enter, Inner, Operand, Parameters, compile_condition, enter_nothing
from dougong.kit.errors import BadRequest
from dougong.kit.kept import Kept
from dougong.metadata.field_types import KINDS
from dougong.metadata.model import Field, FieldType
from dougong.metadata.registry import Registry
from dougong.records.read.keyset import keyset_condition
from dougong.records.read.paths import Resolved, Source
from dougong.records.read.query import AGGREGATES, Call, Child, Column, Function, Order, Query, Term, right_name
from dougong.records.read.visibility import visible

DIALECT = PGDialect_psycopg()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves its dialects untyped
ZONE = "zone"
PARENTS = "parents"


@dataclass(frozen=True)
class OutputColumn:
    """A column of a result: its key, its type (None for a count), and over how many physical columns it stretches."""

    name: str
    type: FieldType | None
    field: Field | None
    scalar: str
    width: int = 1


@dataclass(frozen=True)
class Statement:
    """A compiled query: the text, what comes out, and where each value of its conditions goes."""

    sql: str
    columns: tuple[OutputColumn, ...]
    constants: Mapping[str, Any]
    where: Parameters
    having: Parameters | None = None
    keys: tuple[OutputColumn, ...] = ()
    """The sort keys and the id, selected behind `columns`: what a keyset cursor is made of. Empty for aggregates."""
    children: tuple["Statement", ...] = ()


STATEMENTS: Kept[Statement] = Kept(2_000)


def page_statement(
    registry: Registry, principal: Principal, query: Query, cursor_nulls: tuple[bool, ...] | None
) -> Statement:
    """The statement of `query` for `principal`; `cursor_nulls`: which keys of its cursor are blank (None: no cursor).

    Raises BadRequest for names that do not exist or may not be seen, Forbidden when the object is closed.
    """
    key = (registry.serial, principal.rights_key, _query_shape(query), cursor_nulls)
    return STATEMENTS.get(key, lambda: _compile(registry, principal, query, cursor_nulls))


def count_statement(
    registry: Registry, principal: Principal, object_name: str, where: Condition, *, deleted: bool
) -> Statement:
    """Counts the visible records of `object_name` that meet `where`, up to the parameter `cap`."""
    key = (registry.serial, principal.rights_key, "count", object_name, shape(where), deleted)
    return STATEMENTS.get(key, lambda: _compile_count(registry, principal, object_name, where, deleted=deleted))


def _compile_count(
    registry: Registry, principal: Principal, object_name: str, where: Condition, *, deleted: bool
) -> Statement:
    source = _source(registry, principal, object_name)
    condition, values = _condition(source.resolve, where, "w", selecting(source))
    inner = (
        sa.select(sa.literal_column("1", sa.Integer).label("one"))
        .where(_living(source, deleted=deleted), _visible(source), condition)
        .limit(sa.bindparam("cap", type_=sa.BigInteger()))
    )
    counted = inner.select_from(source.joined).subquery()
    return _finish(sa.select(sa.func.count()).select_from(counted), (_number("count"),), where=values)


def _query_shape(query: Query) -> Hashable:
    return (
        query.object,
        query.columns,
        shape(query.where),
        query.group,
        None if query.having is None else shape(query.having.condition),
        query.order,
        query.deleted,
        query.rights,
        tuple((c.name, c.field, _query_shape(c.query)) for c in query.children),
    )


def _source(registry: Registry, principal: Principal, object_name: str, name: str = "t") -> Source:
    obj = registry.object(object_name)
    check_action(principal, obj, Action.READ)
    return Source(registry, principal, obj, registry.tables[obj.name].alias(name))


def _living(source: Source, *, deleted: bool) -> sa.ColumnElement[bool]:
    column = source.root.c.deleted_at
    return column.is_not(None) if deleted else column.is_(None)


def _visible(source: Source) -> sa.ColumnElement[bool]:
    return visible(source.registry, source.principal, source.obj, source.root)


Resolve = Callable[[Path], Resolved]


def _condition(
    resolve: Resolve, condition: Condition, prefix: str, enter: Enter = enter_nothing
) -> tuple[sa.ColumnElement[bool], Parameters]:
    """The condition as SQL, and the parameters that its values fill at each run."""
    parameters = Parameters(prefix)
    predicate = compile_condition(condition, lambda path: operand(resolve(path), path), parameters.bind, enter)
    return predicate, parameters


def selecting(outer: Source, depth: int = 1) -> Enter:
    """How conditions on `outer` select from other records: from those only that live and that the reader may see."""

    def enter(selection: Selection) -> Inner:
        name = f"s{depth}"
        inner = _source(outer.registry, outer.principal, selection.object, name)
        inner.prefix = name

        def exists(predicate: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
            one = sa.select(sa.literal_column("1", sa.Integer)).select_from(inner.joined)
            return one.where(_living(inner, deleted=False), _visible(inner), predicate).exists()

        return Inner(lambda path: operand(inner.resolve(path), path), selecting(inner, depth + 1), exists)

    return enter


def operand(found: Resolved, path: Path) -> Operand:
    """What a path is in a condition. Of a field of several parts the only question is whether any is filled in."""
    if len(found.columns) != 1 and (found.field is None or found.field.type is not FieldType.POLYMORPHIC):
        return Operand(sa.func.nullif(sa.func.num_nonnulls(*found.columns), 0), found.scalar)
    return single_operand(found, path)


def single_operand(found: Resolved, path: Path) -> Operand:
    """What a path of one value is. Raises BadRequest for a field of several parts."""
    if found.field is not None and found.field.type is FieldType.POLYMORPHIC:
        return Operand(found.columns[-1], "id")
    if len(found.columns) != 1:
        raise BadRequest("query.composite", field=str(path))
    return Operand(found.columns[0], found.scalar)


def _compile(
    registry: Registry, principal: Principal, query: Query, cursor_nulls: tuple[bool, ...] | None
) -> Statement:
    source = _source(registry, principal, query.object)
    if query.group or any(isinstance(c.term, Call) and c.term.function in AGGREGATES for c in query.columns):
        return _compile_aggregate(source, query)
    keys = [(_sort_key(source, order), order) for order in query.order]
    where, values = _condition(source.resolve, query.where, "w", selecting(source))
    # Behind the joins that sorting and filtering need: what is only shown joins nothing.
    selected = _selected(source.shown, source, query)
    conditions = [_living(source, deleted=query.deleted), _visible(source), where]
    sort = [(expressions[0], o.descending, o.nulls_first, not_null) for (expressions, _, not_null), o in keys]
    last_down = query.order[-1].descending if query.order else True
    identity = source.root.c.id
    if cursor_nulls is not None:
        conditions.append(keyset_condition([*sort, (identity, last_down, False, True)], cursor_nulls))
    expressions = [e for parts, _, _ in selected for e in parts]
    key_columns = [parts[0] for (parts, _, _), _ in keys] + [identity]
    statement = (
        sa.select(*[e.label(f"c{n}") for n, e in enumerate(expressions + key_columns)])
        .select_from(source.joined)
        .where(*conditions)
        .order_by(*[_sorted(*key) for key in sort], identity.desc() if last_down else identity.asc())
        .limit(sa.bindparam("limit", type_=sa.BigInteger()))
        .offset(sa.bindparam("offset", type_=sa.BigInteger()))
    )
    return _finish(
        statement,
        tuple(column for _, column, _ in selected),
        where=values,
        keys=(*(column for (_, column, _), _ in keys), OutputColumn("id", FieldType.ID, None, "id")),
        children=tuple(_compile_child(registry, principal, query.object, child) for child in query.children),
    )


def _selected(resolve: Resolve, source: Source, query: Query) -> list["Output"]:
    """What a plain row carries: the columns, then the reader's rights on it, by the policies that the writes obey."""
    rights: list[Output] = []
    for action in query.rights:
        verdict = visible(source.registry, source.principal, source.obj, source.root, action)
        rights.append(([verdict], OutputColumn(right_name(action), FieldType.BOOLEAN, None, "boolean"), True))
    return [*(_output(resolve, column.term, column.name) for column in query.columns), *rights]


def _compile_aggregate(source: Source, query: Query) -> Statement:
    if query.rights:
        raise BadRequest("query.rights_of_groups", field="can")
    outputs = {
        column.name: (column.term, _output(source.resolve, column.term, column.name)) for column in query.columns
    }
    for name, (term, _) in outputs.items():
        if not (isinstance(term, Call) and term.function in AGGREGATES) and term not in query.group:
            raise BadRequest("query.not_grouped", field=name)
    where, values = _condition(source.resolve, query.where, "w", selecting(source))
    having, having_values = (
        _condition(lambda path: _named_output(outputs, path), query.having.condition, "h")
        if query.having is not None
        else (sa.true(), None)
    )
    groups = [expression for term in query.group for expression in _output(source.resolve, _not_gathered(term), "")[0]]
    order = []
    for o in query.order:
        parts, _, not_null = _ordered_output(source, query, outputs, o)
        order.append(_sorted(parts[0], o.descending, o.nulls_first, not_null))
    expressions = [e for _, (parts, _, _) in outputs.values() for e in parts]
    statement = (
        sa.select(*[e.label(f"c{n}") for n, e in enumerate(expressions)])
        .select_from(source.joined)
        .where(_living(source, deleted=query.deleted), _visible(source), where)
        .group_by(*groups)
        .having(having)
        .order_by(*order)
        .limit(sa.bindparam("limit", type_=sa.BigInteger()))
        .offset(sa.bindparam("offset", type_=sa.BigInteger()))
    )
    columns = tuple(column for _, (_, column, _) in outputs.values())
    return _finish(statement, columns, where=values, having=having_values)


def _ordered_output(source: Source, query: Query, outputs: Mapping[str, Any], order: Order) -> "Output":
    """The sort term of an aggregate: an output column by its name, or an aggregate or group of its own."""
    term = order.term
    if isinstance(term, Path) and str(term) in outputs:
        found: Output = outputs[str(term)][1]
        return _sortable(found, order)
    found = _output(source.resolve, term, "")
    if not (isinstance(term, Call) and term.function in AGGREGATES) and term not in query.group:
        raise BadRequest("query.not_grouped", field=str(term.path if isinstance(term, Call) else term))
    return _sortable(found, order)


def _sort_key(source: Source, order: Order) -> "Output":
    """The sort term of plain records."""
    return _sortable(_output(source.resolve, _not_gathered(order.term), ""), order)


def _sortable(found: "Output", order: Order) -> "Output":
    """`found`, if its type has an order: only then can a page go on behind its last row."""
    field = found[1].field
    if field is not None and not KINDS[field.type].sortable:
        raise BadRequest("query.not_sortable", field=str(order.term))
    return found


def _not_gathered(term: Term) -> Term:
    """`term`, which must not be an aggregate."""
    if isinstance(term, Call) and term.function in AGGREGATES:
        raise BadRequest("query.aggregate_place", function=term.function.value)
    return term


def _named_output(outputs: Mapping[str, Any], path: Path) -> Resolved:
    if str(path) not in outputs:
        raise BadRequest("query.having_unknown", field=str(path))
    expressions, column, _ = outputs[str(path)][1]
    return Resolved(tuple(expressions), None, column.scalar)


def _compile_child(registry: Registry, principal: Principal, parent: str, child: Child) -> Statement:
    """The children of a whole page of parents in one statement, at most `child.query.limit` of each."""
    source = _source(registry, principal, child.query.object)
    link = source.field_of(source.obj, child.field)
    if parent not in link.points_to:
        raise BadRequest("query.not_a_child", field=child.field, object=child.query.object)
    # Ids are unique over all objects, so that of a lookup to several of them says enough.
    parent_id = source.root.c[link.name]
    selected = _selected(source.listed, source, child.query)
    where, values = _condition(source.resolve, child.query.where, "w", selecting(source))
    order = [
        _sorted(parts[0], o.descending, o.nulls_first, not_null)
        for o in child.query.order
        for parts, _, not_null in [_sort_key(source, o)]
    ]
    expressions = [e for parts, _, _ in selected for e in parts] + [parent_id]
    rank = sa.func.row_number().over(partition_by=parent_id, order_by=[*order, source.root.c.id.desc()])
    parents = sa.cast(sa.bindparam(PARENTS, type_=ARRAY(sa.BigInteger())), ARRAY(sa.BigInteger()))
    inner = (
        sa.select(*[e.label(f"c{n}") for n, e in enumerate(expressions)], rank.label("place"))
        .select_from(source.joined)
        .where(parent_id == sa.func.any(parents), _living(source, deleted=False), _visible(source), where)
        .subquery("ranked")
    )
    names = [f"c{n}" for n in range(len(expressions))]
    statement = (
        sa.select(*[inner.c[name] for name in names])
        .where(inner.c.place <= sa.bindparam("limit", type_=sa.BigInteger()))
        .order_by(inner.c[names[-1]], inner.c.place)
    )
    return _finish(statement, tuple(c for _, c, _ in selected), where=values, keys=(_number("parent"),))


Output = tuple[Sequence[sa.ColumnElement[Any]], OutputColumn, bool]
"""The expressions of a term, its column, and whether it can never be blank."""


def _output(resolve: Resolve, term: Term, name: str) -> Output:
    if isinstance(term, Path):
        found = resolve(term)
        column = OutputColumn(
            name, found.field.type if found.field else FieldType.TEXT, found.field, found.scalar, len(found.columns)
        )
        return found.columns, column, found.not_null
    return _call(resolve, term, name)


def _call(resolve: Resolve, call: Call, name: str) -> Output:
    if call.path is None:
        if call.function is not Function.COUNT:
            raise BadRequest("query.function_needs_field", field=call.function.value)
        return [sa.func.count()], _number(name), True
    found = resolve(call.path)
    single = single_operand(found, call.path)
    _check_scalar(call, single.scalar)
    kept = OutputColumn(name, found.field.type if found.field else FieldType.TEXT, found.field, found.scalar)
    if call.function in CALENDAR:
        return _calendar(call.function, single, name)
    column: sa.ColumnElement[Any] = single.column
    match call.function:
        case Function.COUNT:
            return [sa.func.count(column)], _number(name), True
        case Function.COUNT_DISTINCT:
            return [sa.func.count(column.distinct())], _number(name), True
        case Function.AVG:
            average = sa.func.round(sa.func.avg(column), 6)
            return [average], replace(kept, type=FieldType.DECIMAL, field=None), False
        case Function.SUM:
            return [sa.func.sum(column)], kept, False
        case Function.MIN:
            return [sa.func.min(column)], kept, False
        case _:
            return [sa.func.max(column)], kept, False


CALENDAR = {Function.YEAR: "year", Function.QUARTER: "quarter", Function.MONTH: "month", Function.DAY: "day"}
"""The functions that give a part of a date, in the reader's zone."""


def _calendar(function: Function, single: Operand, name: str) -> Output:
    column: sa.ColumnElement[Any] = single.column
    if single.scalar == "datetime":
        column = sa.func.timezone(sa.bindparam(ZONE, type_=sa.String()), column)
    if function is Function.DAY:
        return [sa.cast(column, sa.Date)], OutputColumn(name, FieldType.DATE, None, "date"), False
    return [sa.cast(sa.extract(CALENDAR[function], column), sa.Integer)], _number(name), False


def _check_scalar(call: Call, scalar: str) -> None:
    """Refuse a function over a type that it makes no sense for."""
    if call.function in {Function.SUM, Function.AVG}:
        fits = scalar == "number"
    elif call.function in CALENDAR:
        fits = scalar in {"date", "datetime"}
    elif call.function in {Function.MIN, Function.MAX}:
        fits = scalar in {"number", "date", "datetime", "time", "text"}
    else:
        fits = True
    if not fits:
        raise BadRequest("query.function_type", field=str(call.path), function=call.function.value)


def _number(name: str) -> OutputColumn:
    return OutputColumn(name, None, None, "number")


def _sorted(
    expression: sa.ColumnElement[Any], descending: bool, nulls_first: bool, not_null: bool
) -> sa.ColumnElement[Any]:
    """The sort key; where a column cannot be blank the NULLS clause is left out, so that a plain index can serve."""
    key = expression.desc() if descending else expression.asc()
    if not_null:
        return key
    return key.nulls_first() if nulls_first else key.nulls_last()


def _finish(
    statement: sa.Select[Any],
    columns: tuple[OutputColumn, ...],
    *,
    where: Parameters,
    having: Parameters | None = None,
    keys: tuple[OutputColumn, ...] = (),
    children: tuple[Statement, ...] = (),
) -> Statement:
    compiled = statement.compile(dialect=DIALECT, compile_kwargs={"render_postcompile": True})
    constants = {name: value for name, value in compiled.params.items() if value is not None}
    return Statement(str(compiled), columns, constants, where, having, keys, children)


def columns_of(paths: Sequence[str]) -> tuple[Column, ...]:
    """Output columns by their dotted paths, each named by its path."""
    return tuple(Column(Path(tuple(path.split("."))), path) for path in paths)
