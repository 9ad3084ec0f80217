"""Rows of cells become values by field name, a chunk at a time and column by column: each different cell is read once.

Nothing is stored here. Rows that cannot be read come back with every problem that they have, not only the first.
"""

import dataclasses
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from typing import Any, Final

from dougong.access.principal import Principal
from dougong.kit.errors import BadRequest
from dougong.metadata.field_types import KINDS, LINKS, Reference
from dougong.metadata.model import Field, FieldType, Object
from dougong.metadata.registry import Registry
from dougong.records.transfer.cells import Reader, plain, reader
from dougong.records.transfer.dependents import settle_alike
from dougong.records.transfer.listings import ListPlan, listing_at, names_in
from dougong.records.transfer.lookups import Lookup, lookup_of
from dougong.records.transfer.mapping import Blank, Mapping, Rule
from dougong.records.transfer.reading import Cell, Row, as_text
from dougong.records.transfer.report import Report, RowProblem
from dougong.records.transfer.templates import fill, template_columns
from dougong.records.transfer.workbooks import FaultyCell
from dougong.records.work import Reading


class _Absent:
    """Nothing is given for the field: it keeps its value or takes its default."""


ABSENT: Final = _Absent()
_UNREAD: Final = object()


@dataclass(frozen=True)
class _Bad:
    """A cell that could not be read, remembered like a value."""

    code: str
    params: MappingType[str, Any]


@dataclass(frozen=True)
class Later:
    """A record of the same file that is not stored yet: `name` is found when all rows are."""

    field: Field
    lookup: Lookup
    name: str
    column: str | None


@dataclass(frozen=True)
class Listed:
    """What a cell lists: the ids of the records that the parts will lead to."""

    plan: ListPlan
    ids: tuple[int, ...]


MARKS = (_Bad, Later, Blank)
"""What stands in the place of a value where there is none."""

CELLS_KEPT = 50_000
"""Cells of a column whose values are remembered from chunk to chunk."""


@dataclass
class FieldPlan:
    """How one rule is carried out."""

    rule: Rule
    field: Field
    read: Reader
    lookup: Lookup | None
    own: bool
    """Looks up the very object that is imported."""
    read_cells: dict[Hashable, Any] = dataclasses.field(default_factory=dict)


@dataclass
class _Notes:
    """What was noticed about the rows of a chunk, by their positions in it."""

    problems: dict[int, list[RowProblem]] = dataclasses.field(default_factory=dict)
    skipped: set[int] = dataclasses.field(default_factory=set)
    later: dict[int, list[Later]] = dataclasses.field(default_factory=dict)
    listed: dict[int, list[Listed]] = dataclasses.field(default_factory=dict)


@dataclass
class Converted:
    """What became of a chunk: `rows` and their `values` side by side, and the rows that were rejected, with reasons."""

    rows: list[Row] = dataclasses.field(default_factory=list)
    values: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    later: dict[int, list[Later]] = dataclasses.field(default_factory=dict)
    """By position in `rows`: links to records of the same file."""
    listed: dict[int, list[Listed]] = dataclasses.field(default_factory=dict)
    """By position in `rows`: the parts that the record is to have."""
    rejected: list[tuple[Row, list[RowProblem]]] = dataclasses.field(default_factory=list)
    skipped: list[int] = dataclasses.field(default_factory=list)


@dataclass
class Conversion:
    """A mapping made ready for a file's columns and an object. Holds what is remembered from chunk to chunk."""

    object: Object
    mapping: Mapping
    columns: tuple[str, ...]
    plans: tuple[FieldPlan, ...]
    lists: tuple[ListPlan, ...] = ()
    own_names: frozenset[str] = frozenset()
    """The names under which rows of the file itself can be looked up."""
    seen: set[tuple[str, ...]] = dataclasses.field(default_factory=set)

    def pass_over(self, rows: Sequence[Row]) -> dict[int, list[Later]]:
        """Remember rows that an interrupted run has stored already, and give the links to be made for them, by row."""
        later: dict[int, list[Later]] = {}
        kept = self._distinct(rows)
        for plan in self.plans:
            if plan.own and plan.lookup is not None and plan.rule.column is not None:
                for row in kept:
                    name = self._name(self.columns.index(plan.rule.column), row)
                    if name in self.own_names:
                        later.setdefault(row[0], []).append(Later(plan.field, plan.lookup, name, plan.rule.column))
        return later

    def names_in(self, place: int, rows: Iterable[Row]) -> set[str]:
        """The different texts of the column at `place`, corrected."""
        return {name for row in rows if (name := self._name(place, row))}

    def _name(self, place: int, row: Row) -> str:
        text = as_text(plain(row[1][place]))
        return self.mapping.values.get(self.columns[place], {}).get(text, text)

    def convert(self, r: Reading, rows: Sequence[Row], report: Report) -> Converted:
        """The values of a chunk, as the reader may look them up; corrections and blanks are counted in `report`."""
        kept = self._distinct(rows)
        report.repeated += len(rows) - len(kept)
        texts = self._corrected(kept, report)
        notes = _Notes()
        parts: dict[str, list[tuple[str, list[Any]]]] = {}
        wholes: list[tuple[str, list[Any]]] = []
        read_from: dict[str, list[Cell]] = {}
        for plan in self.plans:
            cells = self._cells(plan.rule, texts, len(kept))
            if plan.rule.column is not None:
                report.add_blanks(plan.rule.column, cells.count(""))
            values = self._values(r, plan, cells, kept, notes)
            if plan.rule.part:
                parts.setdefault(plan.rule.name, []).append((plan.rule.part, values))
            else:
                wholes.append((plan.rule.name, values))
                read_from[plan.rule.name] = cells
        settle_alike(self.object, dict(wholes), read_from)
        wholes += [(name, _joined(of, len(kept))) for name, of in parts.items()]
        for listing in self.lists:
            self._list(r, listing, self._cells(listing.rule, texts, len(kept)), kept, notes)
        return _sorted_out(kept, wholes, notes)

    def _distinct(self, rows: Sequence[Row]) -> Sequence[Row]:
        """The rows whose `distinct` columns have not been seen together before."""
        if not self.mapping.distinct:
            return rows
        places = [self.columns.index(column) for column in self.mapping.distinct]
        kept = []
        for row in rows:
            key = tuple(as_text(row[1][place]).strip() for place in places)
            if key not in self.seen:
                self.seen.add(key)
                kept.append(row)
        return kept

    def _corrected(self, rows: Sequence[Row], report: Report) -> dict[str, list[Cell]]:
        """The cells of each column that is used, trimmed and with the mapping's corrections."""
        used = {rule.column for rule in self.mapping.rules}
        for rule in self.mapping.rules:
            used.update(template_columns(rule.template or ""))
        found: dict[str, list[Cell]] = {}
        for place, column in enumerate(self.columns):
            if column not in used:
                continue
            cells = _cleaned([row[1][place] for row in rows])
            corrections = self.mapping.values.get(column)
            if corrections:
                counts = Counter(text for cell in cells if (text := as_text(cell)) in corrections)
                for old, count in counts.items():
                    report.add_correction(column, old, corrections[old], count)
                cells = [corrections.get(as_text(cell), cell) for cell in cells]
            found[column] = cells
        return found

    def _cells(self, rule: Rule, texts: MappingType[str, list[Cell]], count: int) -> list[Cell]:
        """The cells that a rule reads, one a row."""
        if rule.column is not None:
            return texts[rule.column]
        if rule.template is None:
            return [rule.constant if rule.constant is not None else ""] * count
        names = template_columns(rule.template)
        known: dict[tuple[Cell, ...], str] = {}
        found: list[Cell] = []
        for cells in zip(*(texts[name] for name in names), strict=True):
            text = known.get(cells)
            if text is None:
                shown = dict(zip(names, map(as_text, cells), strict=True))
                text = known[cells] = fill(rule.template, shown)
            found.append(text)
        return found

    def _values(self, r: Reading, plan: FieldPlan, cells: list[Cell], rows: Sequence[Row], notes: _Notes) -> list[Any]:
        """The values of one rule for all rows; what cannot be read is noted."""
        rule = plan.rule
        if plan.lookup is not None:
            names = {as_text(cell) for cell in cells if cell != ""}
            if rule.default not in (None, ""):
                names.add(str(rule.default))
            plan.lookup.look_for(r, names, again=plan.own)
        known = plan.read_cells
        if len(known) > CELLS_KEPT:
            known.clear()
        keys = _keys(cells)
        marks = False
        # Each different cell is read once; what stands in the other rows is looked up.
        for key, cell in dict(zip(keys, cells, strict=True)).items():
            value = known.get(key, _UNREAD)
            if value is _UNREAD or plan.own:
                known[key] = value = self._value(plan, cell)
            marks = marks or isinstance(value, MARKS)
        values = [known[key] for key in keys]
        if marks:
            values = [
                self._noted(plan, value, at, rows[at][0], cells[at], notes) if isinstance(value, MARKS) else value
                for at, value in enumerate(values)
            ]
        return values

    def _list(self, r: Reading, plan: ListPlan, cells: list[Cell], rows: Sequence[Row], notes: _Notes) -> None:
        """Find what the cells list; a name that nobody or several have is a problem of its row."""
        named = [names_in(as_text(cell)) for cell in cells]
        plan.lookup.look_for(r, {name for names in named for name in names})
        link = plan.listing.link
        for at, names in enumerate(named):
            ids = []
            for name in names:
                found = plan.lookup.found[name]
                if len(found) == 1:
                    ids.append(found[0])
                    continue
                params = {"label_zh": link.label.zh, "label_en": link.label.en, **_looked_in(plan.lookup)}
                code = "transfer.lookup_many" if found else "transfer.lookup_none"
                problem = RowProblem(rows[at][0], code, plan.rule.source, name[:100], plan.rule.field, params)
                notes.problems.setdefault(at, []).append(problem)
            if ids:
                notes.listed.setdefault(at, []).append(Listed(plan, tuple(ids)))

    def _noted(
        self, plan: FieldPlan, mark: _Bad | Later | Blank, at: int, row: int, cell: Cell, notes: _Notes
    ) -> _Absent:
        """Note what a mark says about the row at position `at`; the field is not given then."""
        if isinstance(mark, _Bad):
            params = {"label_zh": plan.field.label.zh, "label_en": plan.field.label.en, **mark.params}
            problem = RowProblem(row, mark.code, plan.rule.source, as_text(cell)[:100], plan.rule.field, params)
            notes.problems.setdefault(at, []).append(problem)
        elif isinstance(mark, Later):
            notes.later.setdefault(at, []).append(mark)
        else:
            notes.skipped.add(at)
        return ABSENT

    def _value(self, plan: FieldPlan, cell: Cell) -> Any:  # noqa: ANN401  # a value of any field type, or a mark
        """The value of one cell; a `_Bad`, a `Later`, ABSENT or Blank.SKIP where it has none."""
        rule = plan.rule
        if cell == "":
            if rule.default not in (None, ""):
                cell = rule.default
            elif rule.blank is Blank.REJECT:
                return _Bad("transfer.blank", {})
            elif rule.blank is Blank.SKIP:
                return Blank.SKIP
            else:
                return None if rule.blank is Blank.CLEAR else ABSENT
        if isinstance(cell, FaultyCell):
            return _Bad("transfer.cell_faulty", {})
        if plan.lookup is not None:
            return self._found(plan, plan.lookup, as_text(cell))
        try:
            return plan.read(cell)
        except BadRequest as refused:
            return _Bad(refused.code, refused.params)

    def _found(self, plan: FieldPlan, lookup: Lookup, name: str) -> int | Reference | Later | _Bad:
        ids = lookup.found[name]
        if len(ids) == 1:
            return Reference(lookup.target.name, ids[0]) if plan.field.type is FieldType.POLYMORPHIC else ids[0]
        if plan.own and not ids and name in self.own_names:
            return Later(plan.field, lookup, name, plan.rule.source)
        return _Bad("transfer.lookup_many" if ids else "transfer.lookup_none", _looked_in(lookup))


def _looked_in(lookup: Lookup) -> dict[str, str]:
    target, end = lookup.target.label, lookup.end.label
    return {"object_zh": target.zh, "object_en": target.en, "by_zh": end.zh, "by_en": end.en}


def _cleaned(cells: list[Cell]) -> list[Cell]:
    """Each cell without what is around it; equal texts are looked at once."""
    if set(map(type, cells)) <= {str}:
        clean = {cell: plain(cell) for cell in set(cells)}
        return [clean[cell] for cell in cells]
    return [plain(cell) for cell in cells]


def _keys(cells: list[Cell]) -> Sequence[Hashable]:
    """What tells cells apart: themselves, and for typed ones their class, because True == 1 == 1.0."""
    if set(map(type, cells)) <= {str}:
        return cells
    return [(cell.__class__, cell) for cell in cells]


def _joined(parts: list[tuple[str, list[Any]]], count: int) -> list[Any]:
    """The values of a field of several parts, from the values of its parts."""
    found: list[Any] = []
    for at in range(count):
        given = {name: values[at] for name, values in parts if values[at] is not ABSENT}
        found.append(given if any(value is not None for value in given.values()) else (None if given else ABSENT))
    return found


def _sorted_out(rows: Sequence[Row], columns: list[tuple[str, list[Any]]], notes: _Notes) -> Converted:
    done = Converted()
    for at, row in enumerate(rows):
        if at in notes.skipped:
            done.skipped.append(row[0])
        elif at in notes.problems:
            done.rejected.append((row, notes.problems[at]))
        else:
            if at in notes.later:
                done.later[len(done.rows)] = notes.later[at]
            if at in notes.listed:
                done.listed[len(done.rows)] = notes.listed[at]
            done.rows.append(row)
            done.values.append({name: values[at] for name, values in columns if values[at] is not ABSENT})
    return done


def make_conversion(
    registry: Registry, actor: Principal, obj: Object, mapping: Mapping, columns: tuple[str, ...]
) -> Conversion:
    """The conversion of files with `columns` by a mapping that `checking.check_mapping` has found right."""
    plans, lists = [], []
    for rule in mapping.rules:
        listing = listing_at(registry, obj, rule.field)
        if listing is not None:
            lists.append(ListPlan(rule, listing, lookup_of(registry, actor, listing.link, rule.by, rule.object)))
            continue
        found = obj.fields[rule.name]
        lookup = lookup_of(registry, actor, found, rule.by, rule.object) if found.type in LINKS else None
        own = lookup is not None and lookup.target.name == obj.name
        matched = rule.name in mapping.match
        plans.append(FieldPlan(rule, found, reader(found, rule, actor.timezone, matched=matched), lookup, own))
    return Conversion(obj, mapping, columns, tuple(plans), tuple(lists))


def is_composite(found: Field) -> bool:
    """Whether the field is stored in several columns and cannot identify a record."""
    return len(KINDS[found.type].columns(found)) != 1 or KINDS[found.type].scalar == "texts"
