"""Choices: yes or no, one of several options, several of them. The option's value is stored, never its label."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import cast

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from dougong.expressions.ast import Operator
from dougong.kit.text import Language
from dougong.metadata.field_types.kind import (
    EQUALITY,
    NULL_TESTS,
    Kind,
    TextFormat,
    ValueProblem,
    as_is,
    is_blank,
    one_column,
    pack_one,
    shown,
    unpack_one,
)
from dougong.metadata.field_types.options import option_index, options_of_text
from dougong.metadata.model import Field, FieldType
from dougong.metadata.names import nearest

OPTIONS_SHOWN = 20
COMPARED_MAX = 500
"""Among more options than this the nearest is not looked for: it would take longer than reading the file."""

SEPARATORS = (r"[;；\n|]", r"[;；\n|,，、/]")
"""How cells separate several options: first without the commas that labels may contain, then with them."""

YES_NO: Mapping[bool, Mapping[Language, str]] = {True: {"zh": "是", "en": "Yes"}, False: {"zh": "否", "en": "No"}}


def parse_boolean(_field: Field, value: object) -> bool | None:
    """True or false, nothing else: a text "false" that counts as true has deleted data elsewhere."""
    if is_blank(value):
        return None
    if not isinstance(value, bool):
        raise ValueProblem("value.not_a_boolean", value=shown(value))
    return value


def _boolean_from_text(_field: Field, text: str, form: TextFormat) -> bool | None:
    word = unicodedata.normalize("NFKC", text).strip().casefold()
    if not word:
        return None
    if word in form.true_words:
        return True
    if word in form.false_words:
        return False
    raise ValueProblem("value.not_a_boolean", value=shown(text))


def _export_boolean(_field: Field, value: bool | None, language: Language) -> str | None:
    return None if value is None else YES_NO[value][language]


def unknown_option(field: Field, value: object) -> ValueProblem:
    """The refusal of an option that does not exist, with the nearest one and the list."""
    active = [o for o in field.options if o.active]
    likely = active if len(active) <= COMPARED_MAX else []
    names = [*(o.value for o in likely), *(n for o in likely for n in (o.label.zh, o.label.en))]
    listed = [f"{o.label.zh} ({o.value})" if o.label.zh != o.value else o.value for o in active[:OPTIONS_SHOWN]]
    more = ["…"] if len(active) > OPTIONS_SHOWN else []
    return ValueProblem(
        "value.unknown_option", value=shown(value), nearest=nearest(str(value)[:80], names), options=listed + more
    )


def parse_option(field: Field, value: object) -> str | None:
    """The value of one option; one switched off too, which a record may have kept (the write path looks at that)."""
    if is_blank(value):
        return None
    if not isinstance(value, str) or value not in option_index(field).by_value:
        raise unknown_option(field, value)
    return value


def option_of_text(field: Field, text: str) -> str:
    """The value of the option whose value or Chinese or English label `text` is, without regard to case and width.

    An exact value wins over labels, an active option over an inactive one. Raises ValueProblem.
    """
    if found := options_of_text(field, text):
        return found[0].value
    raise unknown_option(field, text)


def _option_from_text(field: Field, text: str, _form: TextFormat) -> str | None:
    return None if is_blank(text) else option_of_text(field, text)


def _export_option(field: Field, value: str | None, language: Language) -> str | None:
    return None if value is None else option_label(field, value, language)


def option_label(field: Field, value: str, language: Language) -> str:
    """The label of an option, inactive ones too; the value itself where the option is gone."""
    found = option_index(field).by_value.get(value)
    if found is None:
        return value
    return found.label.en if language == "en" else found.label.zh


def parse_options(field: Field, value: object) -> list[str] | None:
    """Several options in the field's order, each once; none of them is blank."""
    if is_blank(value):
        return None
    if not isinstance(value, Sequence) or isinstance(value, str | bytes):
        raise ValueProblem("value.not_a_list", value=shown(value))
    chosen = {parse_option(field, item) for item in cast("Sequence[object]", value)} - {None}
    return _in_order(field, cast("set[str]", chosen))


def _in_order(field: Field, chosen: set[str]) -> list[str] | None:
    if len(chosen) <= 1:
        return list(chosen) or None
    return [o.value for o in field.options if o.value in chosen]


def _options_from_text(field: Field, text: str, _form: TextFormat) -> list[str] | None:
    """Options separated by `;` (labels may contain commas), or by commas where that is the only reading."""
    if is_blank(text):
        return None
    problem: ValueProblem | None = None
    for separator in SEPARATORS:
        try:
            words = [word for word in re.split(separator, text) if word.strip()]
            return _in_order(field, {option_of_text(field, word) for word in words})
        except ValueProblem as refused:
            problem = refused
    raise problem or unknown_option(field, text)


def _export_options(field: Field, value: list[str] | None, language: Language) -> str | None:
    return None if value is None else "; ".join(option_label(field, v, language) for v in value)


BOOLEAN = Kind(
    columns=one_column(sa.Boolean),
    parse=parse_boolean,
    parse_text=_boolean_from_text,
    pack=pack_one,
    unpack=unpack_one,
    wire=as_is,
    export=_export_boolean,
    operators=EQUALITY,
    scalar="boolean",
)

SELECT = Kind(
    columns=one_column(sa.Text),
    parse=parse_option,
    parse_text=_option_from_text,
    pack=pack_one,
    unpack=unpack_one,
    wire=as_is,
    export=_export_option,
    operators=EQUALITY | {Operator.LIKE},
    scalar="text",
    becomes=frozenset({FieldType.MULTI_SELECT, FieldType.TEXT}),
)

MULTI_SELECT = Kind(
    columns=one_column(lambda: ARRAY(sa.Text())),
    parse=parse_options,
    parse_text=_options_from_text,
    pack=pack_one,
    unpack=unpack_one,
    wire=as_is,
    export=_export_options,
    operators=NULL_TESTS | {Operator.EQ, Operator.NE, Operator.INCLUDES, Operator.EXCLUDES},
    scalar="texts",
    sortable=False,
)
