"""Records as documents: asked by somebody, with what they may see, and told to the audit log."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from dougong.access.audit import author_of
from dougong.access.policy import check_action
from dougong.access.principal import Action, Principal
from dougong.kit.errors import BadRequest
from dougong.metadata.registry import Registry
from dougong.records.api import Reading, get
from dougong.records.printing.paths import wanted_by
from dougong.records.printing.pressing import Form, press
from dougong.records.printing.templates import RECORD_TYPE, Template, paths_of
from dougong.records.printing.values import documents
from dougong.storage.audit import Entry, Event, Origin, Words, append, told
from dougong.storage.unit_of_work import Transaction

RECORDS_MAX = 200
"""Records of one print."""

_UNSAFE = re.compile(r"[\\/:*?\"<>|\x00-\x1f]+")


@dataclass(frozen=True)
class Print:
    """The files of a print, and which records are in them."""

    files: tuple[bytes, ...]
    ids: tuple[int, ...]


def print_records(r: Reading, template: Template, ids: Sequence[int], form: Form) -> Print:
    """Print the records of `ids` that the reader sees, in that order.

    Raises Forbidden without the right to print such records, NotFound where none is visible, BadRequest for a template
    that does not work and for too many records or lines.
    """
    obj = r.registry.object(template.object)
    check_action(r.actor, obj, Action.PRINT)
    asked = tuple(dict.fromkeys(ids))
    if len(asked) > RECORDS_MAX:
        raise BadRequest("print.too_many", maximum=RECORDS_MAX, count=len(asked))
    wire = template.wire(r.actor.language)
    given = documents(r, obj.name, asked, wanted_by(*paths_of(template)), wire["language"], template.logo)
    seen = tuple(int(document["id"]) for document in given)
    if template.record_types and RECORD_TYPE in obj.fields:
        _check_types(r, template, seen)
    return Print(tuple(press(wire, given, form)), seen)


def _check_types(r: Reading, template: Template, ids: Sequence[int]) -> None:
    """Raise BadRequest for a record of a type that the template is not for."""
    for record_id in ids:
        found = get(r, template.object, record_id, (RECORD_TYPE,))[RECORD_TYPE]
        if found not in template.record_types:
            raise BadRequest("print.wrong_type", name=template.label(r.actor.language))


def file_name(r: Reading, template: Template, ids: Sequence[int]) -> str:
    """What a file of these records is called, without its ending: the record by its name, or how many there are."""
    obj = r.registry.object(template.object)
    label = template.label(r.actor.language)
    if len(ids) != 1:
        return _clean(f"{label}-{len(ids)}")
    called = get(r, obj.name, ids[0], (obj.name_field,))[obj.name_field]
    return _clean(f"{label}-{called}")


def _clean(name: str) -> str:
    return _UNSAFE.sub(" ", name).strip()[:120] or "print"


def note_print(
    tx: Transaction,
    registry: Registry,
    actor: Principal,
    template: Template,
    ids: Sequence[int],
    *,
    via: str,
    origin: Origin,
) -> None:
    """Write down that somebody has taken records out on paper: who, when, which and by which template."""
    obj = registry.objects[template.object]
    one = ids[0] if len(ids) == 1 else None
    subject = Words(obj.label.zh, obj.label.en)
    if one is not None:
        table = registry.tables[obj.name]
        name = str(tx.scalar(sa.select(table.c[obj.name_field]).where(table.c.id == one)))
        subject = Words(*(f"{label} {name}" for label in (obj.label.zh, obj.label.en)))
    names = Words(template.label("zh"), template.label("en"))
    details = told("audit.printed", template=names, count=len(ids))
    append(tx, [Entry(Event.PRINTED, author_of(actor, via, origin), subject, details, obj.name, one)])
