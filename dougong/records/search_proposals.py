"""What the index proposes: the records in which everything that is asked for may stand.

Of what very many records meet, a sample proposes enough (storage/samples.py). Of which object a record is, is asked
behind that: fields of two objects may have the same code, and neither may take the other's places.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY

from dougong.storage.samples import sample_first
from dougong.storage.schema import search_entry
from dougong.storage.unit_of_work import Snapshot

OWN_MAX = 2_000
"""Whoever sees no more records of an object than this has them looked through one by one, however many others there
are that meet the question."""
LOOKED_THROUGH_MAX = 50_000
"""Of a question that more meet, so many are looked through for those that a reader may see."""


@dataclass(frozen=True)
class Question:
    """What the index is asked: records of `object` that meet the `tsquery`, up to `most`.

    Where very many meet it, its sample is asked only, if that has more than `enough`.
    """

    object: str
    tsquery: str
    most: int
    enough: int


def proposals(snapshot: Snapshot, questions: Sequence[Question]) -> list[list[int]]:
    """The ids of the records that meet each question, visible or not, by one statement."""
    if not questions:
        return []
    values = {f"{name}{n}": value for n, one in enumerate(questions) for name, value in asdict(one).items()}
    row = snapshot.one(_statement(len(questions)), values)
    return [list(ids) for ids in row or ()]


@lru_cache(maxsize=100)
def _statement(questions: int) -> sa.Select[Any]:
    """The statement for so many questions: to make it anew takes longer than to have it answered."""
    found = [sa.func.array(_asked(n).scalar_subquery()) for n in range(questions)]
    return sa.select(*(ids.label(f"at{n}") for n, ids in enumerate(found)))


def among(table: sa.Table, ids: Sequence[int]) -> sa.ColumnElement[bool]:
    """Whether a record of `table` is one of `ids`."""
    return table.c.id == sa.any_(sa.cast(sa.literal(list(ids), _IDS), _IDS))


def seen_among_many(
    snapshot: Snapshot, table: sa.Table, seen: sa.ColumnElement[bool], question: Question, most: int
) -> list[int]:
    """The ids of up to `most` records that meet `question` and that `seen` lets through, where very many meet it."""
    alive = sa.and_(table.c.deleted_at.is_(None), seen)
    own = [row.id for row in snapshot.rows(sa.select(table.c.id).where(alive).limit(OWN_MAX + 1))]
    if len(own) <= OWN_MAX:
        return _meeting(snapshot, own, question.tsquery, most)
    many = _asked(0, whole=True).subquery()
    statement = sa.select(table.c.id).join(many, many.c.record_id == table.c.id).where(alive).limit(most)
    values = asdict(replace(question, most=LOOKED_THROUGH_MAX))
    return [row.id for row in snapshot.rows(statement, {f"{name}0": value for name, value in values.items()})]


def _meeting(snapshot: Snapshot, ids: Sequence[int], tsquery: str, most: int) -> list[int]:
    """Those of `ids` that meet `tsquery`."""
    entry = search_entry.c
    meets = entry.grams.op("@@", is_comparison=True)(sa.cast(tsquery, TSQUERY)).label("meets")
    chosen = entry.record_id == sa.any_(sa.cast(sa.literal(list(ids), _IDS), _IDS))
    # Behind a fence: the planner must not look for them through the index of lexemes, which proposes many more.
    them = sa.select(entry.record_id, meets).where(chosen).offset(0).subquery()
    return [row.record_id for row in snapshot.rows(sa.select(them.c.record_id).where(them.c.meets).limit(most))]


_IDS = sa.ARRAY(sa.BigInteger)


def _asked(number: int, *, whole: bool = False) -> sa.Select[tuple[int]]:
    """The ids that meet question `number` of a statement; `whole`: from the rest too, whatever the sample has."""
    matches = search_entry.c.grams.op("@@", is_comparison=True)(sa.bindparam(f"tsquery{number}", type_=TSQUERY))
    matching = sample_first(
        sa.select(search_entry.c.record_id, search_entry.c.object).where(matches),
        search_entry.c.record_id,
        f"matching{number}",
        of=lambda part: part.c.object == sa.bindparam(f"object{number}", type_=sa.Text),
        enough=None if whole else sa.bindparam(f"enough{number}", type_=sa.BigInteger),
    )
    return sa.select(matching.c.record_id).limit(sa.bindparam(f"most{number}", type_=sa.BigInteger))
