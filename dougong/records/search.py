"""Finding records by a piece of text: the lookup box and the global search.

The index (`search_text`) proposes records of one object by the fields that the reader may read; the statement keeps
those that they may see; `search_matching` looks at the values and says how closely each meets what was asked. What a
reader may not read is never asked for, so that neither a hit nor its absence tells anything about it.
"""

from collections.abc import Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from dougong.access.fields import readable
from dougong.access.policy import Gated, check_action, policy_for
from dougong.access.principal import Action
from dougong.expressions.ast import Condition
from dougong.expressions.matching import literal_pattern
from dougong.kit.money import amount_text
from dougong.metadata.model import FieldType, Object
from dougong.records.read.masking import masked
from dougong.records.read.narrowing import narrowed
from dougong.records.read.visibility import visible
from dougong.records.search_details import second_lines, shown_words
from dougong.records.search_matching import Closeness, Met, Part, marks, meets, ready
from dougong.records.search_proposals import Question, Seen, among, proposals
from dougong.records.search_query import (
    Sought,
    beginning_question,
    index_question,
    slip_question,
    sought,
    whole_question,
)
from dougong.records.search_settings import SearchedObject, SearchSetting, searched_objects
from dougong.records.search_text import Searched, searched_fields, value_text
from dougong.records.work import Reading
from dougong.records.write.columns import FieldColumns, field_columns, unpacked

LOOKUP_LIMIT_MAX = 50
SEARCH_LIMIT_MAX = 200
PROPOSED_MAX = 150
"""Of one object so many records are looked at (twice what is to be shown, if that is more); where there are more,
first those that begin with what is sought."""
GATED_MAX = 500
"""Where not everybody sees all of an object's records, so many proposals are asked for, to find those one sees."""
DETAIL_TYPES = frozenset(
    {FieldType.TEXT, FieldType.AUTO_NUMBER, FieldType.EMAIL, FieldType.PHONE, FieldType.SELECT, FieldType.CURRENCY}
)

Span = tuple[int, int]


@dataclass(frozen=True)
class FoundIn:
    """A value beside the name by which a record was found, and which of its characters were sought."""

    field: str
    value: str
    marks: tuple[Span, ...]


@dataclass(frozen=True)
class Hit:
    """A record found: its name, and a second line that tells it from its namesakes."""

    object: str
    id: int
    name: str
    detail: str
    closeness: Closeness | None = None
    marks: tuple[Span, ...] = ()
    """Which characters of the name were sought."""
    found_in: FoundIn | None = None
    foreign: bool = False
    """Beyond the reader's rights: it cannot be opened, and shows what administrators let everybody know of it."""


@dataclass(frozen=True)
class Group:
    """The hits of one object, the closest first; `more`: there may be others."""

    object: str
    hits: tuple[Hit, ...]
    more: bool


def lookup(r: Reading, object_name: str, text: str, limit: int = 20, within: Condition | None = None) -> list[Hit]:
    """The visible records of `object_name` whose searchable text contains `text`; the first by name when it is blank.

    `within`: only those that meet it. The closest come first, of equally close ones shorter names and what was changed
    lately. Raises Forbidden when the object is closed.
    """
    obj = r.registry.object(object_name)
    check_action(r.actor, obj, Action.READ)
    asked = sought(text)
    limit = min(max(limit, 1), LOOKUP_LIMIT_MAX)
    if not readable(r.actor, obj, obj.fields[obj.name_field]):
        return []
    if not asked.terms or not obj.searched:
        return _detailed(r, obj, _columns(obj, "lookup"), _by_name(r, obj, asked.text, limit, within))
    looking = _Looking(r, obj, SearchSetting(obj.name), asked, limit, within)
    ((_, found),) = _all_found(r, [looking])
    return _detailed(r, obj, _columns(obj, "lookup"), [looking.hit(one) for one in found[:limit]])


def search(r: Reading, text: str, limit: int = 5, object_name: str | None = None) -> list[Hit]:
    """The best `limit` hits of each object that the reader searches, or of one of these; none for a blank text."""
    return [hit for group in search_groups(r, text, limit, object_name) for hit in group.hits]


def search_groups(r: Reading, text: str, limit: int = 5, object_name: str | None = None) -> list[Group]:
    """The same by object, in the order that the administrators chose, each with whether there are more."""
    asked = sought(text)
    if not asked.terms:
        return []
    limit = min(max(limit, 1), SEARCH_LIMIT_MAX)
    wanted = [one for one in searched_objects(r) if object_name in (None, one.object.name)]
    looked = [_Looking(r, one.object, one.setting, asked, limit) for one in wanted if _has_name(r, one)]
    found = _all_found(r, looked)
    return [group for one, records in found if (group := _group(r, one, records, limit)) is not None]


def _all_found(r: Reading, looked: Sequence["_Looking"]) -> list[tuple["_Looking", list["_Record"]]]:
    """What each finds. What only sounds alike, or differs by a slip of the finger, is shown where nothing is closer."""
    found = _records(r, looked, slips=False)
    if any(records for _, records in found):
        closer = min(records[0].met.closeness for _, records in found if records) < Closeness.ALIKE
        return [
            (one, [r for r in records if not closer or r.met.closeness < Closeness.ALIKE]) for one, records in found
        ]
    return _records(r, looked, slips=True) if any(one.asked.slips for one in looked) else found


def _records(r: Reading, looked: Sequence["_Looking"], *, slips: bool) -> list[tuple["_Looking", list["_Record"]]]:
    """What each finds. One statement asks the index for the proposals of all of them."""
    questions = [(one, one.question(slips=slips)) for one in looked]
    asked = [one.asking(question) for one, question in questions if question is not None]
    proposed = iter(proposals(r.snapshot, asked))
    return [
        (one, [] if question is None else one.records(question, next(proposed), slips=slips))
        for one, question in questions
    ]


def _has_name(r: Reading, one: SearchedObject) -> bool:
    return readable(r.actor, one.object, one.object.fields[one.object.name_field])


def _group(r: Reading, looking: "_Looking", records: Sequence["_Record"], limit: int) -> Group | None:
    obj, setting = looking.obj, looking.setting
    hits = [looking.hit(one) for one in records[:limit]]
    shown = setting.shown if setting.shown is not None else _columns(obj, "search")
    hits = _detailed(r, obj, shown, hits)
    if len(hits) < limit and setting.foreign_fields:
        hits += looking.foreign_hits(limit - len(hits))
    return Group(obj.name, tuple(hits), len(records) > limit) if hits else None


def _columns(obj: Object, place: str) -> Sequence[str] | None:
    return obj.columns.get(place)


def _detailed(r: Reading, obj: Object, shown: Sequence[str] | None, hits: list[Hit]) -> list[Hit]:
    """The hits with the second line that the object or a setting wants, where it says so."""
    if shown is None:
        return hits
    told = second_lines(r, obj, shown, [hit.id for hit in hits])
    return [replace(hit, detail=told.get(hit.id, "")) for hit in hits]


@dataclass(frozen=True)
class _Record:
    """A record that meets what is sought."""

    id: int
    changed: datetime
    values: Mapping[str, Any]
    texts: tuple[str, ...]
    met: Met


@dataclass(frozen=True)
class _Looking:
    """One object looked through for one reader."""

    r: Reading
    obj: Object
    setting: SearchSetting
    asked: Sought
    limit: int = 0
    within: Condition | None = None
    """Only records that meet it."""

    def question(self, *, slips: bool) -> str | None:
        """What the index is asked; None when nothing can be found."""
        return (slip_question if slips else index_question)(self.fields(), self.asked)

    def fields(self) -> tuple[Searched, ...]:
        """What is searched: the searchable fields that the reader may read, and the settings do not leave out."""
        chosen = self.setting.fields
        return tuple(
            one
            for one in searched_fields(self.obj)
            if readable(self.r.actor, self.obj, one.field) and (chosen is None or one.field.name in chosen)
        )

    def records(self, question: str, proposed: Sequence[int], *, slips: bool) -> list[_Record]:
        """Of what the index proposes the visible records that meet what is sought, the closest first."""
        return self._look(self.fields(), self.seen, question, proposed, slips=slips)

    @cached_property
    def seen(self) -> Seen:
        """The records that the reader may see, and that are looked for."""
        table = self.r.registry.tables[self.obj.name]
        return Seen(self.r.snapshot, table, _sought_among(self.r, self.obj, table, self.within))

    def _look(
        self,
        fields: Sequence[Searched],
        seen: Seen,
        question: str,
        proposed: Sequence[int],
        *,
        slips: bool = False,
    ) -> list[_Record]:
        rows = self._proposed(fields, seen, question, proposed)
        if self.is_cut(rows, proposed):
            closer = [q for q in (whole_question(fields, self.asked), beginning_question(fields, self.asked)) if q]
            for closest, ids in zip(closer, proposals(self.r.snapshot, [self.asking(q) for q in closer]), strict=True):
                rows |= self._proposed(fields, seen, closest, ids)
        plan = field_columns([one.field for one in fields])
        found = [one for row in rows.values() if (one := self._met(fields, plan, row, slips=slips)) is not None]
        return sorted(found, key=_order)

    def _proposed(
        self, fields: Sequence[Searched], seen: Seen, question: str, proposed: Sequence[int]
    ) -> dict[int, Mapping[str, Any]]:
        """Up to `most` of what is proposed and `seen`, by id; where little of very much is seen, it is looked for."""
        rows = self._rows(fields, seen, proposed)
        if len(rows) < self.fair and self.is_cut(rows, proposed):
            rows |= self._rows(fields, seen, seen.meeting(self.asking(question), self.fair))
        return rows

    def is_cut(self, rows: Sized, proposed: Sized) -> bool:
        """Whether the index may have more to propose than was looked at."""
        return len(rows) >= self.most or len(proposed) > self.most

    def _rows(self, fields: Sequence[Searched], seen: Seen, ids: Sequence[int]) -> dict[int, Mapping[str, Any]]:
        if not ids:
            return {}
        table = self.r.registry.tables[self.obj.name]
        columns: dict[str, sa.ColumnElement[Any]] = {c.name: c for c in (table.c.id, table.c.updated_at)}
        for part in field_columns([one.field for one in fields]) + self._details():
            columns |= self._shown(part)
        statement = sa.select(*columns.values()).where(among(table, ids), seen.alive).limit(self.most)
        return {row.id: dict(row._mapping) for row in self.r.snapshot.rows(statement)}

    def _shown(self, part: FieldColumns) -> dict[str, sa.ColumnElement[Any]]:
        """The columns of a field by name, blank in records that lie in a pool which hides it."""
        table = self.r.registry.tables[self.obj.name]
        seen = masked(self.r.actor, self.obj, part.field, table, [table.c[name] for name in part.names])
        return {name: column.label(name) for name, column in zip(part.names, seen, strict=True)}

    @property
    def most(self) -> int:
        """How many records are looked at."""
        return max(PROPOSED_MAX, 2 * self.limit)

    @property
    def fair(self) -> int:
        """Where one sees but few of very many, more are looked for until there are twice what is to be shown."""
        return 2 * self.limit

    def asking(self, tsquery: str) -> Question:
        """The index asked for one more than is looked at, so that one knows whether that is all."""
        return Question(self.obj.name, tsquery, self.reach + 1, enough=self.most)

    @property
    def reach(self) -> int:
        """How many proposals are asked for: more where the reader may see but few of them."""
        gated = self.within is not None or isinstance(policy_for(self.r.actor, self.obj, Action.READ), Gated)
        return max(GATED_MAX, self.most) if gated else self.most

    def _met(
        self, fields: Sequence[Searched], plan: Sequence[FieldColumns], row: Mapping[str, Any], *, slips: bool
    ) -> _Record | None:
        values = unpacked(plan, row)
        texts = tuple(value_text(one.field, values[one.field.name]) for one in fields)
        met = meets([ready(one, text) for one, text in zip(fields, texts, strict=True)], self.asked, slips=slips)
        return None if met is None else _Record(row["id"], row["updated_at"], row, texts, met)

    def _details(self) -> list[FieldColumns]:
        """Up to two readable text-like fields that tell namesakes apart: searchable ones first, then highlights."""
        names = [f.name for f in self.obj.fields.values() if f.searchable] + list(self.obj.layout.highlights)
        found = [self.obj.fields[name] for name in dict.fromkeys(names) if name in self.obj.fields]
        fit = [
            f
            for f in found
            if f.stored
            and f.name != self.obj.name_field
            and f.type in DETAIL_TYPES
            and f.type is not FieldType.SELECT
            and readable(self.r.actor, self.obj, f)
        ]
        return field_columns([self.obj.fields[self.obj.name_field], *fit[:2]])

    def hit(self, one: _Record) -> Hit:
        """The record as it is shown."""
        name, *details = self._details()
        words = [self._words(one.values[part.names[0]]) for part in details if one.values[part.names[0]]]
        fields = self.fields()
        shown = str(one.values[name.names[0]] or "")
        in_name = [part for part in one.met.parts if fields[part.field].field.name == self.obj.name_field]
        other = next((part for part in one.met.parts if part not in in_name), None)
        return Hit(
            self.obj.name,
            one.id,
            shown,
            " · ".join(words),
            one.met.closeness,
            _spans(fields, in_name, shown),
            None if other is None else self._found_in(fields, other, one.texts[other.field]),
        )

    @staticmethod
    def _found_in(fields: Sequence[Searched], part: Part, text: str) -> FoundIn:
        spans = _spans(fields, [part], text)
        start = max(0, spans[0][0] - _BEFORE) if spans and len(text) > _SNIPPET else 0
        cut = text[start : start + _SNIPPET]
        moved = tuple((a - start, min(b - start, len(cut))) for a, b in spans if a - start < len(cut))
        return FoundIn(fields[part.field].field.name, cut, moved)

    def foreign_hits(self, limit: int) -> list[Hit]:
        """Records that the reader may not see, found by the fields that the settings let everybody know."""
        if not isinstance(policy_for(self.r.actor, self.obj, Action.READ), Gated):
            return []
        known = self.setting.foreign_fields
        fields = tuple(one for one in self.fields() if one.field.name in known)
        question = index_question(fields, self.asked)
        if question is None:
            return []
        (proposed,) = proposals(self.r.snapshot, [self.asking(question)])
        unseen = replace(self.seen, condition=sa.not_(self.seen.condition))
        records = self._look(fields, unseen, question, proposed)[:limit]
        told = shown_words(
            self.r, self.obj, [name for name in known if name != self.obj.name_field], [o.id for o in records]
        )
        return [self._foreign(one, fields, told.get(one.id, "")) for one in records]

    def _foreign(self, one: _Record, fields: Sequence[Searched], detail: str) -> Hit:
        name = self.obj.name_field
        if name not in self.setting.foreign_fields:
            return Hit(self.obj.name, 0, HIDDEN_NAME, detail, one.met.closeness, foreign=True)
        shown = str(one.values[name] or "")
        in_name = [part for part in one.met.parts if fields[part.field].field.name == name]
        return Hit(self.obj.name, 0, shown, detail, one.met.closeness, _spans(fields, in_name, shown), foreign=True)

    def _words(self, value: str | Decimal) -> str:
        """A detail as people read it; of the types that may be details only money is no text."""
        return f"¥{amount_text(value, self.r.actor.language)}" if isinstance(value, Decimal) else value


HIDDEN_NAME = "***"
"""The name of a record beyond the reader's rights, where administrators do not let everybody know it."""
_SNIPPET, _BEFORE = 80, 20


def _order(one: _Record) -> tuple[object, ...]:
    return (*one.met.order, len(one.texts[0]) // 8, -one.changed.timestamp(), one.id)


def _spans(fields: Sequence[Searched], parts: Sequence[Part], text: str) -> tuple[Span, ...]:
    found = (marks(text, fields[part.field].style, part.start, part.end) for part in parts)
    return tuple(sorted({span for span in found if span is not None}))


def _sought_among(r: Reading, obj: Object, table: sa.Table, within: Condition | None) -> sa.ColumnElement[bool]:
    """The condition under which the reader sees a row and looks for it."""
    seen = visible(r.registry, r.actor, obj, table)
    return seen if within is None else sa.and_(seen, narrowed(r.registry, r.actor, obj, table, within))


def _by_name(r: Reading, obj: Object, text: str, limit: int, within: Condition | None) -> list[Hit]:
    """Of what has no entries (configuration), or by nothing in particular: by the names themselves."""
    looking = _Looking(r, obj, SearchSetting(obj.name), sought(""))
    table = r.registry.tables[obj.name]
    parts = looking._details()
    own = table.c[parts[0].names[0]]
    columns = {name: column for part in parts for name, column in looking._shown(part).items()}
    name: sa.ColumnElement[Any] = own
    english = obj.english_of(obj.name_field)
    if english is not None and r.actor.language == "en" and readable(r.actor, obj, obj.fields[english]):
        name = sa.func.coalesce(sa.func.nullif(table.c[english], ""), own)
        columns[parts[0].names[0]] = name.label(parts[0].names[0])
    statement = sa.select(table.c.id, *columns.values()).where(
        table.c.deleted_at.is_(None), _sought_among(r, obj, table, within)
    )
    if text:
        lowered, pattern = sa.func.lower(name), f"%{literal_pattern(text)}%"
        statement = statement.where(sa.or_(lowered.like(pattern), sa.func.lower(own).like(pattern))).order_by(
            lowered.like(f"{literal_pattern(text)}%").desc(), sa.func.length(name)
        )
    rows = r.snapshot.rows(statement.order_by(name, table.c.id).limit(limit))
    return list(_named(looking, parts, rows))


def _named(looking: _Looking, parts: Sequence[FieldColumns], rows: Sequence[sa.Row[Any]]) -> Iterator[Hit]:
    name, *details = parts
    for row in rows:
        values = row._mapping
        words = [looking._words(values[part.names[0]]) for part in details if values[part.names[0]]]
        yield Hit(looking.obj.name, values["id"], values[name.names[0]] or "", " · ".join(words))
