"""Values as documents show them: what they are besides texts, and the formats that a template may ask for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

from babel.dates import format_date, format_datetime
from jinja2 import Undefined
from jinja2.exceptions import TemplateRuntimeError
from markupsafe import Markup, escape
from typing_extensions import override

from dougong.kit.capitals import chinese_date, rmb_capitals
from dougong.kit.money import LOCALES, amount_text, rounded
from dougong.kit.text import Language, day_text, moment_text

Value = Any
"""A value of a template: of any type, blank included."""
PLACES_MAX = 8


class Money(Decimal):
    """An amount: shown with its two places and separators."""


class Percent(Decimal):
    """A percentage: shown with its sign."""


class Choice(str):
    """An option: its value, to compare with; shown by its label."""

    __slots__ = ("label",)
    label: str


@dataclass(frozen=True)
class Node:
    """A record, or what a lookup leads to: shown by `shown`, with the values that the template asks for."""

    parts: Mapping[str, Any] = field(default_factory=dict)
    shown: str = ""

    def __bool__(self) -> bool:
        """A lookup that leads nowhere is false."""
        return bool(self.shown) or any(value not in (None, "") for value in self.parts.values())

    @override
    def __str__(self) -> str:
        return self.shown

    def __html__(self) -> str:
        """As the document shows it."""
        return str(escape(self.shown))


def filters(language: Language) -> dict[str, Callable[..., Any]]:
    """The formats by the names that templates use, in `language`."""
    return {
        "money": partial(money, language=language),
        "number": partial(number, language=language),
        "percent": percent,
        "capitals": capitals,
        "date": partial(day, language=language),
        "chinese_date": chinese,
        "lines": partial(lines, language=language),
        "image": image,
        "round": rounding,
    }


def money(value: Value, symbol: str = "", *, language: Language) -> str:
    """An amount with two places: `{{ record.amount | money('¥') }}`."""
    found = number_of(value)
    return "" if found is None else str(symbol)[:8] + amount_text(rounded(found), language)


def number(value: Value, places: int = 2, *, language: Language) -> str:
    """A number with so many places."""
    found = number_of(value)
    return "" if found is None else amount_text(rounded(found, _places(places)), language)


def percent(value: Value) -> str:
    """A number as percentage: 10 is 10%."""
    found = number_of(value)
    return "" if found is None else f"{_plain(found)}%"


def capitals(value: Value) -> str:
    """人民币大写."""
    found = number_of(value)
    return "" if found is None else rmb_capitals(found)


def day(value: Value, pattern: str | None = None, *, language: Language) -> str:
    """A day or moment by a pattern: `yyyy年M月d日`."""
    if not isinstance(value, date):
        return ""
    if pattern is None:
        return shown_text(value, language)
    write = format_datetime if isinstance(value, datetime) else format_date
    return str(write(value, str(pattern)[:60], locale=LOCALES[language]))


def chinese(value: Value) -> str:
    """二〇二六年十一月二十六日."""
    return chinese_date(value) if isinstance(value, date) else ""


def lines(value: Value, *, language: Language) -> Markup:
    """A text with its line breaks."""
    return in_lines(shown_text(value, language))


def image(value: Value, width: str = "") -> Markup:
    """A picture that the record or the template itself has, so wide: `30mm`."""
    source = str(value or "")
    if not source.startswith("data:image/"):
        return Markup("")
    return Markup('<img src="{}" style="width: {}">').format(source, str(width)[:20])


def rounding(value: Value, places: int = 0) -> Decimal | None:
    """A number rounded half up, to go on counting with."""
    found = number_of(value)
    return None if found is None else rounded(found, _places(places))


def number_of(value: Value) -> Decimal | None:
    """The number that `value` is, None for blank. Raises TemplateRuntimeError for what is none."""
    if value is None or isinstance(value, Undefined | bool) or value == "":
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation as error:
        raise TemplateRuntimeError(f"{str(value)[:60]!r} is no number") from error
    return found if found.is_finite() and abs(found) < Decimal(10) ** 15 else None


def _places(given: int) -> int:
    return min(max(int(given), 0), PLACES_MAX)


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def shown(value: Value, language: Language) -> Value:
    """What stands in the document for a value."""
    if isinstance(value, Node | Markup | Undefined):
        return value
    text = shown_text(value, language)
    return in_lines(text) if "\n" in text else text


def in_lines(text: str) -> Markup:
    """A text with its line breaks."""
    return Markup("<br>").join(escape(line) for line in text.splitlines())


def shown_text(value: Value, language: Language) -> str:
    """A value as a text."""
    match value:
        case Choice():
            return value.label
        case bool():
            return ("是" if value else "否") if language == "zh" else ("Yes" if value else "No")
        case Percent():
            return f"{_plain(value)}%"
        case Money() if value == rounded(value):
            return amount_text(rounded(value), language)
        case Decimal():
            return amount_text(Decimal(value), language)
        case date() | time():
            return _moment(value, language)
        case list() | tuple():
            return ("、" if language == "zh" else ", ").join(shown_text(item, language) for item in value)
        case str() | int() | float() | Node():
            return str(value)
        case _:
            # Blank; or a loop, a macro, a function: no value.
            return ""


def _moment(value: date | time, language: Language) -> str:
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return moment_text(value, language) if isinstance(value, datetime) else day_text(value, language)
