"""What a screen can offer while somebody defines a field or object: a name made from its label, a type's settings."""

import re
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from dougong.kit.pinyin import spelt
from dougong.metadata.check_fields import DATED, NUMERIC, SCALED, SELECTS, SIZED
from dougong.metadata.field_types import KINDS, LINKS
from dougong.metadata.formula_names import DEFAULTED
from dougong.metadata.model import FieldType, Label, Option
from dougong.metadata.names import NAME, NAME_LENGTH_MAX, RESERVED_FIELDS
from dougong.storage.unit_of_work import Snapshot

OPTIONS_MAX = 200
"""A text field with more different texts is no list of choices."""
OPTION_LENGTH = 60

_OTHER = re.compile(r"[^a-z0-9]+")
LINK_ENDING = "_id"
RESERVED_ENDING = "_c"
"""Put behind a label that is a word of the query language ("order"): the only case in which a name gets an ending."""

NO_DEFAULT = frozenset(
    {
        *(FieldType.AUTO_NUMBER, FieldType.FILE, FieldType.IMAGE, FieldType.ADDRESS, FieldType.LOCATION),
        *(FieldType.LOOKUP, FieldType.MASTER_DETAIL, FieldType.POLYMORPHIC, FieldType.RICH_TEXT),
    }
)


def proposed_name(
    zh: str, en: str, taken: Collection[str], *, link: bool = False, reserved: frozenset[str] = RESERVED_FIELDS
) -> str:
    """An API name from a label: the English words, else the pinyin of the Chinese; free among `taken`. May be empty."""
    stem = _slug(en) or _slug(" ".join(spelt(zh)))
    if not stem:
        return ""
    stem = stem[: NAME_LENGTH_MAX - len(LINK_ENDING) - len(RESERVED_ENDING)].rstrip("_")
    if stem in reserved:
        stem += RESERVED_ENDING
    ending = LINK_ENDING if link and not stem.endswith(LINK_ENDING) else ""
    name, number = f"{stem}{ending}", 2
    while name in taken:
        name, number = f"{stem}_{number}{ending}", number + 1
    return name


def _slug(text: str) -> str:
    words = _OTHER.sub("_", text.lower()).strip("_")
    words = re.sub(r"_+", "_", words)
    return words if NAME.fullmatch(words) else _led(words)


def _led(words: str) -> str:
    """A name begins with a letter."""
    led = f"n{words}" if words else ""
    return led if NAME.fullmatch(led) else ""


def proposed_options(snapshot: Snapshot, column: sa.Column[Any]) -> list[Option]:
    """The texts that a text field holds, the most frequent first, as options of the select field that it may become."""
    held = sa.func.btrim(column)
    often = sa.select(held.label("text")).where(held != "").group_by(held).order_by(sa.func.count().desc(), held)
    taken: dict[str, Option] = {}
    for row in snapshot.rows(often.limit(OPTIONS_MAX)):
        stem = _slug(" ".join(spelt(row.text)))[:OPTION_LENGTH] or "option"
        value, number = stem, 2
        while value in taken:
            value, number = f"{stem}_{number}", number + 1
        taken[value] = Option(value, Label(row.text, row.text))
    return list(taken.values())


def settings_of(type_: FieldType) -> list[str]:
    """The settings that fields of the type have beyond label, help and the flags that all have."""
    kind = KINDS[type_]
    links = {FieldType.LOOKUP, FieldType.MASTER_DETAIL}
    found = {
        "length": type_ in SIZED,
        "scale": type_ in SCALED,
        "minimum": type_ in NUMERIC | DATED,
        "maximum": type_ in NUMERIC | DATED,
        "format": type_ in {FieldType.AUTO_NUMBER, FieldType.INTEGER},
        "options": type_ in SELECTS,
        "target": type_ in links,
        "proposed": type_ in links,
        "targets": type_ is FieldType.POLYMORPHIC,
        "on_delete": type_ in LINKS,
        "required": type_ is not FieldType.AUTO_NUMBER,
        "unique": kind.unique,
        "indexed": kind.sortable or type_ is FieldType.MULTI_SELECT,
        "default": type_ not in NO_DEFAULT,
        "default_formula": type_ in DEFAULTED,
        "searchable": kind.scalar == "text" and type_ not in SELECTS,
    }
    return [name for name, has in found.items() if has]
