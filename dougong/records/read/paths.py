"""From a dotted path to a column: each step leads to a living record that the reader may see, or to nothing.

An invisible or deleted parent therefore reads as blank, in columns, conditions, sort keys and groups alike, so that
none of them can tell what the list hides. To-many relations are never joined.
"""

from dataclasses import dataclass, field, replace

import sqlalchemy as sa

from dougong.access.contacts import PEOPLE
from dougong.access.fields import readable, readable_fields
from dougong.access.policy import allowed
from dougong.access.principal import Action, Principal, system
from dougong.expressions.ast import Path
from dougong.expressions.formula.to_sql import formula_sql
from dougong.expressions.formula.types import Field as Used
from dougong.expressions.formula.types import Root
from dougong.kit.errors import BadRequest
from dougong.kit.limits import PATH_DEPTH_MAX
from dougong.metadata.field_types import KINDS
from dougong.metadata.formula_results import result_sql
from dougong.metadata.model import Field, FieldType, Object
from dougong.metadata.names import nearest
from dougong.metadata.registry import Registry
from dougong.records.read.masking import is_masked, masked
from dougong.records.read.visibility import named as is_named
from dougong.records.read.visibility import visible

ME = "formula_me"
"""The parameter that holds the id of the person whom formulas call $user."""

PRODUCT = system("formulas")


@dataclass(frozen=True)
class Resolved:
    """What a path names: its physical columns, the field (None for a part of a composite) and its scalar kind."""

    columns: tuple[sa.ColumnElement[object], ...]
    field: Field | None
    scalar: str
    not_null: bool = False


@dataclass
class Source:
    """The FROM of one statement while it is being built: the root and the joins that paths have asked for."""

    registry: Registry
    principal: Principal
    obj: Object
    root: sa.FromClause
    prefix: str = ""
    """What the names of its joins begin with: within another statement they must not hide that one's."""
    showing: bool = False
    """Its paths are only shown: at their ends stand the names of people whom the reader could not find."""
    joined: sa.FromClause = field(init=False)
    _joins: dict[tuple[str, ...], tuple[Object, sa.FromClause]] = field(default_factory=dict)
    _computed: dict[tuple[tuple[str, ...], str, bool], sa.ColumnElement[object]] = field(default_factory=dict)
    """Formulas, each built once: where it is selected and grouped by, it must be the very same expression."""

    def __post_init__(self) -> None:
        """Start from the root alone."""
        self.joined = self.root

    def resolve(self, path: Path) -> Resolved:
        """The columns of `path`. Raises BadRequest for a name that does not exist or that the reader may not see."""
        if len(path.steps) > PATH_DEPTH_MAX:
            raise BadRequest("query.path_too_deep", field=str(path), maximum=PATH_DEPTH_MAX)
        return self._walk((), self.obj, self.root, path, showing=self.showing)

    def _walk(
        self, prefix: tuple[str, ...], obj: Object, table: sa.FromClause, path: Path, *, showing: bool
    ) -> Resolved:
        """The columns of `path` from a row of `table`, which is where the steps of `prefix` have led to."""
        for position, step in enumerate(path.steps[:-1]):
            link = find_link(self.principal, obj, step)
            if link is None:
                return self._part(obj, table, path, position)
            if link.type is FieldType.POLYMORPHIC:
                return self._polymorphic(prefix, obj, table, link, path, position)
            named = showing and self._is_name(path, position, link)
            steps = (*prefix, *path.steps[: position + 1])
            obj, table = self._join(steps, table, link, link.points_to[0], named=named)
        found = self.field_of(obj, path.steps[-1])
        if not found.stored:
            return self._formula((*prefix, *path.steps[:-1]), obj, table, found)
        return self._resolved(obj, found, table)

    def _resolved(self, obj: Object, found: Field, table: sa.FromClause) -> Resolved:
        """The columns of a field of a row of `table`, as far as the reader may see them there."""
        plain = resolved(found, table)
        if not is_masked(self.principal, obj, found):
            return plain
        return replace(plain, columns=masked(self.principal, obj, found, table, plain.columns), not_null=False)

    def _formula(
        self, prefix: tuple[str, ...], obj: Object, table: sa.FromClause, found: Field, *, alone: bool = False
    ) -> Resolved:
        """A computed field of a row of `table`. `alone`: what is behind lookups comes by subqueries, not by joins.

        Whoever may read it may read all that it is made of; records on its way which the reader may not see are blank.
        """
        key = (prefix, found.name, alone)
        if key not in self._computed:
            formula = self.registry.formulas.fields[obj.name, found.name]

            def column_of(used: Used) -> sa.ColumnElement[object]:
                if used.root is Root.USER:
                    return self._of_user(used.path)
                if alone and len(used.path.steps) > 1:
                    return self.shown(used.path, names=False).columns[-1]
                return self._walk(prefix, obj, table, used.path, showing=False).columns[-1]

            self._computed[key] = result_sql(found, formula_sql(formula.checked, column_of))
        return Resolved((self._computed[key],), found, KINDS[found.type].scalar)

    def _of_user(self, path: Path) -> sa.ColumnElement[object]:
        """A field of the person who reads, once for the whole statement."""
        users: sa.FromClause = self.registry.tables["user"].alias(f"{self.prefix}me")
        own = Source(self.registry, PRODUCT, self.registry.objects["user"], users, prefix=f"{self.prefix}me")
        column = own.resolve(path).columns[-1]
        me = users.c.id == sa.bindparam(ME, type_=sa.BigInteger())
        return sa.select(column).select_from(own.joined).where(me).scalar_subquery()

    def shown(self, path: Path, *, names: bool = True) -> Resolved:
        """The columns of `path` as a page shows them: what is behind a lookup comes by a subquery instead of a join.

        PostgreSQL runs it after ORDER BY and LIMIT, for the rows of the page alone, and has no joins to put in order: a
        list costs half. A parent that a condition or a sort key has joined already is read there. `names`: at the end
        of the path a person's name stands for itself, and is no part of a formula. Raises as `resolve`.
        """
        if len(path.steps) == 1:
            own = self.field_of(self.obj, path.steps[0])
            if own.stored:
                return self._resolved(self.obj, own, self.root)
            return self._formula((), self.obj, self.root, own, alone=True)
        link = find_link(self.principal, self.obj, path.steps[0]) if 1 < len(path.steps) <= PATH_DEPTH_MAX else None
        named = names and link is not None and self._is_name(path, 0, link)
        if link is None or (path.steps[:1] in self._joins and not (named and PEOPLE.intersection(link.points_to))):
            return self.resolve(path)
        if link.type is FieldType.POLYMORPHIC:
            check_polymorphic(path, 0)
            called = [
                sa.select(alias.c[name]).where(on).scalar_subquery()
                for target in link.points_to
                for parent, alias, on in [self._parent(target, self.root, link, "p1", named=names)]
                if (name := self._readable_name(parent)) is not None
            ]
            return Resolved((sa.func.coalesce(*called, None),), None, "text")
        parent, alias, on = self._parent(link.points_to[0], self.root, link, "p1", named=named)
        inner = Source(self.registry, self.principal, self.obj, self.root, showing=names)
        inner.joined, inner._joins[path.steps[:1]] = alias, (parent, alias)
        found = inner.resolve(path)
        columns = tuple(sa.select(c).select_from(inner.joined).where(on).scalar_subquery() for c in found.columns)
        return replace(found, columns=columns, not_null=False)

    def listed(self, path: Path) -> Resolved:
        """The columns of `path` as a list of children shows them: by joins, but people's names as a page has them."""
        link = find_link(self.principal, self.obj, path.steps[0]) if len(path.steps) == 2 else None
        if link is not None and PEOPLE.intersection(link.points_to):
            return self.shown(path)
        return self.resolve(path)

    def field_of(self, obj: Object, name: str) -> Field:
        """The field `name` of `obj`, if the reader may see it."""
        return field_of(self.registry, self.principal, obj, name)

    def _is_name(self, path: Path, position: int, link: Field) -> bool:
        """Whether the path ends in the name of what the step at `position` leads to."""
        last = path.steps[-1]
        return position == len(path.steps) - 2 and last in {"name", self.registry.objects[link.points_to[0]].name_field}

    def _join(
        self, prefix: tuple[str, ...], table: sa.FromClause, link: Field, target: str, *, named: bool = False
    ) -> tuple[Object, sa.FromClause]:
        """The record of `target` that `link` of `table` leads to, joined once however many paths walk through it."""
        if prefix not in self._joins:
            parent, alias, on = self._parent(target, table, link, self._next_name(), named=named)
            self.joined = self.joined.outerjoin(alias, on)
            self._joins[prefix] = (parent, alias)
        return self._joins[prefix]

    def _next_name(self) -> str:
        return f"{self.prefix}j{len(self._joins) + 1}"

    def _parent(
        self, target: str, table: sa.FromClause, link: Field, name: str, *, named: bool = False
    ) -> tuple[Object, sa.FromClause, sa.ColumnElement[bool]]:
        """The object `target`, its table as `name`, and when a row of it is what `link` of `table` shows the reader.

        `named`: only the row's name is asked for, on a record that the reader sees.
        """
        parent = self.registry.objects[target]
        alias: sa.FromClause = self.registry.tables[target].alias(name)
        is_seen = (is_named if named else visible)(self.registry, self.principal, parent, alias)
        return parent, alias, sa.and_(alias.c.id == table.c[link.name], alias.c.deleted_at.is_(None), is_seen)

    def _part(self, obj: Object, table: sa.FromClause, path: Path, position: int) -> Resolved:
        """A part of a composite field: `address.city`."""
        found = self.field_of(obj, path.steps[position])
        column, scalar = part_of(found, path, position)
        return Resolved(masked(self.principal, obj, found, table, (table.c[column],)), None, scalar)

    def _polymorphic(
        self, before: tuple[str, ...], obj: Object, table: sa.FromClause, link: Field, path: Path, position: int
    ) -> Resolved:
        """`related.name`: ids are unique over all objects, so each target is joined by id and the first name holds."""
        check_polymorphic(path, position)
        prefix = (*before, *path.steps[: position + 1])
        joined = [self._join((*prefix, f"<{target}>"), table, link, target) for target in link.points_to]
        names = [alias.c[name] for parent, alias in joined if (name := self._readable_name(parent)) is not None]
        return Resolved((sa.func.coalesce(*names, None),), None, "text")

    def _readable_name(self, parent: Object) -> str | None:
        return parent.name_field if readable(self.principal, parent, parent.fields[parent.name_field]) else None


def find_link(principal: Principal, obj: Object, step: str) -> Field | None:
    """The lookup of `obj` that `step` walks, if the reader may see it; None when `step` names no lookup."""
    found = obj.fields.get(f"{step}_id")
    if found is None or not found.points_to:
        return None
    return found if readable(principal, obj, found) else None


def field_of(registry: Registry, principal: Principal, obj: Object, name: str) -> Field:
    """The field `name` of `obj` ("name" always means its name field).

    Raises BadRequest for one that does not exist or is hidden from the reader, alike. Of an object that is closed to
    the reader only the name can be asked for: it is always blank, because the join finds nothing.
    """
    if name == "name" and "name" not in obj.fields:
        name = obj.name_field
    found = obj.fields.get(name)
    if found is None or not (readable(principal, obj, found) or is_blank_name(principal, obj, found)):
        seen = [f.name for f in readable_fields(principal, obj)]
        raise BadRequest("metadata.unknown_field", field=name, object=obj.name, nearest=nearest(name, seen))
    return found


def is_blank_name(principal: Principal, obj: Object, found: Field) -> bool:
    """Whether `found` is the name of records that are closed to the reader as a whole."""
    return found.name == obj.name_field and allowed(principal, obj, Action.READ) is not None


def part_of(found: Field, path: Path, position: int) -> tuple[str, str]:
    """The column and scalar of a composite field's part. Raises BadRequest when the field has no such part."""
    columns = dict(KINDS[found.type].columns(found))
    part = f"{found.name}_{'_'.join(path.steps[position + 1 :])}"
    if len(columns) < 2 or part not in columns:
        raise BadRequest("query.not_a_relation", field=str(path), step=path.steps[position])
    return part, "number" if isinstance(columns[part], sa.Numeric) else "text"


def check_polymorphic(path: Path, position: int) -> None:
    """Raise BadRequest unless the path asks only for the name behind a lookup to several objects."""
    if path.steps[position + 1 :] != ("name",):
        raise BadRequest("query.polymorphic_only_name", field=str(path))


def resolved(found: Field, table: sa.FromClause) -> Resolved:
    """The columns of a field on a table or an alias of it."""
    kind = KINDS[found.type]
    columns = tuple(table.c[name] for name, _ in kind.columns(found))
    not_null = len(columns) == 1 and not table.c[columns[0].name].nullable
    return Resolved(columns, found, kind.scalar, not_null)
