"""What the index proposes: the records in which everything that is asked for may stand.

Of what very many records meet, a sample proposes enough (storage/samples.py). Of which object a record is, is asked
behind that: fields of two objects may have the same code, and neither may take the other's places.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY

from dougong.storage.samples import sample_first
from dougong.storage.schema import search_entry
from dougong.storage.unit_of_work import Snapshot

OWN_MAX = 10_000
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


@dataclass(frozen=True)
class Seen:
    """The records of a table that a reader may see: those which meet `condition`."""

    snapshot: Snapshot
    table: sa.Table
    condition: sa.ColumnElement[bool]

    @cached_property
    def alive(self) -> sa.ColumnElement[bool]:
        """The condition, without what lies in the recycle bin."""
        return sa.and_(self.table.c.deleted_at.is_(None), self.condition)

    @cached_property
    def few(self) -> list[int] | None:
        """The ids of all of them; None where they are more than `OWN_MAX`."""
        ids = sa.select(self.table.c.id).where(self.alive).limit(OWN_MAX + 1)
        found: list[int] = self.snapshot.scalar(sa.select(sa.func.array(ids.scalar_subquery())))
        return found if len(found) <= OWN_MAX else None

    def meeting(self, question: Question, most: int) -> list[int]:
        """The ids of up to `most` of them that meet `question`, which very many others meet too."""
        return self._among_many(question, most) if self.few is None else self._among_few(self.few, question, most)

    def _among_few(self, ids: Sequence[int], question: Question, most: int) -> list[int]:
        entry = search_entry.c
        meets = entry.grams.op("@@", is_comparison=True)(sa.cast(question.tsquery, TSQUERY)).label("meets")
        chosen = entry.record_id == sa.any_(sa.cast(sa.literal(list(ids), _IDS), _IDS))
        # Behind a fence: the planner must not look for them through the index of lexemes, which proposes many more.
        them = sa.select(entry.record_id, meets).where(chosen).offset(0).subquery()
        statement = sa.select(them.c.record_id).where(them.c.meets).limit(most)
        return [row.record_id for row in self.snapshot.rows(statement)]

    def _among_many(self, question: Question, most: int) -> list[int]:
        many, id_ = _asked(0, whole=True).subquery(), self.table.c.id
        statement = sa.select(id_).join(many, many.c.record_id == id_).where(self.alive).limit(most)
        values = asdict(replace(question, most=LOOKED_THROUGH_MAX))
        return [row.id for row in self.snapshot.rows(statement, {f"{name}0": value for name, value in values.items()})]


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
