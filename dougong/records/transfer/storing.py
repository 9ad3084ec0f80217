"""A converted chunk becomes records: duplicates are recognised, then everything goes through the write path.

All of it happens in the chunk's transaction, with a row of `import_row` for each record touched, by which the import
can be undone.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dougong.expressions.ast import Compare, Operator, Path, all_of
from dougong.kit.errors import Problem
from dougong.kit.limits import BATCH_MAX, PAGE_SIZE_MAX
from dougong.metadata.model import Object
from dougong.records.api import Change, Order, Outcome, Query, Writing, columns_of, create, page, update
from dougong.records.transfer.conversion import Converted, Later
from dougong.records.transfer.listings import Listing
from dougong.records.transfer.mapping import Mapping as ImportMapping
from dougong.records.transfer.mapping import OnDuplicate
from dougong.records.transfer.questions import question_about
from dougong.records.transfer.reading import Row
from dougong.records.transfer.report import Report, RowProblem
from dougong.records.work import Source
from dougong.storage.schema import import_row

Key = tuple[Hashable, ...]

DUPLICATE = frozenset({"duplicate.blocked", "duplicate.suspected", "duplicate.blocked_row", "duplicate.suspected_row"})
"""Refusals by duplicate rules."""


@dataclass
class Stored:
    """What became of a chunk."""

    rejected: list[tuple[Row, list[RowProblem]]] = field(default_factory=list)
    later: list[tuple[int, int, Later]] = field(default_factory=list)
    """Record id, row number, and the link that is to be made when all rows are stored."""
    unlinked: list[RowProblem] = field(default_factory=list)
    """Why parts that a cell lists were not made; the record itself is stored."""


@dataclass
class Remembered:
    """What a dry run would have stored in earlier chunks, which it has rolled back since."""

    keys: dict[Key, int] = field(default_factory=dict)
    """Row numbers by the values of the fields that recognise a record."""
    unique: dict[tuple[str, Hashable], int] = field(default_factory=dict)
    """Row numbers by unique field and value."""
    linkable: frozenset[str] = frozenset()
    """The fields by which rows of the file name each other."""
    named: dict[tuple[str, Hashable], set[int]] = field(default_factory=dict)
    """The records that would be there, by a linkable field and its value; their ids only tell them apart."""
    tried: dict[str, Any] = field(default_factory=dict)
    """What rules keep of earlier chunks."""


@dataclass
class _Chunk:
    """A chunk, sorted by what is done with its rows. Rows are named by their positions in `converted`."""

    object: Object
    mapping: ImportMapping
    converted: Converted
    remembered: Remembered | None
    create: list[int] = field(default_factory=list)
    update: list[tuple[int, int]] = field(default_factory=list)
    """With the ids of the records that they change."""
    same: dict[int, int] = field(default_factory=dict)
    """Rows whose values went into the record of another row of the chunk: theirs → the other's."""
    skipped: int = 0
    rejected: dict[int, list[RowProblem]] = field(default_factory=dict)
    ids: dict[int, int] = field(default_factory=dict)
    """The records of the rows that were stored."""
    entries: list[tuple[int, int, int, str, int | None]] = field(default_factory=list)
    """Rows of `import_row`."""

    def row(self, position: int) -> int:
        """The number in the file of the row at `position`."""
        return self.converted.rows[position][0]

    def source(self, positions: Sequence[int]) -> Source:
        """The rows at `positions` as the file knows them."""
        return Source([self.row(p) for p in positions], None if self.remembered is None else self.remembered.tried)

    def reject(self, position: int, problem: RowProblem) -> None:
        """Note why a row is not stored."""
        self.rejected.setdefault(position, []).append(problem)


def store_chunk(
    w: Writing, obj: Object, mapping: ImportMapping, converted: Converted, report: Report, *, dry: Remembered | None
) -> Stored:
    """Store the rows of a chunk; counts go into `report`. `dry` is given in a dry run only."""
    chunk = _Chunk(obj, mapping, converted, dry)
    _sort(w, chunk)
    if chunk.create:
        knowing = replace(w, twins="all") if mapping.create_anyway else w
        knowing = replace(knowing, source=chunk.source(chunk.create))
        made = create(knowing, obj.name, [converted.values[p] for p in chunk.create], skip_problems=True)
        _note(chunk, chunk.create, _settle_twins(chunk, made, report), "create", report)
        report.created += len(chunk.ids)
    if chunk.update:
        changes = [Change(record_id, converted.values[p]) for p, record_id in chunk.update]
        before = len(chunk.ids)
        positions = [p for p, _ in chunk.update]
        outcome = update(replace(w, source=chunk.source(positions)), obj.name, changes, skip_problems=True)
        _note(chunk, positions, outcome, "update", report)
        report.updated += len(chunk.ids) - before
    _settle_same(chunk, report)
    if dry is not None:
        _remember(chunk, dry)
    elif chunk.entries:
        w.transaction.copy(import_row, ("job_id", "row", "record_id", "action", "change_id"), chunk.entries)
    rejected = converted.rejected + [(converted.rows[p], found) for p, found in chunk.rejected.items()]
    rejected.sort(key=lambda entry: entry[0][0])
    report.skipped += chunk.skipped + len(converted.skipped)
    report.rejected += len(rejected)
    later = [
        (chunk.ids[p], chunk.row(p), one) for p, found in converted.later.items() if p in chunk.ids for one in found
    ]
    return Stored(rejected, later, _list_parts(w, chunk, report))


def _settle_twins(chunk: _Chunk, made: Outcome, report: Report) -> Outcome:
    """Rows that duplicate rules take for a record that is there are skipped or change it, as the import wants.

    Returns the outcome without the problems that are settled so; the rest are told like any.
    """
    wanted, kept = chunk.mapping.on_duplicate, list[Problem]()
    for problem in made.problems:
        position = chunk.create[problem.row]
        hits = [hit for hit in problem.params.get("hits", ()) if hit["object"] == chunk.object.name and hit["name"]]
        if problem.code in DUPLICATE and wanted is OnDuplicate.SKIP:
            chunk.skipped += 1
        elif problem.code in DUPLICATE and wanted is OnDuplicate.UPDATE and len(hits) == 1:
            chunk.update.append((position, int(hits[0]["id"])))
        elif problem.code in DUPLICATE and wanted is OnDuplicate.UPDATE and _is_tried(chunk, problem):
            report.updated += 1
        else:
            kept.append(problem)
    return replace(made, problems=tuple(kept))


def _is_tried(chunk: _Chunk, problem: Problem) -> bool:
    """Whether a trial found the twin of a row in an earlier chunk: in earnest that is a record by then."""
    other = problem.params.get("other")
    return chunk.remembered is not None and other is not None and other < chunk.row(0)


def _note(chunk: _Chunk, positions: Sequence[int], outcome: Outcome, action: str, report: Report) -> None:
    """Take over what the write path made of the rows at `positions`."""
    job_id = report.job_id or 0
    for position, record_id in zip(positions, outcome.ids, strict=True):
        if record_id is not None:
            chunk.ids[position] = record_id
            chunk.entries.append((job_id, chunk.row(position), record_id, action, outcome.change_id))
    sources = {rule.name: rule.source for rule in chunk.mapping.rules}
    for problem in outcome.problems:
        position = positions[problem.row]
        value = chunk.converted.values[position].get(problem.field or "")
        told = RowProblem(
            row=chunk.row(position),
            code=problem.code,
            column=sources.get(problem.field or ""),
            value=None if value is None else str(value)[:100],
            field=problem.field,
            params=problem.params,
            ask=question_about(chunk.object, problem, chunk.converted.values[position]),
        )
        chunk.reject(position, told)


def _list_parts(w: Writing, chunk: _Chunk, report: Report) -> list[RowProblem]:
    """Make the parts that cells list and that a record does not have yet; their changes are undone with the import."""
    wanted: defaultdict[str, dict[tuple[int, int], int]] = defaultdict(dict)
    listings: dict[str, Listing] = {}
    for position, listed in chunk.converted.listed.items():
        record_id = chunk.ids.get(chunk.same.get(position, position))
        for one in listed if record_id is not None else ():
            listings[one.plan.listing.path] = one.plan.listing
            for other in one.ids:
                wanted[one.plan.listing.path].setdefault((record_id or 0, other), position)
    changed = [record_id for _, record_id in chunk.update]
    problems = []
    for path, listing in listings.items():
        present = _present(w, listing, changed)
        pairs = [(pair, position) for pair, position in wanted[path].items() if pair not in present]
        for start in range(0, len(pairs), BATCH_MAX):
            part = pairs[start : start + BATCH_MAX]
            rows = [{listing.back.name: mine, listing.link.name: other} for (mine, other), _ in part]
            outcome = create(w, listing.object.name, rows, skip_problems=True)
            if outcome.change_id is not None and chunk.remembered is None:
                report.later_changes.append(outcome.change_id)
            problems += [
                RowProblem(chunk.row(part[found.row][1]), found.code, None, None, path, found.params)
                for found in outcome.problems
            ]
    report.unlinked += len(problems)
    return problems


def _present(w: Writing, listing: Listing, ids: Sequence[int]) -> set[tuple[int, int]]:
    """The parts that the records of `ids` have already, each by its record and what it leads to."""
    columns = columns_of((listing.back.name, listing.link.name))
    found: set[tuple[int, int]] = set()
    for start in range(0, len(ids), PAGE_SIZE_MAX):
        mine = Compare(Path((listing.back.name,)), Operator.IN, tuple(ids[start : start + PAGE_SIZE_MAX]))
        query = Query(listing.object.name, columns, mine, order=(Order(Path(("id",))),), limit=PAGE_SIZE_MAX)
        answer = page(w, query)
        found.update((row[0], row[1]) for row in answer.rows)
        while answer.next is not None:
            answer = page(w, replace(query, after=answer.next))
            found.update((row[0], row[1]) for row in answer.rows)
    return found


def _settle_same(chunk: _Chunk, report: Report) -> None:
    """Rows whose values went into the record of an earlier row share its fate."""
    for position, other in chunk.same.items():
        if other in chunk.ids:
            report.updated += 1
        else:
            params = {"row": chunk.row(other)}
            chunk.reject(position, RowProblem(chunk.row(position), "transfer.with_row", params=params))


def _sort(w: Writing, chunk: _Chunk) -> None:
    if not chunk.mapping.match or chunk.mapping.on_duplicate is OnDuplicate.CREATE or _is_unique(chunk):
        chunk.create = list(range(len(chunk.converted.rows)))
    else:
        _match(w, chunk)
    if chunk.remembered is not None:
        chunk.create = [p for p in chunk.create if not _taken(chunk, p, chunk.remembered)]


def _is_unique(chunk: _Chunk) -> bool:
    """Duplicates are rejected by a field that is unique anyway: the write path finds them without a search of ours."""
    match = chunk.mapping.match
    return chunk.mapping.on_duplicate is OnDuplicate.REJECT and len(match) == 1 and chunk.object.fields[match[0]].unique


def _match(w: Writing, chunk: _Chunk) -> None:
    """Find out which rows' records exist already, in the database or earlier in the file."""
    keys = [_key(chunk.mapping, values) for values in chunk.converted.values]
    existing = _existing(w, chunk, [key for key in keys if key is not None])
    before = chunk.remembered.keys if chunk.remembered is not None else {}
    mine: dict[Key, int] = {}
    for position, key in enumerate(keys):
        if key is None:
            chunk.create.append(position)
            continue
        found = existing.get(key, [])
        if len(found) > 1:
            _refuse(chunk, position, "transfer.match_many", key, count=len(found))
        elif key in mine:
            _again(chunk, position, mine[key], key)
        elif found:
            mine[key] = position
            _known(chunk, position, found[0], key)
        elif key in before:
            # A dry run: the real one would find the record of the earlier row.
            _twice(chunk, position, before[key], key)
        else:
            mine[key] = position
            chunk.create.append(position)


def _known(chunk: _Chunk, position: int, record_id: int, key: Key) -> None:
    """The record of this row exists already."""
    if chunk.mapping.on_duplicate is OnDuplicate.UPDATE:
        chunk.update.append((position, record_id))
    elif chunk.mapping.on_duplicate is OnDuplicate.SKIP:
        chunk.skipped += 1
    else:
        _refuse(chunk, position, "transfer.exists", key, id=str(record_id))


def _again(chunk: _Chunk, position: int, earlier: int, key: Key) -> None:
    """An earlier row of the same chunk has the same key."""
    if chunk.mapping.on_duplicate is OnDuplicate.UPDATE:
        chunk.converted.values[earlier].update(chunk.converted.values[position])
        chunk.same[position] = earlier
    else:
        _twice(chunk, position, chunk.row(earlier), key)


def _twice(chunk: _Chunk, position: int, other_row: int, key: Key) -> None:
    if chunk.mapping.on_duplicate is OnDuplicate.REJECT:
        _refuse(chunk, position, "transfer.twice_in_file", key, row=other_row)
    else:
        chunk.skipped += 1


def _refuse(chunk: _Chunk, position: int, code: str, key: Key, **params: object) -> None:
    shown = ", ".join(map(str, key))[:100]
    chunk.reject(position, RowProblem(chunk.row(position), code, value=shown, params=params))


def _key(mapping: ImportMapping, values: Mapping[str, Any]) -> Key | None:
    """The values that recognise a record; None when one of them is blank, for a blank recognises nothing."""
    key = tuple(values.get(name) for name in mapping.match)
    return None if any(value is None for value in key) else key


def _existing(w: Writing, chunk: _Chunk, keys: Sequence[Key]) -> dict[Key, list[int]]:
    """The ids of the records that the actor may see and that have one of `keys`."""
    if not keys:
        return {}
    conditions = [
        Compare(Path((name,)), Operator.IN, tuple(dict.fromkeys(key[place] for key in keys)))  # type: ignore[misc]
        for place, name in enumerate(chunk.mapping.match)
    ]
    columns = columns_of(("id", *chunk.mapping.match))
    order = (Order(Path(("id",))),)
    wanted = set(keys)
    found: dict[Key, list[int]] = {}
    after: str | None = None
    while True:
        query = Query(chunk.object.name, columns, all_of(*conditions), order=order, limit=PAGE_SIZE_MAX, after=after)
        answer = page(w, query)
        for record_id, *values in answer.rows:
            key = tuple(values)
            if key in wanted:
                found.setdefault(key, []).append(record_id)
        after = answer.next
        if after is None:
            return found


def _taken(chunk: _Chunk, position: int, remembered: Remembered) -> bool:
    """Whether an earlier row of a dry run has the same unique value; the real run would be told by the database."""
    for name, value in chunk.converted.values[position].items():
        if value is not None and chunk.object.fields[name].unique and (name, value) in remembered.unique:
            params = {"row": remembered.unique[name, value]}
            told = RowProblem(chunk.row(position), "transfer.twice_in_file", None, str(value)[:100], name, params)
            chunk.reject(position, told)
            return True
    return False


def _remember(chunk: _Chunk, remembered: Remembered) -> None:
    """Keep in mind what the real run would have stored by now."""
    for position in chunk.ids:
        values, row = chunk.converted.values[position], chunk.row(position)
        key = _key(chunk.mapping, values) if chunk.mapping.match else None
        if key is not None:
            remembered.keys.setdefault(key, row)
        for name, value in values.items():
            if value is not None and chunk.object.fields[name].unique:
                remembered.unique.setdefault((name, value), row)
            if value is not None and name in remembered.linkable:
                remembered.named.setdefault((name, value), set()).add(chunk.ids[position])
