"""Texts: one line, many lines, formatted, and the text of an auto-number.

Every text is Unicode NFC without control characters, so that equal texts are equal bytes and NUL never reaches
PostgreSQL. Lengths count characters.
"""

import html
import re
import unicodedata

import nh3
import sqlalchemy as sa

from dougong.kit.limits import LONG_TEXT_MAX, TEXT_LENGTH_MAX
from dougong.kit.text import Language
from dougong.metadata.field_types.kind import (
    EQUALITY,
    MATCHING,
    TEXTUAL,
    Kind,
    TextFormat,
    ValueProblem,
    as_is,
    export_as_is,
    one_column,
    pack_one,
    shown,
    unpack_one,
)
from dougong.metadata.model import Field, FieldType

REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
"""Characters that make a text look like another one; never needed in a name or a note."""

TAG_LIST = "a b blockquote br code div em h1 h2 h3 h4 hr i img li ol p pre s span strong sub sup u ul"
TABLE_TAGS = {"table", "tbody", "td", "th", "thead", "tr"}
TAGS = TABLE_TAGS.union(TAG_LIST.split())
ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "width", "height"}, "td": {"colspan", "rowspan"}}
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
BREAKS = re.compile(r"[\t\r\n\v\f\u2028\u2029]+")
CONTROLS = frozenset({"Cc", "Cs"})
BLOCK_END = re.compile(r"</(?:p|div|li|h[1-4]|tr|blockquote|pre)>|<br\s*/?>|<hr\s*/?>")


def clean_line(text: str) -> str:
    """`text` as one line: NFC, no control characters, line breaks and tabs to spaces, ends stripped."""
    plain = unicodedata.normalize("NFC", text)
    if plain.isprintable():  # nearly every text; it has nothing to take out
        return plain.strip()
    return _allowed(BREAKS.sub(" ", plain)).strip()


def clean_lines(text: str) -> str:
    """`text` as lines: NFC, breaks are `\\n`, no control characters but tabs and breaks, the end stripped."""
    plain = unicodedata.normalize("NFC", text)
    if plain.isprintable():
        return plain.rstrip()
    return _allowed(plain.replace("\r\n", "\n").replace("\r", "\n"), "\n\t").rstrip()


def _allowed(text: str, also: str = "") -> str:
    return "".join(c for c in text if c in also or (unicodedata.category(c) not in CONTROLS and c not in REORDERING))


def clean_html(text: str) -> str:
    """`text` with only the tags and attributes of formatted notes: no script, style, frame, handler or odd scheme."""
    return nh3.clean(
        clean_lines(text),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=set(SCHEMES),
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
    ).strip()


def html_text(value: str) -> str:
    """The words of formatted text, blocks on lines of their own."""
    return html.unescape(nh3.clean(BLOCK_END.sub("\n", value), tags=set())).strip()


def require_text(value: object) -> str:
    """`value` if it is a text. Raises ValueProblem."""
    if not isinstance(value, str):
        raise ValueProblem("value.not_text", value=shown(value))
    return value


def check_length(field: Field, text: str, default: int) -> str:
    """`text` unless it has more characters than the field allows. Raises ValueProblem."""
    maximum = field.length or default
    if len(text) > maximum:
        raise ValueProblem("value.too_long", length=len(text), maximum=maximum)
    return text


def parse_line(field: Field, value: object) -> str | None:
    """A one-line text; blank gives None."""
    if value is None:
        return None
    return check_length(field, clean_line(require_text(value)), TEXT_LENGTH_MAX) or None


def parse_lines(field: Field, value: object) -> str | None:
    """A text of several lines; blank gives None."""
    if value is None:
        return None
    text = clean_lines(require_text(value))
    return check_length(field, text, LONG_TEXT_MAX) if text.strip() else None


def parse_html(field: Field, value: object) -> str | None:
    """Formatted text, sanitised; without words and pictures it is blank."""
    if value is None:
        return None
    text = require_text(value)
    check_length(field, text, LONG_TEXT_MAX)
    safe = clean_html(text)
    check_length(field, safe, LONG_TEXT_MAX)
    return safe if "<img" in safe or html_text(safe) else None


def _line_from_text(field: Field, text: str, _form: TextFormat) -> str | None:
    return parse_line(field, text)


def _lines_from_text(field: Field, text: str, _form: TextFormat) -> str | None:
    return parse_lines(field, text)


def _html_from_text(field: Field, text: str, _form: TextFormat) -> str | None:
    """A cell with tags is taken as formatted, any other as plain words, whose lines become paragraphs."""
    if re.search(r"</?[a-zA-Z][^<>]*>", text):
        return parse_html(field, text)
    lines = [html.escape(line, quote=False) for line in clean_lines(text).split("\n")]
    return parse_html(field, "".join(f"<p>{line}</p>" for line in lines))


def _export_html(_field: Field, value: str | None, _language: Language) -> str | None:
    return None if value is None else html_text(value)


TEXT = Kind(
    columns=one_column(sa.Text),
    parse=parse_line,
    parse_text=_line_from_text,
    pack=pack_one,
    unpack=unpack_one,
    wire=as_is,
    export=export_as_is,
    operators=TEXTUAL,
    scalar="text",
    unique=True,
    becomes=frozenset({FieldType.LONG_TEXT}),
)

LONG_TEXT = Kind(
    columns=one_column(sa.Text),
    parse=parse_lines,
    parse_text=_lines_from_text,
    pack=pack_one,
    unpack=unpack_one,
    wire=as_is,
    export=export_as_is,
    operators=EQUALITY | MATCHING,
    scalar="text",
    sortable=False,
)

RICH_TEXT = Kind(
    columns=one_column(sa.Text),
    parse=parse_html,
    parse_text=_html_from_text,
    pack=pack_one,
    unpack=unpack_one,
    wire=as_is,
    export=_export_html,
    operators=EQUALITY | MATCHING,
    scalar="text",
    sortable=False,
)

AUTO_NUMBER = Kind(
    columns=one_column(sa.Text),
    parse=parse_line,
    parse_text=_line_from_text,
    pack=pack_one,
    unpack=unpack_one,
    wire=as_is,
    export=export_as_is,
    operators=TEXTUAL,
    scalar="text",
    unique=True,
    becomes=frozenset({FieldType.TEXT}),
)
"""Given values are kept (an import brings its old numbers); blank ones are numbered by the write path."""
