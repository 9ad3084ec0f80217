"""The keys of records: which are kept, kept up with every write, and filled in when a rule begins to need them.

A term is made when a saved rule needs it. Writers ask for the terms once they have stored their rows; who makes a term
holds the table against writers until the definition of it is committed, so that every writer before it has committed,
and is seen by the filling, and every writer behind it knows the term.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from dougong.kit.clock import now
from dougong.metadata.ddl import HoldWriters
from dougong.metadata.registry import Registry
from dougong.records.duplicates.forms import Match, form, hashes, told
from dougong.records.duplicates.rules import Term, rules_of, terms_of
from dougong.records.work import Writing
from dougong.records.write.batch import Act, Batch, Row
from dougong.records.write.columns import is_one_of
from dougong.storage.jobs import defer
from dougong.storage.schema import duplicate_key, duplicate_term
from dougong.storage.unit_of_work import Snapshot, Transaction

FILLING_TASK = "duplicates.fill"
BUILDING, COMPLETE = "building", "complete"
AT_ONCE = 2_000
"""Tables with no more records get their keys in the transaction that saves the rule."""


@dataclass(frozen=True)
class Kept:
    """A term whose keys are kept."""

    id: int
    field: str
    match: Match


def kept_terms(snapshot: Snapshot, object_name: str) -> list[Kept]:
    """The terms by which records of the object are looked for."""
    terms = duplicate_term
    statement = sa.select(terms.c.id, terms.c.field, terms.c.kind).where(terms.c.object == object_name)
    return [Kept(row.id, row.field, Match(row.kind)) for row in snapshot.rows(statement)]


def keep_keys(batch: Batch, w: Writing) -> None:
    """Bring the keys of the batch's rows in step with their values. Records in the recycle bin keep theirs."""
    terms = kept_terms(w.transaction, batch.object.name) if batch.act in {Act.CREATE, Act.UPDATE} else []
    if batch.act is Act.CREATE:
        add_keys(w.transaction, terms, batch.storable)
        return
    changed = [term for term in terms if any(term.field in row.values for row in batch.storable)]
    if changed:
        rows = [row for row in batch.storable if any(term.field in row.values for term in changed)]
        remove_keys(w.transaction, [row.id for row in rows], [term.id for term in changed])
        add_keys(w.transaction, changed, rows)


def add_keys(tx: Transaction, terms: Sequence[Kept], rows: Iterable[Row]) -> None:
    """Store the keys of rows that have none yet; in the order of the index, which is faster."""
    made = sorted({key for row in rows for term in terms for key in _keys(term, row)})
    if made:
        tx.copy(duplicate_key, ("term_id", "hash", "record_id", "told"), made)


def _keys(term: Kept, row: Row) -> Iterator[tuple[int, int, int, str | None]]:
    text = form(term.match, row.after(term.field))
    if text is not None:
        beside = told(term.match, text)
        for key in hashes(term.match, text):
            yield term.id, key.hash, row.id, beside


def remove_keys(tx: Transaction, ids: Sequence[int], terms: Sequence[int] | None = None) -> None:
    """Forget the keys of records, of all terms or of some."""
    mine = is_one_of(duplicate_key.c.record_id, list(ids))
    if terms is not None:
        mine = sa.and_(mine, is_one_of(duplicate_key.c.term_id, list(terms)))
    tx.execute(sa.delete(duplicate_key).where(mine))


def sync_terms(w: Writing) -> None:
    """Keep the terms that the active rules need, and no others; new ones are filled in at once or by the job."""
    wanted = terms_of(rules_of(w.transaction, w.registry))
    terms = duplicate_term
    held = sa.select(terms.c.id, terms.c.object, terms.c.field, terms.c.kind).with_for_update()
    known: dict[Term, int] = {(r.object, r.field, Match(r.kind)): r.id for r in w.transaction.rows(held)}
    gone = [known[term] for term in known.keys() - wanted]
    if gone:
        w.transaction.execute(sa.delete(terms).where(is_one_of(terms.c.id, gone)))
    new = sorted(wanted - known.keys())
    for object_name in sorted({term[0] for term in new}):
        w.transaction.execute(HoldWriters(w.registry.tables[object_name]))
    for term in new:
        _make(w, term)
    if gone or new:
        defer(w.transaction, FILLING_TASK, once=FILLING_TASK)


def queue_filling(tx: Transaction) -> None:
    """Have the keys made that are missing, once the transaction is committed: a release may make them otherwise."""
    if tx.scalar(sa.select(sa.exists().where(duplicate_term.c.state == BUILDING))):
        defer(tx, FILLING_TASK, once=FILLING_TASK)


def _make(w: Writing, term: Term) -> None:
    object_name, field, match = term
    table = w.registry.tables[object_name]
    few = sa.select(table.c.id).limit(AT_ONCE + 1).subquery()
    count = int(w.transaction.scalar(sa.select(sa.func.count()).select_from(few)))
    values = {"object": object_name, "field": field, "kind": match.value, "state": BUILDING}
    made = sa.insert(duplicate_term).values(**values).returning(duplicate_term.c.id)
    term_id = int(w.transaction.scalar(made))
    if count <= AT_ONCE:
        fill_part(w.transaction, w.registry, term_id, AT_ONCE + 1)


def fill_part(tx: Transaction, registry: Registry, term_id: int, chunk: int) -> bool:
    """Give the next records behind the term's position their keys. False once it is complete, or gone."""
    mine = duplicate_term.c.id == term_id
    held = tx.one(sa.select(duplicate_term).where(mine).with_for_update())
    if held is None or held.state == COMPLETE:
        return False
    obj = registry.objects.get(held.object)
    if obj is None or held.field not in obj.fields:
        tx.execute(sa.delete(duplicate_term).where(mine))
        return False
    table = registry.tables[held.object]
    # A writer of one of these waits for this chunk, and then finds the keys that it has to change.
    statement = (
        sa.select(table.c.id, table.c[held.field].label("value"))
        .where(table.c.id > held.position)
        .order_by(table.c.id)
        .limit(chunk)
        .with_for_update(read=True, key_share=True, of=table)
    )
    rows = tx.rows(statement)
    ids = [row.id for row in rows]
    if ids:
        # Some of them were written since the term was made: they have their keys already.
        remove_keys(tx, ids, [term_id])
        add_keys(
            tx, [Kept(term_id, held.field, Match(held.kind))], [Row(0, r.id, old={held.field: r.value}) for r in rows]
        )
    done = held.done + len(ids)
    values: dict[str, object] = {"done": done}
    if held.total is None and len(ids) == chunk:
        values["total"] = tx.scalar(sa.select(sa.func.count()).select_from(table))
    if len(ids) < chunk:
        values |= {"state": COMPLETE, "total": done, "finished_at": now()}
    else:
        values["position"] = ids[-1]
    tx.execute(sa.update(duplicate_term).where(mine).values(**values))
    return len(ids) == chunk


def remove_orphans(tx: Transaction, limit: int) -> int:
    """Remove up to `limit` keys of terms that no rule needs any more. Returns how many."""
    known = sa.select(duplicate_term.c.id)
    keys = duplicate_key
    place: sa.ColumnElement[object] = sa.literal_column("ctid")
    some = sa.select(place).select_from(keys).where(keys.c.term_id.not_in(known)).limit(limit).scalar_subquery()
    return tx.execute(sa.delete(keys).where(place.in_(some)))


def fillings(snapshot: Snapshot) -> list[dict[str, object]]:
    """How far each term is filled in."""
    terms = duplicate_term
    columns = (terms.c.object, terms.c.field, terms.c.kind, terms.c.state, terms.c.done, terms.c.total)
    return [dict(row._mapping) for row in snapshot.rows(sa.select(*columns).order_by(terms.c.id))]
