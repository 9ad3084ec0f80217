"""The names that one reader may use in conditions, as `expressions.check` asks for them."""

from dataclasses import dataclass

from dougong.access.policy import check_action
from dougong.access.principal import Action, Principal
from dougong.expressions.ast import Path
from dougong.expressions.check import Comparable
from dougong.expressions.operators import OPERATORS_BY_SCALAR
from dougong.kit.errors import BadRequest
from dougong.kit.limits import PATH_DEPTH_MAX
from dougong.metadata.field_types import KINDS
from dougong.metadata.model import Field, FieldType, Object
from dougong.metadata.registry import Registry
from dougong.records.read.paths import check_polymorphic, field_of, find_link, part_of
from dougong.records.read.query import Column, Function

CHOICES = frozenset({FieldType.SELECT, FieldType.MULTI_SELECT})


@dataclass(frozen=True)
class ReaderSchema:
    """The fields of `obj` and of the records that it looks up to, without those that the reader may not see."""

    registry: Registry
    principal: Principal
    obj: Object

    def comparable(self, path: Path) -> Comparable:
        """What `path` can be compared with. Raises BadRequest for an unknown or hidden name, with the nearest one."""
        if len(path.steps) > PATH_DEPTH_MAX:
            raise BadRequest("query.path_too_deep", field=str(path), maximum=PATH_DEPTH_MAX)
        obj = self.obj
        for position, step in enumerate(path.steps[:-1]):
            link = find_link(self.principal, obj, step)
            if link is None:
                found = field_of(self.registry, self.principal, obj, step)
                return _of_scalar(part_of(found, path, position)[1])
            if link.type is FieldType.POLYMORPHIC:
                check_polymorphic(path, position)
                return _of_scalar("text")
            obj = self.registry.objects[link.points_to[0]]
        return comparable_field(field_of(self.registry, self.principal, obj, path.steps[-1]))

    def selecting(self, object_name: str) -> "ReaderSchema":
        """The names of another object. Raises BadRequest for an unknown one, Forbidden for one that is closed."""
        obj = self.registry.object(object_name)
        check_action(self.principal, obj, Action.READ)
        return ReaderSchema(self.registry, self.principal, obj)


def comparable_field(found: Field) -> Comparable:
    """What a field can be compared with; for selects all options that it has, also the retired ones."""
    kind = KINDS[found.type]
    options = frozenset(o.value for o in found.options) if found.type in CHOICES else None
    return Comparable(kind.scalar, kind.operators, options)


def _of_scalar(scalar: str) -> Comparable:
    return Comparable(scalar, OPERATORS_BY_SCALAR[scalar])


@dataclass(frozen=True)
class ResultSchema:
    """The output columns of an aggregate, which HAVING names."""

    columns: tuple[Column, ...]
    of_fields: ReaderSchema

    def comparable(self, path: Path) -> Comparable:
        """What the output column `path` can be compared with. Raises BadRequest when there is none of that name."""
        term = next((column.term for column in self.columns if column.name == str(path)), None)
        if term is None:
            raise BadRequest("query.having_unknown", field=str(path))
        if isinstance(term, Path):
            return self.of_fields.comparable(term)
        if term.path is not None and term.function in {Function.MIN, Function.MAX}:
            return _of_scalar(self.of_fields.comparable(term.path).scalar)
        return _of_scalar("date" if term.function is Function.DAY else "number")

    def selecting(self, object_name: str) -> ReaderSchema:
        """Groups are not looked for among other records. Raises BadRequest."""
        raise BadRequest("query.selection_place", object=object_name)
