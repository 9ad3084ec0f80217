"""What a write of settings leaves in the audit log: for each record what was and what is, in words.

A stage of the write path and not a hook of each setting: whatever is configuration or administered is told, by
whichever way it came, in the same transaction. Secret fields are named without their values.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from dougong.kit.errors import Problem
from dougong.kit.text import COMMA, Language, sentence
from dougong.metadata.field_types import LINKS
from dougong.metadata.model import Field, FieldType, Label, Object
from dougong.records.wording import value_words
from dougong.records.work import Writing
from dougong.records.write.batch import Act, Batch, FieldValue, Row
from dougong.records.write.columns import is_one_of
from dougong.records.write.references import FILES, pointed
from dougong.storage.audit import VALUE_MAX, Entry, Event, Words, append, cut

ZONE = ZoneInfo("Asia/Shanghai")
"""In which the log tells times; those of the entries themselves are shown in the reader's."""
LANGUAGES: tuple[Language, Language] = ("zh", "en")
OBJECT_NAME, FIELD_NAME = "object_name", "field_name"
"""Texts of settings that hold API names; people know what these name by labels."""


def is_setting(obj: Object) -> bool:
    """Whether the records of `obj` are settings of the company. What nobody but the product writes is a log itself."""
    return obj.configuration or bool(obj.key) or (obj.administered and not _is_log(obj))


def _is_log(obj: Object) -> bool:
    return all(f.system or f.maintained for f in obj.fields.values())


def audit(batch: Batch, w: Writing) -> list[Problem]:
    """One entry for each settings record that the batch changes. Personal ones (one's own list views) are none."""
    obj = batch.object
    if not is_setting(obj):
        return []
    rows = [row for row in batch.storable if _is_companys(obj, row)]
    wording = _Wording(w, obj, rows, batch.act)
    append(
        w.transaction,
        [
            Entry(
                Event(batch.act.value),
                w.author,
                subject=wording.subject(row),
                details=wording.details(row),
                object=obj.name,
                record_id=row.id,
                change_id=batch.change_id,
            )
            for row in rows
        ],
    )
    return []


def _is_companys(obj: Object, row: Row) -> bool:
    if obj.public_field is None:
        return True
    return bool(row.old.get(obj.public_field) or row.after(obj.public_field))


class _Wording:
    """Records of one object as words; the names of what they point to are read once for all of them."""

    def __init__(self, w: Writing, obj: Object, rows: Sequence[Row], act: Act) -> None:
        self.registry, self.obj, self.act = w.registry, obj, act
        self.names = _names(w, obj, rows)

    def subject(self, row: Row) -> Words:
        """What the record is, and what it is called: by its key fields, or its links, where its name says little."""
        return Words(*(self._subject(row, language) for language in LANGUAGES))

    def _subject(self, row: Row, language: Language) -> str:
        obj = self.obj
        names: Iterable[str] = (obj.name_field,)
        if obj.configuration and len(obj.key) > 1:
            names = obj.key
        elif obj.fields[obj.name_field].type is FieldType.AUTO_NUMBER:
            names = [f.name for f in obj.fields.values() if f.type in LINKS and f.required] or names
        parts = [self._value(obj.fields[name], row.after(name), row, language) for name in names]
        shown = " · ".join(part for part in parts if part)
        return sentence("audit.record", language, {"object": getattr(obj.label, language), "name": shown})

    def details(self, row: Row) -> Words:
        """A line for each field: all that has a value for a new or a deleted record, else what changed."""
        return Words(*("\n".join(self._lines(row, language)) for language in LANGUAGES))

    def _lines(self, row: Row, language: Language) -> Iterator[str]:
        for field in self.obj.fields.values():
            if field.system or self.act is Act.RESTORE:
                continue
            old, new = row.old.get(field.name), row.after(field.name)
            label = getattr(field.label, language)
            if self.act is not Act.UPDATE:
                if new is not None:
                    yield sentence(
                        "audit.value", language, {"field": label, "value": self._shown(field, new, row, language)}
                    )
            elif field.name in row.values:
                before, after = (self._shown(field, value, row, language) for value in (old, new))
                yield sentence("audit.changed", language, {"field": label, "old": before, "new": after})

    def _shown(self, field: Field, value: FieldValue, row: Row, language: Language) -> str:
        if field.secret:
            return sentence("audit.secret", language)
        return self._value(field, value, row, language) or sentence("audit.blank", language)

    def _value(self, field: Field, value: FieldValue, row: Row, language: Language) -> str:
        if value in (None, "", [], ()):
            return ""
        if field.type in LINKS:
            target, target_id = pointed(field, value)
            return self.names.get((target, target_id), str(target_id))
        if field.type in FILES:
            return sentence("audit.file", language)
        if isinstance(value, str) and value[:1] in "{[":
            # A filter or a list of columns, as data: words that nobody reads would not tell more.
            return sentence("audit.structure", language)
        label = self._label(field, value, row)
        if label is not None:
            return str(getattr(label, language))
        shown = value_words(field, value, language, ZONE)
        if field.type is FieldType.MULTI_SELECT:
            shown = shown.replace(";", COMMA[language])
        return cut(shown, VALUE_MAX)

    def _label(self, field: Field, value: FieldValue, row: Row) -> Label | None:
        """The label of an object or a field that a setting names."""
        if field.name == OBJECT_NAME and value in self.registry.objects:
            return self.registry.objects[value].label
        if field.name == FIELD_NAME:
            owner = self.registry.objects.get(row.after(OBJECT_NAME) or "")
            found = owner.fields.get(value) if owner is not None else None
            return found.label if found is not None else None
        return None


def _names(w: Writing, obj: Object, rows: Sequence[Row]) -> dict[tuple[str, int], str]:
    """What the records that `rows` point to are called, by object and id, whoever may see them: the log tells all."""
    ids: defaultdict[str, set[int]] = defaultdict(set)
    for field in obj.fields.values():
        if field.type not in LINKS or field.system:
            continue
        for row in rows:
            for value in (row.old.get(field.name), row.after(field.name)):
                if value is not None:
                    target, target_id = pointed(field, value)
                    ids[target].add(target_id)
    names: dict[tuple[str, int], str] = {}
    for target, wanted in ids.items():
        table = w.registry.tables[target]
        name = table.c[w.registry.objects[target].name_field]
        statement = sa.select(table.c.id, name.label("name")).where(is_one_of(table.c.id, sorted(wanted)))
        names |= {(target, row.id): str(row.name) for row in w.transaction.rows(statement)}
    return names
