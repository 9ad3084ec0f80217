"""Sentences by key, Chinese and English. The texts live in `messages/*.yaml`, one file an area.

A message file maps a code to {zh: ..., en: ...}; `{name}` is replaced by the parameter of that name. A part in
`[[...]]` is left out where one of its parameters is missing or empty ("[[ Did you mean {nearest}?]]").
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import Any, Literal

import yaml

Language = Literal["zh", "en"]

OPTIONAL = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
PARAMETER = re.compile(r"\{(\w+)")
_PLACE = frozenset({"line", "column"})
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
COMMA: Mapping[Language, str] = {"zh": "、", "en": ", "}


@cache
def messages() -> Mapping[str, Mapping[Language, str]]:
    """All sentences by code. Raises ValueError when two files give the same code."""
    found: dict[str, Mapping[Language, str]] = {}
    for entry in sorted(resources.files("dougong.kit").joinpath("messages").iterdir(), key=lambda e: e.name):
        if not entry.name.endswith(".yaml"):
            continue
        # On libyaml: each command and each start of the product reads them all.
        for code, texts in (yaml.load(entry.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or {}).items():
            if code in found:
                raise ValueError(f"message {code} is given twice")
            found[code] = texts
    return found


class _Blank(dict[str, Any]):
    """A missing parameter shows as its name instead of failing while we are explaining another failure."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def day_text(day: date, language: Language) -> str:
    """A day as people write it: 2026-11-26, or Nov 26, 2026; the screens do so too."""
    return f"{MONTHS[day.month - 1]} {day.day}, {day.year}" if language == "en" else day.isoformat()


def moment_text(moment: datetime, language: Language) -> str:
    """A moment, in the zone that it is in, to the minute."""
    return f"{day_text(moment.date(), language)} {moment:%H:%M}"


def sentence(code: str, language: Language, params: Mapping[str, Any] | None = None) -> str:
    """The sentence of `code` in `language`; the code itself where no text is known (a test finds these)."""
    texts = messages().get(code)
    if texts is None:
        return code
    shown = {
        key: COMMA[language].join(str(v) for v in value) if isinstance(value, list | tuple) else value
        for key, value in (params or {}).items()
    }

    def part(match: re.Match[str]) -> str:
        wanted = PARAMETER.findall(match[1])
        return match[1] if all(shown.get(name) not in (None, "") for name in wanted) else ""

    text = texts[language]
    if shown.keys() >= _PLACE and not _PLACE & set(PARAMETER.findall(text)):
        # A fault in a text that somebody wrote: also where the sentence is one of another kind of fault.
        text = messages()["text.place"][language] + text
    return OPTIONAL.sub(part, text).format_map(_Blank(shown))
